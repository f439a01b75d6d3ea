"""What strangers see: the first page, the sample household, what search engines are told."""

from dataclasses import replace
from decimal import Decimal

from app import create_app
from lib.periods import Month
from tests.pages import PageClient


def test_strangers_are_offered_sample_data_and_an_account(client):
    page = client.page("/")
    assert {"/demo", "/register", "/login"} <= {link["href"] for link in page.select("a")}
    assert len(page.select(".promises li")) == 3


def test_whoever_is_signed_in_goes_on_to_the_overview(as_alice):
    answer = as_alice.get("/")
    assert (answer.status_code, answer.location) == (302, "/dashboard")


def test_looking_at_the_demo_page_opens_nothing(client, services):
    client.page("/demo")
    assert list(services.store.each_user()) == []


def test_the_sample_household_is_full_and_ones_own(client, services):
    answer = client.post_form("/demo")
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    page = client.page("/dashboard")
    assert "Sample data" in page.select_one(".demo-banner").text
    (household,) = services.store.each_user()
    assert household.demo
    totals = services.store.month_totals(household.user_id, Month(2023, 12), Month(2026, 12))
    assert len({total.month for total in totals}) == 36
    assert sum(total.spent for total in totals if total.is_spending) > Decimal(10_000)


def test_the_demo_leaves_no_one_in_someone_elses_account(as_alice, alice):
    as_alice.post_form("/demo")
    assert as_alice.get("/api/check-session").json["user"]["username"] != alice.username


def test_closed_doors_are_not_offered(services):
    closed = services.settings.model_copy(update={"demo": False, "registration": False})
    stranger = create_app(closed, replace(services, settings=closed)).test_client()
    page = PageClient.look(stranger.get("/"))
    links = {link["href"] for link in page.select("a")}
    assert "/login" in links
    assert not {"/demo", "/register"} & links
    assert stranger.get("/demo").status_code == 404


def test_search_engines_may_look_at_pages_but_not_at_the_api(client):
    rules = client.get("/robots.txt")
    assert rules.content_type == "text/plain; charset=utf-8"
    assert rules.text.splitlines()[-1] == "Disallow: /api/"


def test_what_asks_for_a_favicon_gets_one(client):
    answer = client.get("/favicon.ico", follow_redirects=True, buffered=True)
    assert answer.content_type.startswith("image/svg+xml")


def test_an_unknown_address_says_what_is_safe_and_what_to_do(client):
    page = client.look(client.get("/nowhere"), 404)
    assert [term.text for term in page.select("dt")] == ["What is safe", "What to do"]
    assert page.select_one(".error-id code").text


def test_no_folder_is_listed(client, as_alice):
    style = client.page("/").find("link", rel="stylesheet")["href"]
    assert client.get(style, buffered=True).status_code == 200
    version = style.split("/")[2]
    for folder in (
        "/static",
        "/static/",
        f"/static/{version}/",
        f"/static/{version}/css/",
        "/files/",
        "/files",
    ):
        assert [client.get(folder).status_code, as_alice.get(folder).status_code] == [404, 404], folder


def test_a_page_carries_the_icons_it_shows_and_no_others(client):
    page = client.page("/")
    shown = {use["href"].removeprefix("#") for use in page.select("use")}
    carried = {symbol["id"] for symbol in page.select("symbol")}
    assert shown == carried
