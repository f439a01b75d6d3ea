"""Expenses of a report, read once from the store and kept on disk: every part of it shows the same ones."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile

from lib.ports import Store
from lib.records import Expense, Filters

PAGE = 1000  # expenses in one answer of the store
IN_MEMORY = 2_000_000  # bytes


class Spool:
    """As many as there are, in the order they were added; in memory no more than IN_MEMORY."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8")  # noqa: SIM115  # closed by `close`
        self.count = 0

    def add(self, expense: Expense) -> None:
        row = (
            expense.user_id,
            expense.expense_id,
            expense.spent_on.isoformat(),
            str(expense.amount),
            expense.currency,
            expense.category,
            expense.created_at.isoformat(),
            expense.money_in,
            expense.payee,
            expense.description,
            expense.note,
            expense.tags,
        )
        self._file.write(json.dumps(row))
        self._file.write("\n")
        self.count += 1

    def __iter__(self) -> Iterator[Expense]:
        self._file.seek(0)
        for line in self._file:
            row = json.loads(line)
            user_id, expense_id, day, amount, currency, category, created_at = row[:7]
            money_in, payee, description, note, tags = row[7:]
            yield Expense(
                user_id,
                expense_id,
                date.fromisoformat(day),
                Decimal(amount),
                currency,
                category,
                datetime.fromisoformat(created_at),
                money_in,
                payee,
                description,
                note,
                tuple(tags),
            )

    def close(self) -> None:
        self._file.close()


def each_expense(store: Store, user_id: str, since: date, until: date) -> Iterator[Expense]:
    """Everything of those days that is not in the trash, oldest first, a page at a time."""
    filters, cursor = Filters(since=since, until=until, sort="oldest"), ""
    while True:
        page = store.list_expenses(user_id, filters, cursor, PAGE)
        yield from page.items
        cursor = page.cursor
        if not cursor:
            return
