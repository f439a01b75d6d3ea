"""What the figures say, in plain words and with the numbers they rest on."""

from collections.abc import Iterator
from decimal import Decimal

from lib.budgeting.spending import ZERO
from lib.reporting.data import BudgetRow, CategoryRow, Compared, Insight, Report
from lib.reporting.periods import MONTHLY, WEEKLY, YEARLY, Period
from lib.reporting.tally import percent_of
from lib.writing.formats import long_day, money, percent_text, whole_day

NAMES = {MONTHLY: "the month before", WEEKLY: "the week before", YEARLY: "the year before"}
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
NOTABLE = 10  # percent of all spending that a change has to come to


def insights(report: Report) -> tuple[Insight, ...]:
    """The most useful first."""
    if not report.count:
        return (Insight("Nothing was spent in this time."),)
    said = _Insights(report)
    return tuple(insight for part in said.parts() for insight in part)


class _Insights:
    def __init__(self, report: Report) -> None:
        self.report, self.user = report, report.user

    def parts(self) -> Iterator[Iterator[Insight]]:
        yield self.running()
        yield self.against()
        yield self.budgets()
        yield self.saved()
        yield self.shares()
        yield self.changes()
        yield self.dearest()
        yield self.habits()

    def money(self, amount: Decimal) -> str:
        return money(amount, self.user.currency, self.user.locale)

    def percent(self, percent: int) -> str:
        return percent_text(percent, self.user.locale)

    def running(self) -> Iterator[Insight]:
        if self.report.running:
            day = whole_day(self.report.today, self.user.locale)
            yield Insight(f"This time is not over: everything here is as of {day}.")

    def against(self) -> Iterator[Insight]:
        """Not while it goes on: a part of a month against a whole one says nothing."""
        if self.report.running:
            return
        for found in (self.report.before, self.report.year_before):
            if found is not None:
                yield Insight(self._against(found))

    def _against(self, found: Compared) -> str:
        then = self.money(found.spent)
        name = then_name(self.report.period, found.period)
        difference = self.report.spent - found.spent
        if not difference:
            return f"You spent exactly as much as in {name} ({then})."
        more = "more" if difference > 0 else "less"
        share = f" ({self.percent(abs(found.percent))})" if 0 < abs(found.percent) <= 200 else ""
        return f"You spent {self.money(abs(difference))}{share} {more} than in {name}, which came to {then}."

    def budgets(self) -> Iterator[Insight]:
        report = self.report
        if limit := report.overall:
            yield self._limit(limit)
        over = [row for row in report.budgets if row.state == "over"]
        if over:
            worst = min(over, key=lambda row: row.left)
            together = sum((-row.left for row in over), ZERO)
            verb = "was" if len(over) == 1 else "were"
            words = f"{len(over)} of {len(report.budgets)} budgets {verb} exceeded, by {self.money(together)}"
            most = (
                f" together, {worst.name} most ({self.money(-worst.left)})"
                if len(over) > 1
                else f": {worst.name}"
            )
            yield Insight(f"{words}{most}.", "over")
        elif report.budgets:
            yield Insight(f"No budget was exceeded; there are {len(report.budgets)}.", "fine")

    def _limit(self, limit: BudgetRow) -> Insight:
        if limit.left < 0:
            return Insight(f"Your limit for all spending is exceeded by {self.money(-limit.left)}.", "over")
        left = f"{self.money(limit.left)} of {self.money(limit.available)}"
        return Insight(f"{left} is left of your limit for all spending.", "fine")

    def saved(self) -> Iterator[Insight]:
        income, rest = self.report.income, self.report.income - self.report.spent
        if income <= 0:
            return
        if rest >= 0:
            share = self.percent(percent_of(rest, income))
            yield Insight(
                f"Of {self.money(income)} that came in, {self.money(rest)} ({share}) was not spent."
            )
        else:
            yield Insight(
                f"You spent {self.money(-rest)} more than the {self.money(income)} that came in.", "near"
            )

    def shares(self) -> Iterator[Insight]:
        first = self.report.categories[0]
        if first.spent <= 0:
            return
        yield Insight(
            f"{first.name} took the most: {self.money(first.spent)}, {self.percent(first.percent)} of everything."
        )

    def changes(self) -> Iterator[Insight]:
        report = self.report
        if report.before is None or report.running:
            return
        floor, name = report.before.spent * NOTABLE / 100, then_name(report.period, report.before.period)
        rows = sorted(report.categories, key=lambda row: row.spent - row.before)
        for row, verb in ((rows[-1], "grew"), (rows[0], "fell")):
            change = row.spent - row.before
            if abs(change) >= floor and (change > 0) == (verb == "grew"):
                yield Insight(self._changed(row, verb, name))

    def _changed(self, row: CategoryRow, verb: str, name: str) -> str:
        return f"{row.name} {verb} most: {self.money(row.spent)} after {self.money(row.before)} in {name}."

    def dearest(self) -> Iterator[Insight]:
        day = max(self.report.days, key=lambda row: row.spent)
        if day.spent > 0 and self.report.period.days > 1:
            number = f"{day.entries} expense{'' if day.entries == 1 else 's'}"
            yield Insight(
                f"The dearest day was {long_day(day.day, self.user.locale)}: {self.money(day.spent)} in {number}."
            )

    def habits(self) -> Iterator[Insight]:
        often = max(self.report.payees, key=lambda row: row.entries, default=None)
        if often and often.entries > 2:
            yield Insight(
                f"You paid {often.name} most often: {often.entries} times, {self.money(often.spent)} in all."
            )
        if self.report.period.days >= 28:
            costly = max(self.report.weekdays, key=lambda row: row.average)
            if costly.average > 0:
                yield Insight(
                    f"{WEEKDAYS[costly.weekday]} cost the most: {self.money(costly.average)} on average."
                )


def then_name(period: Period, then: Period) -> str:
    """What another period is called beside this one."""
    if then == period.before:
        return NAMES.get(period.kind, "the same number of days before")
    return {MONTHLY: "the same month a year ago", WEEKLY: "the same week a year ago"}.get(
        period.kind, "the same days a year ago"
    )
