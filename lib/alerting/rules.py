"""When there is something to tell. Pure: figures in, findings out."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lib.alerting import kinds
from lib.alerting.kinds import Kind
from lib.alerting.preferences import Preferences
from lib.budgeting.months import BudgetLine, check_budget_exceeded, check_threshold
from lib.budgeting.projections import median
from lib.budgeting.sheet import RECENT
from lib.budgeting.spending import HISTORY, Spending
from lib.categories import OVERALL
from lib.periods import Month
from lib.records import Expense, User

OVER, EARLY = "over", "early"
SUBSCRIPTIONS = "Subscriptions"
RECENT_DAYS = 31  # an older expense is written down late, and no news
ABOUT = 5  # percent that a bill may be above the usual and still be it
FAR_ABOVE = 2  # times the usual month
FEWEST_MONTHS = 3  # without which nothing is usual
A_MONTH_LATER = (timedelta(days=20), timedelta(days=45))  # between two charges of a monthly subscription
A_YEAR_LATER = (timedelta(days=350), timedelta(days=380))


def id_of(kind: Kind, topic: str, period: str = "", level: str = "") -> str:
    """The id of what is told once of `topic` (a category, an expense) in `period` at `level`: always the same."""
    return hashlib.sha256("\n".join((kind.key, topic, period, level)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Level:
    """A budget, in a month, that has come to a level: a percentage, over, or running out early."""

    kind: Kind
    month: Month
    level: str  # "80", OVER or EARLY
    line: BudgetLine

    @property
    def topic(self) -> str:
        return self.line.category

    @property
    def id(self) -> str:
        """A budget of another amount is another promise, that can be kept or broken anew."""
        return id_of(self.kind, self.topic, str(self.month), f"{self.level} of {self.line.amount:f}")


def possible(line: BudgetLine, month: Month) -> list[Level]:
    """The levels that a budget has, reached or not."""
    if line.budget is None:
        return []
    overall = line.category == OVERALL
    threshold, exceeded = (kinds.OVERALL, kinds.OVERALL) if overall else (kinds.THRESHOLD, kinds.EXCEEDED)
    return [
        *(Level(threshold, month, str(percent), line) for percent in line.budget.alert_thresholds),
        Level(exceeded, month, OVER, line),
    ]


def reached(line: BudgetLine, month: Month) -> list[Level]:
    """Those that what is spent so far has reached, the lowest first. Nothing is a percentage of nothing.

    Nothing is reached by spending nothing: what earlier months overspent is no news of this one.
    """
    if line.spent <= 0:
        return []
    return [level for level in possible(line, month) if _is_reached(level)]


def _is_reached(level: Level) -> bool:
    line = level.line
    if level.level == OVER:
        return check_budget_exceeded(line.spent, line.available)
    return check_threshold(line.spent, line.available, int(level.level))


def is_usual_bill(line: BudgetLine) -> bool:
    """Whether it is a bill that is in and came to what it came to in each of the last months: a paid rent is no alarm."""
    every_month = len(line.recent) == RECENT and min(line.recent) > 0
    return line.settled and every_month and line.spent * 100 <= median(line.recent) * (100 + ABOUT)


def runs_out(line: BudgetLine, month: Month) -> list[Level]:
    """The early warning, while no percentage is reached: after that it is no longer early."""
    if line.budget is None or line.runs_out_on is None or line.reached != "fine":
        return []
    kind = kinds.OVERALL if line.category == OVERALL else kinds.EARLY
    return [Level(kind, month, EARLY, line)]


@dataclass(frozen=True, slots=True)
class Large:
    expense: Expense
    share: int | None  # percent of its category's budget, where it has one

    @property
    def id(self) -> str:
        return id_of(kinds.LARGE, self.expense.expense_id)


def large(
    user: User, expense: Expense, budgeted: Decimal, preferences: Preferences, today: date
) -> Large | None:
    """Whether one expense is large by itself, or for its category.

    Args:
        budgeted: For its category this month; zero for none.
    """
    is_spending = user.categories[expense.category].is_spending and not expense.money_in
    if not is_spending or expense.currency != user.currency or not is_news(expense, today):
        return None
    of_budget = budgeted > 0 and expense.amount * 100 >= budgeted * preferences.large_percent
    if expense.amount < preferences.large_amount and not of_budget:
        return None
    return Large(expense, int(expense.amount * 100 // budgeted) if budgeted > 0 else None)


def is_news(expense: Expense, today: date) -> bool:
    """Not written down late: its month or its day is still close."""
    return expense.spent_on > today - timedelta(days=RECENT_DAYS)


@dataclass(frozen=True, slots=True)
class PriceRise:
    expense: Expense
    before: Expense

    @property
    def id(self) -> str:
        return id_of(kinds.PRICE_RISE, self.expense.expense_id)


def price_rise(user: User, expense: Expense, earlier: Iterable[Expense], today: date) -> PriceRise | None:
    """Whether a subscription takes more than it took a month or a year ago.

    Args:
        earlier: Expenses of the category before it, newest first.
    """
    if not _is_subscription(user, expense) or not expense.payee or not is_news(expense, today):
        return None
    for before in earlier:
        same = _folded(before.payee) == _folded(expense.payee) and before.currency == expense.currency
        if not same or not _is_subscription(user, before) or before.expense_id == expense.expense_id:
            continue
        apart = expense.spent_on - before.spent_on
        if any(least <= apart <= most for least, most in (A_MONTH_LATER, A_YEAR_LATER)):
            return PriceRise(expense, before) if expense.amount > before.amount else None
    return None


def _is_subscription(user: User, expense: Expense) -> bool:
    return user.categories[expense.category].key == SUBSCRIPTIONS and not expense.money_in


def _folded(payee: str) -> str:
    return " ".join(payee.casefold().split())


@dataclass(frozen=True, slots=True)
class Unusual:
    category: str
    month: Month
    spent: Decimal
    usual: Decimal

    @property
    def id(self) -> str:
        return id_of(kinds.UNUSUAL, self.category, str(self.month))


def unusual(
    spending: Spending, month: Month, preferences: Preferences, told_of: Sequence[str] = ()
) -> list[Unusual]:
    """Categories far above the median of the months before, by an amount that matters.

    Args:
        told_of: Categories that are told of already, because their budgets are exceeded.
    """
    before = spending.before(month, HISTORY)
    if len(before) < FEWEST_MONTHS:
        return []
    found = []
    for category in sorted(set(spending.categories) - set(told_of)):
        spent = spending.of(category, month).spent
        usual = median([spending.of(category, each).spent for each in before])
        if usual > 0 and spent >= FAR_ABOVE * usual and spent - usual >= preferences.large_amount:
            found.append(Unusual(category, month, spent, usual))
    return found
