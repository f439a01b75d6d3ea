"""Expenses as rows, and rows as expenses."""

import json
from dataclasses import astuple
from datetime import date
from functools import lru_cache
from typing import Any

from lib.records import Expense, Filing, Receipt
from lib.search import search_text
from selfhost.sql.rows import from_stamp, from_units, maker, to_stamp, to_units
from selfhost.sql.tables import expenses

_BETWEEN_TAGS = "\x1f"

COLUMNS = (
    expenses.c.user_id,
    expenses.c.expense_id,
    expenses.c.spent_on,
    expenses.c.amount,
    expenses.c.currency,
    expenses.c.category,
    expenses.c.created_at,
    expenses.c.money_in,
    expenses.c.payee,
    expenses.c.description,
    expenses.c.note,
    expenses.c.tags,
    expenses.c.import_id,
    expenses.c.receipts,
    expenses.c.filing,
    expenses.c.updated_at,
    expenses.c.removed_at,
    expenses.c.version,
)


def _content(expense: Expense) -> dict[str, Any]:
    return {
        "spent_on": expense.spent_on.isoformat(),
        "amount": to_units(expense.amount),
        "currency": expense.currency,
        "category": expense.category,
        "money_in": expense.money_in,
        "payee": expense.payee,
        "description": expense.description,
        "note": expense.note,
        "tags": _joined(expense.tags),
        "import_id": expense.import_id,
        "receipts": _as_json(expense.receipts),
        "filing": "" if expense.filing is None else _filing_text(expense.filing),
        "updated_at": None if expense.updated_at is None else to_stamp(expense.updated_at),
        "search_text": search_text(expense) + "  ",  # two spaces: see `selfhost.sql.search`
    }


def added(expense: Expense) -> dict[str, Any]:
    return _content(expense) | {
        "user_id": expense.user_id,
        "expense_id": expense.expense_id,
        "created_at": to_stamp(expense.created_at),
        "removed_at": None if expense.removed_at is None else to_stamp(expense.removed_at),
        "version": 1,
    }


def changed(expense: Expense) -> dict[str, Any]:
    return _content(expense) | {"user": expense.user_id, "id": expense.expense_id, "version": expense.version}


def _joined(tags: tuple[str, ...]) -> str:
    return _BETWEEN_TAGS + _BETWEEN_TAGS.join(tags) + _BETWEEN_TAGS if tags else ""


def _as_json(receipts: tuple[Receipt, ...]) -> str:
    return json.dumps([receipt.data() for receipt in receipts], ensure_ascii=False) if receipts else ""


# An import files thousands of expenses alike, and a page lists many of them.
@lru_cache(maxsize=1024)
def _filing_text(filing: Filing) -> str:
    return json.dumps(astuple(filing), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def _filing(kept: str) -> Filing:
    return Filing(*json.loads(kept))


def tag_mark(tag: str) -> str:
    """What `tags` contains when `tag` is one of them."""
    return f"{_BETWEEN_TAGS}{tag}{_BETWEEN_TAGS}"


_expense = maker(Expense)


def to_expense(row: Any) -> Expense:
    (
        user_id, expense_id, spent_on, amount, currency, category, created_at, money_in,
        payee, description, note, tags, import_id, receipts, filing, updated_at, removed_at, version,
    ) = row  # fmt: skip
    return _expense(
        user_id,
        expense_id,
        date.fromisoformat(spent_on),
        from_units(amount, currency),
        currency,
        category,
        from_stamp(created_at),
        money_in,
        payee,
        description,
        note,
        tuple(tags[1:-1].split(_BETWEEN_TAGS)) if tags else (),
        import_id,
        tuple(map(Receipt.of, json.loads(receipts))) if receipts else (),
        _filing(filing) if filing else None,
        None if updated_at is None else from_stamp(updated_at),
        None if removed_at is None else from_stamp(removed_at),
        version,
    )
