"""Signing in and out, as a browser sees it."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock
from tests.pages import PageClient


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com", " Alice@Example.com "])
def test_one_signs_in_by_username_or_email(client: PageClient, alice: User, login: str) -> None:
    response = client.post_form("/login", {"login": login, "password": PASSWORD})
    assert (response.status_code, response.location) == (303, "/dashboard")


def test_a_form_sent_empty_says_what_is_missing(client: PageClient) -> None:
    page = client.look(client.post_form("/login", {}), 400)
    assert [control["id"] for control in page.find_all(attrs={"aria-invalid": "true"})] == [
        "login",
        "password",
    ]


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


def guess_elsewhere(app: Flask, login: str) -> PageClient:
    stranger = app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    for n in range(6):
        stranger.post_form("/login", {"login": login, "password": f"guess {n}"})  # type: ignore[attr-defined]
    return stranger  # type: ignore[return-value]


@pytest.mark.parametrize("login", ["alice", "alice@example.com"])
def test_who_guesses_elsewhere_locks_nobody_out_of_a_browser_of_their_own(
    app: Flask, as_alice: PageClient, login: str
) -> None:
    as_alice.post_form("/logout")
    stranger = guess_elsewhere(app, login)
    assert stranger.post_form("/login", {"login": login, "password": PASSWORD}).status_code == 429
    assert as_alice.post_form("/login", {"login": login, "password": PASSWORD}).status_code == 303


def test_a_known_browser_has_five_tries_itself_and_none_with_other_names(
    app: Flask, as_alice: PageClient, bob: User
) -> None:
    as_alice.post_form("/logout")
    guess_elsewhere(app, "bob")
    assert as_alice.post_form("/login", {"login": "bob", "password": PASSWORD}).status_code == 429
    codes = [
        as_alice.post_form("/login", {"login": "alice", "password": f"guess {n}"}).status_code
        for n in range(6)
    ]
    assert codes == [401] * 5 + [429]


def test_a_made_up_known_browser_is_none(app: Flask, client: PageClient, alice: User) -> None:
    guess_elsewhere(app, "alice")
    client.set_cookie("planner-browser", f"{alice.user_id}.mine", path="/login")
    assert client.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 429


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


def test_the_cookie_is_sent_once(as_alice: PageClient) -> None:
    as_alice.get("/settings")
    assert "Set-Cookie" not in as_alice.get("/settings").headers


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


def test_a_huge_password_costs_nothing_and_says_why(client: PageClient, alice: User) -> None:
    assert client.post_form("/login", {"login": "alice", "password": "x" * 400_000}).status_code == 401


def test_somebody_signed_in_is_not_asked_to_sign_in(as_alice: PageClient) -> None:
    assert as_alice.get("/login").location == "/dashboard"
    assert as_alice.get("/register").location == "/dashboard"


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


@pytest.mark.parametrize(
    ("referrer", "ahead"),
    [
        ("http://localhost/expenses/new?day=today", "/login?next=/expenses/new?day%3Dtoday"),
        ("http://evil.example/expenses/new", "/login"),
        ("", "/login"),
    ],
)
def test_who_was_signed_out_while_writing_reads_that_nothing_was_saved(
    client: PageClient, referrer: str, ahead: str
) -> None:
    answer = client.post("/expenses/new", headers={"Referer": referrer} if referrer else {})
    assert (answer.status_code, answer.location) == (303, ahead)
    page = client.page(ahead)
    assert "You were signed out, so nothing was saved." in page.get_text()
