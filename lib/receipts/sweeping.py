"""Files below "receipts/" that belong to nobody: left by processes that were killed, by uploads that were given up, and by
expenses that are gone for good."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from lib.file_keys import owner_of, receipt_key, thumbnail_key
from lib.ports import Files, Store
from lib.receipts import direct, waiting
from lib.records import Receipt

_AT_ONCE = 100  # expenses
_NAMED = re.compile(r"([0-9a-f]{32})-([0-9a-f]{32})(-thumb)?\.[a-z]+")


def keys_of(user_id: str, expense_id: str, receipt: Receipt) -> list[str]:
    """Its files: the small picture first, as it must be there when the receipt is."""
    small = [thumbnail_key(user_id, expense_id, receipt.receipt_id)] if receipt.has_thumbnail else []
    return [*small, receipt_key(user_id, expense_id, receipt.receipt_id, receipt.extension)]


def ids_in(name: str) -> tuple[str, str] | None:
    """The expense's and the receipt's id in a kept file's name; None for any other."""
    found = _NAMED.fullmatch(name)
    return (found[1], found[2]) if found else None


def sweep(store: Store, files: Files) -> int:
    """Remove what belongs to nobody. Returns how many files that were."""
    count = 0
    for user_id, theirs in groupby(files.list("receipts/"), owner_of):
        for key in _orphans(store, user_id, list(theirs)):
            files.remove(key)
            count += 1
    return count


def _orphans(store: Store, user_id: str, keys: list[str]) -> Iterator[str]:
    """Documents are looked at before expenses: a receipt that is attached meanwhile is then seen with one or the other."""
    kept = direct.keys(store, user_id)
    for each in waiting.all_of(store, user_id):
        kept.update(keys_of(user_id, each.expense_id, each.receipt))
    rest = [key for key in keys if key not in kept]
    attached = _attached(store, user_id, rest)
    yield from (key for key in rest if key not in attached)


def _attached(store: Store, user_id: str, keys: Iterable[str]) -> set[str]:
    """Of the expenses that the keys name, also of those in the trash: the keys of their receipts."""
    named = (ids_in(key.rpartition("/")[2]) for key in keys)
    ids = sorted({each[0] for each in named if each})
    return {
        key
        for start in range(0, len(ids), _AT_ONCE)
        for expense in store.get_expenses(user_id, ids[start : start + _AT_ONCE])
        for receipt in expense.receipts
        for key in keys_of(user_id, expense.expense_id, receipt)
    }
