"""What expenses were before they were filed, so that it can be taken back to the letter."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any

from lib.errors import Changed
from lib.expenses import CHUNK
from lib.filing.categorizer import ExpenseCategorizer
from lib.ids import new_id
from lib.records import Document, Expense, Filing, User

KIND = "filed"  # documents of what expenses were before a person filed many with one answer
KEPT = timedelta(days=1)
PAGE = CHUNK  # in one document, and saved in one transaction
_TRIES = 5


class Undo:
    """Takes back what one answer filed."""

    def __init__(self, filing: ExpenseCategorizer) -> None:
        self._store, self._filing = filing.store, filing

    def note(self, user: User, expenses: Sequence[tuple[Expense, str]]) -> str:
        """Note down what expenses are before they move to the categories beside them. Returns the note's id."""
        note, expires_at = new_id(), self._filing.now() + KEPT
        for start in range(0, len(expenses), PAGE):
            some, name = expenses[start : start + PAGE], _name(note, start // PAGE)
            was = {each.expense_id: state_of(each, moved_to) for each, moved_to in some}
            self._store.put_document(Document(user.user_id, KIND, name, {"was": was}, expires_at))
        return note

    def take_back(self, user: User, note: str) -> int:
        """Put back what was noted, where the person's answer still stands, and forget that. Returns how many those were."""
        pages: list[Document] = []
        while page := self._store.get_document(user.user_id, KIND, _name(note, len(pages))):
            pages.append(page)
        count = 0
        for page in reversed(pages):  # so that, cut off, it leaves what the next try finds
            count += self._put_back(user, page.data["was"])
            self._store.remove_document(user.user_id, KIND, page.id)
        if count:
            self._filing.watch.changed(user)
        return count

    def _put_back(self, user: User, was: Mapping[str, Sequence[Any]]) -> int:
        for _ in range(_TRIES):
            old = [
                each
                for each in self._store.get_expenses(user.user_id, list(was))
                if _is_as_answered(each, was[each.expense_id][2])
            ]
            now = self._filing.now()
            new = [replace(restored(each, was[each.expense_id]), updated_at=now) for each in old]
            try:
                saved = self._store.save_expenses(new) if new else []
            except Changed:
                continue  # someone was quicker with one of them
            self._filing.saved(user, old, saved)
            return len(saved)
        raise Changed


def state_of(expense: Expense, moved_to: str) -> list[Any]:
    """Where it is, as JSON, and where it will be."""
    return [expense.category, list(astuple(expense.filing)) if expense.filing else None, moved_to]


def restored(expense: Expense, was: Sequence[Any]) -> Expense:
    """The expense filed as `state_of` has noted it."""
    filing = was[1] and Filing(was[1][0], int(was[1][1]), *was[1][2:])
    return replace(expense, category=was[0], filing=filing)


def _is_as_answered(expense: Expense, category: str) -> bool:
    return expense.removed_at is None and expense.filing is None and expense.category == category


def _name(note: str, number: int) -> str:
    return f"{note[:64]}-{number:02d}"
