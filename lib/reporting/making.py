"""Makes a report's data object from the store: each expense is read once."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from lib.budgeting.spending import ZERO, Spending
from lib.periods import FIRST_DAY, Month, today_in
from lib.ports import Store
from lib.records import User
from lib.reporting.against import budget_rows, by_category, compared, first_month, months_until
from lib.reporting.album import Album
from lib.reporting.data import CategoryRow, DayRow, Report, WeekdayRow
from lib.reporting.insights import insights
from lib.reporting.periods import Period
from lib.reporting.spool import Spool, each_expense
from lib.reporting.tally import Tally, percent_of
from lib.reporting.thumbnails import Thumbnails


class Read(NamedTuple):
    """What every expense goes through once."""

    tally: Tally
    spool: Spool
    album: Album


@contextmanager
def make_report(
    store: Store, user: User, period: Period, at: datetime, thumbnails: Thumbnails | None = None
) -> Iterator[Report]:
    """The report of that period as things are now. Its expenses are at hand until the block ends.

    Args:
        thumbnails: Gives the small pictures of an expense's receipts, where the report is to show them.
    """
    with closing(Spool()) as spool, closing(Album(thumbnails)) as album:
        read = Read(Tally(user), spool, album)
        for expense in each_expense(store, user.user_id, max(period.since, FIRST_DAY), period.until):
            for part in read:
                part.add(expense)
        yield _made(store, read, period, at)


def _made(store: Store, read: Read, period: Period, at: datetime) -> Report:
    found, user = read.tally, read.tally.user
    today = today_in(user.time_zone, at)
    budgets = store.list_budgets(user.user_id)
    since, until = first_month(user, budgets, period), Month.of(period.last).plus(1)
    spending = Spending(user, store.month_totals(user.user_id, since, until))
    rows, overall = budget_rows(user, budgets, spending, period, today)
    before = by_category(store, user, period.before)
    ago = period.year_before
    then = ago and by_category(store, user, ago)
    report = Report(
        user=user,
        period=period,
        made_at=at,
        today=today,
        spent=found.spent,
        count=found.count,
        income=found.income,
        categories=_categories(user, found, before),
        budgets=rows,
        overall=overall,
        before=compared(found.spent, period.before, before),
        year_before=compared(found.spent, ago, then or {}),
        largest=found.largest,
        payees=found.payees,
        weekdays=_weekdays(user, found, period, today),
        days=tuple(
            DayRow(day, found.by_day.get(day, ZERO), found.day_counts.get(day, 0)) for day in _days(period)
        ),
        months=months_until(spending, period),
        other_currencies=found.other_currencies,
        insights=(),
        expenses=read.spool,
        receipts=read.album,
    )
    return replace(report, insights=insights(report))


def _categories(user: User, found: Tally, before: dict[str, Decimal]) -> tuple[CategoryRow, ...]:
    """Also those that had something before and nothing now: both columns add up."""
    keys = dict.fromkeys([*found.by_category, *(key for key, amount in before.items() if amount)])
    spent_on = {key: found.by_category.get(key, ZERO) for key in keys}
    rows = [
        CategoryRow(
            key,
            user.categories[key].name,
            spent,
            found.counts.get(key, 0),
            percent_of(spent, found.spent) if found.spent > 0 < spent else 0,
            before.get(key, ZERO),
        )
        for key, spent in spent_on.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.spent, -row.before, row.name)))


def _weekdays(user: User, found: Tally, period: Period, today: date) -> tuple[WeekdayRow, ...]:
    over = [day for day in _days(period) if day <= today or day in found.by_day]
    order = [(user.first_weekday + n) % 7 for n in range(7)]
    return tuple(
        WeekdayRow(
            weekday,
            sum((found.by_day.get(day, ZERO) for day in over if day.weekday() == weekday), ZERO),
            sum(day.weekday() == weekday for day in over),
        )
        for weekday in order
    )


def _days(period: Period) -> list[date]:
    return [period.since + timedelta(days=number) for number in range(period.days)]
