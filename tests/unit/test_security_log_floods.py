"""What is kept of security events whatever comes at once, in great numbers, from another release, or in a pause."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from lib.errors import Invalid, NotSignedIn, TooMany
from lib.identity.events import COUNTED, PASSING, Visit, What, visit
from lib.identity.security_log import KIND, MOST, SecurityLog
from lib.records import Document, User
from lib.services import Services
from tests.conftest import PASSWORD, Clock
from tests.unit.test_security_log import FIREFOX, HERE, Counting, told

WRONG = "wrong horse battery"


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    token = visit.set(Visit(FIREFOX, HERE))
    yield
    visit.reset(token)


class Crowded:
    """A store that others write the same to just before, the first four times."""

    def __init__(self, store: Any, others: SecurityLog, user: User) -> None:
        self.store, self.others, self.user, self.left = store, others, user, 4

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put_document(self, document: Document) -> Document:
        if self.left:
            self.left -= 1
            self.others.note_refused(self.user, "alice")
        return self.store.put_document(document)  # type: ignore[no-any-return]


def of_a_later_release(user: User) -> Document:
    when = "2026-11-20T12:00:00+00:00"
    data = {"what": "passkey-made", "at": when, "since": when, "count": 1, "browser": "Firefox on Linux"}
    return Document(user.user_id, KIND, "later", data | {"place": "", "about": ""})


def refused(services: Services, login: str = "alice") -> None:
    with pytest.raises((NotSignedIn, TooMany)):
        services.accounts.sign_in(login, WRONG, HERE)


def test_what_a_later_release_wrote_keeps_nobody_out_and_is_passed_over(
    services: Services, alice: User
) -> None:
    services.store.put_document(of_a_later_release(alice))
    services.accounts.sign_in("alice", PASSWORD, HERE)
    assert set(told(services, alice)) == {"Account made", "Signed in from a new browser"}
    assert services.events.get(alice.user_id, "later") is None
    assert services.store.get_document(alice.user_id, KIND, "later") is not None


@pytest.mark.parametrize("what", [What.SIGNED_OUT, What.RESET_SENT])
def test_a_flood_pushes_out_nothing_that_matters(
    services: Services, alice: User, clock: Clock, what: What
) -> None:
    assert what in PASSING
    ids = (f"{number:030x}{'00' if number % 16 == 0 else '01'}" for number in count())
    log = SecurityLog(services.store, services.now, lambda: next(ids))
    log.note(alice, What.NEW_BROWSER)
    for _ in range(MOST + 40):
        clock.turn(minutes=20)
        log.note(alice, what)
    clock.turn(minutes=1)
    log.note(alice, What.TOKEN_MADE, "Spreadsheet")
    kept = [event.what for event in log.newest(alice)]
    assert kept[0] is What.TOKEN_MADE
    assert {What.REGISTERED, What.NEW_BROWSER, what} <= set(kept)
    assert len(services.store.list_documents(alice.user_id, KIND)) <= MOST + 16


@pytest.mark.parametrize("what", sorted(COUNTED))
def test_what_needs_no_password_is_one_event_a_day(services: Services, alice: User, what: What) -> None:
    for _ in range(20):
        services.events.note(alice, what)
    assert [(event.what, event.count) for event in services.events.newest(alice)][0] == (what, 20)
    assert len(services.events.newest(alice)) == 2


def test_letters_that_strangers_ask_for_are_one_event_a_day(services: Services, alice: User) -> None:
    for _ in range(3):
        services.account_links.send_reset(alice.user_id)
    assert "Link for a new password sent by e-mail, 3 times" in told(services, alice)


def test_of_refusals_at_the_same_moment_none_is_lost(services: Services, alice: User) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: services.events.note_refused(alice, "alice"), range(8)))
    assert services.events.newest(alice)[0].count == 8


def test_who_is_always_second_is_counted_and_nothing_is_complained_of(
    services: Services, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    crowded: Any = Crowded(services.store, services.events, alice)
    SecurityLog(crowded, services.now).note_refused(alice, "alice")
    assert services.events.newest(alice)[0].count == 5
    assert caplog.records == []


def test_tries_in_a_pause_are_counted(services: Services, alice: User) -> None:
    for _ in range(9):
        refused(services)
    counted = {event.what: event.count for event in services.events.newest(alice) if event.was_refused}
    assert counted == {What.SIGN_IN_REFUSED: 5, What.TRIED_TOO_OFTEN: 4}


def test_a_try_in_a_pause_does_the_same_whether_there_is_an_account_or_not(
    services: Services, alice: User
) -> None:
    asked = []
    for login in ("alice", "nobody"):
        for _ in range(6):
            refused(services, login)
        store = Counting(services.store)
        refused(replace(services, store=store), login)
        asked.append(store.calls)
    assert asked[0] == asked[1] != []


def test_ones_own_password_tried_in_a_pause_is_counted(services: Services, alice: User) -> None:
    for _ in range(8):
        with pytest.raises((Invalid, TooMany)):
            services.accounts.check_password(alice, WRONG)
    counted = {event.what: event.count for event in services.events.newest(alice) if event.was_refused}
    assert counted == {What.PASSWORD_REFUSED: 5, What.TRIED_TOO_OFTEN: 3}


def test_the_log_tells_of_an_account_that_is_deleted(
    services: Services, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    services.accounts.delete_account(alice, "alice", PASSWORD)
    lines = [record.getMessage() for record in caplog.records if "security event" in record.getMessage()]
    assert [line.split(" of ")[0] for line in lines] == ["security event account-deleted"]
    assert services.pseudonyms.of(alice.user_id) in lines[0]
