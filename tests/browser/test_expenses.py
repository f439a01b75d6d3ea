"""What scripts make quicker about expenses: nothing here leaves the page but what says so."""

from datetime import date, timedelta
from decimal import Decimal
from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.expenses import ExpenseDraft
from lib.records import User
from tests.browser.conftest import let_in
from tests.live import PASSWORD

PAYEES = ("Bakery", "Butcher", "Kiosk", "Market", "Bahn")


@pytest.fixture
def person(live, today: date) -> User:
    """Someone with five expenses, a day each."""
    name = f"e{token_hex(6)}"
    user = live.accounts.register(name, f"{name}@example.com", PASSWORD)
    for number, payee in enumerate(PAYEES):
        category = "Transport" if payee == "Bahn" else "Groceries"
        day = today - timedelta(days=number)
        live.expenses.add_expense(user, ExpenseDraft(Decimal(5), "EUR", category, day, payee), payee)
    return user


@pytest.fixture
def page(open_context, planner, person) -> Page:
    page = let_in(open_context(), planner, person).new_page()
    page.goto("/expenses")
    page.evaluate("document.body.dataset.stayed = 'yes'")
    return page


def stayed(page: Page) -> bool:
    """Whether it is still the page that was opened."""
    return bool(page.evaluate("document.body.dataset.stayed === 'yes'"))


def titles(page: Page) -> list[str]:
    return page.locator(".x-day li a").all_inner_texts()


def toast(page: Page) -> Locator:
    return page.locator(".toast-note p")


def ticks(page: Page) -> Locator:
    return page.locator(".x-day [name=id]")


def test_an_expense_is_added_and_taken_back_without_leaving_the_page(page):
    page.fill("#add [name=amount]", "12.50+3")
    page.fill("#add [name=payee]", "Bahn")
    expect(page.locator("#add [name=other_category]")).to_have_value("Transport")
    page.press("#add [name=payee]", "Enter")
    expect(toast(page)).to_contain_text("Added €15.50 at Bahn")
    assert titles(page) == ["Bahn", *PAYEES]
    expect(page.locator("#add [name=amount]")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Deleted €15.50 at Bahn")
    assert titles(page) == list(PAYEES)
    assert stayed(page)


def test_two_added_one_after_the_other_are_two(page):
    for amount in ("1", "2"):
        page.fill("#add [name=amount]", amount)
        page.select_option("#add [name=other_category]", "Shopping")
        page.click("#add button")
        expect(toast(page)).to_contain_text(f"Added €{amount}.00")
    assert len(titles(page)) == 7


def test_a_category_chosen_by_hand_stays(page):
    page.select_option("#add [name=other_category]", "Shopping")
    page.fill("#add [name=payee]", "Bahn")
    expect(page.locator("#add [name=other_category]")).to_have_value("Shopping")


def test_what_cannot_be_added_is_said_on_the_whole_form(page):
    page.fill("#add [name=amount]", "a lot")
    page.click("#add button")
    page.wait_for_url("**/expenses/new")
    expect(page.get_by_label("Amount")).to_have_value("a lot")
    expect(page.get_by_role("alert")).to_be_visible()


def test_without_a_connection_that_is_said_and_nothing_typed_is_lost(chromium, planner, person):
    with chromium.new_context(base_url=planner.address) as window:  # whose console may complain
        page = let_in(window, planner, person).new_page()
        page.goto("/expenses")
        page.route("**/expenses/new", lambda route: route.abort())
        page.fill("#add [name=amount]", "3")
        page.select_option("#add [name=other_category]", "Shopping")
        page.click("#add button")
        expect(page.get_by_role("alert")).to_contain_text("no connection")
        expect(page.locator("#add [name=amount]")).to_have_value("3")


def test_a_range_is_ticked_with_shift_deleted_and_brought_back(page):
    expect(page.get_by_role("button", name="Delete")).to_be_hidden()
    ticks(page).nth(1).check()
    ticks(page).nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-select-count]")).to_have_text("3 ticked")
    page.get_by_role("button", name="Delete").click()
    expect(toast(page)).to_contain_text("Deleted 3 expenses")
    assert titles(page) == ["Bakery", "Bahn"]
    page.get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Restored 3 expenses")
    assert titles(page) == list(PAYEES)
    assert stayed(page)


def test_all_on_the_page_are_ticked_and_get_a_tag(page):
    page.get_by_label("All on this page").check()
    expect(page.locator("[data-select-count]")).to_have_text("5 ticked")
    page.get_by_label("Tag to add").fill("feast")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(toast(page)).to_contain_text("5 expenses tagged feast")
    expect(page.locator(".x-day em")).to_have_count(5)
    expect(page.locator("[data-select-count]")).to_be_hidden()


def test_quick_answers_and_lists_take_each_other_back(page):
    page.goto("/expenses/new")
    groceries = page.get_by_role("radio", name="Groceries")
    groceries.check(force=True)
    page.get_by_label("Another category").select_option("Travel")
    expect(groceries).not_to_be_checked()
    groceries.check(force=True)
    expect(page.get_by_label("Another category")).to_have_value("")
    page.get_by_role("radio", name="Another day").check(force=True)
    page.get_by_label("Which day").fill("2026-10-03")
    page.get_by_role("radio", name="Yesterday").check(force=True)
    expect(page.get_by_label("Which day")).to_have_value("")
    expect(page.get_by_label("Which day")).to_be_hidden()


def test_a_phones_row_is_ticked_by_its_picture(open_context, planner, person):
    page = let_in(open_context(viewport={"width": 375, "height": 800}), planner, person).new_page()
    page.goto("/expenses")
    page.locator(".x-day .tile").nth(1).click(force=True)  # on which the box lies, unseen
    expect(page.locator("[data-select-count]")).to_have_text("1 ticked")
    page.locator(".x-day li").nth(0).click()
    page.wait_for_url("**/expenses/*")
