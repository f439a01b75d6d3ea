"""A week and a month in a few figures, once they are over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lib.alerting.words import Words, money_of
from lib.budgeting.months import BudgetMonth
from lib.periods import Month
from lib.records import Expense, User
from lib.writing.formats import month_name, percent_text, short_day

LATEST = timedelta(
    days=2
)  # after the first day of the next: a machine may have been off, but older is no news
TOP = 5


def week_ended(user: User, today: date) -> date | None:
    """The first day after the week that has just ended; None where that is not news any more."""
    days = (today.weekday() - user.first_weekday) % 7
    return today - timedelta(days=days) if days <= LATEST.days else None


def month_ended(today: date) -> Month | None:
    """The month that has just ended; None where that is not news any more."""
    return Month.of(today).plus(-1) if today.day <= 1 + LATEST.days else None


@dataclass(frozen=True, slots=True)
class Week:
    since: date
    spent: Decimal
    before: Decimal  # in the week before
    top: tuple[tuple[str, Decimal], ...]  # categories, the dearest first
    count: int


def week_of(user: User, end: date, expenses: Sequence[Expense], *, complete: bool = True) -> Week:
    """The week before `end`, out of expenses of two weeks; if those are not complete, there is nothing to compare with."""
    since = end - timedelta(days=7)
    spending = [
        each
        for each in expenses
        if user.categories[each.category].is_spending and each.currency == user.currency
    ]
    this = [each for each in spending if since <= each.spent_on < end]
    before = [each for each in spending if complete and each.spent_on < since]
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in this:
        sums[user.categories[each.category].key] += each.counted
    top = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return Week(since, _sum(this), _sum(before), tuple(top), len(this))


def of_week(user: User, week: Week) -> Words:
    money = money_of(user)
    since = short_day(week.since, user.locale)
    until = short_day(week.since + timedelta(days=6), user.locale)
    number = f"{week.count} expense{'' if week.count == 1 else 's'}"
    message = f"{money(week.spent)} in {number} from {since} to {until}{_compared(user, week)}."
    figures = [[user.categories[key].name, money(amount)] for key, amount in week.top]
    data = {
        "figures": figures,
        "link": f"/expenses?from={week.since}&to={week.since + timedelta(days=6)}",
        "action": "See the week",
    }
    return Words(f"Your week: {money(week.spent)} spent", message, data)


def _compared(user: User, week: Week) -> str:
    if week.before <= 0:
        return ""
    change = week.spent - week.before
    if not change:
        return ", as in the week before"
    share = percent_text(int(abs(change) * 100 / week.before), user.locale)
    return f", {share} {'more' if change > 0 else 'less'} than in the week before"


def of_month(user: User, sheet: BudgetMonth) -> Words:
    money = money_of(user)
    month = month_name(sheet.month, user.locale)
    left, percent = _rest(sheet)
    figures = [] if left is None else [["Over", money(-left)] if left < 0 else ["Left", money(left)]]
    figures.append(["Spent", money(sheet.spent)])
    if sheet.income:
        figures.append(["Received", money(sheet.income)])
    lines = sorted((*sheet.lines, *sheet.unbudgeted), key=lambda line: (-line.spent, line.category))
    top = [line for line in lines[:TOP] if line.spent > 0]
    figures += [[user.categories[line.category].name, money(line.spent)] for line in top]
    if (rest := sheet.spent - sum((line.spent for line in top), Decimal(0))) > 0:
        figures.append(["Everything else", money(rest)])
    data: dict[str, Any] = {
        "figures": figures,
        "month": str(sheet.month),
        "link": f"/dashboard?month={sheet.month}",
        "action": f"See {month}",
    }
    if left is not None:
        data |= {"percent": percent, "state": "over" if left < 0 else "fine"}
    return Words(f"{month}: {money(sheet.spent)} spent", _how_it_went(user, sheet), data)


def _rest(sheet: BudgetMonth) -> tuple[Decimal | None, int]:
    """What is left of the limit for everything, or else of all budgets together, and the percentage that is used."""
    if sheet.overall:
        return sheet.overall.left, sheet.overall.percent
    return (sheet.totals.left, sheet.totals.percent) if sheet.lines else (None, 0)


def _how_it_went(user: User, sheet: BudgetMonth) -> str:
    money, (left, _) = money_of(user), _rest(sheet)
    said = []
    if left is not None:
        said.append(
            f"That is {money(abs(left))} {'more' if left < 0 else 'less'} than your limit."
            if sheet.overall
            else f"Your budgets together are {money(-left)} over."
            if left < 0
            else f"Your budgets together have {money(left)} left."
        )
    if sheet.lines:
        over = sum(line.reached == "over" for line in sheet.lines)
        number = f"{over} of {len(sheet.lines)} budgets {'was' if over == 1 else 'were'} exceeded."
        said.append(number if over else "Every budget was kept.")
    return " ".join(said)


def _sum(expenses: Sequence[Expense]) -> Decimal:
    return sum((each.counted for each in expenses), Decimal(0))
