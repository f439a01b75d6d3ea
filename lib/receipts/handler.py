"""Receipts: taken, looked at, attached to their expense, shown, replaced, deleted, and swept up.

A receipt that is uploaded waits, in a document that is there before any file and goes only once its expense has it. Whatever
is cut off in between, the sweep can tell what belongs to nobody: what neither such a document nor an expense names.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO, BinaryIO

from lib.errors import Changed, Invalid, NotFound
from lib.file_keys import receipt_key, thumbnail_key
from lib.ids import new_id
from lib.ports import Files, Store
from lib.receipts import arriving, direct, sweeping, waiting
from lib.receipts.direct import Invitation
from lib.receipts.kinds import validate_file_type
from lib.receipts.names import tidy_name
from lib.receipts.sweeping import keys_of
from lib.receipts.waiting import Waiting
from lib.records import MAX_RECEIPTS, Document, Expense, Receipt, User

LINK_LASTS = timedelta(hours=1)
SWEEP_EVERY = timedelta(hours=23)
MOST_WAITING = 100
_TRIES = 5
log = logging.getLogger(__name__)
_GONE = "This receipt is not there any more."
_FULL = f"An expense has up to {MAX_RECEIPTS} receipts. Remove one first."


class ReceiptHandler:
    validate_file_type = staticmethod(validate_file_type)
    validate_file_size = staticmethod(arriving.validate_file_size)

    def __init__(self, store: Store, files: Files, now: Callable[[], datetime]) -> None:
        self.store, self.files, self.now = store, files, now

    def upload_receipt(
        self, user: User, expense_id: str, name: str, stream: IO[bytes], *, instead: bool = False
    ) -> Receipt:
        """Look at a file and keep it, waiting to be attached to the expense, which need not be there yet.

        The same file again is the same receipt: who sends it twice has it once.

        Args:
            name: What the person's file is called.
            instead: Whether it takes the place of another.

        Raises:
            Invalid: At "receipt", for what is no receipt, with a sentence for people.
            TooLarge: For more than MOST.
            Unavailable: When files, or processes to look at them, cannot be had.
        """
        with arriving.whole(stream) as (file, digest):
            there = self._receipts(user, expense_id)
            known = next((each for each in there if each.digest == digest), None)
            if known is not None:
                return known
            self._check_room(user, len(there) - instead)
            found = arriving.look(file)
            receipt = Receipt(
                new_id(),
                name=tidy_name(name, found.facts["extension"]),
                size=found.size,
                added_at=self.now(),
                digest=digest,
                has_thumbnail=found.thumbnail is not None,
                **found.facts,
            )
            waiting.put(self.store, Waiting(user.user_id, expense_id, receipt), self.now())
            self._keep(user.user_id, expense_id, receipt, found)
        return receipt

    def waiting(self, user: User, expense_id: str) -> list[Receipt]:
        """Those that were uploaded for it and are not attached, in the order they came."""
        attached = {each.receipt_id for each in self.attached(user, expense_id)}
        return [
            each.receipt
            for each in waiting.of(self.store, user.user_id, expense_id)
            if not each.removed and each.receipt.receipt_id not in attached
        ]

    def attach(self, user: User, expense_id: str, receipt_ids: Iterable[str]) -> Expense:
        """Give the expense receipts that wait for it. Those it has already, it has once.

        Raises:
            NotFound: If the expense is not there, or one of the receipts.
            Invalid: If they would be too many.
        """
        wanted = list(dict.fromkeys(receipt_ids))
        expense = self._change(user, expense_id, lambda old: self._with(old, wanted))
        for receipt_id in wanted:
            waiting.remove(self.store, user.user_id, expense_id, receipt_id)
        return expense

    def find(self, user: User, expense_id: str, receipt_id: str) -> Receipt:
        """One that is attached or waiting. Raises NotFound for any other, and for those of others."""
        for receipt in self._receipts(user, expense_id):
            if receipt.receipt_id == receipt_id:
                return receipt
        raise NotFound(_GONE)

    def get_receipt_url(
        self, user: User, expense_id: str, receipt_id: str, *, thumbnail: bool = False
    ) -> str:
        """A link to it that lasts an hour: a picture to look at, a PDF to save. Raises NotFound."""
        receipt = self.find(user, expense_id, receipt_id)
        if thumbnail and not receipt.has_thumbnail:
            raise NotFound("This receipt has no small picture.")
        return self.link(user, expense_id, receipt, thumbnail=thumbnail)

    def link(self, user: User, expense_id: str, receipt: Receipt, *, thumbnail: bool = False) -> str:
        """The same for a receipt of theirs that is at hand."""
        keys = keys_of(user.user_id, expense_id, receipt)
        if thumbnail:
            return self.files.link(keys[0], LINK_LASTS, "thumbnail.jpg", inline=True)
        return self.files.link(keys[-1], LINK_LASTS, receipt.name, inline=receipt.is_picture)

    def open(self, user: User, expense_id: str, receipt_id: str) -> BinaryIO:
        """Its bytes, as they are kept. Raises NotFound."""
        receipt = self.find(user, expense_id, receipt_id)
        return self.files.open(receipt_key(user.user_id, expense_id, receipt_id, receipt.extension))

    def thumbnails(self, user: User, expense: Expense) -> Iterator[BinaryIO]:
        """Small JPEGs of the expense's pictures, each to be closed after use; one whose file is missing is left out."""
        for receipt in expense.receipts:
            if receipt.has_thumbnail:
                with suppress(NotFound):
                    yield self.files.open(thumbnail_key(user.user_id, expense.expense_id, receipt.receipt_id))

    def receipt_exists(self, user: User, expense_id: str, receipt_id: str) -> bool:
        """Whether it is kept, its file too."""
        try:
            receipt = self.find(user, expense_id, receipt_id)
            self.files.head(receipt_key(user.user_id, expense_id, receipt_id, receipt.extension))
        except NotFound:
            return False
        return True

    def replace(
        self, user: User, expense_id: str, receipt_id: str, name: str, stream: IO[bytes]
    ) -> tuple[Receipt, Expense]:
        """Put another file in the place of an attached one, which `restore_receipt` can bring back.

        Raises as `upload_receipt`, and NotFound.
        """
        old = self._attached_one(user, expense_id, receipt_id)
        new = self.upload_receipt(user, expense_id, name, stream, instead=True)
        if new == old:  # the same file again
            return old, self._change(user, expense_id, lambda expense: expense.receipts)
        waiting.put(self.store, Waiting(user.user_id, expense_id, old, removed=True), self.now())
        expense = self._change(user, expense_id, lambda expense: _swapped(expense.receipts, old, new))
        waiting.remove(self.store, user.user_id, expense_id, new.receipt_id)
        return new, expense

    def delete_receipt(self, user: User, expense_id: str, receipt_id: str) -> Expense | None:
        """Take a receipt away: for good where it waits, else so that `restore_receipt` can bring it back for a day.

        Returns the expense without it; None for one that only waited. Raises NotFound.
        """
        receipt = self.find(user, expense_id, receipt_id)
        if receipt not in self.attached(user, expense_id):
            waiting.remove(self.store, user.user_id, expense_id, receipt_id)
            self._remove_files(user.user_id, expense_id, [receipt])
            return None
        waiting.put(self.store, Waiting(user.user_id, expense_id, receipt, removed=True), self.now())
        return self._change(
            user, expense_id, lambda old: tuple(each for each in old.receipts if each != receipt)
        )

    def restore_receipt(self, user: User, expense_id: str, receipt_id: str) -> Expense:
        """Bring back one that was taken away. Raises NotFound once it is gone for good."""
        return self.attach(user, expense_id, [receipt_id])

    # Sent to where files are kept, without the planner between

    def generate_presigned_url(self, user: User, extension: str) -> Invitation:
        """Where a browser may send a file itself. Raises Invalid at "extension"."""
        self._check_room(user, 0)
        return direct.invite(self.store, self.files, user.user_id, extension, self.now())

    def take(self, user: User, expense_id: str, key: str) -> Receipt:
        """Look at what was sent there, or was uploaded for another expense, and keep it waiting for this one.

        Raises NotFound for every key that is not the user's own, and as `upload_receipt`.
        """
        uploaded = self._waiting_at(user, key)
        if uploaded is None:
            with direct.taken(self.store, self.files, user.user_id, key) as stream:
                return self.upload_receipt(user, expense_id, f"receipt.{key.rpartition('.')[2]}", stream)
        if uploaded.expense_id == expense_id:
            return uploaded.receipt
        with closing(self.files.open(key)) as stream:
            receipt = self.upload_receipt(user, expense_id, uploaded.receipt.name, stream)
        waiting.remove(self.store, user.user_id, uploaded.expense_id, uploaded.receipt.receipt_id)
        self._remove_files(user.user_id, uploaded.expense_id, [uploaded.receipt])
        return receipt

    def can_take(self, user: User, key: str) -> bool:
        """Whether it is a key that the user was given, for a file that no expense has yet."""
        return self._waiting_at(user, key) is not None or bool(direct.find(self.store, user.user_id, key))

    def _waiting_at(self, user: User, key: str) -> Waiting | None:
        ids = sweeping.ids_in(key.removeprefix(f"receipts/{user.user_id}/"))
        found = waiting.get(self.store, user.user_id, *ids) if ids else None
        if (
            found is None
            or found.removed
            or key != keys_of(user.user_id, found.expense_id, found.receipt)[-1]
        ):
            return None
        return found

    # Keeping house

    def purged(self, expenses: Sequence[Expense]) -> None:
        """Remove the files of expenses that are gone for good. What is still there, after all, keeps its own."""
        for expense in expenses:
            if expense.receipts and self.store.get_expense(expense.user_id, expense.expense_id) is None:
                self._remove_files(expense.user_id, expense.expense_id, expense.receipts)

    def tidy(self) -> None:
        """Once a day, whoever of all workers comes first, remove files that belong to nobody."""
        claim = Document("-receipts", "sweep", "latest", {}, expires_at=self.now() + SWEEP_EVERY)
        try:
            self.store.put_document(claim)
        except Changed:
            return
        if count := sweeping.sweep(self.store, self.files):
            log.info("removed %d files of receipts that nobody has any more", count)

    def attached(self, user: User, expense_id: str) -> tuple[Receipt, ...]:
        """The expense's; none where it is not there."""
        expense = self.store.get_expense(user.user_id, expense_id)
        return expense.receipts if expense is not None and expense.removed_at is None else ()

    def _attached_one(self, user: User, expense_id: str, receipt_id: str) -> Receipt:
        for receipt in self.attached(user, expense_id):
            if receipt.receipt_id == receipt_id:
                return receipt
        raise NotFound(_GONE)

    def _receipts(self, user: User, expense_id: str) -> list[Receipt]:
        """The expense's, if it is there, and those that wait for it."""
        return [*self.attached(user, expense_id), *self.waiting(user, expense_id)]

    def _check_room(self, user: User, there: int) -> None:
        if there >= MAX_RECEIPTS:
            raise Invalid(_FULL, "receipt")
        on_their_way = len(waiting.all_of(self.store, user.user_id)) + len(
            direct.keys(self.store, user.user_id)
        )
        if on_their_way >= MOST_WAITING:
            raise Invalid("Many receipts wait for their expenses already. Save those first.", "receipt")

    def _keep(self, user_id: str, expense_id: str, receipt: Receipt, found: arriving.Found) -> None:
        if found.thumbnail is not None:
            small = thumbnail_key(user_id, expense_id, receipt.receipt_id)
            self.files.put(small, BytesIO(found.thumbnail))
        self.files.put(receipt_key(user_id, expense_id, receipt.receipt_id, receipt.extension), found.content)

    def _with(self, old: Expense, wanted: Sequence[str]) -> tuple[Receipt, ...]:
        """The expense's receipts, and those of `wanted` that it has not."""
        there = {each.receipt_id for each in old.receipts}
        more = []
        for receipt_id in wanted:
            if receipt_id not in there:
                found = waiting.get(self.store, old.user_id, old.expense_id, receipt_id)
                if found is None:
                    raise NotFound(_GONE)
                more.append(found.receipt)
        if len(old.receipts) + len(more) > MAX_RECEIPTS:
            raise Invalid(_FULL, "receipt")
        return (*old.receipts, *more)

    def _change(
        self, user: User, expense_id: str, changed: Callable[[Expense], tuple[Receipt, ...]]
    ) -> Expense:
        """Save the expense with other receipts, whatever else of it is being changed meanwhile."""
        for _ in range(_TRIES):
            old = self.store.get_expense(user.user_id, expense_id)
            if old is None or old.removed_at is not None:
                raise NotFound
            receipts = changed(old)
            if receipts == old.receipts:
                return old
            try:
                return self.store.save_expenses([replace(old, receipts=receipts, updated_at=self.now())])[0]
            except Changed:
                continue
        raise Changed

    def _remove_files(self, user_id: str, expense_id: str, receipts: Iterable[Receipt]) -> None:
        for receipt in receipts:
            for key in keys_of(user_id, expense_id, receipt):
                self.files.remove(key)


def _swapped(receipts: tuple[Receipt, ...], old: Receipt, new: Receipt) -> tuple[Receipt, ...]:
    """`new` in the place of `old`. Raises NotFound where someone took that away meanwhile."""
    if old not in receipts:
        raise NotFound(_GONE)
    return tuple(new if each == old else each for each in receipts if each != new)
