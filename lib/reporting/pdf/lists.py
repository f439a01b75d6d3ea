"""The lists at the end: the largest expenses, who was paid, other money, and everything."""

from collections.abc import Iterator, Sequence

from lib.reporting.pdf.paper import QUIET
from lib.reporting.pdf.part import Part, height_of
from lib.reporting.pdf.tables import Cell, Column, table
from lib.writing.formats import money, number, whole_day

FEW = 24  # expenses that need no page of their own


class Lists(Part):
    def draw(self) -> None:
        self.largest()
        self.payees()
        self.other_money()
        self.appendix()

    def largest(self) -> None:
        if not self.report.largest:
            return
        self.paper.heading("Largest expenses", need=height_of(len(self.report.largest)))
        columns = (
            Column("Day", 18),
            Column("What", 46),
            Column("Category", 22, whole=True),
            Column("Amount", 18, True),
        )
        table(
            self.paper,
            columns,
            (
                (
                    whole_day(each.spent_on, self.locale),
                    self.what_of(each),
                    self.user.categories[each.category].name,
                    self.money(each.amount),
                )
                for each in self.report.largest
            ),
        )

    def payees(self) -> None:
        if not self.report.payees:
            return
        self.paper.heading("Who got the most", need=height_of(len(self.report.payees)))
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

    def appendix(self) -> None:
        report, paper = self.report, self.paper
        if not report.expenses.count:
            return
        if report.expenses.count > FEW:
            paper.next_page()
        paper.heading(
            "All expenses",
            f"{number(report.expenses.count, self.locale)} entries, oldest first. Money that came in has a plus; "
            "what only moved, or is in another currency, is in no total.",
            need=height_of(min(report.expenses.count, FEW)),
        )
        columns = (
            Column("Day", 15),
            Column("What", 50),
            Column("Category", 21, whole=True),
            Column("Amount", 19, True),
        )
        table(paper, columns, self._expense_rows(), size=7.5)

    def _expense_rows(self) -> Iterator[Sequence[str | Cell]]:
        last = None
        day_of, category_of = whole_day, self.user.categories
        for each in self.report.expenses:
            day = day_of(each.spent_on, self.locale) if each.spent_on != last else ""
            last = each.spent_on
            amount = money(each.amount, each.currency, self.locale)
            category = category_of[each.category]
            quiet = not category.is_spending or each.currency != self.user.currency
            words = f"+{amount}" if each.money_in else amount
            yield day, self.what_of(each), category.name, Cell(words, QUIET) if quiet else words
