"""What people set about themselves, and the end of an account."""

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock
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
    assert "1.234,56\xa0€ · Saturday, 21 November 2026" in sample.get_text()  # type: ignore[union-attr]


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


def _chosen(page: BeautifulSoup, name: str) -> str:
    chosen = page.select_one(f"select[name={name}] option[selected]")
    assert chosen is not None
    return str(chosen["value"])
