"""The same report for spreadsheets: its expenses as CSV, everything as a workbook. Text is never a formula in either."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.exporting import csv_of
from lib.money import digits_of
from lib.records import Expense
from lib.reporting.data import Report

BATCH = 1000
Cell = str | int | Decimal
Rows = Iterable[Sequence[Cell]]


def write_csv(report: Report, file: BinaryIO) -> None:
    """Every expense of it, as the list of expenses exports them: it can be brought in again."""
    for part in csv_of(report.user, _batches(report)):
        file.write(part)


def _batches(report: Report) -> Iterator[list[Expense]]:
    expenses = iter(report.expenses)
    while batch := list(islice(expenses, BATCH)):
        yield batch


def write_xlsx(report: Report, file: BinaryIO) -> None:
    """A workbook with a sheet for each part; written row by row, so that its length does not matter."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        book.set_properties({"title": f"{report.title}: spending report", "author": "Smart Budget Planner"})
        sheets = _Sheets(report, book)
        sheets.write("Summary", ("", "Amount"), _summary(report), (34, 18))
        columns = _CATEGORIES[:-1] if report.running else _CATEGORIES
        sheets.write("Categories", columns, _categories(report), (28, 10, 10, 16, 16, 16))
        if report.budgets or report.overall:
            sheets.write("Budgets", _BUDGETS, _budgets(report), (28, 16, 16, 10, 16, 12))
        sheets.write("Expenses", _EXPENSES, _expenses(report), (12, 26, 40, 22, 16, 10, 20, 30))


_CATEGORIES = ("Category", "Expenses", "Share %", "Spent", "Before", "Change")
_BUDGETS = ("Budget", "To spend", "Spent", "Used %", "Left", "State")
_EXPENSES = ("Day", "Payee", "Description", "Category", "Amount", "Currency", "Tags", "Note")


class _Sheets:
    def __init__(self, report: Report, book: Workbook) -> None:
        self.book = book
        digits = digits_of(report.user.currency)
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "bg_color": "#f1f1ec"})
        self.money: Format = book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")})

    def write(self, name: str, columns: Sequence[str], rows: Rows, wides: Sequence[int]) -> None:
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, wide in enumerate(wides):
            sheet.set_column(place, place, wide)
        for place, words in enumerate(columns):
            sheet.write_string(0, place, words, self.head)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                else:
                    sheet.write_number(line, place, value, self.money if isinstance(value, Decimal) else None)


def _summary(report: Report) -> Iterator[Sequence[Cell]]:
    yield "Period", report.title
    yield "Currency", report.user.currency
    yield "Spent", report.spent
    yield "Came in", report.income
    yield "Expenses", report.count
    for name, found in (("Spent in the period before", report.before), ("A year ago", report.year_before)):
        if found:
            yield name, found.spent
    for insight in report.insights:
        yield "", insight.words
    for each in report.other_currencies:
        yield f"Spent in {each.currency}, not converted", each.spent


def _categories(report: Report) -> Iterator[Sequence[Cell]]:
    """A part of a month has not changed from a whole one: while it goes on, none is given."""
    for row in report.categories:
        change = () if report.running else (row.spent - row.before,)
        yield row.name, row.entries, row.percent, row.spent, row.before, *change


def _budgets(report: Report) -> Iterator[Sequence[Cell]]:
    for row in (*([report.overall] if report.overall else []), *report.budgets):
        yield row.name, row.available, row.spent, row.percent, row.left, row.state


def _expenses(report: Report) -> Iterator[Sequence[Cell]]:
    """Signed as banks do it: what went out is negative."""
    for each in report.expenses:
        yield (
            each.spent_on.isoformat(),
            each.payee,
            each.description,
            report.user.categories[each.category].name,
            -each.counted,
            each.currency,
            ", ".join(each.tags),
            each.note,
        )
