"""The overview says what is left, and never more or less than what is in the books."""

from datetime import date
from decimal import Decimal

import pytest

from lib.demo import fill
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.periods import Month

NOVEMBER = Month(2026, 11)


def spend(services, user, amount, category="Groceries", day=date(2026, 11, 20), **more):
    draft = ExpenseDraft(Decimal(amount), more.pop("currency", user.currency), category, day, **more)
    return services.expenses.add_expense(user, draft, new_id())


def words(page, selector="main"):
    return " ".join(page.select_one(selector).get_text(" ").split())


def test_an_empty_account_is_shown_three_ways_to_begin(as_alice):
    page = as_alice.page("/dashboard")
    assert len(page.select(".doors a")) == 3
    assert page.select_one(".empty p a")["href"] == "/budget?month=2026-11"


def test_left_is_what_the_budgets_have_less_what_was_spent_in_them(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    spend(services, alice, "112.30")
    spend(services, alice, "50.00", day=date(2026, 10, 31))
    page = as_alice.page("/dashboard")
    assert "€287.70" in words(page, ".stat-big")


def test_income_and_transfers_are_not_spending(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    spend(services, alice, "100")
    spend(services, alice, "3000", "Income")
    spend(services, alice, "500", "Transfers")
    page = as_alice.page("/dashboard")
    assert "€300.00" in words(page, ".stat-big")
    assert "€3,000.00 came in" in words(page)


def test_spending_without_a_budget_is_said(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    spend(services, alice, "70", "Travel")
    assert "€70.00 without a budget" in words(as_alice.page("/dashboard"))


def test_other_currencies_stand_apart_and_are_not_hidden(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    spend(services, alice, "120", currency="USD")
    page = as_alice.page("/dashboard")
    assert "€400.00" in words(page, ".stat-big")
    assert "$120.00" in words(page, ".notice")


def test_an_overspent_budget_needs_attention(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), NOVEMBER)
    spend(services, alice, "112.40")
    page = as_alice.page("/dashboard")
    assert "€12.40" in words(page, ".attention")
    assert "Over by €12.40" in words(page, ".budgets")


def test_the_page_is_kept_until_something_changes_and_never_longer(as_alice, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    as_alice.page("/dashboard")
    assert "€400.00" in words(as_alice.page("/dashboard"), ".stat-big")
    spend(services, alice, "1.00")
    assert "€399.00" in words(as_alice.page("/dashboard"), ".stat-big")


def test_the_page_turns_with_the_day(as_alice, alice, services, clock):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    assert "10 days to go" in words(as_alice.page("/dashboard"))
    clock.turn(hours=24)
    assert "9 days to go" in words(as_alice.page("/dashboard"))


def test_pages_of_two_people_are_never_mixed_up(as_alice, as_bob, alice, services):
    services.budgets.set_budget(alice, "Groceries", Decimal(400), NOVEMBER)
    assert "€400.00" in words(as_alice.page("/dashboard"))
    assert "€400.00" not in words(as_bob.page("/dashboard"))


@pytest.mark.parametrize("month", ["2026-13", "26-1", "9999-01", "0001-01", "x", "2026-11'--", "\x00"])
def test_a_month_that_is_none_is_refused_in_words(as_alice, month):
    page = as_alice.look(as_alice.get("/dashboard", query_string={"month": month}), 400)
    assert "2026-11" in words(page)


@pytest.mark.parametrize("month", ["1970-01", "2199-12", "2024-02", "2027-01"])
def test_any_month_can_be_looked_at(as_alice, alice, services, month):
    fill(services.store, alice, services.now(), months=3)
    as_alice.page(f"/dashboard?month={month}")


@pytest.mark.parametrize(
    ("month", "leads_to"),
    [("1970-01", {"1970-02"}), ("2199-12", {"2199-11"}), ("2024-02", {"2024-01", "2024-03"})],
)
def test_no_address_leads_to_a_month_that_is_refused(as_alice, alice, services, month, leads_to):
    fill(services.store, alice, services.now(), months=3)
    for path in ("/dashboard", "/budget", "/expenses"):
        page = as_alice.page(f"{path}?month={month}")
        linked = {link["href"][-7:] for link in page.select(".months-step")}
        assert linked == leads_to
    for link in as_alice.page(f"/dashboard?month={month}").select("main svg a"):
        as_alice.page(link["href"])


def test_a_full_account_shows_every_part(as_alice, alice, services):
    fill(services.store, alice, services.now())
    page = as_alice.page("/dashboard")
    headings = [heading.get_text() for heading in page.select("h2")]
    for part in ("Budgets", "Where it went", "Twelve months", "Latest"):
        assert part in headings
    assert len(page.select(".latest li")) == 5
    assert len(page.select(".mchart-plot .mhit")) == 12
