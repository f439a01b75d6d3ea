"""Choosing what to be told of, a test that ends in "received", and the count at the bell: at home, where letters are files."""

import email
import email.policy
import re
from collections.abc import Iterator
from decimal import Decimal
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from lib.alerting import preferences
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.records import User
from lib.services import Services
from tests.browser.conftest import let_in
from tests.live import PASSWORD, Planner, wait_until

PHONE = {"viewport": {"width": 375, "height": 800}}


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    planner = Planner(tmp_path_factory.mktemp("home"))
    yield planner.start()
    planner.stop()


@pytest.fixture(scope="module")
def live(planner: Planner) -> Services:
    return planner.services()


@pytest.fixture
def person(live: Services) -> User:
    """Someone with a budget of 10 a month."""
    name = f"n{token_hex(6)}"
    user = live.accounts.register(name, f"{name}@example.com", PASSWORD)
    live.budgets.set_budget(user, "Groceries", Decimal(10), Month.of(live.now().date()))
    return user


def spend(live: Services, user: User) -> None:
    """More than the budget has, and be told of that alone."""
    preferences.change(live.store, user.user_id, chosen={"large_expense": frozenset()})
    draft = ExpenseDraft(Decimal("12.00"), "EUR", "Groceries", live.now().date(), payee="Market")
    live.expenses.add_expense(user, draft, token_hex(6))


def letter(planner: Planner, user: User, subject: str) -> str:
    """The text of the letter to them with that subject, once it is written."""

    def found() -> list[str]:
        texts = []
        for path in (planner.folder / "outbox").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == user.email and subject in message["Subject"]:
                texts.append(message.get_body(("plain",)).get_content())
        return texts

    wait_until(lambda: bool(found()), f"a letter about {subject!r}")
    return found()[0]


def bell(page: Page, words: str) -> None:
    expect(page.get_by_role("link", name=words, exact=True).locator("visible=true")).to_have_count(1)


def test_choosing_on_a_phone_and_a_test_that_is_received(open_context, planner, live, person):
    context = let_in(open_context(**PHONE), planner, person)
    page = context.new_page()
    page.goto("/settings/notifications")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(re.search(r"/notifications/confirm/\S+", letter(planner, person, "Confirm"))[0])
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#email").get_by_text("confirmed", exact=True)).to_be_visible()

    group = page.get_by_role("group", name="Large expense")
    group.get_by_role("checkbox", name="E-mail").uncheck()
    page.get_by_label("Keep quiet hours").check()
    page.get_by_label("From").fill("21:30")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    page.reload()
    expect(group.get_by_role("checkbox", name="E-mail")).not_to_be_checked()
    expect(group.get_by_role("checkbox", name="In the app")).to_be_checked()
    expect(page.get_by_label("From")).to_have_value("21:30")

    page.get_by_role("button", name="Send a test by E-mail").click()
    expect(page.get_by_text("E-mail: sent")).to_be_visible()  # without a reload
    other = context.new_page()
    other.goto(re.search(r"/notifications/received/\S+", letter(planner, person, "A test"))[0])
    other.get_by_role("button", name="I received it").click()
    expect(page.locator(".way-test").get_by_text("Received", exact=True)).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("window", [PHONE, {}], ids=["phone", "desk"])
def test_the_bell_counts_until_the_history_was_seen(open_context, planner, live, person, window):
    preferences.change(live.store, person.user_id, confirmed_email=person.email)
    page = let_in(open_context(**window), planner, person).new_page()
    page.goto("/dashboard")
    bell(page, "Notifications")
    spend(live, person)
    page.reload()
    bell(page, "Notifications, 1 unread")
    letter(planner, person, "Groceries is €2 over budget")
    page.goto("/notifications")
    row = page.get_by_role("listitem").filter(has_text="Groceries is €2 over budget")
    expect(row.get_by_text("E-mail: sent")).to_be_visible()
    expect(row.get_by_text("New", exact=True)).to_be_visible()
    bell(page, "Notifications")  # seen, without a reload
    page.reload()
    bell(page, "Notifications")
    expect(page.get_by_text("New", exact=True)).to_have_count(0)


def test_without_javascript_too(open_context, planner, live, person):
    spend(live, person)
    page = let_in(open_context(java_script_enabled=False, **PHONE), planner, person).new_page()
    page.goto("/notifications")
    bell(page, "Notifications, 1 unread")
    page.get_by_role("button", name="Mark all as read").click()
    bell(page, "Notifications")
    page.goto("/settings/notifications")
    page.get_by_label("One e-mail a day").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("One e-mail a day")).to_be_checked()
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("A link is on its way to this address")).to_be_visible()
