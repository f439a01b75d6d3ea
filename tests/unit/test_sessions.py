"""Where somebody is signed in."""

from datetime import timedelta
from typing import Any

import pytest

from lib.errors import NotFound
from lib.identity.agents import describe
from lib.identity.sessions import MAX_SESSIONS, Sessions
from lib.ids import hashed
from lib.records import User
from lib.services import Services
from tests.conftest import Clock

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


class Counting:
    """A store that counts what is asked of it."""

    def __init__(self, store: Any) -> None:
        self.store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.store, name)


@pytest.fixture
def sessions(services: Services) -> Sessions:
    return services.sessions


def test_a_session_leads_back_to_its_person(sessions: Sessions, alice: User) -> None:
    started = sessions.start(alice, FIREFOX, "192.0.2.1")
    found = sessions.resume(alice.user_id, started.token)
    assert found is not None
    assert found == (alice, started.session)
    assert (found[1].data["agent"], found[1].data["address"]) == ("Firefox on Android", "192.0.2.1")


def test_neither_the_token_alone_nor_the_person_alone_is_enough(
    sessions: Sessions, alice: User, bob: User
) -> None:
    token = sessions.start(alice, FIREFOX, "192.0.2.1").token
    assert sessions.resume(bob.user_id, token) is None
    assert sessions.resume(alice.user_id, token + "x") is None
    assert sessions.resume(alice.user_id, hashed(token)) is None
    assert sessions.resume("", "") is None


def test_the_database_does_not_hold_the_token(sessions: Sessions, alice: User) -> None:
    token = sessions.start(alice, FIREFOX, "192.0.2.1").token
    assert token not in repr(sessions.list(alice))


def test_resuming_is_two_reads_and_one_write_an_hour(services: Services, alice: User, clock: Clock) -> None:
    store = Counting(services.store)
    sessions = Sessions(store, clock, timedelta(days=7), timedelta(days=30), events=services.events)
    token = sessions.start(alice, FIREFOX, "192.0.2.1").token
    store.calls.clear()
    sessions.resume(alice.user_id, token)
    assert store.calls == ["get_document", "get_user"]
    clock.turn(minutes=61)
    sessions.resume(alice.user_id, token)
    sessions.resume(alice.user_id, token)
    assert store.calls[2:] == ["get_document", "get_user", "put_document", "get_document", "get_user"]


def test_two_requests_at_once_may_both_note_the_use(services: Services, alice: User, clock: Clock) -> None:
    token = services.sessions.start(alice, FIREFOX, "192.0.2.1").token
    clock.turn(hours=2)

    class Racing(Counting):
        def put_document(self, document: Any) -> Any:
            self.store.put_document(document)  # the other request, a moment earlier
            return self.store.put_document(document)

    racing = Sessions(
        Racing(services.store), clock, timedelta(days=7), timedelta(days=30), events=services.events
    )
    found = racing.resume(alice.user_id, token)
    assert found is not None


def test_signing_out_is_not_undone_by_a_request_on_its_way(
    services: Services, alice: User, clock: Clock
) -> None:
    token = services.sessions.start(alice, FIREFOX, "192.0.2.1").token
    clock.turn(hours=2)

    class SignedOutMeanwhile(Counting):
        def put_document(self, document: Any) -> Any:
            self.store.remove_document(document.user_id, document.kind, document.id)
            return self.store.put_document(document)

    racing = Sessions(
        SignedOutMeanwhile(services.store),
        clock,
        timedelta(days=7),
        timedelta(days=30),
        events=services.events,
    )
    racing.resume(alice.user_id, token)
    assert services.sessions.resume(alice.user_id, token) is None


def test_unused_it_ends_after_a_week_and_used_after_a_month(
    sessions: Sessions, alice: User, clock: Clock
) -> None:
    idle, used = (sessions.start(alice, FIREFOX, "192.0.2.1").token for _ in range(2))
    for day in range(1, 31):
        clock.turn(days=1)
        assert (sessions.resume(alice.user_id, used) is not None) == (day < 30)
    assert sessions.resume(alice.user_id, idle) is None


def test_one_of_several_is_revoked(sessions: Sessions, alice: User, bob: User) -> None:
    first, second = (sessions.start(alice, FIREFOX, "192.0.2.1").token for _ in range(2))
    with pytest.raises(NotFound):
        sessions.revoke(bob, hashed(first))
    sessions.revoke(alice, hashed(first))
    assert sessions.resume(alice.user_id, first) is None
    assert sessions.resume(alice.user_id, second) is not None
    with pytest.raises(NotFound):
        sessions.revoke(alice, hashed(first))


def test_all_but_one_are_ended(sessions: Sessions, alice: User, bob: User) -> None:
    tokens = [sessions.start(alice, FIREFOX, "192.0.2.1").token for _ in range(3)]
    other = sessions.start(bob, FIREFOX, "192.0.2.1").token
    assert sessions.end_all(alice, but=hashed(tokens[1])) == 2
    assert [sessions.resume(alice.user_id, token) is not None for token in tokens] == [False, True, False]
    assert sessions.resume(bob.user_id, other) is not None


def test_those_longest_unused_make_room(sessions: Sessions, alice: User, clock: Clock) -> None:
    tokens = []
    for _ in range(MAX_SESSIONS + 3):
        tokens.append(sessions.start(alice, FIREFOX, "192.0.2.1").token)
        clock.turn(seconds=1)
    assert len(sessions.list(alice)) == MAX_SESSIONS
    assert [sessions.resume(alice.user_id, token) is not None for token in tokens[:4]] == [False] * 3 + [True]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537 Chrome/140 Safari/537", "Chrome on ChromeOS"),
        ("curl/8.9", "curl"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>\x00" * 100, "Unknown browser"),
    ],
)
def test_a_device_is_described_by_what_people_know_it_as(agent: str, words: str) -> None:
    assert describe(agent) == words
