"""Everything the overview page shows, put together from budgets and kept totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.budgeting.comparisons import Comparison, versus_last_month, versus_usual
from lib.budgeting.months import (
    BudgetLine,
    BudgetMonth,
    BudgetTotals,
    State,
    Tense,
    calculate_per_day,
    calculate_percentage,
    check_budget_exceeded,
    check_threshold,
    tense_of,
)
from lib.budgeting.sheet import amount_of, first_needed, get_budget_summary, grouped
from lib.budgeting.spending import HISTORY, ZERO, Spending
from lib.categories import OVERALL
from lib.periods import FIRST_MONTH, Month
from lib.ports import Store
from lib.records import Budget, Expense, Filters, MonthTotal, User

SHOWN = 8  # categories before the rest is folded
LATEST = 5
NEARLY = 80  # percent of all budgets together that count as nearly used up


@dataclass(frozen=True, slots=True)
class Cards:
    """The four figures on top."""

    left: Decimal | None  # to spend, less than zero when over; None without any budget
    state: State  # by what is spent so far
    days_left: int  # today included; 0 but in the current month
    spent: Decimal  # all spending
    percent: int | None  # used of what the budgets (or the overall limit) have; None without any
    unbudgeted: Decimal  # the part of `spent` that no budget covers
    budgeted: Decimal  # what there is to spend: the overall limit, else the budgets together
    budget_count: int  # of categories
    per_day: Decimal | None  # until the end of the month; None without a budget, and but in the current month
    until: date  # the month's last day


@dataclass(frozen=True, slots=True)
class Share:
    """One category's part of a month's spending."""

    category: str
    spent: Decimal
    percent: int  # of everything spent
    count: int


@dataclass(frozen=True, slots=True)
class TrendMonth:
    month: Month
    spent: Decimal
    budget: Decimal | None  # what there was to spend; None without any budget
    partial: bool  # the current month, which is not over


@dataclass(frozen=True, slots=True)
class Overview:
    month: Month
    tense: Tense
    is_empty: bool  # nothing to show at all: an account to begin with
    cards: Cards
    versus_last_month: Comparison | None
    versus_usual: Comparison | None  # against the median of up to twelve months before
    attention: tuple[BudgetLine, ...]  # endangered, the overall limit first
    budgets: BudgetMonth
    where: tuple[Share, ...]  # what was spent on what, largest first
    rest: tuple[Share, ...]  # those after the first eight, to be folded
    trend: tuple[TrendMonth, ...]  # twelve months, this one last
    latest: tuple[Expense, ...]


def overview(
    user: User,
    budgets: Sequence[Budget],
    totals: Sequence[MonthTotal],
    latest: Sequence[Expense],
    *,
    month: Month,
    today: date,
) -> Overview:
    """Put the page together. `totals` should begin with `first_needed` and end with `month`."""
    spending = Spending(user, totals)
    state = get_budget_summary(user, budgets, spending, month, today)
    now = Month.of(today)
    shares = _shares(spending, month)
    lines = (state.overall, *state.lines) if state.overall else state.lines
    return Overview(
        month=month,
        tense=tense_of(month, today),
        is_empty=not (totals or budgets or latest),
        cards=_cards(user, state, today),
        versus_last_month=versus_last_month(user, spending, state, now),
        versus_usual=versus_usual(user, spending, state, now),
        attention=tuple(line for line in lines if line.endangered),
        budgets=state,
        where=shares[:SHOWN],
        rest=shares[SHOWN:],
        trend=_trend(user, budgets, spending, month, now),
        latest=tuple(latest),
    )


def _cards(user: User, state: BudgetMonth, today: date) -> Cards:
    """The overall limit is what counts, where there is one; without it the budgets and what they cover."""
    month, limit, totals = state.month, state.overall, state.totals
    days_left = month.days - today.day + 1 if month == Month.of(today) else 0
    per_day = calculate_per_day(totals.left, days_left, user.currency) if days_left and totals.count else None
    return Cards(
        left=limit.left if limit else totals.left if totals.count else None,
        state=limit.reached if limit else _state(totals),
        days_left=days_left,
        spent=state.spent,
        percent=limit.percent if limit else totals.percent if totals.count else None,
        unbudgeted=sum((line.spent for line in state.unbudgeted), ZERO),
        budgeted=limit.available if limit else totals.available,
        budget_count=totals.count,
        per_day=limit.per_day if limit else per_day,
        until=month.last,
    )


def _state(totals: BudgetTotals) -> State:
    if totals.count and check_budget_exceeded(totals.spent, totals.available):
        return "over"
    return "near" if check_threshold(totals.spent, totals.available, NEARLY) else "fine"


def _shares(spending: Spending, month: Month) -> tuple[Share, ...]:
    """Parts of all that went out; a category that got more back than it cost takes nothing from the others."""
    found = [(key, cells[month]) for key, cells in spending.categories.items() if month in cells]
    whole = sum((total.spent for _, total in found if total.spent > 0), ZERO)
    shares = [
        Share(key, total.spent, calculate_percentage(total.spent, whole), total.count) for key, total in found
    ]
    return tuple(sorted(shares, key=lambda share: (-share.spent, share.category)))


def _trend(
    user: User, budgets: Sequence[Budget], spending: Spending, month: Month, now: Month
) -> tuple[TrendMonth, ...]:
    groups = grouped(user, budgets)
    limit = groups.pop(OVERALL, [])
    everything = [budget for group in groups.values() for budget in group]
    trend = []
    for shown in max(FIRST_MONTH, month.plus(1 - HISTORY)).until(month.plus(1)):
        planned = amount_of(limit, shown)
        planned = amount_of(everything, shown) if planned is None else planned
        trend.append(TrendMonth(shown, spending.all(shown), planned, shown == now))
    return tuple(trend)


class Overviews:
    def __init__(self, store: Store) -> None:
        self.store = store

    def load(self, user: User, month: Month, today: date) -> Overview:
        """The overview of `month`, with three reads."""
        budgets = self.store.list_budgets(user.user_id)
        since = first_needed(user, budgets, month)
        totals = self.store.month_totals(user.user_id, since, month.plus(1))
        # The latest up to the month's end, whenever they were: on the first of a month the list is not empty either.
        filters = Filters(until=month.end)
        latest = self.store.list_expenses(user.user_id, filters, limit=LATEST)
        return overview(user, budgets, totals, latest.items, month=month, today=today)
