"""The first page: what it comes to, how it went, and what there is to know."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from reportlab.lib.colors import Color

from lib.budgeting.spending import ZERO
from lib.reporting.insights import then_name
from lib.reporting.pdf.charts import Post, posts
from lib.reporting.pdf.paper import ACCENT, DEEP, FOOT, INK, NEAR, OVER, QUIET, WHITE
from lib.reporting.pdf.part import MOST_POSTS, Part, share, together
from lib.writing.formats import number, short_day, weekday_names

MARGIN_TOP = 44


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
            change = "all of it" if report.running else f"{sign}{self.percent(found.percent)} this time"
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
                lambda n: self.month_name(within[n].month) if n % every == 0 else "",
            )

    def running_total(self) -> None:
        """What was spent up to each day, with the limit as a line to stay under."""
        report = self.report
        sums = list(accumulate(row.spent for row in report.days if row.day <= report.today or row.spent))
        limit = report.overall or together(report.budgets)
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
