"""Sample households are plausible, the same every time, and never ahead of today."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lib.categories import INCOME
from lib.household import Household
from lib.money import digits_of
from lib.periods import Month
from lib.records import OVERALL, User

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def household(currency: str = "EUR", today: date = date(2026, 11, 21)) -> Household:
    user = User("u1", "anna", "anna@example.com", "!", NOW, currency=currency)
    return Household(user, today, NOW)


def test_the_same_household_is_made_up_every_time():
    assert list(household().expenses()) == list(household().expenses())


def test_every_month_has_expenses_and_none_lies_ahead():
    found = list(household(today=date(2024, 2, 29)).expenses(12))
    months = {expense.month for expense in found}
    assert months == set(Month(2023, 3).until(Month(2024, 3)))
    assert max(expense.spent_on for expense in found) <= date(2024, 2, 29)


def test_ids_are_unique():
    ids = [expense.expense_id for expense in household().expenses()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("currency", ["JPY", "KWD", "EUR"])
def test_amounts_fit_the_currency(currency):
    for expense in household(currency).expenses(3):
        assert expense.amount == round(expense.amount, digits_of(currency))


def test_budgets_cover_the_same_time_and_all_spending():
    budgets = household().budgets(36)
    assert {budget.steps[0].since for budget in budgets} == {Month(2023, 12)}
    assert OVERALL in {budget.category for budget in budgets}
    assert all(budget.amount_in(Month(2026, 11)) > Decimal(0) for budget in budgets)


def test_a_salary_comes_in_every_month():
    salaries = [e for e in household().expenses(12) if e.category == INCOME]
    assert len(salaries) == 12
    assert all(salary.money_in for salary in salaries)
