"""Works a month of budgets out, from budgets and kept totals, without I/O."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from lib.budgeting.months import (
    BudgetLine,
    BudgetMonth,
    State,
    calculate_per_day,
    calculate_percentage,
    calculate_totals,
    check_budget_exceeded,
    check_threshold,
    tense_of,
)
from lib.budgeting.projections import Projection, median, project, usual
from lib.budgeting.spending import HISTORY, NOTHING, ZERO, Spending
from lib.budgeting.words import When, sentence_for
from lib.categories import OVERALL
from lib.money import digits_of, rounded
from lib.periods import Month
from lib.records import Budget, User

MAX_CARRIED = 36  # months that a rollover looks back
RECENT = 3  # months before, for a sparkline and a suggestion

Projections = Mapping[str, Projection | None]


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
        if len(group) > 1:
            group.sort(key=lambda budget, own=key: (budget.category != own, budget.category))  # type: ignore[misc]
    return found


def amount_of(group: Sequence[Budget], month: Month) -> Decimal | None:
    """What the budgets of one category add up to in that month; None where none holds then."""
    if len(group) == 1:
        return group[0].amount_in(month)
    whole = None
    for budget in group:
        amount = budget.amount_in(month)
        if amount is not None:
            whole = amount if whole is None else whole + amount
    return whole


def carried_from(group: Sequence[Budget], month: Month) -> Month:
    """The first month whose rest is carried into `month`; `month` itself when nothing is."""
    since = group[0].rollover_since
    return month if since is None else min(max(since, month.plus(-MAX_CARRIED)), month)


def first_needed(user: User, budgets: Iterable[Budget], month: Month, history: int = HISTORY) -> Month:
    """The first month whose totals are needed to say all there is to say about `month`, seen from so many months before."""
    groups = grouped(user, budgets).values()
    return min((month.plus(-history), *(carried_from(group, month) for group in groups)))


def friendly(amount: Decimal, currency: str) -> Decimal | None:
    """`amount` rounded up to two leading digits, 187.35 to 190, so that a usual month fits in. None for nothing."""
    if amount <= 0:
        return None
    step = Decimal(1).scaleb(max(amount.adjusted() - 1, -digits_of(currency)))
    return rounded((amount / step).to_integral_value(ROUND_CEILING) * step, currency)


def get_budget_summary(
    user: User, budgets: Iterable[Budget], spending: Spending, month: Month, today: date
) -> BudgetMonth:
    """The month's lines and what they add up to. `spending` should begin with `first_needed`."""
    sheet = _Sheet(user, spending, month, today)
    groups = grouped(user, budgets)
    limits = groups.pop(OVERALL, [])
    projections = sheet.projections()
    lines = [
        sheet.line(category, projections.get(category), group, amount)
        for category, group in groups.items()
        if (amount := amount_of(group, month)) is not None
    ]
    covered = {line.category for line in lines}
    unbudgeted = [
        sheet.line(category, projections.get(category))
        for category, cells in spending.categories.items()
        if month in cells and category not in covered
    ]
    whole, limit = sheet.whole(projections), amount_of(limits, month)
    return BudgetMonth(
        month=month,
        lines=tuple(sorted(lines, key=_urgency)),
        unbudgeted=tuple(sorted(unbudgeted, key=lambda line: (-line.spent, line.category))),
        overall=None if limit is None else sheet.line(OVERALL, whole, limits, limit),
        totals=calculate_totals(lines),
        spent=spending.all(month),
        projected=None if whole is None else rounded(whole.total, user.currency),
        income=spending.income(month),
        other_currencies=spending.other_currencies(month),
    )


def lines_so_far(
    user: User, budgets: Iterable[Budget], spending: Spending, month: Month, today: date
) -> list[BudgetLine]:
    """Each budget's line, the limit's too, with what is spent and without what is to come: no earlier months are needed."""
    sheet = _Sheet(user, spending, month, today)
    return [
        sheet.line(category, None, group, amount)
        for category, group in grouped(user, budgets).items()
        if (amount := amount_of(group, month)) is not None
    ]


def _urgency(line: BudgetLine) -> tuple[bool, bool, bool, int, str]:
    """Sorts the endangered first: over, heading there, nearly used up; the fullest first among equals."""
    return not line.endangered, line.reached != "over", not line.heads_over, -line.percent, line.category


