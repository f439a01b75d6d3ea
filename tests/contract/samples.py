"""Records to put into a store."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lib.periods import Month
from lib.ports import Store
from lib.records import (
    Budget,
    Delivery,
    Document,
    Expense,
    Filters,
    MonthTotal,
    Notification,
    Receipt,
    Step,
    Sum,
    User,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALL = Filters()
EVER = (Month(1970, 1), Month(2200, 1))

# What people and their enemies type: each must come out as it went in.
HOSTILE = [
    "naïve café ☕",
    "🧾👩‍👩‍👧‍👦 🇩🇪",
    "قهوة و خبز",
    "עברית \u202eright to left",
    "日本語のレシート",
    "'; DROP TABLE expenses; --",
    '"quoted" `back` \\ slash \\n',
    "100% _under_ *star* ?",
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "line\nand\ttab",
    "  spaces  ",
    "NULL",
    "e\u0301 composed é",
    "\u200bzero\u200dwidth",
    "{{ 7*7 }} ${x} %s %(a)s :name",
]


def user(name: str, **changes: Any) -> User:
    values = {"user_id": f"id-of-{name}", "username": name, "email": f"{name}@example.com"}
    return User(**(values | {"password_hash": "scrypt:…", "created_at": NOON} | changes))


def expense(number: int = 1, user_id: str = "id-of-alice", **changes: Any) -> Expense:
    """Number 1 is the oldest by when it was added."""
    values = {
        "user_id": user_id,
        "expense_id": f"{number:032x}",
        "spent_on": date(2026, 11, 3),
        "amount": Decimal("12.50"),
        "currency": "EUR",
        "category": "Groceries",
        "created_at": NOON + timedelta(seconds=number),
    }
    return Expense(**(values | changes))


def receipt(number: int = 1, **changes: Any) -> Receipt:
    values = {
        "receipt_id": f"{number:032x}",
        "extension": "jpg",
        "name": f"receipt {number}.jpg",
        "size": 347_670,
        "added_at": NOON,
        "digest": f"{number:032x}",
        "width": 896,
        "height": 2316,
        "has_thumbnail": True,
    }
    return Receipt(**(values | changes))


def budget(category: str = "Groceries", **changes: Any) -> Budget:
    values = {"user_id": "id-of-alice", "budget_id": f"budget-{category}", "category": category}
    steps = (Step(Month(2026, 1), Decimal("500.00")), Step(Month(2026, 7), None))
    return Budget(**(values | {"steps": steps, "created_at": NOON} | changes))


def document(id: str = "1", data: Any = None, **changes: Any) -> Document:
    values = {
        "user_id": "id-of-alice",
        "kind": "note",
        "id": id,
        "data": {"text": "hello"} if data is None else data,
    }
    return Document(**(values | changes))


def notification(id: str = "n1", **changes: Any) -> Notification:
    values = {
        "user_id": "id-of-alice",
        "notification_id": id,
        "kind": "budget_alert",
        "subject": "Budget for Groceries: 80 % used",
        "message": "400.00 of 500.00 are spent.",
        "created_at": NOON,
        "expires_at": NOON + timedelta(days=365),
    }
    return Notification(**(values | changes))


def delivery(channel: str = "email", status: str = "queued", **changes: Any) -> Delivery:
    return Delivery(channel, status, **({"at": NOON} | changes))


def ids(expenses: list[Expense]) -> list[str]:
    return [e.expense_id for e in expenses]


def every(
    store: Store, user_id: str = "id-of-alice", filters: Filters = ALL, limit: int = 50
) -> list[Expense]:
    """All pages of a list."""
    return [expense for page in pages(store, user_id, filters, limit) for expense in page]


def pages(store: Store, user_id: str, filters: Filters, limit: int) -> Iterator[list[Expense]]:
    cursor = ""
    while True:
        page = store.list_expenses(user_id, filters, cursor, limit)
        yield page.items
        if not page.cursor:
            return
        cursor = page.cursor


def recomputed(expenses: list[Expense]) -> list[MonthTotal]:
    """What the totals of these expenses must be."""
    totals: dict[tuple[Month, str, str], list[Decimal]] = {}
    for e in expenses:
        totals.setdefault((e.month, e.category, e.currency), []).append(e.counted)
    return [
        MonthTotal(*key, sum(amounts, Decimal(0)), len(amounts)) for key, amounts in sorted(totals.items())
    ]


def summed(expenses: list[Expense]) -> list[Sum]:
    """What the sum of these must be, worked out the plain way."""
    sums = {}
    for e in expenses:
        spent = Decimal(0) if e.category in ("Income", "Transfers") else e.counted
        received = -e.counted if e.category == "Income" else Decimal(0)
        old = sums.get(e.currency, Sum(e.currency, Decimal(0), Decimal(0), 0))
        sums[e.currency] = Sum(e.currency, old.spent + spent, old.received + received, old.count + 1)
    return sorted(sums.values(), key=lambda row: (-row.count, row.currency))
