"""What people set about themselves, and the end of an account."""

import re
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
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


def profile(user: User, **changes: Any) -> dict[str, Any]:
    """The profile form as it comes filled in, with some of it changed."""
    names = ("display_name", "phone", "currency", "locale", "time_zone", "first_weekday", "theme", "version")
    return {name: getattr(user, name) for name in names} | changes


def test_every_preference_is_saved(as_alice: PageClient, alice: User, services: Services) -> None:
    wanted = {
        "display_name": "Alice Müller 🎉",
        "phone": "+49 30 123456",
        "currency": "CHF",
        "locale": "de_CH",
        "time_zone": "Europe/Zurich",
        "first_weekday": "6",
        "theme": "dark",
    }
    assert as_alice.post_form("/settings", profile(alice, **wanted)).status_code == 303
    saved = stored(services, alice)
    kept = {name: str(getattr(saved, name)) for name in wanted}
    assert kept == wanted | {"phone": "+4930123456"}
    page = as_alice.page("/settings")
    assert page.html["data-bs-theme"] == "dark"  # type: ignore[index]
    assert _chosen(page, "currency") == "CHF"


def test_a_sample_shows_how_amounts_and_dates_will_look(as_alice: PageClient, alice: User) -> None:
    as_alice.post_form("/settings", profile(alice, locale="de_DE", currency="EUR"))
    sample = as_alice.page("/settings").find(class_="sample")
    assert "1.234,56\xa0€ · Samstag, 21. November 2026" in sample.get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "x" * 81, "up to 80 characters"),
        ("display_name", "a\x00b", "cannot be shown"),
        ("phone", "a phone", "country code"),
        ("currency", "", "from the list"),
        ("currency", "XXX", "from the list"),
        ("currency", "<b>", "from the list"),
        ("locale", "tlh", "from the list"),
        ("time_zone", "../../etc/passwd", "from the list"),
        ("time_zone", "Europe/Berlin\x00", "from the list"),
        ("first_weekday", "7", "day of the week"),
        ("first_weekday", "-1", "day of the week"),
        ("first_weekday", "६", "day of the week"),
        ("theme", "neon", "one of the looks"),
    ],
)
def test_what_cannot_be_set_is_refused_and_kept_on_the_form(
    as_alice: PageClient, alice: User, services: Services, field: str, value: str, words: str
) -> None:
    typed = profile(alice, **{"display_name": "Typed before", field: value})
    page = as_alice.look(as_alice.post_form("/settings", typed), 400)
    assert words in page.find("form", action="/settings").get_text()  # type: ignore[union-attr]
    assert stored(services, alice) == alice
    if field != "display_name":
        assert page.find(id="display_name")["value"] == "Typed before"  # type: ignore[index]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "שלום", "=1+1", "' OR 1=1 --", "🇩🇪", "A\tB"])
def test_any_other_name_comes_out_as_it_went_in(
    as_alice: PageClient, alice: User, services: Services, name: str
) -> None:
    as_alice.post_form("/settings", profile(alice, display_name=name))
    assert stored(services, alice).display_name == " ".join(name.split())
    assert as_alice.page("/settings").find(id="display_name")["value"] == " ".join(name.split())  # type: ignore[index]