class _Sheet:
    """One month of one person, seen on one day."""

    def __init__(self, user: User, spending: Spending, month: Month, today: date) -> None:
        self.user, self.spending, self.month, self.today = user, spending, month, today
        self.when = When(tense_of(month, today), today.day, month.days)
        self.is_current = self.when.tense == "current"
        self.days_left = self.when.days - today.day + 1  # today included; of use in the current month only
        self.before = spending.before(month, HISTORY)

    def projections(self) -> Projections:
        """How each category is likely to end, also those that have nothing yet. Only for the current month."""
        if not self.is_current:
            return {}
        day, days, months = self.today.day, self.month.days, self.before
        return {
            category: project(
                cells.get(self.month, NOTHING),
                usual([cells.get(month, NOTHING) for month in months]),
                day,
                days,
            )
            for category, cells in self.spending.categories.items()
        }

    def whole(self, projections: Projections) -> Projection | None:
        """All categories together: each knows best how it goes on. Those that cannot say count as what they are."""
        known = [projection for projection in projections.values() if projection]
        if not known:
            return None
        unknown = [
            self.spending.of(category, self.month).spent
            for category, projection in projections.items()
            if not projection
        ]
        total = sum((projection.total for projection in known), sum(unknown, ZERO))
        return Projection(total, any(projection.by_pace for projection in known))

    def line(
        self,
        category: str,
        projection: Projection | None,
        group: Sequence[Budget] = (),
        amount: Decimal | None = None,
    ) -> BudgetLine:
        """The line of a category, or of all spending (OVERALL). Without an amount it is one that has no budget."""
        spent, recent = self._spent(category, self.month), self._recent(category)
        budget = group[0] if amount is not None else None
        carried = self._carried(category, group) if budget else ZERO
        available = (amount or ZERO) + carried
        per_day, runs_out_on = self._days(available - spent, spent, projection) if budget else (None, None)
        line = BudgetLine(
            category=category,
            budget=budget,
            amount=amount or ZERO,
            carried=carried,
            spent=spent,
            count=self._count(category),
            percent=calculate_percentage(spent, available),
            reached=_reached(spent, available, budget.alert_threshold) if budget else "fine",
            per_day=per_day,
            projected=None if projection is None else rounded(projection.total, self.user.currency),
            of_bills=projection is not None and not projection.by_pace,
            runs_out_on=runs_out_on,
            recent=recent,
            suggestion=friendly(median(recent), self.user.currency),
        )
        # Nobody has seen the line yet. A copy with the sentence would cost a tenth of the whole overview.
        object.__setattr__(line, "sentence", sentence_for(line, self.user, self.when))
        return line

    def _days(
        self, left: Decimal, spent: Decimal, projection: Projection | None
    ) -> tuple[Decimal | None, date | None]:
        """What may be spent a day, and the day on which nothing is left if what is to come comes evenly."""
        if not self.is_current:
            return None, None
        per_day = calculate_per_day(left, self.days_left, self.user.currency)
        if projection is None or not projection.by_pace:
            return per_day, None
        to_come = rounded(projection.total, self.user.currency) - spent
        if not 0 <= left < to_come:
            return per_day, None
        days = (left * (self.days_left - 1) / to_come).to_integral_value(ROUND_CEILING)
        return per_day, self.today + timedelta(days=int(days))

    def _recent(self, category: str) -> tuple[Decimal, ...]:
        return tuple([self._spent(category, month) for month in self.before[-RECENT:]])

    def _spent(self, category: str, month: Month) -> Decimal:
        return self.spending.all(month) if category == OVERALL else self.spending.of(category, month).spent

    def _count(self, category: str) -> int:
        categories = self.spending.categories if category == OVERALL else [category]
        return sum([self.spending.of(one, self.month).count for one in categories])

    def _carried(self, category: str, group: Sequence[Budget]) -> Decimal:
        """The rests of earlier months. A month without the budget closes the account: after it nothing is carried."""
        carried = ZERO
        if group[0].rollover_since is None:
            return carried
        for month in carried_from(group, self.month).until(self.month):
            amount = amount_of(group, month)
            carried = ZERO if amount is None else carried + amount - self._spent(category, month)
        return carried


def _reached(spent: Decimal, available: Decimal, threshold: int) -> State:
    if check_budget_exceeded(spent, available):
        return "over"
    return "near" if check_threshold(spent, available, threshold) else "fine"
