"""Expenses as a CSV file that opens right in the person's spreadsheet, does nothing there by itself, and comes back unchanged.

Where a comma separates decimals, spreadsheets expect semicolons between cells; so the file follows the person's locale.
Amounts are signed as banks do it: what went out is negative.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lib.money import digits_of
from lib.periods import Month
from lib.records import Expense, Filters, User
from lib.writing import cldr

COLUMNS = ("Date", "Payee", "Description", "Category", "Amount", "Currency", "Tags", "Note")
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's old encoding

# What a spreadsheet takes for a formula at the start of a cell; also behind a separator or line break, for a reader that
# splits at another character than ours. ";-)" is a smile. Apostrophes in between are skipped, so that `unguard` undoes it.
_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_CELL = rf"\A{{}}(?=['\s]*{_FORMULA}|'*[\t\r\n])|(?<=[,;|\t\r\n]){{}}(?=['\t\r\n]*{_FORMULA}(?!\)))"
_DANGEROUS = re.compile(_CELL.format("", ""))
_GUARDED = re.compile(_CELL.format("'", "'"))


def guard(text: str) -> str:
    """`text` with an apostrophe before whatever a spreadsheet would take for a formula."""
    return _DANGEROUS.sub("'", text)


def unguard(text: str) -> str:
    """What `guard` was given."""
    return _GUARDED.sub("", text)


def csv_of(user: User, pages: Iterable[Iterable[Expense]]) -> Iterator[bytes]:
    """The file in pieces, one for each page of expenses: never more than a page in memory."""
    decimal = "," if cldr.signs(user.locale, of_money=True).decimal == "," else "."
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";" if decimal == "," else ",", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(COLUMNS)
    for page in pages:
        writer.writerows(_cells(user, expense, decimal) for expense in page)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _cells(user: User, expense: Expense, decimal: str) -> tuple[str, ...]:
    amount = f"{-expense.counted:.{digits_of(expense.currency)}f}"
    return (
        expense.spent_on.isoformat(),
        guard(expense.payee),
        guard(expense.description),
        guard(user.categories[expense.category].name),
        amount.replace(".", decimal),
        guard(expense.currency),
        guard(", ".join(expense.tags)),
        guard(expense.note),
    )


def file_name(filters: Filters, today: date) -> str:
    """What to call the file: "expenses-2026-11.csv" for a month, else by its days or the day it was made."""
    since, until = filters.since, filters.until
    if since and until == Month.of(since).end and since.day == 1:
        return f"expenses-{Month.of(since)}.csv"
    if since or until:
        first = since or "first"
        return f"expenses-{first}-to-{until - timedelta(days=1) if until else today}.csv"
    return f"expenses-{today}.csv"
