"""The planner without a mouse: keys for what is frequent, and everything within reach of Tab, visibly."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import let_in
from tests.browser.places import own_pages, pages, visits

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary"
UNSEEN = """() => {
  const rings = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const element = document.activeElement;
  const around = [element, element.closest("label"), element.nextElementSibling].filter(Boolean);
  const seen = around.some((each) => ["", "::before", "::after"].some((part) => rings(getComputedStyle(each, part))));
  const inside = element.matches(":not(:focus)");  // on a part that the browser draws itself: the calendar of a date
  return seen || inside || element === document.body ? "" : element.outerHTML.slice(0, 140);
}"""


@pytest.fixture
def page(open_context, planner, resident) -> Page:
    return let_in(open_context(), planner, resident).new_page()


def to_add(page: Page) -> None:
    """The browser puts the cursor into the amount before the page's scripts listen to keys."""
    page.goto("/dashboard")
    page.keyboard.press("n")
    page.wait_for_url("**/expenses/new")
    expect(page.get_by_label("Amount")).to_be_focused()


def test_n_adds_an_expense_and_escape_leaves(page):
    to_add(page)
    page.keyboard.press("Escape")  # out of the field
    page.keyboard.press("Escape")  # out of the page
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add an expense")


def test_an_expense_is_added_with_keys_alone(page):
    to_add(page)
    page.keyboard.type("19.90")
    page.get_by_label("Another category").focus()
    page.keyboard.type("Groc")
    page.get_by_label("Payee").focus()
    page.keyboard.type("Typed by keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Typed by keys").first).to_be_visible()


def test_slash_searches_from_anywhere(page):
    page.goto("/dashboard")
    page.keyboard.press("/")
    expect(page.get_by_label("Search expenses")).to_be_focused()
    page.keyboard.type("rewe n/a?")  # keys are letters while someone types
    expect(page.get_by_label("Search expenses")).to_have_value("rewe n/a?")


def test_question_mark_lists_the_keys(page):
    page.goto("/budget")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_tab_skips_to_the_content(page):
    page.goto("/expenses")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_where_the_focus_is_can_be_seen_everywhere(page, planner, live, resident):
    unseen = []
    for address in visits(
        page, [a for a in pages(planner, live) if a != "/logout"] + own_pages(live, resident)
    ):
        for _ in range(min(page.locator(FOCUSABLE).count(), 40)):
            page.keyboard.press("Tab")
            if found := page.evaluate(UNSEEN):
                unseen.append(f"{address}: {found}")
    assert unseen == []
