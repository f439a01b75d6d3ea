"""Lists and sums of expenses that match filters.

A statement is made once for each combination of filters that is set (its `Shape`) and kept; the values come as parameters.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select, tuple_

from lib.categories import INCOME, NOT_SPENDING
from lib.errors import Invalid
from lib.money import MAX_AMOUNT
from lib.records import Filters, Page, Sum
from lib.search import words
from lib.storable import text
from selfhost.sql.cursors import from_cursor, to_cursor
from selfhost.sql.engine import Database
from selfhost.sql.expense_rows import COLUMNS, tag_mark, to_expense
from selfhost.sql.functions import holds
from selfhost.sql.rows import from_units, to_units
from selfhost.sql.search import FEW, FEW_TO_SUM, Sought, candidate, find, holding, owner
from selfhost.sql.tables import expenses, summaries

_ORDERS = {  # column, whether it falls
    "newest": (expenses.c.spent_on, True),
    "oldest": (expenses.c.spent_on, False),
    "largest": (expenses.c.amount, True),
    "smallest": (expenses.c.amount, False),
    "removed": (expenses.c.removed_at, True),
}


class Shape(NamedTuple):
    """What makes one statement differ from another."""

    conditions: frozenset[str]
    removed: bool
    words: int = 0
    indexed: bool = False  # whether the search index says where to look
    order: str = ""
    further: bool = False  # from a cursor on

    def seeking(self, sought: Sought) -> "Shape":
        return self._replace(words=len(sought.words), indexed=sought.match is not None)


_UNIT = Decimal("0.0001")
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "categories": expenses.c.category.in_(bindparam("categories", expanding=True)),
    "since": expenses.c.spent_on >= bindparam("since"),
    "until": expenses.c.spent_on < bindparam("until"),
    "least": expenses.c.amount >= bindparam("least"),
    "most": expenses.c.amount <= bindparam("most"),
    "tag": holds(expenses.c.tags, bindparam("tag")),
    "currency": expenses.c.currency == bindparam("currency"),
    # Said twice, as SQLite cannot know that what it is asked for is not empty, which the index's condition wants to be sure of.
    "import_id": and_(expenses.c.import_id == bindparam("import_id"), expenses.c.import_id != ""),
}


def _where(shape: Shape) -> ColumnElement[bool]:
    trash = expenses.c.removed_at.is_not(None) if shape.removed else expenses.c.removed_at.is_(None)
    return and_(
        owner(shape.indexed) == bindparam("user_id"),
        trash,
        *(_CONDITIONS[name] for name in sorted(shape.conditions)),
        *([candidate()] if shape.indexed else []),
        *(holding(number) for number in range(shape.words)),
    )


@lru_cache(maxsize=1024)
def _list(shape: Shape) -> Select[Any]:
    column, falls = _ORDERS[shape.order]
    where = _where(shape)
    if shape.further:
        where = and_(where, _beyond(column, falls))
    order = (column, expenses.c.created_at, expenses.c.expense_id)
    by = [each.desc() if falls else each for each in order]
    if shape.indexed:  # sorts row numbers, and reads the rest of what is shown only
        where = expenses.c.row.in_(
            select(expenses.c.row).where(where).order_by(*by).limit(bindparam("limit"))
        )
    return select(*COLUMNS).where(where).order_by(*by).limit(bindparam("limit"))


def _beyond(column: Any, falls: bool) -> ColumnElement[bool]:
    here: Any = tuple_(column, expenses.c.created_at, expenses.c.expense_id)
    there: Any = tuple_(bindparam("at"), bindparam("at_created"), bindparam("at_id"))
    beyond: ColumnElement[bool] = here < there if falls else here > there
    return beyond


_OUT = case((expenses.c.money_in, -expenses.c.amount), else_=expenses.c.amount)


@lru_cache(maxsize=1024)
def _sum(shape: Shape) -> Select[Any]:
    return _sums(expenses.c.currency, expenses.c.category, _OUT, func.count()).where(_where(shape))


def _sums(currency: Any, category: Any, spent: Any, count: Any) -> Select[Any]:
    return (
        select(
            currency,
            func.coalesce(func.sum(case((category.not_in(sorted(NOT_SPENDING)), spent))), 0),
            func.coalesce(func.sum(case((category == INCOME, -spent))), 0),
            count,
        )
        .group_by(currency)
        .order_by(count.desc(), currency)
    )


@lru_cache(maxsize=16)
def _sum_of_totals(conditions: frozenset[str]) -> Select[Any]:
    statement = _sums(
        summaries.c.currency, summaries.c.category, summaries.c.spent, func.sum(summaries.c.count)
    ).where(summaries.c.user_id == bindparam("user_id"))
    known = {
        "categories": summaries.c.category.in_(bindparam("categories", expanding=True)),
        "since": summaries.c.month >= bindparam("since"),
        "until": summaries.c.month < bindparam("until"),
        "currency": summaries.c.currency == bindparam("currency"),
    }
    return statement.where(*(known[name] for name in sorted(conditions)))


class ExpenseLists:
    _database: Database

    def list_expenses(self, user_id: str, filters: Filters, cursor: str = "", limit: int = 50) -> Page:
        order = "removed" if filters.removed and filters.sort == "newest" else filters.sort
        if order not in _ORDERS:
            raise Invalid("Choose how to sort: newest, oldest, largest or smallest first.", "sort")
        values = {"user_id": user_id} | _values(filters)
        shape = Shape(frozenset(values) - {"user_id"}, filters.removed, order=order, further=bool(cursor))
        values |= (from_cursor(cursor, filters, order) if cursor else {}) | {"limit": limit + 1}
        with self._database.read() as connection:
            found = find(connection, _sought(filters), FEW)
            rows = connection.execute(_list(shape.seeking(found)), values | found.values).all()
        page = [to_expense(row) for row in rows[:limit]]
        return Page(page, to_cursor(page[-1], filters, order) if len(rows) > limit else "")

    def sum_expenses(self, user_id: str, filters: Filters) -> list[Sum]:
        values = _values(filters)
        shape = Shape(frozenset(values), filters.removed)
        values |= {"user_id": user_id}
        with self._database.read() as connection:
            if filters.whole_months:
                months = {name: values[name][:7] for name in ("since", "until") if name in values}
                rows = connection.execute(_sum_of_totals(shape.conditions), values | months).all()
            else:
                found = find(connection, _sought(filters), FEW_TO_SUM)
                rows = connection.execute(_sum(shape.seeking(found)), values | found.values).all()
        return [
            Sum(currency, from_units(int(spent), currency), from_units(int(received), currency), int(count))
            for currency, spent, received, count in rows
        ]


def _sought(filters: Filters) -> Sequence[str]:
    """The words that must occur. A tag's own are among them: the search index then says where the tag can be."""
    return list(dict.fromkeys(words(filters.text) + words(filters.tag)))


def _values(filters: Filters) -> dict[str, Any]:
    """The parameters of those filters that are set."""
    values: dict[str, Any] = {}
    if filters.categories:
        values["categories"] = [text(key, "category", 200) for key in filters.categories]
    if filters.since is not None:
        values["since"] = filters.since.isoformat()
    if filters.until is not None:
        values["until"] = filters.until.isoformat()
    if filters.least is not None:
        values["least"] = _bound(filters.least, ROUND_CEILING)
    if filters.most is not None:
        values["most"] = _bound(filters.most, ROUND_FLOOR)
    if filters.tag:
        values["tag"] = tag_mark(text(filters.tag, "tag", 200))
    if filters.currency:
        values["currency"] = text(filters.currency, "currency", 200)
    if filters.import_id:
        values["import_id"] = text(filters.import_id, "import_id", 200)
    return values


def _bound(amount: Decimal, rounding: str) -> int:
    """Whole ten-thousandths that compare with every amount as `amount` does."""
    if not amount.is_finite():
        raise Invalid("Use an amount such as 12.50.", "amount")
    beyond = MAX_AMOUNT + 1
    return to_units(min(max(amount, -beyond), beyond).quantize(_UNIT, rounding))
