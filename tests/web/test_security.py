"""Password, e-mail and devices, on the security page."""

import re

import pytest
from flask import Flask

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock, signed_in
from tests.pages import PageClient

NEW = "a wholly different one"


def stored(services: Services, user: User) -> User:
    found = services.store.get_user(user.user_id)
    assert found is not None
    return found


def test_changing_the_password_signs_other_devices_out_but_not_this_one(
    app: Flask, as_alice: PageClient, alice: User
) -> None:
    phone = signed_in(app, alice)
    before = as_alice.get_cookie("planner")
    response = as_alice.post_form(
        "/settings/security/password", {"old": PASSWORD, "new": NEW}, form_at="/settings/security"
    )
    assert response.status_code == 303
    as_alice.page("/settings")
    assert as_alice.get_cookie("planner") != before
    assert phone.get("/settings").status_code == 302
    stranger = app.test_client()
    assert stranger.post_form("/login", {"login": "alice", "password": NEW}).status_code == 303  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/dashboard", "/expenses", "/budget", "/reports", "/settings"])
def test_signing_out_is_on_every_page(as_alice: PageClient, address: str) -> None:
    assert as_alice.page(address).select('a[href="/logout"], form[action="/logout"] button')


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong horse battery", NEW, "not your password"),
        ("", NEW, "Fill this in"),
        (PASSWORD, "short", "at least 10"),
        (PASSWORD, "alice alice 1", "Leave your name"),
        (PASSWORD, "", "at least 10"),
    ],
)
def test_a_password_is_not_changed_for_less(
    app: Flask, as_alice: PageClient, alice: User, services: Services, old: str, new: str, words: str
) -> None:
    page = as_alice.look(
        as_alice.post_form(
            "/settings/security/password", {"old": old, "new": new}, form_at="/settings/security"
        ),
        400,
    )
    assert words in page.find(id="password").get_text()  # type: ignore[union-attr]
    assert stored(services, alice) == alice
    assert not old or old not in str(page)


def test_guessing_the_password_in_the_settings_is_slowed_down(as_alice: PageClient, alice: User) -> None:
    codes = [
        as_alice.post_form(
            "/settings/security/password", {"old": f"guess {n}", "new": NEW}, form_at="/settings/security"
        ).status_code
        for n in range(6)
    ]
    assert codes == [400] * 5 + [429]


def test_an_address_changes_once_its_link_is_confirmed(
    app: Flask, as_alice: PageClient, alice: User, services: Services
) -> None:
    link = _asked(as_alice, services, "new@example.com")
    notice, letter = services.messenger.sent  # type: ignore[attr-defined]
    assert (notice.to, letter.to) == ("alice@example.com", "new@example.com")
    assert link not in notice.text
    assert "new@example.com" in as_alice.page("/settings/security").get_text()
    stranger = app.test_client()
    stranger.page(link)  # type: ignore[attr-defined]  # mail programs open links by themselves
    assert stored(services, alice).email == "alice@example.com"
    assert stranger.post_form(link).status_code == 303  # type: ignore[attr-defined]
    assert stored(services, alice).email == "new@example.com"
    stranger.page(link, 404)  # type: ignore[attr-defined]


def test_the_link_works_for_a_day(as_alice: PageClient, services: Services, clock: Clock) -> None:
    link = _asked(as_alice, services, "new@example.com")
    clock.turn(hours=23, minutes=59)
    as_alice.page(link)
    clock.turn(minutes=1, seconds=1)
    as_alice.page(link, 404)


def test_a_change_can_be_called_off(as_alice: PageClient, services: Services) -> None:
    link = _asked(as_alice, services, "new@example.com")
    as_alice.post_form("/settings/security/email/cancel", form_at="/settings/security")
    as_alice.page(link, 404)
    assert "new@example.com" not in as_alice.page("/settings/security").get_text()


def test_an_address_someone_else_has_is_only_told_to_who_reads_its_mail(
    as_alice: PageClient, alice: User, bob: User, services: Services
) -> None:
    link = _asked(as_alice, services, "bob@example.com")
    page = as_alice.look(as_alice.post_form(link), 409)
    assert "already an account" in page.get_text()
    assert stored(services, alice).email == "alice@example.com"


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("", PASSWORD, "Give an e-mail"),
        ("nowhere", PASSWORD, "not an e-mail address"),
        ("a@example.com\nBcc: b@example.com", PASSWORD, "not an e-mail address"),
        ("alice@example.com", PASSWORD, "your address already"),
        ("new@example.com", "wrong horse battery", "not your password"),
        ("new@example.com", "", "Fill this in"),
    ],
)
def test_an_address_is_not_changed_for_less(
    as_alice: PageClient, services: Services, email: str, password: str, words: str
) -> None:
    form = {"email": email, "password": password}
    page = as_alice.look(
        as_alice.post_form("/settings/security/email", form, form_at="/settings/security"), 400
    )
    assert words in page.find(id="email").get_text()  # type: ignore[union-attr]
    assert page.find(id="new-email")["value"] == email  # type: ignore[index]
    services.queue.run(services)  # type: ignore[attr-defined]
    assert services.messenger.sent == []  # type: ignore[attr-defined]


def test_devices_are_listed_and_can_be_signed_out(
    app: Flask, as_alice: PageClient, alice: User, services: Services
) -> None:
    phone = app.test_client()
    phone.post_form(  # type: ignore[attr-defined]
        "/login",
        {"login": "alice", "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"},
    )
    devices = as_alice.page("/settings/security").find(id="devices")
    assert "Firefox on Android" in devices.get_text()  # type: ignore[union-attr]
    assert devices.get_text().count("This device") == 1  # type: ignore[union-attr]
    (revoke,) = devices.find_all("form", action=re.compile("revoke$"))  # type: ignore[union-attr]
    as_alice.post_form(revoke["action"], form_at="/settings/security")
    assert phone.get("/settings").status_code == 302
    as_alice.page("/settings")


def test_all_other_devices_are_signed_out_at_once(app: Flask, as_alice: PageClient, alice: User) -> None:
    others = [signed_in(app, alice) for _ in range(3)]
    as_alice.post_form("/settings/security/sessions/end", form_at="/settings/security")
    assert [other.get("/settings").status_code for other in others] == [302] * 3
    as_alice.page("/settings")


def test_nobody_revokes_what_is_not_theirs(
    as_alice: PageClient, as_bob: PageClient, alice: User, services: Services
) -> None:
    (session,) = services.sessions.list(alice)
    token, _ = services.tokens.create(alice, "Shortcut", "read", 30)
    as_bob.look(
        as_bob.post_form(f"/settings/security/sessions/{session.id}/revoke", form_at="/settings/security"),
        404,
    )
    as_bob.look(as_bob.post_form(f"/settings/tokens/{token.id}/revoke", form_at="/settings/tokens"), 404)
    as_alice.page("/settings")
    assert len(services.tokens.list(alice)) == 1


def _asked(client: PageClient, services: Services, email: str) -> str:
    """The path of the link that goes to the new address."""
    form = {"email": email, "password": PASSWORD}
    assert client.post_form("/settings/security/email", form, form_at="/settings/security").status_code == 303
    services.queue.run(services)  # type: ignore[attr-defined]
    found = re.search(r"http://localhost:5000(/email/confirm/\S+)", services.messenger.sent[-1].text)  # type: ignore[attr-defined]
    assert found is not None
    return found[1]
