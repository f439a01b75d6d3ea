"""The parts of a report on paper, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from typing import BinaryIO

from reportlab.lib.colors import Color

from lib.budgeting.spending import ZERO
from lib.categories import OVERALL
from lib.periods import Month
from lib.records import Expense
from lib.reporting.data import BudgetRow, Report
from lib.reporting.insights import then_name
from lib.reporting.pdf.charts import Bar, Post, bars, posts
from lib.reporting.pdf.paper import ACCENT, DEEP, FOOT, INK, NEAR, OVER, QUIET, WHITE, Paper
from lib.reporting.pdf.tables import ROW, Cell, Column, table
from lib.writing.formats import (
    money,
    month_short,
    number,
    percent_text,
    short_day,
    short_money,
    weekday_names,
    whole_day,
)

TOP_BARS = 12
MOST_POSTS = 62  # columns of days; more than that are months
STATES: dict[str, tuple[str, Color]] = {
    "fine": ("within", ACCENT),
    "near": ("nearly used", NEAR),
    "over": ("over", OVER),
}


def write_pdf(report: Report, file: BinaryIO) -> int:
    """Write the whole document. Returns how many pages it has."""
    user = report.user
    owner = user.display_name or user.username
    made = whole_day(report.today, user.locale)
    paper = Paper(
        file, user.locale, f"{report.title}: spending report", f"{report.title} · {owner} · made {made}"
    )
    parts = _Parts(report, paper, owner)
    for part in (
        parts.cover,
        parts.categories,
        parts.budgets,
        parts.months,
        parts.weekdays,
        parts.largest,
        parts.payees,
        parts.other_money,
        parts.appendix,
    ):
        part()
    paper.finish()
    return paper.page


def share(value: Decimal, most: Decimal) -> float:
    """How much of `most` it is, from 0 to 1, for a length on paper."""
    return max(0, min(int(value * 10000 / most), 10000)) / 10000 if most > 0 else 0


class _Parts:
    def __init__(self, report: Report, paper: Paper, owner: str) -> None:
        self.report, self.paper, self.owner, self.user = report, paper, owner, report.user
        self.locale = report.user.locale

    def money(self, amount: Decimal) -> str:
        return money(amount, self.user.currency, self.locale)

    def short(self, amount: Decimal) -> str:
        return short_money(amount, self.user.currency, self.locale)

    def percent(self, percent: int) -> str:
        return percent_text(percent, self.locale)

    # The cover

    def cover(self) -> None:
        paper, report = self.paper, self.report
        high = 176
        paper.box(0, paper.height - high, paper.width, high, DEEP)
        top = paper.height - MARGIN_TOP
        paper.bookmark(report.title)
        paper.text(paper.left, top, f"Spending report for {self.owner}", 10, WHITE, room=paper.room)
        paper.text(paper.left, top - 38, report.title, 28, WHITE, bold=True, room=paper.room)
        if report.title != report.period.span(self.locale):
            paper.text(paper.left, top - 58, report.period.span(self.locale), 10, WHITE)
        paper.text(paper.left, top - 96, self.money(report.spent), 26, WHITE, bold=True)
        paper.text(paper.left, top - 112, f"spent in {self.expenses(report.count)}", 10, WHITE)
        paper.y = paper.height - high - 18
        self.figures()
        self.days()
        self.insights()

    def expenses(self, count: int) -> str:
        return f"{number(count, self.locale)} expense{'' if count == 1 else 's'}"

    def figures(self) -> None:
        """Up to four figures side by side."""
        found = list(self._figures())[:4]
        paper = self.paper
        step = paper.room / 4
        for place, (name, value, note, colour) in enumerate(found):
            x = paper.left + step * place
            paper.text(x, paper.y - 12, name, 9, QUIET, room=step - 8)
            size = 15 if len(value) < 14 else 11
            paper.text(x, paper.y - 32, value, size, colour, bold=True, room=step - 8)
            paper.text(x, paper.y - 46, note, 8, QUIET, room=step - 8)
        paper.y -= 60

    def _figures(self) -> Iterator[tuple[str, str, str, Color]]:
        report = self.report
        limit = report.overall or _together(report.budgets)
        if limit:
            name, colour = ("Over", OVER) if limit.left < 0 else ("Left", INK)
            whose = "your limit" if report.overall else "all budgets together"
            yield name, self.money(abs(limit.left)), f"of {self.short(limit.available)}, {whose}", colour
        if report.income:
            kept = report.income - report.spent
            note = f"{self.money(abs(kept))} {'left' if kept >= 0 else 'more was spent'}"
            yield "Came in", self.money(report.income), note, INK
        over = max(min((report.today - report.period.since).days + 1, report.period.days), 1)
        if report.period.days > 1:
            yield (
                "A day",
                self.money(report.spent / over),
                f"on average of {number(over, self.locale)} days",
                INK,
            )
        if found := report.before:
            name = then_name(report.period, found.period).capitalize()
            sign = "+" if found.percent > 0 else ""
            change = "so far" if report.running else f"{sign}{self.percent(found.percent)} since"
            yield name, self.money(found.spent), change, INK

    def days(self) -> None:
        """The figure of the cover: day by day, or month by month where that would be too fine."""
        report = self.report
        if not report.count:
            return
        if len(report.period.months) == 1:
            self.running_total()
        elif len(report.days) <= MOST_POSTS:
            self._over_time("Each day", [row.spent for row in report.days], self._day_name)
        else:
            within = [row for row in report.months if row.within]
            every = 1 + len(within) // 25
            self._over_time(
                "Each month",
                [row.spent for row in within],
                lambda n: self._month_name(within[n].month) if n % every == 0 else "",
            )

    def running_total(self) -> None:
        """What was spent up to each day, with the limit as a line to stay under."""
        report = self.report
        sums = list(accumulate(row.spent for row in report.days if row.day <= report.today or row.spent))
        limit = report.overall or _together(report.budgets)
        self._over_time(
            "Spent up to each day", sums, self._day_name, len(report.days), limit.available if limit else ZERO
        )

    def _over_time(
        self,
        caption: str,
        sums: Sequence[Decimal],
        name: Callable[[int], str],
        places: int = 0,
        limit: Decimal = ZERO,
    ) -> None:
        most = max((*sums, limit))
        if most <= 0:
            return
        paper, places = self.paper, places or len(sums)
        paper.y -= 14
        paper.text(paper.left, paper.y, caption, 10, bold=True)
        rows = [Post(name(n), share(sums[n], most) if n < len(sums) else 0) for n in range(places)]
        line = (f"to spend: {self.short(limit)}", share(limit, most)) if limit > 0 else None
        posts(paper, rows, self.short(most), high=160, limit=line)

    def _day_name(self, place: int) -> str:
        days = self.report.days
        if len(days) <= 7:
            return f"{weekday_names(days[place].day.weekday(), self.locale)[0]} {days[place].day.day}"
        every = 2 if len(days) <= 14 else 7
        return short_day(days[place].day, self.locale) if place % every == 0 else ""

    def _month_name(self, month: Month) -> str:
        return month_short(month, self.locale) + (f" {month.year % 100:02d}" if month.month == 1 else "")

    def insights(self) -> None:
        paper = self.paper
        paper.y -= 24
        paper.text(paper.left, paper.y, "In short", 14, bold=True)
        paper.y -= 6
        for insight in self.report.insights:
            if paper.y < FOOT + 30:
                paper.next_page()
            colour = {"over": OVER, "near": NEAR}.get(insight.state, ACCENT)
            paper.y -= 5
            start = paper.y
            paper.paragraph(insight.words, 10, x=paper.left + 14, room=paper.room - 14)
            paper.box(paper.left, paper.y - 2, 3, start - paper.y, colour)

    # Where it went

    def categories(self) -> None:
        report, paper = self.report, self.paper
        if not report.categories:
            return
        paper.next_page()
        paper.heading("Where it went", "Largest first. A bar's length is its share of the largest category.")
        most = report.categories[0].spent
        shown = [row for row in report.categories[:TOP_BARS] if row.spent > 0]
        bars(
            paper,
            [
                Bar(row.name, share(row.spent, most), self.money(row.spent), self.percent(row.percent))
                for row in shown
            ],
        )
        name = then_name(report.period, report.period.before)
        rows = min(len(report.categories), 24) + 1
        paper.heading("Every category", f"Beside what it came to in {name}.", need=_high(rows))
        columns = (
            Column("Category", 30),
            Column("Expenses", 12, True),
            Column("Share", 10, True),
            Column("Spent", 18, True),
            Column(f"{name[:1].upper()}{name[1:]}", 24, True),
            Column("Change", 18, True),
        )
        table(paper, columns, self._category_rows())

    def _category_rows(self) -> Iterator[Sequence[str | Cell]]:
        for row in self.report.categories:
            yield (
                row.name,
                number(row.entries, self.locale),
                self.percent(row.percent),
                self.money(row.spent),
                self.money(row.before) if row.before else "–",
                self._signed(row.spent - row.before) if row.before else "new",
            )
        report = self.report
        yield (
            Cell("All spending", bold=True),
            Cell(number(report.count, self.locale), bold=True),
            "",
            Cell(self.money(report.spent), bold=True),
            Cell(self.money(report.before.spent) if report.before else "–", bold=True),
            Cell(self._signed(report.spent - report.before.spent) if report.before else "", bold=True),
        )

    def _signed(self, amount: Decimal) -> str:
        return f"+{self.money(amount)}" if amount > 0 else self.money(amount)

    # Budgets

    def budgets(self) -> None:
        report, paper = self.report, self.paper
        rows = [*([report.overall] if report.overall else []), *report.budgets]
        if not rows:
            return
        several = len(report.period.months) > 1
        note = "The line marks the budget; what lies beyond it is striped."
        paper.heading(
            "Budgets against spending", note, need=20 * min(len(rows), 20) + _high(min(len(rows), 15))
        )
        bars(paper, [self._budget_bar(row) for row in rows])
        paper.y -= 12
        columns = [
            Column("Budget", 30),
            Column("To spend", 18, True),
            Column("Spent", 18, True),
            Column("Used", 10, True),
            Column("Left", 18, True),
            Column("Months over" if several else "State", 14, True),
        ]
        table(paper, columns, (self._budget_cells(row, several) for row in rows))

    def _budget_bar(self, row: BudgetRow) -> Bar:
        most = max(row.spent, row.available)
        used, limit = share(row.spent, most), share(row.available, most)
        word = _state(row)[0]
        over = max(used - limit, 0)
        return Bar(row.name, used, f"{self.percent(row.percent)} {word}", "", over, limit)

    def _budget_cells(self, row: BudgetRow, several: bool) -> Sequence[str | Cell]:
        word, colour = _state(row)
        bold = row.category == OVERALL
        last = f"{row.months_over} of {row.months}" if several else word
        return (
            Cell(row.name, bold=bold),
            Cell(self.money(row.available), bold=bold),
            Cell(self.money(row.spent), bold=bold),
            self.percent(row.percent),
            Cell(self.money(row.left), OVER if row.left < 0 else INK, bold),
            Cell(last, INK if several else colour, True),
        )

    # Over time

    def months(self) -> None:
        """Not where the cover shows the same months already."""
        rows, paper = self.report.months, self.paper
        most = max((row.spent for row in rows), default=Decimal(0))
        if most <= 0 or len(rows) < 2 or len(self.report.days) > MOST_POSTS:
            return
        paper.heading(
            "The months before", "Strong: what this report is about. Pale: what came before.", need=170
        )
        whole = Decimal(1)
        posts(
            paper,
            [
                Post(
                    self._month_name(row.month),
                    share(row.spent, most),
                    row.within,
                    self.short(row.spent.quantize(whole)) if row.spent else "",
                )
                for row in rows
            ],
            "",
            high=130,
        )

    def weekdays(self) -> None:
        rows, paper = self.report.weekdays, self.paper
        most = max((row.average for row in rows), default=Decimal(0))
        if most <= 0 or self.report.period.days < 14:
            return
        names = weekday_names(self.user.first_weekday, self.locale)
        paper.heading(
            "Which days cost", "On average of each weekday, days without an expense included.", need=150
        )
        bars(
            paper,
            [
                Bar(name, share(row.average, most), self.money(row.average))
                for name, row in zip(names, rows, strict=True)
            ],
            high=18,
        )

    # Lists

    def largest(self) -> None:
        if not self.report.largest:
            return
        self.paper.heading("Largest expenses", need=_high(len(self.report.largest)))
        columns = (Column("Day", 18), Column("What", 46), Column("Category", 22), Column("Amount", 18, True))
        table(
            self.paper,
            columns,
            (
                (
                    whole_day(each.spent_on, self.locale),
                    _what(each),
                    self.user.categories[each.category].name,
                    self.money(each.amount),
                )
                for each in self.report.largest
            ),
        )

    def payees(self) -> None:
        if not self.report.payees:
            return
        self.paper.heading("Who got the most", need=_high(len(self.report.payees)))
        columns = (Column("Payee", 50), Column("Expenses", 16, True), Column("Paid", 20, True))
        table(
            self.paper,
            columns,
            (
                (row.name, number(row.entries, self.locale), self.money(row.spent))
                for row in self.report.payees
            ),
        )

    def other_money(self) -> None:
        if not self.report.other_currencies:
            return
        self.paper.heading("Other currencies", "Not converted, and in no figure above.")
        columns = (
            Column("Currency", 20),
            Column("Expenses", 16, True),
            Column("Spent", 20, True),
            Column("Came in", 20, True),
        )
        table(
            self.paper,
            columns,
            (
                (
                    each.currency,
                    number(each.count, self.locale),
                    money(each.spent, each.currency, self.locale),
                    money(each.received, each.currency, self.locale),
                )
                for each in self.report.other_currencies
            ),
        )

    # The appendix

    def appendix(self) -> None:
        report, paper = self.report, self.paper
        if not report.expenses.count:
            return
        paper.next_page()
        paper.heading(
            "All expenses",
            f"{number(report.expenses.count, self.locale)} entries, oldest first. Money that came in has a plus; "
            "what only moved, or is in another currency, is in no total.",
        )
        columns = (Column("Day", 15), Column("What", 50), Column("Category", 21), Column("Amount", 19, True))
        table(paper, columns, self._expense_rows(), size=7.5)

    def _expense_rows(self) -> Iterator[Sequence[str | Cell]]:
        last = None
        day_of, category_of = lru_cache(4096)(whole_day), self.user.categories
        for each in self.report.expenses:
            day = day_of(each.spent_on, self.locale) if each.spent_on != last else ""
            last = each.spent_on
            amount = money(each.amount, each.currency, self.locale)
            category = category_of[each.category]
            quiet = not category.is_spending or each.currency != self.user.currency
            words = f"+{amount}" if each.money_in else amount
            yield day, _what(each), category.name, Cell(words, QUIET) if quiet else words


MARGIN_TOP = 44


def _high(rows: int) -> float:
    """About how much room a table of so many rows takes, with its heading's note."""
    return (rows + 2) * ROW


def _state(row: BudgetRow) -> tuple[str, Color]:
    return ("used up", INK) if row.spent == row.available > 0 else STATES[row.state]


def _what(expense: Expense) -> str:
    return " · ".join(part for part in (expense.payee, expense.description) if part) or "–"


def _together(rows: Sequence[BudgetRow]) -> BudgetRow | None:
    if not rows:
        return None
    available, spent = sum((r.available for r in rows), Decimal(0)), sum((r.spent for r in rows), Decimal(0))
    return BudgetRow(OVERALL, "", available, spent, available - spent, 0, "fine", 1, 0)