def test_the_second_of_two_tabs_is_told_and_keeps_what_was_typed(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    as_alice.post_form("/settings", profile(alice, display_name="From the first tab"))
    page = as_alice.look(
        as_alice.post_form("/settings", profile(alice, display_name="From the second", currency="CHF")), 409
    )
    assert "changed in the meantime" in page.get_text()
    assert "From the first tab" in page.get_text()
    assert page.find(id="display_name")["value"] == "From the second"  # type: ignore[index]
    assert stored(services, alice).display_name == "From the first tab"
    again = {
        control["name"]: control.get("value", "") for control in page.select("form[action='/settings'] input")
    }
    again |= {"currency": "CHF", "locale": "en", "time_zone": "UTC", "first_weekday": "0", "theme": "auto"}
    assert as_alice.post("/settings", data=again).status_code == 303
    assert stored(services, alice).display_name == "From the second"


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


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong horse battery", NEW, "not your password"),
        ("", NEW, "not your password"),
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
        ("new@example.com", "", "not your password"),
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


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("bob", PASSWORD, "username"),
        ("alice", "wrong horse", "password"),
        ("alice", "", "password"),
    ],
)
def test_an_account_is_not_deleted_by_mistake(
    as_alice: PageClient, alice: User, services: Services, username: str, password: str, field: str
) -> None:
    page = as_alice.look(
        as_alice.post_form("/settings/delete", {"username": username, "password": password}), 400
    )
    assert page.find(id=field)["aria-invalid"] == "true"  # type: ignore[index]
    assert stored(services, alice) == alice


def test_deleting_says_goodbye_and_leaves_no_session(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    response = as_alice.post_form("/settings/delete", {"username": " ALICE ", "password": PASSWORD})
    assert (response.status_code, response.location) == (303, "/goodbye")
    as_alice.page("/goodbye")
    assert as_alice.get("/settings").status_code == 302
    assert services.store.get_user(alice.user_id) is None


def test_the_sample_household_changes_its_looks_and_nothing_dear(
    client: PageClient, services: Services
) -> None:
    client.post_form("/demo")
    (demo,) = services.store.each_user()
    demo = stored(services, demo)
    for place in ("/settings", "/settings/categories"):
        client.page(place)
    security = client.page("/settings/security")
    assert security.find("input", {"type": "password"}) is None
    assert client.get("/settings/tokens").status_code == client.get("/settings/delete").status_code == 403
    token = security.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    for address in (
        "/settings/security/password",
        "/settings/security/email",
        "/settings/tokens",
        "/settings/delete",
    ):
        form = {
            "csrf_token": token,
            "old": "!",
            "new": NEW,
            "password": "!",
            "email": "new@example.com",
            "username": demo.username,
        }
        assert client.post(address, data=form).status_code == 403, address
    assert client.post_form("/settings", profile(demo, phone="+4930123456")).status_code == 403
    assert client.post_form("/settings", profile(demo, theme="dark", phone="")).status_code == 303
    assert stored(services, demo) == replace(
        demo, theme="dark", version=demo.version + 1, revision=demo.revision + 1
    )


def test_a_visitor_of_the_sample_household_can_make_an_account(
    client: PageClient, services: Services
) -> None:
    client.post_form("/demo")
    form = {"username": "maria", "email": "maria@example.com", "password": PASSWORD}
    assert client.post_form("/register", form).status_code == 303
    page = client.page("/settings")
    assert "maria" in page.get_text()


def test_a_moment_is_told_by_the_persons_clock(as_alice: PageClient, alice: User, clock: Clock) -> None:
    as_alice.post_form("/settings", profile(alice, time_zone="Asia/Tokyo"))
    assert "Last used today at 21:00" in as_alice.page("/settings/security").get_text()
    clock.turn(hours=4)
    assert "Signed in yesterday at 21:00" in as_alice.page("/settings/security").get_text()


def _asked(client: PageClient, services: Services, email: str) -> str:
    """The path of the link that goes to the new address."""
    form = {"email": email, "password": PASSWORD}
    assert client.post_form("/settings/security/email", form, form_at="/settings/security").status_code == 303
    services.queue.run(services)  # type: ignore[attr-defined]
    found = re.search(r"http://localhost:5000(/email/confirm/\S+)", services.messenger.sent[-1].text)  # type: ignore[attr-defined]
    assert found is not None
    return found[1]


def _chosen(page: BeautifulSoup, name: str) -> str:
    chosen = page.select_one(f"select[name={name}] option[selected]")
    assert chosen is not None
    return str(chosen["value"])
