"""Which receipts an expense has: saved whatever else of it is being changed meanwhile."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from lib.errors import Changed, Invalid, NotFound
from lib.ports import Store
from lib.receipts import waiting
from lib.receipts.room import FULL
from lib.records import MAX_RECEIPTS, Expense, Receipt, User

GONE = "This receipt is not there any more."
_TRIES = 5


def change(
    store: Store,
    user: User,
    expense_id: str,
    changed: Callable[[Expense], tuple[Receipt, ...]],
    at: datetime,
) -> Expense:
    """Save the expense with other receipts, whatever else of it is being changed meanwhile."""
    for _ in range(_TRIES):
        old = store.get_expense(user.user_id, expense_id)
        if old is None or old.removed_at is not None:
            raise NotFound
        receipts = changed(old)
        if receipts == old.receipts:
            return old
        try:
            return store.save_expenses([replace(old, receipts=receipts, updated_at=at)])[0]
        except Changed:
            continue
    raise Changed


def with_waiting(store: Store, old: Expense, wanted: Sequence[str]) -> tuple[Receipt, ...]:
    """The expense's receipts, and those of `wanted` that it has not."""
    there, more = {each.receipt_id for each in old.receipts}, list[Receipt]()
    for receipt_id in wanted:
        if receipt_id in there:
            continue
        found = waiting.get(store, old.user_id, old.expense_id, receipt_id)
        if found is None or found.state == waiting.COMING:
            raise NotFound(GONE)
        # Two windows may have sent the same file at once.
        if found.receipt.digest not in {each.digest for each in (*old.receipts, *more)}:
            more.append(found.receipt)
    if len(old.receipts) + len(more) > MAX_RECEIPTS:
        raise Invalid(FULL, "receipt")
    return (*old.receipts, *more)


def one_of(receipts: Iterable[Receipt], receipt_id: str) -> Receipt:
    for receipt in receipts:
        if receipt.receipt_id == receipt_id:
            return receipt
    raise NotFound(GONE)


def swapped(receipts: tuple[Receipt, ...], old: Receipt, new: Receipt) -> tuple[Receipt, ...]:
    """`new` in the place of `old`. Raises NotFound where someone took that away meanwhile."""
    if old not in receipts:
        raise NotFound(GONE)
    return tuple(new if each == old else each for each in receipts if each != new)
