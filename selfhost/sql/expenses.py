"""Expenses, one by one and many at once: every write changes the kept totals with them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, bindparam, delete, insert, select, update

from lib.errors import Changed
from lib.records import Expense
from selfhost.sql import search, totals
from selfhost.sql.engine import Database
from selfhost.sql.expense_rows import COLUMNS, added, changed, to_expense
from selfhost.sql.rows import to_stamp
from selfhost.sql.tables import expenses, users
from selfhost.sql.users import touch

CHUNK = 500  # ids in one statement

# What is needed to say what an expense adds to its total.
_COUNTING = (
    expenses.c.spent_on,
    expenses.c.category,
    expenses.c.currency,
    expenses.c.amount,
    expenses.c.money_in,
)
_THEIRS = expenses.c.user_id == bindparam("user")
_THESE = expenses.c.expense_id.in_(bindparam("ids", expanding=True))
_KEPT = expenses.c.removed_at.is_(None)
_IN_TRASH = expenses.c.removed_at.is_not(None)

_GET = select(*COLUMNS).where(_THEIRS, expenses.c.expense_id == bindparam("id"))
_GET_MANY = select(*COLUMNS).where(_THEIRS, _THESE)
_KNOWN = select(expenses.c.expense_id).where(_THEIRS, _THESE)
_BEFORE = select(expenses.c.expense_id, expenses.c.version, *_COUNTING).where(_THEIRS, _THESE, _KEPT)
_SAVE = update(expenses).where(_THEIRS, expenses.c.expense_id == bindparam("id"))
_REMOVE = (
    update(expenses)
    .where(_THEIRS, _THESE, _KEPT)
    .values(removed_at=bindparam("at"), version=expenses.c.version + 1)
    .returning(expenses.c.expense_id, *_COUNTING)
)
_RESTORE = (
    update(expenses)
    .where(_THEIRS, _THESE, _IN_TRASH)
    .values(removed_at=None, version=expenses.c.version + 1)
    .returning(expenses.c.expense_id, *_COUNTING)
)
_PURGE = delete(expenses).where(_THEIRS, expenses.c.removed_at < bindparam("before"))
_WITH_OLD_TRASH = (
    select(users.c.user_id)
    .where(users.c.user_id.in_(select(expenses.c.user_id).where(expenses.c.removed_at < bindparam("before"))))
    .order_by(users.c.user_id)  # everyone who locks several users does so in this order
)


@lru_cache(maxsize=2)
def _add(dialect: Dialect) -> str:
    """The statement as the driver takes it: SQLAlchemy's own look at each row's parameters would take a fifth of the time."""
    names = [column.name for column in expenses.c if not column.identity]
    return str(insert(expenses).compile(dialect=dialect, column_keys=names))


class ExpenseTable:
    _database: Database

    def add_expenses(self, expenses: Sequence[Expense]) -> list[str]:
        if not expenses:
            return []
        user_id = _owner(expenses)
        new: dict[str, Expense] = {}
        for expense in expenses:
            new.setdefault(expense.expense_id, expense)
        with self._database.write() as connection:
            if not touch(connection, user_id):
                raise Changed("This account is gone.")
            for ids in _chunks(new):
                for (known,) in connection.execute(_KNOWN, {"user": user_id, "ids": ids}):
                    del new[known]
            if new:
                with search.taking_in(connection):
                    connection.exec_driver_sql(_add(connection.dialect), [added(e) for e in new.values()])
                counted = (e for e in new.values() if e.removed_at is None)
                totals.apply(connection, user_id, map(totals.counting, counted))
        return list(new)

    def get_expense(self, user_id: str, expense_id: str) -> Expense | None:
        with self._database.read() as connection:
            row = connection.execute(_GET, {"user": user_id, "id": expense_id}).first()
        return None if row is None else to_expense(row)

    def get_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[Expense]:
        found: dict[str, Expense] = {}
        with self._database.read() as connection:
            for ids in _chunks(dict.fromkeys(expense_ids)):
                for row in connection.execute(_GET_MANY, {"user": user_id, "ids": ids}):
                    expense = to_expense(row)
                    found[expense.expense_id] = expense
        return [found[id] for id in dict.fromkeys(expense_ids) if id in found]

    def save_expenses(self, expenses: Sequence[Expense]) -> list[Expense]:
        if not expenses:
            return []
        user_id = _owner(expenses)
        saved = [replace(expense, version=expense.version + 1, removed_at=None) for expense in expenses]
        with self._database.write() as connection:
            if not touch(connection, user_id):
                raise Changed
            before = {}
            for ids in _chunks(e.expense_id for e in expenses):
                for expense_id, version, *counting in connection.execute(
                    _BEFORE, {"user": user_id, "ids": ids}
                ):
                    before[expense_id] = (version, _counting(*counting))
            changes = []
            for expense in expenses:
                # Taken out: should it come twice, the second would be stale.
                version, counted = before.pop(expense.expense_id, (None, None))
                if counted is None or version != expense.version:
                    raise Changed
                changes += [totals.undone(counted), totals.counting(expense)]
            connection.execute(_SAVE, [changed(expense) for expense in saved])
            totals.apply(connection, user_id, changes)
        return saved

    def remove_expenses(self, user_id: str, expense_ids: Sequence[str], at: datetime) -> list[str]:
        return self._move(user_id, expense_ids, _REMOVE, {"at": to_stamp(at)}, totals.undone)

    def restore_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[str]:
        return self._move(user_id, expense_ids, _RESTORE, {}, lambda change: change)

    def purge_expenses(self, removed_before: datetime, user_id: str = "") -> int:
        before = {"before": to_stamp(removed_before)}
        with self._database.write() as connection:
            owners = [user_id] if user_id else connection.scalars(_WITH_OLD_TRASH, before).all()
            purged = 0
            for owner in owners:
                touch(connection, owner)
                purged += connection.execute(_PURGE, before | {"user": owner}).rowcount
        return purged

    def _move(
        self, user_id: str, expense_ids: Sequence[str], statement: Any, values: dict[str, int], change: Any
    ) -> list[str]:
        moved = {}
        with self._database.write() as connection:
            touch(connection, user_id)
            for ids in _chunks(dict.fromkeys(expense_ids)):
                rows = connection.execute(statement, {"user": user_id, "ids": ids, **values})
                moved.update({expense_id: change(_counting(*counting)) for expense_id, *counting in rows})
            totals.apply(connection, user_id, moved.values())
        return [expense_id for expense_id in dict.fromkeys(expense_ids) if expense_id in moved]


def _owner(expenses: Sequence[Expense]) -> str:
    owners = {expense.user_id for expense in expenses}
    if len(owners) != 1:
        raise ValueError("expenses of one user at a time")
    return owners.pop()


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    known = list(ids)
    for start in range(0, len(known), CHUNK):
        yield known[start : start + CHUNK]


def _counting(spent_on: str, category: str, currency: str, amount: int, money_in: bool) -> totals.Change:
    return totals.Change(totals.Key(spent_on[:7], category, currency), -amount if money_in else amount, 1)
