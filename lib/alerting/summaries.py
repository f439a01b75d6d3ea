"""A week and a month in a few figures, once they are over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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


def week_of(user: User, end: date, expenses: Sequence[Expense]) -> Week:
    """The week before `end`, out of expenses of two weeks."""
    since = end - timedelta(days=7)
    spending = [
        each
        for each in expenses
        if user.categories[each.category].is_spending and each.currency == user.currency
    ]
    this = [each for each in spending if since <= each.spent_on < end]
    before = [each for each in spending if since - timedelta(days=7) <= each.spent_on < since]
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
    over = [line for line in sheet.lines if line.reached == "over"]
    kept = f"{len(sheet.lines) - len(over)} of {len(sheet.lines)} budgets kept" if sheet.lines else ""
    limit = f" of your limit of {money(sheet.overall.available)}" if sheet.overall else ""
    message = f"You spent {money(sheet.spent)}{limit} in {month}{', with ' + kept if kept else ''}."
    figures = [["Spent", money(sheet.spent)]]
    if sheet.income:
        figures.append(["Income", money(sheet.income)])
    if sheet.lines:
        figures.append(["Budgeted", money(sheet.totals.available)])
    figures += [[f"{user.categories[line.category].name}, over by", money(-line.left)] for line in over[:TOP]]
    data = {
        "figures": figures,
        "month": str(sheet.month),
        "link": f"/dashboard?month={sheet.month}",
        "action": f"See {month}",
    }
    return Words(f"{month}: {money(sheet.spent)} spent", message, data)


def _sum(expenses: Sequence[Expense]) -> Decimal:
    return sum((each.counted for each in expenses), Decimal(0))
