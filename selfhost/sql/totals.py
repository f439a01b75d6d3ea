"""Kept totals: what each month holds of each category in each currency."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lib.periods import Month
from lib.records import Expense, MonthTotal
from selfhost.sql.engine import Database
from selfhost.sql.functions import json_rows
from selfhost.sql.rows import from_units, to_units
from selfhost.sql.tables import counts, expenses, summaries
from selfhost.sql.users import touch


class Key(NamedTuple):
    month: str
    category: str
    currency: str


class Change(NamedTuple):
    """What some expenses add to one total; less than zero where they go."""

    key: Key
    spent: int
    expenses: int


def counting(expense: Expense) -> Change:
    key = Key(expense.spent_on.isoformat()[:7], expense.category, expense.currency)
    return Change(key, to_units(expense.counted), 1)


def undone(change: Change) -> Change:
    return Change(change.key, -change.spent, -change.expenses)


def _add_to(insert: Any) -> Any:
    statement = insert(summaries)
    return statement.on_conflict_do_update(
        index_elements=[c.name for c in summaries.primary_key],
        set_={
            "spent": summaries.c.spent + statement.excluded.spent,
            "count": summaries.c.count + statement.excluded.count,
        },
    )


_ADD = {"sqlite": _add_to(sqlite.insert), "postgresql": _add_to(postgresql.insert)}
_DROP_EMPTY = delete(summaries).where(
    summaries.c.user_id == bindparam("user"),
    summaries.c.month == bindparam("of_month"),
    summaries.c.category == bindparam("of_category"),
    summaries.c.currency == bindparam("of_currency"),
    summaries.c.count == 0,
)
_COLUMNS = (
    summaries.c.month,
    summaries.c.category,
    summaries.c.currency,
    summaries.c.spent,
    summaries.c.count,
)
# A month as one text: the database is three times as quick to hand over one long text as its parts, and a text that was seen
# before need not be read again.
_BETWEEN = (
    select(
        summaries.c.month,
        json_rows(summaries.c.category, summaries.c.currency, summaries.c.spent, summaries.c.count),
    )
    .where(
        summaries.c.user_id == bindparam("user_id"),
        summaries.c.month >= bindparam("since"),
        summaries.c.month < bindparam("until"),
    )
    .group_by(summaries.c.month)
    .order_by(summaries.c.month)
)
_KEPT = select(*_COLUMNS).where(summaries.c.user_id == bindparam("user_id"))
_MONTH = func.substr(expenses.c.spent_on, 1, 7)
_COUNTED = case((expenses.c.money_in, -expenses.c.amount), else_=expenses.c.amount)
_RECOMPUTED = (
    select(_MONTH, expenses.c.category, expenses.c.currency, func.sum(_COUNTED), func.count())
    .where(expenses.c.user_id == bindparam("user_id"), counts)
    .group_by(_MONTH, expenses.c.category, expenses.c.currency)
)
_DROP_ALL = delete(summaries).where(summaries.c.user_id == bindparam("user"))


def apply(connection: Connection, user_id: str, changes: Iterable[Change]) -> None:
    """Add to the user's totals, in the transaction that changes the expenses behind them."""
    together: dict[Key, tuple[int, int]] = {}
    for key, spent, count in changes:
        before = together.get(key, (0, 0))
        together[key] = (before[0] + spent, before[1] + count)
    rows = [
        {"user_id": user_id, **key._asdict(), "spent": spent, "count": count}
        for key, (spent, count) in together.items()
        if spent or count
    ]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)
    emptied = [
        {"user": user_id, "of_month": key.month, "of_category": key.category, "of_currency": key.currency}
        for key, (_, count) in together.items()
        if count < 0
    ]
    if emptied:
        connection.execute(_DROP_EMPTY, emptied)


class TotalTable:
    _database: Database

    def month_totals(self, user_id: str, since: Month, until: Month) -> list[MonthTotal]:
        with self._database.read() as connection:
            rows = connection.execute(
                _BETWEEN, {"user_id": user_id, "since": str(since), "until": str(until)}
            ).all()
        return [total for month, totals in rows for total in _month(month, totals)]

    def settled(self, user_id: str) -> bool:
        return True

    def repair_totals(self, user_id: str) -> list[str]:
        with self._database.write() as connection:
            touch(connection, user_id)
            kept = _by_key(connection, _KEPT, user_id)
            right = _by_key(connection, _RECOMPUTED, user_id)
            if kept == right:
                return []
            connection.execute(_DROP_ALL, {"user": user_id})
            apply(connection, user_id, [Change(key, *total) for key, total in right.items()])
        return [
            _difference(key, kept.get(key), right.get(key))
            for key in sorted(kept | right)
            if kept.get(key) != right.get(key)
        ]


@lru_cache(maxsize=1024)
def _month(month: str, totals: str) -> list[MonthTotal]:
    return [
        MonthTotal(Month.stored(month), category, currency, from_units(spent, currency), count)
        for category, currency, spent, count in sorted(json.loads(totals))
    ]


def _by_key(connection: Connection, statement: Any, user_id: str) -> dict[Key, tuple[int, int]]:
    rows = connection.execute(statement, {"user_id": user_id})
    return {
        Key(month, category, currency): (int(spent), count)
        for month, category, currency, spent, count in rows
    }


def _difference(key: Key, kept: tuple[int, int] | None, right: tuple[int, int] | None) -> str:
    return f"{key.month} {key.category}: kept {_said(key, kept)}, the expenses say {_said(key, right)}"


def _said(key: Key, total: tuple[int, int] | None) -> str:
    if total is None:
        return "nothing"
    return f"{from_units(total[0], key.currency)} {key.currency} of {total[1]}"
