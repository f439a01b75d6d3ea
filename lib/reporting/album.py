"""The receipts that a report shows: their small pictures, kept on disk while it is made."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from lib.records import Expense
from lib.reporting.thumbnails import Thumbnails

MOST = 500  # pictures in one report: more is nothing to print or to send
IN_MEMORY = 2_000_000  # bytes


class Picture(NamedTuple):
    expense: Expense
    data: bytes  # a JPEG


class Album:
    """In the order of the expenses. `left_out` are those of further receipts that found no place."""

    def __init__(self, thumbnails: Thumbnails | None) -> None:
        self.wanted = thumbnails is not None
        self.left_out = 0
        self._thumbnails = thumbnails
        self._places: list[tuple[Expense, int]] = []  # each with the length of its picture
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by `close`

    def __len__(self) -> int:
        return len(self._places)

    def add(self, expense: Expense) -> None:
        """Take in the pictures of its receipts, if it has any."""
        for picture in self._thumbnails(expense) if self._thumbnails else ():
            if len(self._places) >= MOST:
                self.left_out += 1
                continue
            self._places.append((expense, self._file.write(picture.read())))

    def __iter__(self) -> Iterator[Picture]:
        self._file.seek(0)
        for expense, length in self._places:
            yield Picture(expense, self._file.read(length))

    def close(self) -> None:
        self._file.close()
