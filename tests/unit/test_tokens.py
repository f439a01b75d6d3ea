"""Tokens for programs."""

import re
from dataclasses import replace

import pytest

from lib.errors import Invalid, NotAllowed, NotFound
from lib.identity.tokens import MAX_TOKENS, ApiTokens
from lib.records import User
from lib.services import Services
from tests.conftest import Clock


@pytest.fixture
def tokens(services: Services) -> ApiTokens:
    return services.tokens


def test_a_token_leads_to_its_person_and_scope(tokens: ApiTokens, alice: User) -> None:
    _, text = tokens.create(alice, "  Phone   shortcut ", "read", 30)
    found = tokens.check(text)
    assert found is not None
    assert found[0] == alice
    assert (found[1].data["name"], found[1].data["scope"]) == ("Phone shortcut", "read")


def test_a_scanner_can_recognise_it(tokens: ApiTokens, alice: User) -> None:
    _, text = tokens.create(alice, "Shortcut", "read", 30)
    assert re.fullmatch(r"sbp_[0-9a-f]{32}_[\w-]{43}", text)


def test_the_database_does_not_hold_it(tokens: ApiTokens, alice: User) -> None:
    document, text = tokens.create(alice, "Shortcut", "read", 30)
    assert text.split("_", 2)[2] not in repr((document, tokens.list(alice)))


@pytest.mark.parametrize("days", [30, 90, 365])
def test_it_ends_when_its_days_are_over(tokens: ApiTokens, alice: User, clock: Clock, days: int) -> None:
    _, text = tokens.create(alice, "Shortcut", "write", days)
    clock.turn(days=days, seconds=-1)
    assert tokens.check(text) is not None
    clock.turn(seconds=1)
    assert tokens.check(text) is None


def test_or_never(tokens: ApiTokens, alice: User, clock: Clock) -> None:
    _, text = tokens.create(alice, "Shortcut", "write", 0)
    clock.turn(days=4000)
    assert tokens.check(text) is not None


def test_its_use_is_noted_at_most_once_an_hour(tokens: ApiTokens, alice: User, clock: Clock) -> None:
    _, text = tokens.create(alice, "Shortcut", "read", 30)
    assert tokens.list(alice)[0].data["used_at"] == ""
    tokens.check(text)
    first = clock()
    clock.turn(minutes=59)
    tokens.check(text)
    assert tokens.list(alice)[0].data["used_at"] == first.isoformat()
    clock.turn(minutes=2)
    tokens.check(text)
    assert tokens.list(alice)[0].data["used_at"] == clock().isoformat()


def test_a_revoked_token_works_no_more(tokens: ApiTokens, alice: User, bob: User) -> None:
    document, text = tokens.create(alice, "Shortcut", "read", 30)
    with pytest.raises(NotFound):
        tokens.revoke(bob, document.id)
    assert tokens.check(text) is not None
    tokens.revoke(alice, document.id)
    assert tokens.check(text) is None


def test_nobodys_token_is_nobodys(tokens: ApiTokens, alice: User, bob: User) -> None:
    _, text = tokens.create(alice, "Shortcut", "read", 30)
    _, user_id, secret = text.split("_", 2)
    wrong = [
        "",
        "sbp_",
        "sbp__",
        text + "x",
        text[:-1],
        text.upper(),
        f" {text}",
        f"{text}\n",
        f"sbp_{bob.user_id}_{secret}",
        f"sbp_{user_id}_{'A' * 43}",
        f"sbp_-jobs_{secret}",
        "sbp_\x00_" + "a" * 43,
        "sbp_" + "é" * 32 + "_" + "a" * 43,
        "x" * 100_000,
    ]
    assert [tokens.check(one) for one in wrong] == [None] * len(wrong)


@pytest.mark.parametrize(
    ("name", "scope", "days", "field"),
    [
        ("", "read", 30, "name"),
        ("   ", "read", 30, "name"),
        ("x" * 61, "read", 30, "name"),
        ("a\x00b", "read", 30, "name"),
        ("Shortcut", "", 30, "scope"),
        ("Shortcut", "admin", 30, "scope"),
        ("Shortcut", "read", 31, "days"),
        ("Shortcut", "read", -1, "days"),
    ],
)
def test_what_cannot_be_is_refused(
    tokens: ApiTokens, alice: User, name: str, scope: str, days: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        tokens.create(alice, name, scope, days)
    assert refusal.value.field == field
    assert tokens.list(alice) == []


def test_there_is_an_end_to_how_many(tokens: ApiTokens, alice: User) -> None:
    for number in range(MAX_TOKENS):
        tokens.create(alice, f"Token {number}", "read", 30)
    with pytest.raises(Invalid, match="50 tokens at most"):
        tokens.create(alice, "One more", "read", 30)


def test_the_sample_household_has_none(tokens: ApiTokens, alice: User) -> None:
    with pytest.raises(NotAllowed):
        tokens.create(replace(alice, demo=True), "Shortcut", "read", 30)
