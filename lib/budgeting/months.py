"""What a month of budgets looks like, and the arithmetic of it.

Every amount is a Decimal in the account's currency. Percentages are whole, rounded down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from lib.budgeting.spending import ZERO
from lib.money import smallest
from lib.periods import Month
from lib.records import Budget, Sum

State = Literal["fine", "near", "over"]
Tense = Literal["past", "current", "future"]


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One category (or OVERALL) in one month: what was planned, what happened, what is to come."""

    category: str  # the key that counts
    budget: Budget | None  # None: money is spent here without one
    amount: Decimal  # of this month; zero without a budget
    carried: Decimal  # left of earlier months, less than zero where they were overspent
    spent: Decimal  # money out less money in: less than zero after a refund
    count: int  # of expenses
    percent: int  # of what is available, 0 where nothing is
    reached: State  # by what is spent so far, whatever is to come: over, at the alert threshold, or below it
    per_day: Decimal | None  # may be spent on each day left, today included; None but in the current month
    projected: (
        Decimal | None
    )  # by the end of the month; None where nothing can be said, and but in the current month
    of_bills: bool  # a few expenses a month, which have a size and no pace (lib/budgeting/projections.py)
    runs_out_on: date | None  # when what is available is used up at this pace, if it will be
    recent: tuple[Decimal, ...]  # spent in the three months before, oldest first; fewer for a new account
    suggestion: Decimal | None  # a friendly figure for a budget, from `recent`
    sentence: str = ""  # the most urgent thing to know

    @property
    def available(self) -> Decimal:
        return self.amount + self.carried

    @property
    def left(self) -> Decimal:
        return calculate_remaining(self.available, self.spent)

    @property
    def heads_over(self) -> bool:
        """Whether more is likely to be spent by the end of the month than there is."""
        return self.projected is not None and self.projected > self.available

    @property
    def settled(self) -> bool:
        """Whether its bills are in, so that no more is likely to come this month: a paid rent is no alarm."""
        return self.of_bills and self.projected == self.spent

    @property
    def endangered(self) -> bool:
        """Whether it needs attention: over, heading there, or nearly used up while the month goes on."""
        if self.budget is None:
            return False
        nearly = self.reached == "near" and self.per_day is not None and not self.settled
        return self.reached == "over" or self.heads_over or nearly

    @property
    def state(self) -> State:
        """How it stands: rent that is paid uses up its budget and is fine; a pace that leads beyond it is near."""
        if self.reached == "near" and self.settled:
            return "fine"
        return "near" if self.reached == "fine" and self.endangered else self.reached


@dataclass(frozen=True, slots=True)
class BudgetTotals:
    """What several lines add up to."""

    budgeted: Decimal
    carried: Decimal
    available: Decimal
    spent: Decimal
    left: Decimal
    percent: int
    count: int  # of budgets


@dataclass(frozen=True, slots=True)
class BudgetMonth:
    """A month's budgets and everything that was spent in it, whether there is a budget for it or not."""

    month: Month
    lines: tuple[BudgetLine, ...]  # categories that have a budget, the endangered first
    unbudgeted: tuple[BudgetLine, ...]  # categories with expenses and without a budget, the largest first
    overall: BudgetLine | None  # the limit for all spending, if one is set
    totals: BudgetTotals  # of `lines`, so spending without a budget is not in it
    spent: Decimal  # all spending of the month
    projected: Decimal | None  # all spending by its end, where that can be said
    income: Decimal
    other_currencies: tuple[Sum, ...]  # never converted, never added


def tense_of(month: Month, today: date) -> Tense:
    now = Month.of(today)
    return "current" if month == now else "past" if month < now else "future"


def calculate_remaining(available: Decimal, spent: Decimal) -> Decimal:
    """What is left; less than zero when more was spent than there was."""
    return available - spent


def calculate_percentage(spent: Decimal, available: Decimal) -> int:
    """How much of it is used, rounded down: 0 or more, over 100 when overspent. 0 where nothing is available."""
    if available <= 0 or spent <= 0:
        return 0
    return int(spent * 100 // available)


def calculate_per_day(left: Decimal, days: int, currency: str) -> Decimal:
    """What may be spent on each of `days` days, rounded down so that it is enough until the end. Zero when over."""
    return (max(left, ZERO) / days).quantize(smallest(currency), ROUND_DOWN)


def check_threshold(spent: Decimal, available: Decimal, threshold: int) -> bool:
    """Whether the share used has reached the alert threshold (percent). Never where nothing is available."""
    return available > 0 and spent * 100 >= available * threshold


def check_budget_exceeded(spent: Decimal, available: Decimal) -> bool:
    """Whether more was spent than there was. Spending it to the cent is not that."""
    return spent > available


def calculate_totals(lines: Iterable[BudgetLine]) -> BudgetTotals:
    """The sum of the lines. An overspent line takes from what is left on the others."""
    budgeted = carried = spent = ZERO
    count = 0
    for line in lines:
        budgeted, carried, spent = budgeted + line.amount, carried + line.carried, spent + line.spent
        count += line.budget is not None
    available = budgeted + carried
    return BudgetTotals(
        budgeted,
        carried,
        available,
        spent,
        calculate_remaining(available, spent),
        calculate_percentage(spent, available),
        count,
    )
