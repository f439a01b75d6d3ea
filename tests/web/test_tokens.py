"""The page where tokens for programs are made."""

import pytest

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD
from tests.pages import PageClient


def test_a_token_is_shown_once_and_works(as_alice: PageClient, alice: User, services: Services) -> None:
    form = {"name": "Phone shortcut", "scope": "write", "days": "30", "password": PASSWORD}
    page = as_alice.look(as_alice.post_form("/settings/tokens", form))
    text = page.find(id="token").get_text()  # type: ignore[union-attr]
    found = services.tokens.check(text)
    assert found is not None
    assert (found[0].user_id, found[1].data["scope"]) == (alice.user_id, "write")
    later = as_alice.page("/settings/tokens").get_text()
    assert "Phone shortcut" in later
    assert "Last used today at 12:00" in later
    assert text not in later


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Fill this in"),
        ("name", "x" * 61, "up to 60"),
        ("name", "a\x00b", "cannot be shown"),
        ("scope", "admin", "what the token may do"),
        ("scope", "", "what the token may do"),
        ("days", "9" * 50, "how long"),
        ("days", "1e3", "how long"),
        ("password", "wrong horse battery", "not your password"),
    ],
)
def test_a_token_is_not_made_for_less(
    as_alice: PageClient, alice: User, services: Services, field: str, value: str, words: str
) -> None:
    form = {"name": "Shortcut", "scope": "read", "days": "30", "password": PASSWORD, field: value}
    page = as_alice.look(as_alice.post_form("/settings/tokens", form), 400)
    assert words in page.find(id="new").get_text()  # type: ignore[union-attr]
    assert services.tokens.list(alice) == []


def test_a_revoked_token_is_gone(as_alice: PageClient, alice: User, services: Services) -> None:
    token, text = services.tokens.create(alice, "Shortcut", "read", 30)
    as_alice.post_form(f"/settings/tokens/{token.id}/revoke", form_at="/settings/tokens")
    assert services.tokens.check(text) is None
