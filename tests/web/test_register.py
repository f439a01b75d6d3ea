"""Making an account, as a browser sees it."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from app import create_app
from lib.records import User
from lib.services import Services
from lib.settings import Settings
from tests.conftest import PASSWORD
from tests.pages import PageClient

MARIA = {"username": "maria.k", "email": "maria@example.com", "password": PASSWORD}


def test_registering_signs_in_and_shows_the_overview(client: PageClient) -> None:
    response = client.post_form("/register", MARIA)
    assert (response.status_code, response.location) == (303, "/dashboard")
    client.page("/settings")


def test_what_people_are_used_to_is_guessed_from_their_browser(
    client: PageClient, services: Services
) -> None:
    client.post_form("/register", MARIA, headers={"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"})
    maria = services.store.find_user_by_username("maria.k")
    assert maria is not None
    assert (maria.locale, maria.currency, maria.time_zone) == ("de_CH", "CHF", "Europe/Zurich")


@pytest.mark.parametrize(("sent", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Base", "America/New_York")])
def test_the_browsers_time_zone_counts_if_it_is_one(
    client: PageClient, services: Services, sent: str, kept: str
) -> None:
    client.post_form("/register", {**MARIA, "time_zone": sent}, headers={"Accept-Language": "en-US"})
    maria = services.store.find_user_by_username("maria.k")
    assert maria is not None
    assert maria.time_zone == kept


def test_a_phone_number_is_kept_in_international_form(client: PageClient, services: Services) -> None:
    client.post_form("/register", {**MARIA, "phone": "030 123456"}, headers={"Accept-Language": "de-DE"})
    maria = services.store.find_user_by_username("maria.k")
    assert maria is not None
    assert maria.phone == "+4930123456"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "", "3 to 40 characters"),
        ("username", "ab", "3 to 40 characters"),
        ("username", "a" * 41, "3 to 40 characters"),
        ("username", "a" * 5000, "Use up to 200 characters"),
        ("username", "a@b.example", "letters, digits, dots"),
        ("username", "ma ria", "letters, digits, dots"),
        ("username", "<script>alert(1)</script>", "letters, digits, dots"),
        ("username", "maria\x00k", "cannot be shown"),
        ("username", "maria\u202ek", "letters, digits, dots"),
        ("username", "maria🎉", "letters, digits, dots"),
        ("username", "...", "Begin with a letter"),
        ("email", "", "Give an e-mail address"),
        ("email", "maria", "not an e-mail address"),
        ("email", "maria@example.com\r\nBcc: all@example.com", "not an e-mail address"),
        ("email", "a" * 2000 + "@example.com", "Use up to 1000 characters"),
        ("password", "", "at least 10 characters"),
        ("password", "short", "at least 10 characters"),
        ("password", "x1" * 600, "up to 1,000 characters"),
        ("password", "password1234", "tried first"),
        ("password", "maria.k maria.k", "Leave your name"),
        ("phone", "call me", "country code"),
        ("phone", "+1 555", "too few or too many"),
        ("phone", "1" * 100, "Use up to 40 characters"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(
    client: PageClient, services: Services, field: str, value: str, words: str
) -> None:
    typed = {**MARIA, "phone": "", field: value}
    page = client.look(client.post_form("/register", typed), 400)
    control = page.find("input", {"name": field})
    assert control is not None
    assert words in page.find(id=control["aria-describedby"]).get_text()  # type: ignore[union-attr,index]
    assert list(services.store.each_user()) == []


def test_everything_that_is_wrong_is_said_at_once(client: PageClient) -> None:
    page = client.look(client.post_form("/register", {"phone": "call me"}), 400)
    wrong = [control["id"] for control in page.find_all(attrs={"aria-invalid": "true"})]
    assert wrong == ["username", "email", "password", "phone"]


def test_a_refused_form_keeps_what_was_typed_but_no_password(client: PageClient) -> None:
    page = client.look(client.post_form("/register", {**MARIA, "email": "nowhere", "phone": "12<b>"}), 400)
    assert [_value(page, name) for name in ("username", "email", "phone")] == ["maria.k", "nowhere", "12<b>"]
    assert PASSWORD not in str(page)


@pytest.mark.parametrize("name", ["Łukasz", "मीना", "宮本.茂", "ünal_1"])
def test_usernames_may_be_of_any_script(client: PageClient, services: Services, name: str) -> None:
    assert client.post_form("/register", {**MARIA, "username": name}).status_code == 303
    assert services.store.find_user_by_username(name.upper()) is not None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "ALICE", "has this username already"),
        ("email", "Alice@Example.COM", "with this e-mail already"),
    ],
)
def test_a_name_or_address_that_is_taken_says_so(
    client: PageClient, alice: User, field: str, value: str, words: str
) -> None:
    page = client.look(client.post_form("/register", {**MARIA, field: value}), 409)
    assert words in page.find("form").get_text()  # type: ignore[union-attr]


def test_trying_out_addresses_by_registering_is_slowed_down(client: PageClient, alice: User) -> None:
    answers = {client.post_form("/register", {**MARIA, "email": alice.email}).status_code for _ in range(25)}
    assert answers == {409, 429}


def test_closed_registration_is_closed(settings: Settings, services: Services) -> None:
    closed = settings.model_copy(update={"registration": False})
    app = create_app(closed, replace(services, settings=closed))
    app.test_client_class = PageClient
    client = app.test_client()
    assert client.get("/register").status_code == 403
    assert client.get("/login").status_code == 200


def _value(page: BeautifulSoup, name: str) -> str:
    control = page.find("input", {"name": name})
    assert control is not None
    return str(control.get("value") or "")
