"""Everything that people come for works without JavaScript."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import in_utc
from tests.browser.test_first_month import statements
from tests.live import PASSWORD


@pytest.fixture
def page(open_context) -> Page:
    return open_context(java_script_enabled=False).new_page()


@pytest.fixture
def person(page: Page, live) -> Page:
    """Someone who has just registered."""
    name = f"n{token_hex(6)}"
    page.goto("/register")
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    in_utc(live, name)
    return page


def add(page: Page, payee: str, amount: str = "4.20") -> None:
    page.goto("/expenses/new")
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Another category").select_option("Groceries")
    page.get_by_label("Payee").fill(payee)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def test_adding_changing_deleting_and_undoing(person):
    add(person, "Bakery")
    person.get_by_role("link", name="Bakery").first.click()
    person.get_by_label("Payee").fill("Baker's shop")
    person.get_by_role("button", name="Save", exact=True).click()
    person.get_by_role("link", name="Baker's shop").first.click()
    person.get_by_role("button", name="Delete").click()
    expect(person.get_by_role("link", name="Baker's shop")).to_have_count(0)
    person.get_by_role("button", name="Undo").click()
    expect(person.get_by_role("link", name="Baker's shop").first).to_be_visible()


def test_a_wrong_form_comes_back_filled_in_with_what_would_work(person):
    add(person, "Bakery", amount="a lot")
    expect(person.get_by_label("Payee")).to_have_value("Bakery")
    expect(person.get_by_label("Amount")).to_have_value("a lot")
    expect(person.get_by_role("alert")).to_be_visible()


def test_adding_in_the_list(person, today):
    person.goto("/expenses")
    form = person.locator("#add")
    form.get_by_label("Amount").fill("3")
    form.get_by_label("Payee").fill("Kiosk")
    form.get_by_label("Category").select_option("Shopping")
    form.get_by_label("Day").fill(today.isoformat())
    form.get_by_role("button", name="Add").click()
    expect(person.get_by_role("link", name="Kiosk").first).to_be_visible()


def test_changing_many_at_once(person):
    add(person, "Bakery")
    add(person, "Butcher")
    person.goto("/expenses")
    for payee in ("Bakery", "Butcher"):
        person.get_by_role("checkbox", name=payee).check()
    person.get_by_label("Tag to add").fill("feast")
    with person.expect_navigation():
        person.get_by_role("button", name="Tag", exact=True).click()
    person.goto("/expenses?tag=feast")
    expect(person.get_by_role("link", name="Bakery").first).to_be_visible()
    expect(person.get_by_role("link", name="Butcher").first).to_be_visible()


def test_budgets(person):
    person.goto("/budget")
    person.get_by_label("Budget for Groceries").fill("300")
    person.get_by_role("button", name="Save budgets").click()
    add(person, "Bakery")
    person.goto("/dashboard")
    expect(person.get_by_role("meter", name="Groceries").first).to_be_visible()


def test_bringing_a_bank_file_and_taking_it_back(person, today):
    person.goto("/import")
    file = {"name": "dutch.csv", "mimeType": "text/csv", "buffer": statements(today)["dutch.csv"]}
    person.get_by_label("File").set_input_files(file)
    person.get_by_role("button", name="Go on").click()
    person.get_by_role("button", name="Check all rows").click()
    person.get_by_role("button", name=re.compile("^Import")).click()
    expect(person.get_by_text("Came in", exact=True)).to_be_visible(timeout=30_000)
    person.get_by_role("button", name="Take it back").click()
    expect(person.get_by_role("button", name="Bring it back")).to_be_visible(timeout=30_000)


def test_settings_and_signing_out(person):
    person.goto("/settings")
    person.get_by_label("Currency").select_option("CHF")
    with person.expect_navigation():
        person.get_by_role("button", name="Save").first.click()
    add(person, "Bakery", "4.20")
    expect(person.get_by_text("CHF").first).to_be_visible()
    person.goto("/logout")
    with person.expect_navigation():
        person.locator("main").get_by_role("button", name="Sign out").click()
    person.goto("/dashboard")
    expect(person.get_by_role("heading", level=1)).to_have_text("Sign in")
