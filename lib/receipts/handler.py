"""Receipts: taken, looked at, attached to their expense, shown, replaced, deleted, and swept up.

A receipt that is uploaded waits, in a document that is there before any file and goes only once its expense has it. Whatever
is cut off in between, the sweep can tell what belongs to nobody: what neither such a document nor an expense names.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO, BinaryIO

from lib.errors import NotFound
from lib.file_keys import receipt_key, thumbnail_key
from lib.ids import new_id
from lib.ports import Files, Store
from lib.receipts import arriving, direct, sweeping, waiting
from lib.receipts.attaching import GONE, change, one_of, swapped, with_waiting
from lib.receipts.direct import Invitation
from lib.receipts.kinds import validate_file_type
from lib.receipts.names import tidy_name
from lib.receipts.room import check_pace, check_room
from lib.receipts.sweeping import keys_of
from lib.receipts.waiting import Waiting
from lib.records import Expense, Receipt, User

LINK_LASTS = timedelta(hours=1)


class ReceiptHandler:
    validate_file_type = staticmethod(validate_file_type)
    validate_file_size = staticmethod(arriving.validate_file_size)

    def __init__(self, store: Store, files: Files, now: Callable[[], datetime]) -> None:
        self.store, self.files, self.now = store, files, now

    def upload_receipt(
        self,
        user: User,
        expense_id: str,
        name: str,
        stream: IO[bytes],
        *,
        instead: int = 0,
        receipt_id: str = "",
    ) -> Receipt:
        """Look at a file and keep it, waiting to be attached to the expense, which need not be there yet.

        The same file again is the same receipt: who sends it twice has it once.

        Args:
            name: What the person's file is called.
            instead: How many of the expense's are to go for it.
            receipt_id: What it is to be called, if it is new.

        Raises:
            Invalid: At "receipt", for what is no receipt, with a sentence for people.
            TooLarge: For more than MOST.
            TooMany: For very many files, of a minute or a day.
            Unavailable: When files, or processes to look at them, cannot be had.
        """
        check_pace(self.store, user, "looked")
        with arriving.whole(stream) as (file, digest):
            attached, waits = self._there(user, expense_id)
            there = [*attached, *waits]
            known = next((each for each in there if each.digest == digest), None)
            if known is not None:
                return known
            check_room(self.store, user, len(there) - instead)
            return self._new(user, expense_id, receipt_id, name, digest, arriving.look(file))

    def waiting(self, user: User, expense_id: str) -> list[Receipt]:
        """Those that were uploaded for it and are not attached, in the order they came."""
        return self._there(user, expense_id)[1]

    def attach(self, user: User, expense_id: str, receipt_ids: Iterable[str]) -> Expense:
        """Give the expense receipts that wait for it. Those it has already, it has once.

        Raises:
            NotFound: If the expense is not there, or one of the receipts.
            Invalid: If they would be too many.
        """
        wanted = list(dict.fromkeys(receipt_ids))
        expense = self._change(user, expense_id, lambda old: with_waiting(self.store, old, wanted))
        for receipt_id in wanted:
            waiting.remove(self.store, user.user_id, expense_id, receipt_id)
        return expense

    def find(self, user: User, expense_id: str, receipt_id: str) -> Receipt:
        """One that is attached or waiting. Raises NotFound for any other, and for those of others."""
        attached, waits = self._there(user, expense_id)
        return one_of([*attached, *waits], receipt_id)

    def get_receipt_url(
        self, user: User, expense_id: str, receipt_id: str, *, thumbnail: bool = False
    ) -> str:
        """A link to it that lasts an hour: a picture to look at, a PDF to save. Raises NotFound."""
        receipt = self.find(user, expense_id, receipt_id)
        if thumbnail and not receipt.has_thumbnail:
            raise NotFound("This receipt has no small picture.")
        return self.link(user, expense_id, receipt, thumbnail=thumbnail)

    def view(self, user: User, name: str) -> str:
        """The same for the file of that name in the user's own folder. Raises NotFound."""
        ids = sweeping.ids_in(name)
        receipt = self.find(user, *ids) if ids else None
        if ids is None or receipt is None:
            raise NotFound(GONE)
        keys = [key.rpartition("/")[2] for key in keys_of(user.user_id, ids[0], receipt)]
        if name not in keys:
            raise NotFound(GONE)
        return self.link(user, ids[0], receipt, thumbnail=name != keys[-1])

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
        old = one_of(self.attached(user, expense_id), receipt_id)
        new = self.upload_receipt(user, expense_id, name, stream, instead=1)
        if new == old:  # the same file again
            return old, self._change(user, expense_id, lambda expense: expense.receipts)
        self._set_aside(user.user_id, expense_id, old)
        expense = self._change(user, expense_id, lambda expense: swapped(expense.receipts, old, new))
        self._set_aside(
            user.user_id, expense_id, old
        )  # another window may have saved it meanwhile, and its note went
        waiting.remove(self.store, user.user_id, expense_id, new.receipt_id)
        return new, expense

    def delete_receipt(self, user: User, expense_id: str, receipt_id: str) -> Expense | None:
        """Take a receipt away. For a day `restore_receipt` can bring it back, then its files go.

        Returns the expense without it; None for one that only waited. Raises NotFound.
        """
        attached, waits = self._there(user, expense_id)
        receipt = one_of([*attached, *waits], receipt_id)
        self._set_aside(user.user_id, expense_id, receipt)
        if receipt in waits:
            return None
        expense = self._change(
            user, expense_id, lambda old: tuple(each for each in old.receipts if each != receipt)
        )
        self._set_aside(user.user_id, expense_id, receipt)  # as in `replace`
        return expense

    def restore_receipt(self, user: User, expense_id: str, receipt_id: str) -> Expense:
        """Bring back one that was taken away. Raises NotFound once it is gone for good."""
        return self.attach(user, expense_id, [receipt_id])

    # Sent to where files are kept, without the planner between

    def generate_presigned_url(self, user: User, extension: str) -> Invitation:
        """Where a browser may send a file itself. Raises Invalid at "extension", and TooMany."""
        check_pace(self.store, user, "invited")
        check_room(self.store, user, 0)
        return direct.invite(self.store, self.files, user.user_id, extension, self.now())

    def take(self, user: User, expense_id: str, key: str) -> Receipt:
        """Look at what was sent there, or was uploaded for another expense, and keep it waiting for this one.

        It keeps its id, by which the same call finds it again: also once it is attached, and whatever was cut off in between.

        Raises NotFound for every key that is not the user's own, and as `upload_receipt`.
        """
        if again := self._taken(user, expense_id, key):
            return again
        receipt_id, uploaded = _id_in(user.user_id, key), self._waiting_at(user, key)
        if uploaded is None:
            with direct.taken(self.store, self.files, user.user_id, key) as came:
                name = f"receipt.{key.rpartition('.')[2]}"
                receipt = self.upload_receipt(user, expense_id, name, came.stream, receipt_id=receipt_id)
                came.is_kept = receipt.receipt_id == receipt_id
            return receipt
        with closing(self.files.open(key)) as stream:
            name = uploaded.receipt.name
            receipt = self.upload_receipt(user, expense_id, name, stream, receipt_id=receipt_id)
        if (
            receipt.receipt_id == receipt_id
        ):  # else the expense had the same file, and this one is asked for again
            self._set_aside(user.user_id, uploaded.expense_id, uploaded.receipt)
        return receipt

    def can_take(self, user: User, expense_id: str, key: str) -> bool:
        """Whether it is a key that the user was given, for a file that no expense has yet, or this one has by it."""
        return (
            self._taken(user, expense_id, key) is not None
            or self._waiting_at(user, key) is not None
            or bool(direct.find(self.store, user.user_id, key))
        )

    def _taken(self, user: User, expense_id: str, key: str) -> Receipt | None:
        """The expense's receipt, attached or waiting, that came by that key."""
        receipt_id, (attached, waits) = _id_in(user.user_id, key), self._there(user, expense_id)
        return next((each for each in (*attached, *waits) if each.receipt_id == receipt_id), None)

    def _waiting_at(self, user: User, key: str) -> Waiting | None:
        ids = sweeping.ids_in(key.removeprefix(f"receipts/{user.user_id}/"))
        found = waiting.get(self.store, user.user_id, *ids) if ids else None
        if found is None or not found.is_waiting:
            return None
        return found if key == keys_of(user.user_id, found.expense_id, found.receipt)[-1] else None

    def attached(self, user: User, expense_id: str) -> tuple[Receipt, ...]:
        """The expense's; none where it is not there."""
        expense = self.store.get_expense(user.user_id, expense_id)
        return expense.receipts if expense is not None and expense.removed_at is None else ()

    def _there(self, user: User, expense_id: str) -> tuple[tuple[Receipt, ...], list[Receipt]]:
        """The expense's receipts, if it is there, and those that wait for it."""
        attached = self.attached(user, expense_id)
        waits = [
            each.receipt
            for each in waiting.all_of(self.store, user.user_id)
            if each.expense_id == expense_id and each.is_waiting and each.receipt not in attached
        ]
        return attached, waits

    def _new(
        self, user: User, expense_id: str, receipt_id: str, name: str, digest: str, found: arriving.Found
    ) -> Receipt:
        """What was found fit, kept: noted before its files are, so that the sweep knows of them."""
        receipt = Receipt(
            receipt_id or new_id(),
            name=tidy_name(name, found.facts["extension"]),
            size=found.size,
            added_at=self.now(),
            digest=digest,
            has_thumbnail=found.thumbnail is not None,
            **found.facts,
        )
        one = Waiting(user.user_id, expense_id, receipt, waiting.COMING)
        waiting.put(self.store, one, self.now())
        self._keep(user.user_id, expense_id, receipt, found)
        waiting.put(self.store, replace(one, state=waiting.WAITING), self.now())
        return receipt

    def _keep(self, user_id: str, expense_id: str, receipt: Receipt, found: arriving.Found) -> None:
        if found.thumbnail is not None:
            small = thumbnail_key(user_id, expense_id, receipt.receipt_id)
            self.files.put(small, BytesIO(found.thumbnail))
        self.files.put(receipt_key(user_id, expense_id, receipt.receipt_id, receipt.extension), found.content)

    def _change(
        self, user: User, expense_id: str, changed: Callable[[Expense], tuple[Receipt, ...]]
    ) -> Expense:
        return change(self.store, user, expense_id, changed, self.now())

    def _set_aside(self, user_id: str, expense_id: str, receipt: Receipt) -> None:
        """To be brought back for a day, and then swept up."""
        one = Waiting(user_id, expense_id, receipt, waiting.REMOVED)
        waiting.put(self.store, one, self.now())


def _id_in(user_id: str, key: str) -> str:
    """The upload's or receipt's id in a key of the user's; "" or anything for another."""
    folder, _, name = key.rpartition("/")
    return name.partition(".")[0].rpartition("-")[2] if folder == f"receipts/{user_id}" else ""
