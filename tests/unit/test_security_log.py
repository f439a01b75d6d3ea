"""What is kept of what happens to an account's security."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lib.errors import Invalid, NotSignedIn, Unavailable
from lib.identity.events import WORDS, Visit, What, network_of, visit
from lib.identity.security_log import KIND, LASTS, MOST, SecurityLog
from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock

HERE = "203.0.113.77"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "a wholly different one"


class Counting:
    """A store that notes what it is asked."""

    def __init__(self, store: Any) -> None:
        self.store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.store, name)


class Away:
    """A store that documents cannot be written to."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put_document(self, document: Any) -> Any:
        raise Unavailable("The store is away.", "store")


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    """Everything here is asked for by Firefox on Linux."""
    token = visit.set(Visit(FIREFOX, HERE))
    yield
    visit.reset(token)


def told(services: Services, user: User) -> list[str]:
    """What there is, the oldest first."""
    return [event.words for event in reversed(services.events.newest(user))]


def test_an_event_says_what_when_and_roughly_from_where(services: Services, alice: User) -> None:
    services.accounts.sign_in("alice", PASSWORD, HERE, f"{alice.user_id}.phone")
    event = services.events.newest(alice)[0]
    assert (event.words, event.browser, event.place) == ("Signed in", "Firefox on Linux", "203.0.113.x")
    assert event.at == services.now()
    assert HERE not in repr(services.store.list_documents(alice.user_id, KIND))


def test_everything_has_its_words() -> None:
    assert set(WORDS) == set(What)


def test_what_is_changed_about_an_account_is_told(services: Services, alice: User, clock: Clock) -> None:
    user = services.accounts.save_profile(alice, display_name="Alice", phone="+4930123456")
    user = services.accounts.save_profile(user, phone="")
    token, secret = services.tokens.create(user, "Spreadsheet", "read", 30)
    clock.turn(seconds=1)
    services.tokens.revoke(user, token.id)
    clock.turn(seconds=1)
    user = services.accounts.change_password(user, PASSWORD, NEW)
    clock.turn(seconds=1)
    services.account_links.ask_email_change(user, NEW, "new@example.com")
    clock.turn(seconds=1)
    services.account_links.confirm_email_change(
        services.accounts.confirmations.issue(user.user_id, {"email": "new@example.com"})
    )
    clock.turn(seconds=1)
    services.account_links.reset(services.accounts.resets.issue(user.user_id, {}), PASSWORD)
    assert told(services, alice)[-5:] == [
        "API token “Spreadsheet” revoked",
        "Password changed, other devices signed out",
        "Change of the e-mail address asked for",
        "E-mail address changed",
        "New password chosen by the link from the e-mail, all devices signed out, all API tokens ended",
    ]
    first = {"Account made", "Name changed", "Phone number changed", "Phone number removed"}
    assert first | {"API token “Spreadsheet” made"} == set(told(services, alice)[:-5])
    kept = repr(services.store.list_documents(alice.user_id, KIND))
    assert not [
        each for each in (secret, secret[-43:], NEW, PASSWORD, "new@example.com", "+4930") if each in kept
    ]


def test_saving_what_was_there_before_is_nothing_to_tell(services: Services, alice: User) -> None:
    services.accounts.save_profile(alice, display_name="", theme="dark")
    assert told(services, alice) == ["Account made"]


def test_a_flood_of_wrong_passwords_is_one_line_a_day(services: Services, alice: User, clock: Clock) -> None:
    clock.turn(hours=-6)
    first = services.now()
    for number in range(100):
        clock.turn(minutes=14)  # so that pauses are over
        with pytest.raises(NotSignedIn):
            services.accounts.sign_in("alice", "wrong horse battery", f"198.51.100.{number}")
    counted = [event for event in services.events.newest(alice) if event.was_refused]
    assert len(counted) == 2
    assert sum(event.count for event in counted) == 100
    assert counted[-1].words == f"Wrong password at sign-in, {counted[-1].count} times"
    assert counted[-1].since == first + timedelta(minutes=14)
    assert counted[0].at == services.now()


def test_a_refusal_does_the_same_whether_there_is_an_account_or_not(services: Services, alice: User) -> None:
    asked = []
    for login in ("alice", "nobody", "alice", "nobody"):
        store = Counting(services.store)
        counted = replace(services, store=store)
        with pytest.raises(NotSignedIn):
            counted.accounts.sign_in(login, "wrong horse battery", HERE)
        asked.append(store.calls)
    assert asked[0] == asked[1] != []
    assert asked[2] == asked[3]


def test_what_strangers_typed_is_not_kept(services: Services, alice: User) -> None:
    with pytest.raises(NotSignedIn):
        services.accounts.sign_in("a password by mistake", "wrong horse battery", HERE)
    assert [event.words for event in services.events.newest(alice)] == ["Account made"]
    owners = [key[0] for key in _everything(services)]
    assert [owner for owner in owners if "mistake" in owner] == []
    assert [owner for owner in owners if owner.startswith("-nobody-")]


def test_a_wrong_password_where_it_is_asked_again_is_told(services: Services, alice: User) -> None:
    for _ in range(2):
        with pytest.raises(Invalid):
            services.accounts.change_password(alice, "not the one it is", NEW)
    assert told(services, alice)[-1] == "Wrong password where it was asked for again, 2 times"


