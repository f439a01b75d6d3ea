"""What there is to say about a budget, in one plain sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lib.formats import short_money
from lib.periods import Month
from lib.records import User

if TYPE_CHECKING:
    from lib.budget_months import BudgetLine


def ordinal(day: int) -> str:
    """ "the 23rd" without "the"."""
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def sentence_for(line: BudgetLine, user: User, month: Month, today: date) -> str:
    """The most urgent thing to know of it on that day."""

    def money(amount: Decimal) -> str:
        return short_money(amount, user.currency, user.locale)

    now = Month.of(today)
    if line.budget is None:
        return _without_budget(line, money(line.spent))
    if month < now:
        return _past(line, money(abs(line.left)))
    if line.left < 0:
        return f"You are {money(-line.left)} over."
    return f"{money(line.left)} left."


def _without_budget(line: BudgetLine, spent: str) -> str:
    return f"{spent} without a budget."


def _past(line: BudgetLine, difference: str) -> str:
    return f"{difference} over." if line.left < 0 else f"{difference} left."
