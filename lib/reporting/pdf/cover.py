"""The first page: what it comes to, how it went, and what there is to know."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from reportlab.lib.colors import Color

from lib.budgeting.spending import ZERO
from lib.periods import Month
from lib.reporting.insights import then_name
from lib.reporting.pdf.charts import Post, marked, posts, steps
from lib.reporting.pdf.paper import ACCENT, DEEP, FOOT, INK, NEAR, OVER, QUIET, WHITE
from lib.reporting.pdf.part import MOST_POSTS, Part, share, together
from lib.writing.formats import number, short_day, weekday_names

MARGIN_TOP = 44
HIGH = 160  # of the chart


class Cover(Part):
    def draw(self) -> None:
        paper, report = self.paper, self.report
        high = 176
        paper.box(0, paper.height - high, paper.width, high, DEEP)
        top = paper.height - MARGIN_TOP
        paper.bookmark(report.title)
        paper.text(
            paper.left,
            top,
            f"Spending report for {self.user.display_name or self.user.username}",
            10,
            WHITE,
            room=paper.room,
        )
        paper.text(paper.left, top - 38, report.title, 28, WHITE, bold=True, room=paper.room)
        if report.title != report.period.span(self.locale):
            paper.text(paper.left, top - 58, report.period.span(self.locale), 10, WHITE)
        paper.text(paper.left, top - 96, self.money(report.spent), 26, WHITE, bold=True)
        paper.text(paper.left, top - 112, f"spent in {self.expenses(report.count)}", 10, WHITE)
        paper.y = paper.height - high - 18
        self.figures()
        self.days()
        self.insights()

    def figures(self) -> None:
        """Up to four figures side by side."""
        found = list(self._figures())[:4]
        if not found:
            return
        paper = self.paper
        step = paper.room / 4
        for place, (name, value, note, colour) in enumerate(found):
            x = paper.left + step * place
            paper.text(x, paper.y - 12, name, 9, QUIET, room=step - 8)
            size = paper.size_within(step - 8, value, 15, bold=True)
            paper.text(x, paper.y - 32, value, size, colour, bold=True)
            fits = paper.size_within(step - 8, note, 8)
            paper.text(x, paper.y - 46, note, fits, QUIET)
        paper.y -= 60

    def _figures(self) -> Iterator[tuple[str, str, str, Color]]:
        report = self.report
        limit = report.overall or together(report.budgets)
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
            change = f"{sign}{self.percent(found.percent)} this time" if found.percent else "about the same"
            change = "the whole of it" if report.running else change
            yield name, self.money(found.spent), change, INK

    def days(self) -> None:
        """The figure of the cover: day by day, or month by month where that would be too fine."""
        report = self.report
        if not report.count or report.period.days == 1:
            return
        if len(report.period.months) == 1:
            self.running_total()
        elif len(report.days) <= MOST_POSTS:
            most = max(row.spent for row in report.days)
            rows = [Post(self._day_name(n), share(row.spent, most)) for n, row in enumerate(report.days)]
            self._over_time("Each day", rows, most)
        else:
            self.each_month()

    def each_month(self) -> None:
        """Only of the days it is about, where it begins or ends within a month."""
        within: defaultdict[Month, Decimal] = defaultdict(Decimal)
        for row in self.report.days:
            within[Month.of(row.day)] += row.spent
        most, every = max(within.values()), 1 + len(within) // 25
        named = len(within) <= 12  # each says what it comes to: more of them have no room for it
        rows = [
            Post(
                self.month_name(month) if n % every == 0 else "",
                share(spent, most),
                words=self.whole(spent) if named else "",
            )
            for n, (month, spent) in enumerate(within.items())
        ]
        self._over_time("Each month", rows, most)

    def _over_time(self, caption: str, rows: Sequence[Post], most: Decimal) -> None:
        if most > 0:
            self._caption(caption)
            posts(self.paper, rows, high=HIGH, top="" if rows[-1].words else self.short(most))

    def running_total(self) -> None:
        """What was spent up to each day, with the limit as a line to stay under."""
        report = self.report
        sums = list(accumulate(row.spent for row in report.days if row.day <= report.today or row.spent))
        limit = report.overall or together(report.budgets)
        available = limit.available if limit else ZERO
        most = max((*sums, available))
        if most <= 0:
            return
        self._caption("Spent up to each day")
        names = [self._day_name(n) for n in range(len(report.days))]
        steps(self.paper, [share(amount, most) for amount in sums], names, high=HIGH)
        if available > 0:
            marked(self.paper, f"to spend: {self.short(available)}", share(available, most), high=HIGH)

    def _caption(self, words: str) -> None:
        self.paper.y -= 14
        self.paper.text(self.paper.left, self.paper.y, words, 10, bold=True)

    def _day_name(self, place: int) -> str:
        days = self.report.days
        if len(days) <= 7:
            return f"{weekday_names(days[place].day.weekday(), self.locale)[0]} {days[place].day.day}"
        every = 2 if len(days) <= 14 else 7
        return short_day(days[place].day, self.locale) if place % every == 0 else ""

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
