"""Files below "receipts/" that belong to nobody: left by processes that were killed, by uploads that were given up, and by
expenses that are gone for good."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from lib import binding
from lib.errors import Changed, NotFound, Unavailable
from lib.file_keys import owner_of, receipt_key, thumbnail_key
from lib.ports import Files, Store
from lib.receipts import direct, waiting
from lib.records import Document, Expense, Receipt

EVERY = timedelta(hours=23)
YOUNG = timedelta(
    days=2
)  # nothing that changed since is removed: it may be on its way, whatever is said of it
STRANGE = timedelta(
    days=30
)  # nor of users who are not there: an erased account's is gone at once, these may be another's
log = logging.getLogger(__name__)
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


class Sweep:
    def __init__(self, store: Store, files: Files, now: Callable[[], datetime]) -> None:
        self.store, self.files, self.now = store, files, now

    def purged(self, expenses: Sequence[Expense]) -> None:
        """Remove the files of expenses that are gone for good. What is still there, after all, keeps its own."""
        try:
            for expense in expenses:
                if self.store.get_expense(expense.user_id, expense.expense_id) is None:
                    for receipt in expense.receipts:
                        for key in keys_of(expense.user_id, expense.expense_id, receipt):
                            self.files.remove(key)
        except Unavailable as error:  # the expenses are gone all the same
            log.warning("receipts of purged expenses are left to the sweep: %s", error.message)

    def tidy(self) -> None:
        """Once a day, whoever of all workers comes first, remove files that belong to nobody."""
        claim = Document("-receipts", "sweep", "latest", {}, expires_at=self.now() + EVERY)
        try:
            self.store.put_document(claim)
        except Changed:
            return
        try:
            count = self.run()
        except Unavailable:
            with suppress(Unavailable):  # it is not done: whoever comes in an hour does it
                self.store.remove_document(claim.user_id, claim.kind, claim.id)
            raise
        if count:
            log.info("removed %d files of receipts that nobody has any more", count)

    def run(self) -> int:
        """Remove them now, if the files are this database's. Returns how many files that were."""
        if not binding.renew(self.store, self.files):
            log.error("the files belong to another database, or to a newer copy of this one: none is removed")
            return 0
        count = 0
        for user_id, theirs in groupby(self.files.list("receipts/"), owner_of):
            if user_id != binding.FOLDER:
                count += self._sweep(user_id, list(theirs))
        return count

    def _sweep(self, user_id: str, keys: list[str]) -> int:
        before = self.now() - (YOUNG if self.store.get_user(user_id) else STRANGE)
        old = [key for key in _orphans(self.store, user_id, keys) if self._is_older(key, before)]
        for key in old:
            self.files.remove(key)
        return len(old)

    def _is_older(self, key: str, before: datetime) -> bool:
        try:
            return self.files.head(key).changed_at < before
        except NotFound:
            return False


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
