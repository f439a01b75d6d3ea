"""Where the money went, how that stands against budgets, and when it was spent."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lib.categories import OVERALL
from lib.reporting.data import BudgetRow, CategoryRow
from lib.reporting.insights import then_name
from lib.reporting.pdf.charts import Bar, Post, bars, posts
from lib.reporting.pdf.paper import INK, OVER
from lib.reporting.pdf.part import MOST_POSTS, Part, height_of, share, state_of
from lib.reporting.pdf.tables import Cell, Column, table
from lib.reporting.periods import CUSTOM
from lib.writing.formats import number, weekday_names

TOP_BARS = 12


class Spending(Part):
    def draw(self) -> None:
        self.categories()
        self.budgets()
        self.months()
        self.weekdays()

    def categories(self) -> None:
        report, paper = self.report, self.paper
        if not report.count:
            return
        paper.next_page()
        paper.heading("Where it went", "Largest first. A bar's length is its share of the largest category.")
        most = report.categories[0].spent
        shown = [row for row in report.categories[:TOP_BARS] if row.spent > 0]
        bars(
            paper,
            [
                Bar(row.name, share(row.spent, most), self.money(row.spent), self.share_of(row))
                for row in shown
            ],
        )
        name = then_name(report.period, report.period.before)
        rows = min(len(report.categories), 24) + 1
        note = f"Beside what it came to in {name}."
        if report.running:
            note = f"Beside the whole of {name}: no change is given while this time goes on."
        paper.heading("Every category", note, need=height_of(rows))
        columns = [
            Column("Category", 30, whole=True),
            Column("Expenses", 12, True),
            Column("Share", 10, True),
            Column("Spent", 18, True),
            Column(
                "Days before" if report.period.kind == CUSTOM else f"{name[:1].upper()}{name[1:]}", 24, True
            ),
            Column("Change", 18, True),
        ]
        shown_columns = len(columns) - report.running
        table(paper, columns[:shown_columns], (row[:shown_columns] for row in self._category_rows()))

    def _category_rows(self) -> Iterator[Sequence[str | Cell]]:
        for row in self.report.categories:
            yield (
                row.name,
                number(row.entries, self.locale),
                self.share_of(row),
                self.money(row.spent),
                self.money(row.before) if row.before else "–",
                self._change(row),
            )
        report = self.report
        yield (
            Cell("All spending", bold=True),
            Cell(number(report.count, self.locale), bold=True),
            "",
            Cell(self.money(report.spent), bold=True),
            Cell(self.money(report.before.spent) if report.before else "–", bold=True),
            Cell(self.signed(report.spent - report.before.spent) if report.before else "", bold=True),
        )

    def _change(self, row: CategoryRow) -> str:
        if row.spent == row.before:
            return "same"
        return self.signed(row.spent - row.before) if row.before else "new"

    def budgets(self) -> None:
        report, paper = self.report, self.paper
        rows = [*([report.overall] if report.overall else []), *report.budgets]
        if not rows:
            return
        several = len(report.period.months) > 1
        note = "The line marks the budget; what lies beyond it is striped."
        paper.heading(
            "Budgets against spending", note, need=20 * min(len(rows), 20) + height_of(min(len(rows), 15))
        )
        bars(paper, [self._budget_bar(row) for row in rows])
        paper.y -= 12
        columns = [
            Column("Budget", 30, whole=True),
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
        word = state_of(row)[0]
        over = max(used - limit, 0)
        return Bar(row.name, used, f"{self.percent(row.percent)} {word}", "", over, limit)

    def _budget_cells(self, row: BudgetRow, several: bool) -> Sequence[str | Cell]:
        word, colour = state_of(row)
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

    def months(self) -> None:
        """Not where the cover shows the same months already. Days stand beside whole months only, never for one."""
        whole, paper = bool(self.report.period.months), self.paper
        rows = [row for row in self.report.months if whole or not row.within]
        most = max((row.spent for row in rows), default=Decimal(0))
        if not any(row.spent > 0 for row in rows if not row.within) or len(self.report.days) > MOST_POSTS:
            return
        note = "Strong: what this report is about. Pale: what came before."
        note = note if whole else "Whole months, up to the one that these days begin in."
        paper.heading("The months before", note, need=170)
        posts(
            paper,
            [
                Post(self.month_name(row.month), share(row.spent, most), row.within, self.whole(row.spent))
                for row in rows
            ],
            high=130,
        )

    def weekdays(self) -> None:
        rows, paper = self.report.weekdays, self.paper
        most = max((row.average for row in rows), default=Decimal(0))
        if most <= 0 or self.report.period.days < 14:
            return
        names = weekday_names(self.user.first_weekday, self.locale)
        paper.heading("What each weekday costs", "On average; days without an expense count, too.", need=150)
        bars(
            paper,
            [
                Bar(name, share(row.average, most), self.money(row.average))
                for name, row in zip(names, rows, strict=True)
            ],
            high=18,
        )
