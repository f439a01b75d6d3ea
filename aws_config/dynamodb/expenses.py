"""Expenses, one by one and many at once: every write changes the kept totals, and the user's revision, with them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aws_config.dynamodb import totals
from aws_config.dynamodb.chunks import MOST_WRITES, Change, chunks_of
from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.expense_items import id_of, to_expense
from aws_config.dynamodb.expressions import Write, compare, delete
from aws_config.dynamodb.listing import ExpenseLists
from aws_config.dynamodb.recents import EXPENSES
from aws_config.dynamodb.tables import TRASH
from aws_config.dynamodb.totals import Totals
from aws_config.dynamodb.values import Item, can_be_key, own_key, stamp
from lib.errors import Changed
from lib.records import Expense, Filters

_LOOKS = 20  # at what is to be moved, while others change it


class ExpenseTable(ExpenseLists):
    def add_expenses(self, expenses: Sequence[Expense]) -> list[str]:
        if not expenses:
            return []
        user_id = _owner(expenses)
        new: dict[str, Change] = {}
        for expense in expenses:
            new.setdefault(expense.expense_id, Change(None, replace(expense, version=1)))
        return [id for chunk in chunks_of(new.values()) for id in self._add(user_id, chunk, len(new))]

    def get_expense(self, user_id: str, expense_id: str) -> Expense | None:
        return self._expenses(user_id, [expense_id]).get(expense_id)

    def get_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[Expense]:
        found = self._expenses(user_id, expense_ids)
        return [found[id] for id in dict.fromkeys(expense_ids) if id in found]

    def save_expenses(self, expenses: Sequence[Expense]) -> list[Expense]:
        if not expenses:
            return []
        user_id = _owner(expenses)
        before = self._expenses(user_id, [expense.expense_id for expense in expenses])
        changes = []
        for expense in expenses:
            # Taken out: should it come twice, the second would be stale.
            old = before.pop(expense.expense_id, None)
            if old is None or old.removed_at is not None or old.version != expense.version:
                raise Changed
            # Who and when stay as they were.
            saved = replace(expense, created_at=old.created_at, version=expense.version + 1, removed_at=None)
            changes.append(Change(old, saved))
        for chunk in chunks_of(changes):
            try:
                self._write(user_id, chunk, len(changes))
            except Refused as refused:
                raise Changed from refused
        return [replace(e, version=e.version + 1, removed_at=None) for e in expenses]

    def remove_expenses(self, user_id: str, expense_ids: Sequence[str], at: datetime) -> list[str]:
        return self._move(
            user_id, expense_ids, lambda old: replace(old, removed_at=at) if old.removed_at is None else None
        )

    def restore_expenses(self, user_id: str, expense_ids: Sequence[str]) -> list[str]:
        return self._move(
            user_id,
            expense_ids,
            lambda old: None if old.removed_at is None else replace(old, removed_at=None),
        )

    def purge_expenses(self, removed_before: datetime, user_id: str = "") -> int:
        before = stamp(removed_before)
        owners = [user_id] if user_id else self._with_old_trash(before)
        return sum(self._purge(owner, before) for owner in owners)

    def _with_old_trash(self, before: str) -> list[str]:
        """Whose trash has something to go. The index holds the trash alone, and only maintenance asks for everyone's."""
        return sorted(
            {
                item["user_id"]
                for page in self._database.scan("expenses", TRASH)
                for item in page.items
                if item["removed_at"] < before
            }
        )

    def _purge(self, user_id: str, before: str) -> int:
        trash = (
            item for item in self.each_item(user_id, Filters(removed=True)) if item["removed_at"] < before
        )
        old, purged = list(trash), 0
        for start in range(0, len(old), MOST_WRITES - 1):
            purged += self._delete(user_id, old[start : start + MOST_WRITES - 1], before)
        return purged

    def _delete(self, user_id: str, items: list[Item], before: str) -> int:
        """Those of `items` that are still in the trash since before then; how many there were."""
        while items:
            ids = [id_of(item) for item in items]
            writes = [
                delete("expenses", {"expense_id": item["expense_id"]}, compare("removed_at", "<", before))
                for item in items
            ]
            try:
                self._commit(user_id, ids, writes)
            except Refused as refused:
                if refused.failed[0]:  # an account that is being erased
                    return 0
                items = [item for item, failed in zip(items, refused.failed[1:], strict=True) if not failed]
            else:
                return len(items)
        return 0

    def _add(self, user_id: str, chunk: list[Change], of: int) -> list[str]:
        while chunk:
            try:
                self._write(user_id, chunk, of)
            except Refused as refused:
                chunk = [
                    c for c, known in zip(chunk, self._unwritten(refused, chunk), strict=True) if not known
                ]
            else:
                return [change.after.expense_id for change in chunk]
        return []

    def _move(
        self, user_id: str, expense_ids: Sequence[str], moved: Callable[[Expense], Expense | None]
    ) -> list[str]:
        """Into the trash or out of it: those that `moved` makes something of."""
        ids, done = list(dict.fromkeys(expense_ids)), set[str]()
        for _ in range(_LOOKS):
            found = self._expenses(user_id, [id for id in ids if id not in done])
            changes = [
                Change(old, replace(new, version=old.version + 1))
                for id in ids
                if (old := found.get(id)) is not None and (new := moved(old)) is not None
            ]
            moving = list(chunks_of(changes))
            written = [chunk for chunk in moving if self._is_written(user_id, chunk, len(ids))]
            done |= {change.after.expense_id for chunk in written for change in chunk}
            if written == moving:
                return [id for id in ids if id in done]
        raise Changed

    def _is_written(self, user_id: str, chunk: list[Change], of: int) -> bool:
        """False where one of them was changed after it was read."""
        try:
            self._write(user_id, chunk, of)
        except Refused as refused:
            self._unwritten(refused, chunk)
            return False
        return True

    def _expenses(self, user_id: str, ids: Iterable[str]) -> dict[str, Expense]:
        """Those that are there, by id."""
        keys = [key for id in dict.fromkeys(ids) if can_be_key(key := own_key(user_id, id))]
        if len(keys) == 1:
            item = self._database.get("expenses", {"expense_id": keys[0]})
            items = [] if item is None else [item]
        else:
            items = self._database.get_many("expenses", [{"expense_id": key} for key in keys])
        return {id_of(item): to_expense(item) for item in items}

    def _write(self, user_id: str, chunk: list[Change], of: int) -> None:
        """A chunk `of` all that one call writes."""
        changes: Totals = {}
        for change in chunk:
            change.count(changes)
        ids = [change.after.expense_id for change in chunk]
        self._commit(user_id, ids, [c.write for c in chunk] + totals.add_to(user_id, changes), of)

    def _commit(self, user_id: str, ids: list[str], writes: list[Write], of: int = 0) -> None:
        """One transaction."""
        with self._database.turn(user_id):
            self._database.transact([self._recents.touch(user_id, EXPENSES, ids, of), *writes])
        self._recents.forget(user_id, EXPENSES)

    def _unwritten(self, refused: Refused, chunk: list[Change]) -> Sequence[bool]:
        """Which of the chunk were refused. Raises Changed where the account is gone."""
        if refused.failed[0]:
            raise Changed("This account is gone.") from refused
        return refused.failed[1 : 1 + len(chunk)]


def _owner(expenses: Sequence[Expense]) -> str:
    owners = {expense.user_id for expense in expenses}
    if len(owners) != 1:
        raise ValueError("expenses of one user at a time")
    return owners.pop()
