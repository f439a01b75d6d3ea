"""The receipts of a report: small pictures of those it shows, kept on disk while it is made, and the others' names."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from lib.records import Expense, Receipt
from lib.reporting.thumbnails import Thumbnails

MOST = 500  # pictures in one report, and as many names: more is nothing to print or to send
IN_MEMORY = 2_000_000  # bytes


class Picture(NamedTuple):
    expense: Expense
    data: bytes  # a JPEG


class Album:
    """In the order of the expenses. `left_out` are those of further receipts that found no place.

    `named` are receipts that have no picture, as PDFs; `unnamed` is how many more of them there are.
    """

    def __init__(self, thumbnails: Thumbnails | None) -> None:
        self.wanted = thumbnails is not None
        self.left_out = self.unnamed = 0
        self.named: list[tuple[Expense, Receipt]] = []
        self._thumbnails = thumbnails
        self._places: list[tuple[Expense, int]] = []  # each with the length of its picture
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by `close`

    def __len__(self) -> int:
        return len(self._places)

    def add(self, expense: Expense) -> None:
        """Take in its receipts, if it has any. Once it is full no picture is opened only to be counted."""
        if self.wanted:
            self._add_names(expense)
        if len(self) >= MOST:
            self.left_out += sum(receipt.has_thumbnail for receipt in expense.receipts)
            return
        for picture in self._thumbnails(expense) if self._thumbnails else ():
            if len(self._places) >= MOST:
                self.left_out += 1
                continue
            self._places.append((expense, self._file.write(picture.read())))

    def _add_names(self, expense: Expense) -> None:
        bare = [receipt for receipt in expense.receipts if not receipt.has_thumbnail]
        found = [(expense, receipt) for receipt in bare[: MOST - len(self.named)]]
        self.named += found
        self.unnamed += len(bare) - len(found)

    def __iter__(self) -> Iterator[Picture]:
        self._file.seek(0)
        for expense, length in self._places:
            yield Picture(expense, self._file.read(length))

    def close(self) -> None:
        self._file.close()