def test_there_are_never_many_more_than_the_most_and_the_newest_stay(
    services: Services, alice: User, clock: Clock
) -> None:
    ids = (f"{number:030x}{'00' if number % 16 == 0 else '01'}" for number in range(1000))
    log = SecurityLog(services.store, clock, lambda: next(ids))
    for number in range(MOST + 40):
        clock.turn(seconds=1)
        log.note(alice, What.TOKEN_MADE, str(number))
    assert len(services.store.list_documents(alice.user_id, KIND)) <= MOST + 16
    newest = log.newest(alice)
    assert len(newest) == MOST
    assert newest[0].about == str(MOST + 39)
    assert newest[-1].about == "40"


def test_events_end_after_a_year(services: Services, alice: User, clock: Clock) -> None:
    clock.turn(days=LASTS.days - 1)
    assert told(services, alice) == ["Account made"]
    clock.turn(days=1)
    assert told(services, alice) == []


def test_pages_have_each_event_once_whatever_comes_in_between(
    services: Services, alice: User, clock: Clock
) -> None:
    for number in range(25):
        clock.turn(seconds=number % 3)  # several at the same moment
        services.events.note(alice, What.TOKEN_MADE, str(number))
    seen, cursor = [], ""
    while cursor or not seen:
        page = services.events.page(alice, cursor, 10)
        seen += [event.event_id for event in page.items]
        cursor = page.cursor
        services.events.note(alice, What.NAME_CHANGED)
    assert len(seen) == len(set(seen)) == 26


@pytest.mark.parametrize("cursor", ["x", "2026-11-21", "2026-11-21T12:00:00 id", "\x00", "9" * 400, " "])
def test_what_is_no_place_in_the_list_is_refused(services: Services, alice: User, cursor: str) -> None:
    with pytest.raises(Invalid):
        services.events.page(alice, cursor)


def test_what_cannot_be_kept_fails_nothing_and_is_logged(
    services: Services, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    log = SecurityLog(Away(services.store), services.now)  # type: ignore[arg-type]
    assert log.note(alice, What.PASSWORD_CHANGED) == ""
    assert log.note(alice, What.EXPORTED) == ""
    log.note_refused(None, "nobody")
    lost = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lost[:2] == [
        "a security event was not kept: password-changed",
        "a security event was not kept: expenses-exported",
    ]
    assert len(lost) == 3


def test_the_operators_log_tells_what_and_not_who(
    services: Services, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    services.accounts.sign_in("alice", PASSWORD, HERE, f"{alice.user_id}.phone")
    with pytest.raises(NotSignedIn):
        services.accounts.sign_in("nobody", PASSWORD, HERE)
    lines = [record.getMessage() for record in caplog.records if "security event" in record.getMessage()]
    assert [line.split(" of ")[0] for line in lines] == [
        "security event signed-in",
        "security event sign-in-refused",
    ]
    assert not [line for line in lines if "alice" in line or alice.user_id in line or HERE in line]


def test_a_sample_household_has_none(services: Services) -> None:
    demo = services.demo.open(HERE)
    services.events.note(demo, What.EXPORTED)
    services.events.note_refused(demo, demo.username)
    assert services.store.list_documents(demo.user_id, KIND) == []


def test_events_are_erased_with_the_account(services: Services, alice: User) -> None:
    services.accounts.delete_account(alice, "alice", PASSWORD)
    assert services.store.list_documents(alice.user_id, KIND) == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.x"),
        ("::ffff:203.0.113.77", "203.0.113.x"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:x"),
        ("2001:db8::1", "2001:db8:0:x"),
        ("fe80::1%eth0", "fe80:0:0:x"),
        ("::1", "0:0:0:x"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_of_an_address_its_network_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network


# Letters


def test_a_sign_in_from_a_browser_that_is_not_known_is_told_by_e_mail(
    services: Services, alice: User, clock: Clock
) -> None:
    services.accounts.sign_in("alice", PASSWORD, HERE, f"{alice.user_id}.phone")
    services.sessions.start(alice, FIREFOX, HERE)
    services.accounts.sign_in("alice", PASSWORD, "198.51.100.7", f"{'0' * 32}.of-somebody-else")
    services.queue.run(services)  # type: ignore[attr-defined]
    (letter,) = services.messenger.sent  # type: ignore[attr-defined]
    assert (letter.to, letter.subject) == ("alice@example.com", "A new browser signed in to your account")
    assert "Firefox on Linux" in letter.text
    assert "Nov 21, 2026 at 12:00" in letter.text
    assert services.events.newest(alice)[0].is_new_browser


def test_a_known_browser_and_the_first_one_ever_send_no_letter(services: Services, alice: User) -> None:
    visit.set(Visit("", ""))
    fresh = services.accounts.register("carla", "carla@example.com", PASSWORD)
    visit.set(Visit(FIREFOX, HERE))
    services.accounts.sign_in("carla", PASSWORD, HERE)
    services.accounts.sign_in("carla", PASSWORD, HERE, f"{fresh.user_id}.phone")
    services.queue.run(services)  # type: ignore[attr-defined]
    assert services.messenger.sent == []  # type: ignore[attr-defined]
    assert [event.words for event in services.events.newest(fresh)].count("Signed in") == 2


def _everything(services: Services) -> list[tuple[str, str]]:
    """Owner and kind of every document there is, as the database has them."""
    from sqlalchemy import create_engine, text

    engine = create_engine(services.settings.database)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT user_id, kind FROM documents")).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]
