"""A person's first month, in a browser: register, three budgets, expenses, three banks' files, and the right figures.

BANK_FILES may name files of the same three banks, separated by colons: they are brought in and checked the same way.
"""

import csv
import os
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.browser import banks
from tests.browser.banks import Payment
from tests.browser.conftest import in_utc
from tests.live import PASSWORD

BUDGETS = {"Groceries": "400", "Transport": "80", "Entertainment": "60.50"}
BY_HAND = [
    ("12.50+3", "Groceries", "Market"),
    ("2.80", "Transport", "Bus"),
    ("9.99", "Entertainment", "Cinema"),
]
REAL = [Path(name) for name in os.environ.get("BANK_FILES", "").split(":") if name]


def statements(today: date) -> dict[str, bytes]:
    """Three banks' files, by name."""
    salary = Payment(today.replace(day=1), Decimal("2450.00"), "Employer")
    groceries, errands, treats = (
        banks.payments(today, payees, size)
        for payees, size in (
            ("Bakker Bart, Albert Heijn, Slager", 25),
            ("Fietsenmaker, Boekhandel, Apotheek", 18),
            ("Coffee House, Hardware Store, Book Shop", 31),
        )
    )
    return {
        "dutch.csv": banks.as_dutch([*groceries, salary]),
        "nameless.csv": banks.as_nameless(errands),
        "american.csv": banks.as_american(treats),
    }


@pytest.fixture
def person(page: Page, live) -> Page:
    """Someone who has just registered, in euros and English."""
    name = f"x{token_hex(6)}"
    page.goto("/")
    page.get_by_role("link", name="Create account").first.click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")
    in_utc(live, name)
    page.goto("/settings")
    page.get_by_label("Currency").select_option("EUR")
    page.get_by_role("button", name="Save").first.click()
    return page


def set_budgets(page: Page) -> None:
    page.goto("/budget")
    for category, amount in BUDGETS.items():
        page.get_by_label(f"Budget for {category}").fill(amount)
    page.get_by_role("button", name="Save budgets").click()
    for category in BUDGETS:
        expect(page.get_by_label(f"{category}", exact=True)).to_be_visible()


def add_by_hand(page: Page) -> None:
    for amount, category, payee in BY_HAND:
        page.goto("/expenses/new")
        page.get_by_label("Amount").fill(amount)
        page.get_by_label("Another category").select_option(category)
        page.get_by_label("Payee").fill(payee)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text(payee).first).to_be_visible()


def bring(page: Page, name: str, content: bytes) -> None:
    """Upload, look, confirm, wait. Rows that look like duplicates come in too."""
    page.goto("/import")
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Check all rows").click()
    page.wait_for_url("**/check")
    duplicates = page.get_by_label(re.compile("^Bring (it )?in all")).last  # one has no "all"
    if duplicates.count():
        duplicates.check()
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.get_by_text("Came in", exact=True)).to_be_visible(timeout=30_000)


def exported(page: Page, query: str = "") -> list[tuple[Payment, str]]:
    """What the planner has, as it says itself: payments with their category."""
    rows = csv.DictReader(StringIO(page.request.get(f"/expenses.csv{query}").text().lstrip("\ufeff")))
    return [
        (Payment(date.fromisoformat(row["Date"]), Decimal(row["Amount"])), row["Category"]) for row in rows
    ]


def shown(page: Page, label: str) -> Decimal:
    """A figure of the overview."""
    card = page.locator(".stat").filter(has=page.locator(".stat-label", has_text=re.compile(rf"^\s*{label}")))
    return Decimal(re.sub(r"[^\d.]", "", card.locator(".stat-value").first.inner_text()))


def spent_in(payments: list[Payment], month: str) -> Decimal:
    return -sum((p.amount for p in payments if p.amount < 0 and f"{p.day:%Y-%m}" == month), Decimal(0))


def test_a_first_month(person: Page, today: date):
    set_budgets(person)
    add_by_hand(person)
    files = statements(today)
    for name, content in files.items():
        bring(person, name, content)
    in_files = [payment for content in files.values() for payment in banks.read(content)]
    by_hand = [Payment(today, Decimal(amount)) for amount in ("-15.50", "-2.80", "-9.99")]
    there = Counter((p.day, p.amount) for p, _ in exported(person))
    assert there == Counter((p.day, p.amount) for p in in_files + by_hand)
    person.goto("/dashboard")
    assert shown(person, "Spent") == spent_in(in_files + by_hand, f"{today:%Y-%m}")
    assert shown(person, "Budgeted") == Decimal("540.50")
    for category in BUDGETS:
        expect(person.get_by_role("meter", name=category).first).to_be_visible()


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[-30:])
def test_a_real_banks_file(person: Page, path: Path):
    in_file = banks.read(path.read_bytes())
    bring(person, path.name, path.read_bytes())
    assert Counter((p.day, p.amount) for p, _ in exported(person)) == Counter(
        (p.day, p.amount) for p in in_file
    )
    months = Counter(f"{payment.day:%Y-%m}" for payment in in_file)
    for month in months:
        person.goto(f"/dashboard?month={month}")
        counting = [
            p
            for p, category in exported(person, f"?month={month}")
            if category not in ("Income", "Transfers")
        ]
        assert shown(person, "Spent") == abs(sum((p.amount for p in counting), Decimal(0)))


def test_a_whole_import_can_be_taken_back(person: Page, today: date):
    bring(person, "dutch.csv", statements(today)["dutch.csv"])
    person.get_by_role("button", name="Take it back").click()
    expect(person.get_by_role("button", name="Bring it back")).to_be_visible(timeout=30_000)
    assert exported(person) == []
