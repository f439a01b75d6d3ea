"""What every page does in a browser: keys, toasts, one submit a click, menus, nothing private after signing out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import let_in
from tests.live import PASSWORD


@pytest.fixture
def inside(open_context, planner, resident) -> Page:
    """A window of someone with three years of expenses."""
    return let_in(open_context(), planner, resident).new_page()


def toasts(page: Page):
    return page.locator("[data-toast]")


def saved_profile(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Save").click()
    expect(toasts(page)).to_have_count(1)


def test_n_adds_from_anywhere_and_escape_leaves(inside):
    inside.goto("/budget")
    inside.keyboard.press("n")
    inside.wait_for_url("**/expenses/new")
    inside.keyboard.press("Escape")  # out of the amount
    inside.keyboard.press("Escape")
    inside.wait_for_url(re.compile("/expenses(?!/new)"))


def test_a_letter_typed_into_a_field_is_a_letter(inside):
    inside.goto("/expenses/new")
    inside.locator("[name=payee]").press_sequentially("n/?n")
    expect(inside.locator("[name=payee]")).to_have_value("n/?n")


def test_slash_searches_here_or_goes_where_one_can(inside):
    inside.goto("/expenses")
    inside.keyboard.press("/")
    expect(inside.locator("[data-search]")).to_be_focused()
    expect(inside.locator("[data-search]")).to_have_value("")
    inside.goto("/dashboard")
    inside.keyboard.press("/")
    inside.wait_for_url("**/expenses#search")
    expect(inside.locator("[data-search]")).to_be_focused()


def test_the_question_mark_lists_the_keys_and_escape_closes_the_list(inside):
    inside.goto("/dashboard")
    inside.keyboard.press("?")
    expect(inside.get_by_role("dialog", name="Keys")).to_be_visible()
    inside.keyboard.press("n")  # not while the list is open
    inside.keyboard.press("Escape")
    expect(inside.get_by_role("dialog")).to_have_count(0)
    assert inside.url.endswith("/dashboard")


def test_a_menu_closes_on_escape_and_on_a_click_elsewhere(inside):
    inside.goto("/expenses")
    menu = inside.locator("details.menu").first
    menu.locator("summary").click()
    inside.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    inside.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_toast_goes_by_itself_but_waits_for_a_pointer(inside):
    inside.clock.install()
    saved_profile(inside)
    toasts(inside).hover()
    inside.clock.run_for(60_000)
    expect(toasts(inside)).to_have_count(1)
    inside.mouse.move(0, 0)
    inside.clock.run_for(9_000)
    expect(toasts(inside)).to_have_count(0)


def test_a_toast_can_be_dismissed(inside):
    saved_profile(inside)
    inside.get_by_role("button", name="Dismiss").click()
    expect(toasts(inside)).to_have_count(0)


def test_two_quick_clicks_send_a_form_once(inside):
    sent = []
    inside.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    inside.goto("/settings")
    inside.get_by_role("button", name="Save").dblclick()
    expect(toasts(inside)).to_have_count(1)
    assert len(sent) == 1


def test_after_signing_out_the_back_button_shows_nothing_private(inside):
    inside.goto("/dashboard")
    inside.goto("/expenses")
    inside.get_by_role("button", name="Sign out").click()
    inside.wait_for_url(re.compile("/$"))
    inside.go_back()
    expect(inside.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_phones_more_opens_and_leads_on(open_context, planner, resident):
    page = let_in(open_context(viewport={"width": 375, "height": 740}), planner, resident).new_page()
    page.goto("/dashboard")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Settings").click()
    page.wait_for_url("**/settings")


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(247, 247, 244)"), ("dark", "rgb(17, 20, 22)")])
def test_the_theme_follows_the_system(open_context, scheme, paper):
    page = open_context(color_scheme=scheme).new_page()
    page.goto("/login")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


def test_the_theme_follows_the_persons_wish_first(open_context, planner, live):
    owl = live.accounts.register("owl", "owl@example.com", PASSWORD, theme="dark")
    page = let_in(open_context(color_scheme="light"), planner, owl).new_page()
    page.goto("/dashboard")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 20, 22)"


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize(
    "address", ["/dashboard", "/expenses", "/expenses/new", "/budget", "/settings", "/import"]
)
def test_nothing_is_wider_than_the_window(open_context, planner, resident, width, address):
    page = let_in(open_context(viewport={"width": width, "height": 740}), planner, resident).new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
