"""Expenses as items, and items as expenses.

The sort attributes of the indexes are made of what each list is sorted by, when it was added and the id, so that no two places
are the same. Only what counts has those of `by date` and `by amount`, only what is in the trash that of the trash.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from aws_config.dynamodb.tables import BY_AMOUNT, BY_DATE, TRASH
from aws_config.dynamodb.values import Item, from_stamp, kept, money, optional_stamp, own_key, stamp
from lib.errors import Invalid
from lib.money import MAX_AMOUNT
from lib.records import Expense, Filing, Receipt
from lib.search import search_text

KEPT_IN_TRASH = timedelta(days=37)  # a week longer than promised, if no job empties it before DynamoDB does
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_UNIT = Decimal("0.0001")
_DIGITS = 15  # of the largest amount in ten-thousandths


def to_item(expense: Expense) -> Item:
    item = {
        "expense_id": own_key(expense.user_id, expense.expense_id),
        "user_id": expense.user_id,
        "spent_on": expense.spent_on.isoformat(),
        "amount": expense.amount,
        "currency": expense.currency,
        "category": expense.category,
        "created_at": stamp(expense.created_at),
        "money_in": expense.money_in,
        "payee": expense.payee,
        "description": expense.description,
        "note": expense.note,
        "tags": expense.tags,
        "import_id": expense.import_id,
        "receipts": tuple(receipt.data() for receipt in expense.receipts),
        "filing": asdict(expense.filing) if expense.filing else None,
        "updated_at": optional_stamp(expense.updated_at),
        "removed_at": optional_stamp(expense.removed_at),
        "version": expense.version,
        "search": search_text(expense),
    }
    return kept(item | _places(item, expense))


def _places(item: Item, expense: Expense) -> Item:
    if expense.removed_at is None:
        return {BY_DATE.range: by_date(item), BY_AMOUNT.range: by_amount(item)}
    end = expense.removed_at + KEPT_IN_TRASH
    return {TRASH.range: by_removal(item), "expires_at": int((end - _EPOCH).total_seconds())}


def to_expense(item: Item) -> Expense:
    removed, updated = item.get("removed_at"), item.get("updated_at")
    return Expense(
        item["user_id"],
        id_of(item),
        date.fromisoformat(item["spent_on"]),
        money(item["amount"], item["currency"]),
        item["currency"],
        item["category"],
        from_stamp(item["created_at"]),
        money_in=item.get("money_in", False),
        payee=item.get("payee", ""),
        description=item.get("description", ""),
        note=item.get("note", ""),
        tags=tuple(item.get("tags", ())),
        import_id=item.get("import_id", ""),
        receipts=tuple(map(Receipt.of, item.get("receipts", ()))),
        filing=_filing(item["filing"]) if item.get("filing") else None,
        updated_at=from_stamp(updated) if updated else None,
        removed_at=from_stamp(removed) if removed else None,
        version=int(item["version"]),
    )


def _filing(item: Item) -> Filing:
    return Filing(item["category"], int(item["confidence"]), item["source"], item["reason"])


def id_of(item: Item) -> str:
    return str(item["expense_id"]).partition("/")[2]


def by_date(item: Item) -> str:
    return f"{item['spent_on']}#{item['created_at']}#{id_of(item)}"


def by_amount(item: Item) -> str:
    return f"{units(item['amount'])}#{item['created_at']}#{id_of(item)}"


def by_removal(item: Item) -> str:
    return f"{item['removed_at']}#{item['created_at']}#{id_of(item)}"


def units(amount: Decimal) -> str:
    """Whole ten-thousandths, as text that sorts as amounts do."""
    return f"{int(amount.scaleb(4)):0{_DIGITS}d}"


def at_least(amount: Decimal) -> Decimal:
    """The smallest amount there can be that is no less."""
    return _bound(amount, ROUND_CEILING)


def at_most(amount: Decimal) -> Decimal:
    """The largest amount there can be that is no more; less than zero where there is none."""
    return _bound(amount, ROUND_FLOOR)


def _bound(amount: Decimal, rounding: str) -> Decimal:
    if not amount.is_finite():
        raise Invalid("Use an amount such as 12.50.", "amount")
    return min(max(amount, Decimal(-1)), MAX_AMOUNT + 1).quantize(_UNIT, rounding)
