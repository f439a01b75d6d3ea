"""The small pictures of receipts that a report shows when it is asked to."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from lib.errors import NotFound
from lib.file_keys import thumbnail_key
from lib.ports import Files
from lib.records import Expense

Thumbnails = Callable[[Expense], Iterator[BinaryIO]]  # JPEGs; each is closed before the next is asked for


class KeptThumbnails:
    """Those that are kept of an expense's receipts."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def __call__(self, expense: Expense) -> Iterator[BinaryIO]:
        for receipt in expense.receipts:
            if not receipt.has_thumbnail:
                continue
            try:
                file = self._files.open(
                    thumbnail_key(expense.user_id, expense.expense_id, receipt.receipt_id)
                )
            except NotFound:
                continue  # deleted just now
            with file:
                yield file
