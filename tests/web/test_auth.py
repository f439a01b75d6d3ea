"""Registering, signing in and out, and a forgotten password, as a browser sees them."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock
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


def test_closed_registration_is_closed(settings: Any, services: Services) -> None:
    from dataclasses import replace

    from app import create_app

    closed = settings.model_copy(update={"registration": False})
    app = create_app(closed, replace(services, settings=closed))
    app.test_client_class = PageClient
    client = app.test_client()
    assert client.get("/register").status_code == 403
    assert client.get("/login").status_code == 200


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com", " Alice@Example.com "])
def test_one_signs_in_by_username_or_email(client: PageClient, alice: User, login: str) -> None:
    response = client.post_form("/login", {"login": login, "password": PASSWORD})
    assert (response.status_code, response.location) == (303, "/dashboard")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: PageClient, alice: User) -> None:
    answers = [
        client.post_form("/login", {"login": login, "password": "wrong horse battery"})
        for login in ("alice", "nobody")
    ]
    pages = [
        _plain(answer.text, answer_to) for answer, answer_to in zip(answers, ("alice", "nobody"), strict=True)
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]


@pytest.mark.parametrize("login", ["alice", "nobody"])
def test_guessing_gets_slower_whether_the_account_exists_or_not(
    client: PageClient, alice: User, clock: Clock, login: str
) -> None:
    codes = [
        client.post_form("/login", {"login": login, "password": f"guess {n}"}).status_code for n in range(7)
    ]
    assert codes == [401] * 5 + [429, 429]
    refused = client.post_form("/login", {"login": login, "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "30"
    clock.turn(seconds=31)
    assert client.post_form("/login", {"login": login, "password": "guess"}).status_code == 401
    assert client.post_form("/login", {"login": login, "password": "guess"}).headers["Retry-After"] == "60"


def test_after_the_pause_the_right_password_works(client: PageClient, alice: User, clock: Clock) -> None:
    for n in range(6):
        client.post_form("/login", {"login": "alice", "password": f"guess {n}"})
    clock.turn(seconds=31)
    assert client.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 303


def test_guessing_at_many_names_from_one_address_is_slowed_down(
    app: Flask, client: PageClient, alice: User
) -> None:
    for n in range(30):
        client.post_form("/login", {"login": f"name{n}", "password": "wrong horse battery"})
    assert client.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 429
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 303  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/expenses?q=rewe", "/expenses?q=rewe"),
        ("//evil.example", "/dashboard"),
        ("https://evil.example/", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("\\\\evil.example", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
        ("/\t/evil.example", "/dashboard"),
        ("///evil.example", "/dashboard"),
        ("http:///evil.example", "/dashboard"),
        ("/%5Cevil.example", "/%5Cevil.example"),
        ("dashboard", "/dashboard"),
        ("http://[", "/dashboard"),
    ],
)
def test_signing_in_leads_on_to_pages_of_ours_only(
    client: PageClient, alice: User, wanted: str, goes_to: str
) -> None:
    response = client.post_form("/login", {"login": "alice", "password": PASSWORD, "next": wanted})
    assert response.location == goes_to


def test_a_stranger_is_led_to_where_they_were_headed(client: PageClient, alice: User) -> None:
    page = client.page("/settings/categories")
    response = client.post_form(
        "/login", {"login": "alice", "password": PASSWORD, "next": _value(page, "next")}
    )
    assert response.location == "/settings/categories"


def test_signing_in_gives_the_browser_a_new_session(
    client: PageClient, alice: User, services: Services
) -> None:
    client.post_form("/login", {"login": "alice", "password": PASSWORD})
    before = client.get_cookie("planner")
    first = [session.id for session in services.sessions.list(alice)]
    client.post_form("/logout")
    client.post_form("/login", {"login": "alice", "password": PASSWORD})
    assert client.get_cookie("planner") != before
    assert [session.id for session in services.sessions.list(alice)] != first


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: PageClient, alice: User) -> None:
    response = client.post_form("/login", {"login": "alice", "password": PASSWORD})
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie


def test_opening_the_sign_out_address_signs_nobody_out(as_alice: PageClient) -> None:
    as_alice.page("/logout")
    as_alice.page("/settings")


def test_signing_out_ends_the_session_on_the_server_too(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    stolen = as_alice.get_cookie("planner")
    assert stolen is not None
    response = as_alice.post_form("/logout")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert services.sessions.list(alice) == []
    as_alice.set_cookie("planner", stolen.value)
    assert as_alice.get("/settings").status_code == 302


def test_pages_are_never_stored(as_alice: PageClient) -> None:
    assert as_alice.get("/settings").headers["Cache-Control"] == "no-store"


def test_a_session_ends_after_a_week_without_use(as_alice: PageClient, clock: Clock) -> None:
    clock.turn(days=6)
    as_alice.page("/settings")
    clock.turn(days=6)
    as_alice.page("/settings")
    clock.turn(days=7, seconds=1)
    assert as_alice.get("/settings").status_code == 302


def test_a_session_ends_after_a_month_however_much_it_is_used(as_alice: PageClient, clock: Clock) -> None:
    for _ in range(5):
        clock.turn(days=5)
        as_alice.page("/settings")
    clock.turn(days=5, seconds=1)
    assert as_alice.get("/settings").status_code == 302


def test_an_account_that_is_gone_is_signed_out(as_alice: PageClient, alice: User, services: Services) -> None:
    services.accounts.erase(alice.user_id)
    assert as_alice.get("/settings").status_code == 302


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    client: PageClient, as_alice: PageClient, alice: User, services: Services
) -> None:
    link = _asked(client, services, "alice")
    page = client.page(link)
    assert "alice" in page.find("main").get_text()  # type: ignore[union-attr]
    response = client.post_form(link, {"new": "a wholly different one"})
    assert (response.status_code, response.location) == (303, "/login")
    assert as_alice.get("/settings").status_code == 302, "sessions from before the change still work"
    assert client.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 401
    assert (
        client.post_form("/login", {"login": "alice", "password": "a wholly different one"}).status_code
        == 303
    )


def test_the_link_works_once(client: PageClient, alice: User, services: Services) -> None:
    link = _asked(client, services, "alice@example.com")
    page = client.page(link)
    token = _value(page, "csrf_token")
    assert client.post(link, data={"csrf_token": token, "new": "a wholly different one"}).status_code == 303
    page = client.page(link, 404)
    assert "used or is too old" in page.get_text()


def test_the_link_works_for_an_hour(
    client: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    link = _asked(client, services, "alice")
    clock.turn(minutes=59)
    client.page(link)
    clock.turn(minutes=1, seconds=1)
    client.page(link, 404)


def test_a_newer_link_ends_the_older_one(
    client: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    first, second = _asked(client, services, "alice"), _asked(client, services, "alice")
    client.page(first, 404)
    client.page(second)


def test_a_weak_new_password_does_not_use_the_link_up(
    client: PageClient, alice: User, services: Services
) -> None:
    link = _asked(client, services, "alice")
    page = client.look(client.post_form(link, {"new": "alice alice"}), 400)
    assert "Leave your name" in page.get_text()
    assert client.post_form(link, {"new": "a wholly different one"}).status_code == 303


def test_asking_gives_the_same_answer_and_work_for_everyone(
    client: PageClient, alice: User, services: Services
) -> None:
    answers, jobs = [], []
    for login in ("alice", "nobody", "nobody@example.com", "", "x" * 3000, "a\x00b", "<script>"):
        answer = client.post_form("/password/forgot", {"login": login})
        answers.append((answer.status_code, answer.location))
        jobs.append(len(services.store.list_documents("-jobs", "job")))
    assert set(answers) == {(303, "/password/forgot/sent")}
    assert jobs == [1, 2, 3, 4, 5, 6, 7]
    _work(services)
    assert [mail.to for mail in services.messenger.sent] == ["alice@example.com"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("login", ["alice", "nobody"])
def test_asking_again_and_again_is_slowed_down(client: PageClient, alice: User, login: str) -> None:
    codes = [client.post_form("/password/forgot", {"login": login}).status_code for _ in range(4)]
    assert codes == [303, 303, 303, 429]


@pytest.mark.parametrize("token", ["x", ".", "a.b", "a" * 5000, "%00.%00", "alice.%F0%9F%8E%89"])
def test_a_made_up_link_is_an_old_link(client: PageClient, token: str) -> None:
    client.page(f"/password/reset/{token}", 404)
    client.page(f"/email/confirm/{token}", 404)


def test_links_and_passwords_are_in_no_log(
    client: PageClient, alice: User, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    link = _asked(client, services, "alice")
    client.get(link)
    client.post_form(link, {"new": "a wholly different one"})
    secret = link.rpartition(".")[2]
    assert len(secret) == 43
    assert secret not in caplog.text
    assert "wholly different" not in caplog.text


def test_a_huge_password_costs_nothing_and_says_why(client: PageClient, alice: User) -> None:
    assert client.post_form("/login", {"login": "alice", "password": "x" * 400_000}).status_code == 401


def test_somebody_signed_in_is_not_asked_to_sign_in(as_alice: PageClient) -> None:
    assert as_alice.get("/login").location == "/dashboard"
    assert as_alice.get("/register").location == "/dashboard"


def _asked(client: PageClient, services: Services, login: str) -> str:
    """The path of the link that comes by e-mail."""
    client.post_form("/password/forgot", {"login": login})
    _work(services)
    found = re.search(r"http://localhost:5000(/password/reset/\S+)", services.messenger.sent[-1].text)  # type: ignore[attr-defined]
    assert found is not None
    return found[1]


def _work(services: Services) -> None:
    services.queue.run(services)  # type: ignore[attr-defined]


def _value(page: BeautifulSoup, name: str) -> str:
    control = page.find("input", {"name": name})
    assert control is not None
    return str(control.get("value") or "")


def _plain(text: str, typed: str) -> str:
    """A page without what differs between any two answers: tokens, and what was typed."""
    page = BeautifulSoup(text, "html.parser")
    for control in page.find_all("input", {"name": "csrf_token"}):
        control.decompose()
    return str(page).replace(typed, "")
