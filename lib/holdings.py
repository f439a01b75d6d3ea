"""What one account has, in a form that two homes can be compared by, and how much that is."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from lib.periods import FIRST_MONTH, LAST_MONTH
from lib.ports import Store
from lib.records import Budget, Document, Expense, Filters, Notification, User

PAGE = 500
EXPENSES = (Filters(sort="oldest"), Filters(sort="oldest", removed=True))
Documents = dict[tuple[str, str], Document]


@dataclass
class Census:
    """How much there is, of everything that moves."""

    counts: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(
        default_factory=Counter
    )  # by currency, of expenses that count: money out less money in

    @classmethod
    def of(cls, one: "Holdings") -> "Census":
        census = cls()
        one.count(census)
        return census

    def rows(self) -> dict[str, str]:
        shown = {name: f"{count:,}" for name, count in self.counts.items()}
        return shown | {f"sum in {name}": f"{value:,f}" for name, value in sorted(self.sums.items())}


@dataclass(frozen=True)
class Holdings:
    """Everything of one account, in a form that two homes can be compared by."""

    user: User | None
    expenses: dict[str, bytes]
    in_trash: int
    totals: frozenset[tuple[object, ...]]
    budgets: dict[str, Budget]
    documents: Documents
    notifications: dict[str, bytes]

    def count(self, census: Census) -> None:
        census.counts.update(
            {
                "accounts": self.user is not None,
                "expenses": len(self.expenses) - self.in_trash,
                "expenses in the trash": self.in_trash,
                "budgets": len(self.budgets),
                "documents": len(self.documents),
                "notifications": len(self.notifications),
            }
        )
        for _, _, currency, spent, _ in self.totals:
            census.sums[str(currency)] += spent  # type: ignore[operator]  # Decimals add up as well

    def differences(self, other: "Holdings") -> list[str]:
        names = ("user", "expenses", "in_trash", "totals", "budgets", "documents", "notifications")
        return [name.replace("_", " ") for name in names if getattr(self, name) != getattr(other, name)]


def holdings(store: Store, user_id: str) -> Holdings:
    user = store.get_user(user_id)
    expenses, in_trash = {}, 0
    for page in pages(store, user_id):
        expenses.update({expense.expense_id: _mark(expense) for expense in page})
        in_trash += sum(expense.removed_at is not None for expense in page)
    return Holdings(
        # What is unread is compared where it is; how much that is, homes may say a moment apart.
        user=None if user is None else replace(user, version=0, revision=0, unread=0),
        expenses=expenses,
        in_trash=in_trash,
        totals=frozenset(
            (total.month, total.category, total.currency, total.spent, total.count)
            for total in store.month_totals(user_id, FIRST_MONTH, LAST_MONTH.plus(1))
        ),
        budgets={budget.budget_id: replace(budget, version=0) for budget in store.list_budgets(user_id)},
        documents=documents(store, user_id),
        notifications={each.notification_id: _mark(each) for each in notifications(store, user_id)},
    )


def documents(store: Store, owner: str) -> Documents:
    """All of one owner's, whatever their versions there."""
    return {(each.kind, each.id): replace(each, version=0) for each in store.each_document(owner)}


def pages(store: Store, user_id: str, which: tuple[Filters, ...] = EXPENSES) -> Iterator[list[Expense]]:
    """All expenses, those in the trash last; or those that `which` let through, one after the other."""
    for filters in which:
        cursor, more = "", True
        while more:
            page = store.list_expenses(user_id, filters, cursor, PAGE)
            yield page.items
            cursor = page.cursor
            more = bool(cursor)


def notifications(store: Store, user_id: str) -> Iterator[Notification]:
    cursor, more = "", True
    while more:
        page = store.list_notifications(user_id, cursor, PAGE)
        yield from page.items
        cursor = page.cursor
        more = bool(cursor)


def _mark(record: Expense | Notification) -> bytes:
    """The same for the same thing in every home, whatever its version there."""
    content = asdict(replace(record, version=0))
    return hashlib.sha256(json.dumps(content, default=_plain, sort_keys=True).encode()).digest()[:16]


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return str(value.timestamp()) if value.tzinfo else ""
    return value.isoformat() if isinstance(value, date) else str(value)
