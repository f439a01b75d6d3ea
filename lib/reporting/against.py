"""A period's budgets, and what other periods came to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lib.budgeting.months import (
    BudgetLine,
    State,
    calculate_percentage,
    check_budget_exceeded,
)
from lib.budgeting.sheet import amount_of, first_needed, get_budget_summary, grouped
from lib.budgeting.spending import HISTORY, ZERO, Spending
from lib.categories import OVERALL
from lib.periods import FIRST_DAY, FIRST_MONTH, Month
from lib.ports import Store
from lib.records import Budget, User
from lib.reporting.data import BudgetRow, Compared, MonthRow
from lib.reporting.periods import Period
from lib.reporting.spool import each_expense
from lib.reporting.tally import percent_of, tally


def by_category(store: Store, user: User, period: Period) -> dict[str, Decimal]:
    """What was spent on each category: from kept totals where the period is of whole months, else from the expenses."""
    if months := period.months:
        spending = Spending(user, store.month_totals(user.user_id, months[0], months[-1].plus(1)))
        sums = {
            key: sum((spending.of(key, month).spent for month in months), ZERO) for key in spending.categories
        }
        return {key: spent for key, spent in sums.items() if spent}
    expenses = each_expense(store, user.user_id, max(period.since, FIRST_DAY), period.until)
    return dict(tally(user, expenses).by_category)


def compared(spent: Decimal, period: Period | None, then: dict[str, Decimal]) -> Compared | None:
    """None where nothing was spent then: nothing can be said to have grown from it."""
    base = sum(then.values(), ZERO)
    if period is None or base <= 0:
        return None
    return Compared(period, base, percent_of(spent - base, base))


def months_until(spending: Spending, period: Period) -> tuple[MonthRow, ...]:
    """Twelve months that end with the period's last, or all that it has."""
    own_first, end = Month.of(period.since), Month.of(period.last).plus(1)
    first = min(own_first, end.plus(-HISTORY))
    if spending.first is not None:
        first = max(first, min(spending.first, own_first))
    return tuple(MonthRow(month, spending.all(month), month >= own_first) for month in first.until(end))


def first_month(user: User, budgets: Sequence[Budget], period: Period) -> Month:
    """From where on totals are needed to say all of it."""
    return max(FIRST_MONTH, first_needed(user, budgets, Month.of(period.since)))


def budget_rows(
    user: User, budgets: Sequence[Budget], spending: Spending, period: Period, today: date
) -> tuple[tuple[BudgetRow, ...], BudgetRow | None]:
    """Every budget that held in the period, and the limit for all spending. A single month's figures are those of its page."""
    months = period.months
    if len(months) == 1:
        sheet = get_budget_summary(user, budgets, spending, months[0], today)
        rows = [_of_line(user, line) for line in sheet.lines]
        limit = None if sheet.overall is None else _of_line(user, sheet.overall)
        return tuple(sorted(rows, key=_fullest)), limit
    found = {
        key: row
        for key, group in grouped(user, budgets).items()
        if (row := _of_months(user, key, group, spending, months))
    }
    overall = found.pop(OVERALL, None)
    return tuple(sorted(found.values(), key=_fullest)), overall


def _fullest(row: BudgetRow) -> tuple[bool, int, str]:
    return row.state != "over", -row.percent, row.name


def _name(user: User, key: str) -> str:
    return "All spending" if key == OVERALL else user.categories[key].name


def _of_line(user: User, line: BudgetLine) -> BudgetRow:
    """By what is spent so far: a report has no words for a pace that leads beyond it, or for bills that are paid."""
    name, over = _name(user, line.category), line.reached == "over"
    return BudgetRow(
        line.category, name, line.available, line.spent, line.left, line.percent, line.reached, 1, int(over)
    )


def _of_months(
    user: User, key: str, group: Sequence[Budget], spending: Spending, months: Sequence[Month]
) -> BudgetRow | None:
    available = spent = ZERO
    number = over = 0
    for month in months:
        amount = amount_of(group, month)
        if amount is None:
            continue
        used = spending.all(month) if key == OVERALL else spending.of(key, month).spent
        available, spent, number = available + amount, spent + used, number + 1
        over += check_budget_exceeded(used, amount)
    if not number:
        return None
    state: State = "over" if check_budget_exceeded(spent, available) else "near" if over else "fine"
    percent = calculate_percentage(spent, available)
    return BudgetRow(
        key,
        _name(user, key),
        available,
        spent,
        available - spent,
        percent,
        state,
        number,
        over,
    )
