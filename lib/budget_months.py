"""What a month of budgets looks like: computed from budgets and kept totals, for any month, without I/O.

Every amount is a Decimal in the account's currency. Percentages are whole, rounded down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Literal

from lib.budget_words import sentence_for
from lib.categories import OVERALL
from lib.money import digits_of, rounded
from lib.periods import Month
from lib.projections import Projection, project, usual
from lib.records import Budget, Sum, User
from lib.spending import HISTORY, ZERO, Cell, Spending

MAX_CARRIED = 36  # months that a rollover looks back
RECENT = 3  # months before, for a sparkline and a suggestion

State = Literal["fine", "near", "over"]


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
    state: State
    settled: bool  # a category of bills of which no more is expected this month
    per_day: Decimal | None  # may be spent on each day left, today included; None but in the current month
    projected: (
        Decimal | None
    )  # by the end of the month; None where nothing can be said, and but in the current month
    runs_out_on: date | None  # when what is available is used up at this pace, if it will be
    recent: tuple[Decimal, ...]  # spent in the three months before, oldest first; fewer for a new account
    suggestion: Decimal | None  # a friendly figure for a budget, from `recent`
    sentence: str = ""

    @property
    def available(self) -> Decimal:
        return self.amount + self.carried

    @property
    def left(self) -> Decimal:
        return calculate_remaining(self.available, self.spent)

    @property
    def endangered(self) -> bool:
        """Whether it needs attention: over, on the way there, or nearly used up and still in use."""
        if self.budget is None:
            return False
        ahead = self.projected is not None and self.projected > self.available
        return self.state == "over" or ahead or (self.state == "near" and not self.settled)


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


def calculate_remaining(available: Decimal, spent: Decimal) -> Decimal:
    """What is left; less than zero when more was spent than there was."""
    return available - spent


def calculate_percentage(spent: Decimal, available: Decimal) -> int:
    """How much of it is used, rounded down: 0 or more, over 100 when overspent. 0 where nothing is available."""
    if available <= 0 or spent <= 0:
        return 0
    return int(spent * 100 // available)


def check_threshold(spent: Decimal, available: Decimal, threshold: int) -> bool:
    """Whether the share used has reached the alert threshold (percent). Never for a budget of zero."""
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


def grouped(user: User, budgets: Iterable[Budget]) -> dict[str, list[Budget]]:
    """Budgets by the category they count for, its own first: those of merged categories add to it. No income."""
    found: dict[str, list[Budget]] = {}
    for budget in budgets:
        category = user.categories[budget.category]
        if budget.is_overall:
            found[OVERALL] = [budget]
        elif category.is_spending:
            found.setdefault(category.key, []).append(budget)
    for key, group in found.items():
        group.sort(key=lambda budget: (budget.category != key, budget.category))
    return found


def amount_of(group: Sequence[Budget], month: Month) -> Decimal | None:
    """What the budgets of one category add up to in that month; None where none holds then."""
    amounts = [amount for budget in group if (amount := budget.amount_in(month)) is not None]
    return sum(amounts, ZERO) if amounts else None


def carry_since(group: Sequence[Budget], month: Month) -> Month:
    """The first month whose rest is carried into `month`; `month` itself when nothing is."""
    since = group[0].rollover_since
    return month if since is None else min(max(since, month.plus(-MAX_CARRIED)), month)


def first_needed(user: User, budgets: Iterable[Budget], month: Month) -> Month:
    """The first month whose totals are needed to say all there is to say about `month`."""
    groups = grouped(user, budgets).values()
    return min((month.plus(-HISTORY), *(carry_since(group, month) for group in groups)))


def friendly(amount: Decimal, currency: str) -> Decimal | None:
    """`amount` rounded up to two leading digits, 187.35 to 190, so that a usual month fits in. None for nothing."""
    if amount <= 0:
        return None
    step = Decimal(1).scaleb(max(amount.adjusted() - 1, -digits_of(currency)))
    return rounded((amount / step).to_integral_value(ROUND_CEILING) * step, currency)


class _Sheet:
    """Computes the lines of one month."""

    def __init__(self, user: User, spending: Spending, month: Month, today: date) -> None:
        self.user, self.spending, self.month, self.today = user, spending, month, today
        self.is_current = month == Month.of(today)
        self.days_left = month.days - today.day + 1 if self.is_current else 0  # today included
        self.before = spending.before(month, HISTORY)

    def projections(self) -> dict[str, Projection | None]:
        """How each category is likely to end, also those that have nothing yet."""
        if not self.is_current:
            return {}
        return {
            category: project(
                cells.get(self.month, Cell(ZERO, 0)),
                usual([cells.get(month, Cell(ZERO, 0)) for month in self.before]),
                self.today.day,
                self.month.days,
            )
            for category, cells in self.spending.categories.items()
        }

    def line(
        self, category: str, group: Sequence[Budget], amount: Decimal | None, projection: Projection | None
    ) -> BudgetLine:
        cell = self._cell(category, self.month)
        carried = self._carried(category, group) if amount is not None else ZERO
        available = (amount or ZERO) + carried
        recent = tuple(self._cell(category, month).spent for month in self.before[-RECENT:])
        line = BudgetLine(
            category=category,
            budget=group[0] if amount is not None else None,
            amount=amount or ZERO,
            carried=carried,
            spent=cell.spent,
            count=cell.number,
            percent=calculate_percentage(cell.spent, available),
            state=self._state(group[0], cell.spent, available) if amount is not None else "fine",
            settled=projection is not None and not projection.by_pace and projection.total == cell.spent,
            per_day=self.per_day(available - cell.spent) if amount is not None else None,
            projected=None if projection is None else rounded(projection.total, self.user.currency),
            runs_out_on=self._runs_out(available - cell.spent, cell.spent, projection)
            if amount is not None
            else None,
            recent=recent,
            suggestion=friendly(usual([Cell(spent, 0) for spent in recent]).spent, self.user.currency),
        )
        return replace(line, sentence=sentence_for(line, self.user, self.month, self.today))

    def per_day(self, left: Decimal) -> Decimal | None:
        """What may be spent on each day left, rounded down so that it is enough until the end."""
        if not self.days_left:
            return None
        digits = Decimal(1).scaleb(-digits_of(self.user.currency))
        return (max(left, ZERO) / self.days_left).quantize(digits, ROUND_DOWN)

    def _cell(self, category: str, month: Month) -> Cell:
        return self.spending.all(month) if category == OVERALL else self.spending.of(category, month)

    def _carried(self, category: str, group: Sequence[Budget]) -> Decimal:
        """The rests of earlier months. A month without the budget closes the account: after it nothing is carried."""
        carried = ZERO
        for month in carry_since(group, self.month).until(self.month):
            amount = amount_of(group, month)
            carried = ZERO if amount is None else carried + amount - self._cell(category, month).spent
        return carried

    @staticmethod
    def _state(budget: Budget, spent: Decimal, available: Decimal) -> State:
        if check_budget_exceeded(spent, available):
            return "over"
        return "near" if check_threshold(spent, available, budget.alert_threshold) else "fine"

    def _runs_out(self, left: Decimal, spent: Decimal, projection: Projection | None) -> date | None:
        if projection is None or not projection.by_pace or left < 0 or projection.total - spent <= left:
            return None
        each_day = (projection.total - spent) / (self.days_left - 1)
        days = int((left / each_day).to_integral_value(ROUND_CEILING))
        return min(self.today + timedelta(days=days), self.month.last)


def get_budget_summary(
    user: User, budgets: Iterable[Budget], spending: Spending, month: Month, today: date
) -> BudgetMonth:
    """The month's lines and what they add up to. `spending` should begin with `first_needed`."""
    sheet = _Sheet(user, spending, month, today)
    groups = grouped(user, budgets)
    limits = groups.pop(OVERALL, [])
    amounts = {category: amount_of(group, month) for category, group in groups.items()}
    projections = sheet.projections()
    lines = [
        sheet.line(category, groups[category], amount, projections.get(category))
        for category, amount in amounts.items()
        if amount is not None
    ]
    unbudgeted = [
        sheet.line(category, (), None, projections.get(category))
        for category, cells in spending.categories.items()
        if month in cells and amounts.get(category) is None
    ]
    spent = spending.all(month).spent
    whole = _whole(spending, month, projections)
    limit = amount_of(limits, month)
    return BudgetMonth(
        month=month,
        lines=tuple(sorted(lines, key=_urgency)),
        unbudgeted=tuple(sorted(unbudgeted, key=lambda line: (-line.spent, line.category))),
        overall=None if limit is None else sheet.line(OVERALL, limits, limit, whole),
        totals=calculate_totals(lines),
        spent=spent,
        projected=None if whole is None else rounded(whole.total, user.currency),
        income=spending.income(month),
        other_currencies=spending.other_currencies(month),
    )


def _whole(spending: Spending, month: Month, projections: dict[str, Projection | None]) -> Projection | None:
    """All categories together: each knows best how it goes on. Those that cannot say count as what they are."""
    if not any(projections.values()):
        return None
    totals = (
        projection.total if projection else spending.of(category, month).spent
        for category, projection in projections.items()
    )
    return Projection(sum(totals, ZERO), any(p.by_pace for p in projections.values() if p))


def _urgency(line: BudgetLine) -> tuple[bool, int, int, str]:
    """Sorts the endangered first, the worst of them at the top."""
    ahead = line.projected is not None and line.projected > line.available
    return (
        not line.endangered,
        ("over", "near", "fine").index(line.state) - ahead,
        -line.percent,
        line.category,
    )
