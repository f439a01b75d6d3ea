"""Kept totals: an item a month, with two numbers for each currency and category.

So a year and a month are thirteen small items, read at once, and a chunk of an import changes few.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import Write, all_of, between, compare, update
from aws_config.dynamodb.values import Item, can_be_key, money
from lib.errors import Invalid
from lib.periods import Month
from lib.records import Expense, MonthTotal

# Attributes are called "s#EUR#Groceries" and "n#EUR#Groceries": short, as they are read with every page. A category may be any
# text, so it comes last.
_SPENT, _COUNT = "s", "n"


class Key(NamedTuple):
    month: str
    category: str
    currency: str


class Total(NamedTuple):
    spent: Decimal
    expenses: int


_NOTHING = Total(Decimal(0), 0)
Totals = dict[Key, Total]


def counted(totals: Totals, expense: Expense, times: int = 1) -> None:
    """Add what an expense counts to `totals`; take it away with `times` -1."""
    if "#" in expense.currency:
        raise Invalid("Choose a currency from the list.", "currency")
    key = Key(str(expense.month), expense.category, expense.currency)
    before = totals.get(key, _NOTHING)
    totals[key] = Total(before.spent + times * expense.counted, before.expenses + times)


def months_of(totals: Totals) -> set[str]:
    return {key.month for key, total in totals.items() if any(total)}


def add_to(user_id: str, changes: Totals) -> list[Write]:
    """What adds `changes` to the user's totals: a write a month."""
    adds: dict[str, dict[str, Decimal | int]] = {month: {} for month in sorted(months_of(changes))}
    for key, total in changes.items():
        if any(total):
            adds[key.month] |= attributes(key, total)
    return [
        update("summaries", {"user_id": user_id, "month": month}, add=added) for month, added in adds.items()
    ]


def attributes(key: Key, total: Total) -> dict[str, Decimal | int]:
    name = f"{key.currency}#{key.category}"
    return {f"{_SPENT}#{name}": total.spent, f"{_COUNT}#{name}": total.expenses}


def read(items: Iterable[Item]) -> Totals:
    """What months hold, by month, category and currency; not what came to nothing."""
    totals: Totals = {}
    for item in items:
        for attribute, value in item.items():
            kind, _, name = attribute.partition("#")
            if name:
                currency, _, category = name.partition("#")
                key = Key(item["month"], category, currency)
                before = totals.get(key, _NOTHING)
                totals[key] = Total(
                    money(value, currency) if kind == _SPENT else before.spent,
                    int(value) if kind == _COUNT else before.expenses,
                )
    return {key: totals[key] for key in sorted(totals) if any(totals[key])}


class TotalTable:
    _database: Database

    def month_totals(self, user_id: str, since: Month, until: Month) -> list[MonthTotal]:
        if since >= until:
            return []
        months = self._months(user_id, str(since), str(until.plus(-1)))
        return [
            MonthTotal(Month.stored(key.month), key.category, key.currency, total.spent, total.expenses)
            for key, total in read(months).items()
            if total.expenses
        ]

    def _months(self, user_id: str, first: str = "0", last: str = "9999-99") -> list[Item]:
        if first > last or not can_be_key(user_id):
            return []
        theirs = all_of(compare("user_id", "=", user_id), between("month", first, last))
        return [item for page in self._database.walk("summaries", theirs) for item in page.items]
