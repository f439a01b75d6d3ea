"""After signing out, nothing private comes back: not by the back button, not from another tab, not from a cache."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from lib.records import Filters
from tests.browser.conftest import let_in

PRIVATE = ("/dashboard", "/expenses", "/budget", "/settings", "/settings/security")


@pytest.fixture
def page(open_context, planner, resident) -> Page:
    return let_in(open_context(), planner, resident).new_page()


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r":\d+/$"))


@pytest.mark.parametrize("address", PRIVATE)
def test_the_back_button_leads_to_signing_in(page, address):
    page.goto(address)
    sign_out(page)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_page_left_open_in_another_tab_saves_nothing(page, live, resident):
    page.goto("/expenses/new")
    sign_out(page.context.new_page())
    page.get_by_label("Amount").fill("7777.77")
    page.get_by_label("Another category").select_option("Groceries")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "7777.77" not in page.content()
    same = Filters(least=Decimal("7777.77"), most=Decimal("7777.77"))
    assert live.store.list_expenses(resident.user_id, same).items == []


def test_pages_are_told_not_to_be_kept(page):
    for address in PRIVATE:
        answer = page.goto(address)
        assert answer is not None
        assert answer.headers["cache-control"] == "no-store"
