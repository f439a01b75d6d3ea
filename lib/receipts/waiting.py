"""Receipts that no expense has: on their way in, uploaded and not attached yet, or taken away and still to be brought back.

Each is a document that is there before its files, and expires after a day. Until then the sweep leaves the files alone, and
nobody else removes them: so whoever attaches one at the same moment finds it whole.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lib.errors import Changed
from lib.ports import Store
from lib.records import Document, Receipt

KIND = "receipt-upload"
KEPT_FOR = timedelta(days=1)
COMING, WAITING, REMOVED = "coming", "waiting", "removed"


@dataclass(frozen=True)
class Waiting:
    user_id: str
    expense_id: str  # the expense it is for, there or not
    receipt: Receipt
    state: str = WAITING

    @property
    def is_waiting(self) -> bool:
        return self.state == WAITING


def put(store: Store, one: Waiting, now: datetime) -> None:
    """Note it down, in the place of what was noted of the same receipt."""
    data = {"expense_id": one.expense_id, "receipt": one.receipt.data(), "state": one.state}
    document = Document(one.user_id, KIND, _id(one.expense_id, one.receipt.receipt_id), data, now + KEPT_FOR)
    with suppress(Changed):  # someone else notes it down at this moment
        there = store.get_document(one.user_id, KIND, document.id)
        store.put_document(replace(document, version=there.version if there else 0))


def get(store: Store, user_id: str, expense_id: str, receipt_id: str) -> Waiting | None:
    found = store.get_document(user_id, KIND, _id(expense_id, receipt_id))
    return None if found is None else _from(found)


def all_of(store: Store, user_id: str) -> list[Waiting]:
    return [_from(document) for document in store.list_documents(user_id, KIND)]


def remove(store: Store, user_id: str, expense_id: str, receipt_id: str) -> None:
    """Once an expense has it."""
    store.remove_document(user_id, KIND, _id(expense_id, receipt_id))


def _id(expense_id: str, receipt_id: str) -> str:
    return f"{expense_id}-{receipt_id}"


def _from(document: Document) -> Waiting:
    data = document.data
    return Waiting(document.user_id, data["expense_id"], Receipt.of(data["receipt"]), data["state"])
