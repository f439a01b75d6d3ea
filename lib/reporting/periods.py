"""The days a report is about: a month, a week, a year, or any others."""

from dataclasses import dataclass
from datetime import date, timedelta

from lib.errors import Invalid
from lib.periods import FIRST_DAY, LAST_DAY, Month
from lib.records import User
from lib.writing.formats import month_name, whole_day

MONTHLY, WEEKLY, YEARLY, CUSTOM = "monthly", "weekly", "yearly", "custom"
KINDS = (MONTHLY, WEEKLY, YEARLY, CUSTOM)
MOST_DAYS = 3660  # ten years in one report


@dataclass(frozen=True, slots=True)
class Period:
    kind: str
    since: date
    until: date  # excluded

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that it consists of; none where it begins or ends within one."""
        if self.since.day != 1 or self.until.day != 1:
            return ()
        return tuple(Month.of(self.since).until(Month.of(self.until)))

    @property
    def before(self) -> "Period":
        """As much time right before it: the month, week or year before, or as many days."""
        if months := self.months:
            return Period(self.kind, months[0].plus(-len(months)).first, self.since)
        return Period(self.kind, self.since - timedelta(days=self.days), self.since)

    @property
    def year_before(self) -> "Period | None":
        """The same a year ago: for a week 52 weeks, with the same weekdays. None for years, which `before` says."""
        if self.kind == YEARLY:
            return None
        if self.kind == WEEKLY:
            return Period(WEEKLY, self.since - timedelta(weeks=52), self.until - timedelta(weeks=52))
        if months := self.months:
            return Period(self.kind, months[0].plus(-12).first, months[-1].plus(-11).first)
        return Period(self.kind, _year_before(self.since), _year_before(self.last) + timedelta(days=1))

    def title(self, locale: str) -> str:
        """What the report is called: "November 2026", "2026", "Week 53 of 2026", "3 Nov 2026 to 9 Nov 2026"."""
        if self.kind == MONTHLY:
            return month_name(Month.of(self.since), locale)
        if self.kind == YEARLY:
            return str(self.since.year)
        if self.kind == WEEKLY and self.since.weekday() == 0:
            year, week, _ = self.since.isocalendar()
            return f"Week {week} of {year}"
        return self.span(locale)

    def span(self, locale: str) -> str:
        """Its first and last day in words."""
        first, last = whole_day(self.since, locale), whole_day(self.last, locale)
        return first if first == last else f"{first} to {last}"


def month_period(month: Month) -> Period:
    return Period(MONTHLY, month.first, month.end)


def year_period(year: int) -> Period:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Invalid(f"Use a year from {FIRST_DAY.year} to {LAST_DAY.year}.", "year")
    return Period(YEARLY, date(year, 1, 1), Month(year, 12).end)


def week_period(user: User, day: date) -> Period:
    """The person's week that `day` is in."""
    since = day - timedelta(days=(day.weekday() - user.first_weekday) % 7)
    return Period(WEEKLY, since, since + timedelta(days=7))


def custom_period(first: date, last: date) -> Period:
    """From `first` to `last`, both included. Raises Invalid where that is the wrong way round, or too long."""
    if last < first:
        raise Invalid("The last day is before the first. Swap them.", "end_date")
    if (last - first).days >= MOST_DAYS:
        raise Invalid("Use up to ten years for one report.", "end_date")
    return Period(CUSTOM, first, last + timedelta(days=1))


def period_of(
    kind: str,
    user: User,
    today: date,
    *,
    year: int = 0,
    month: int = 0,
    first: date | None,
    last: date | None,
) -> Period:
    """The period that was asked for in parts; those of the current one stand in for a year, a month or a week's day.

    Raises Invalid at "report_type", at "start_date" or "end_date" where a custom report lacks one, and as the others do.
    """
    if kind == MONTHLY:
        return month_period(Month(year or today.year, month or today.month))
    if kind == YEARLY:
        return year_period(year or today.year)
    if kind == WEEKLY:
        return week_period(user, first or today)
    if kind != CUSTOM:
        raise Invalid(f"Use one of {', '.join(KINDS)}.", "report_type")
    if first is None or last is None:
        missing = "start_date" if first is None else "end_date"
        raise Invalid("A custom report needs its first and its last day, such as 2026-10-31.", missing)
    return custom_period(first, last)


def checked(period: Period) -> Period:
    """`period`, if expenses can be in it and before. Raises Invalid at "start_date"."""
    if period.since < FIRST_DAY or period.last > LAST_DAY:
        raise Invalid(f"Use days from {FIRST_DAY} to {LAST_DAY}.", "start_date")
    return period


def _year_before(day: date) -> date:
    """The 28th for a 29 February."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
