"""The small pictures of receipts that a report shows when it is asked to."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import BinaryIO

from lib.errors import NotFound
from lib.ports import Files
from lib.records import Expense

Thumbnails = Callable[[Expense], Iterator[BinaryIO]]  # JPEGs; each is closed before the next is asked for
_END = "-thumb.jpg"


class KeptThumbnails:
    """Those below "receipts/": listed once, so that an expense without any costs nothing."""

    def __init__(self, files: Files, user_id: str) -> None:
        self._files, self._folder = files, f"receipts/{user_id}/"

    def __call__(self, expense: Expense) -> Iterator[BinaryIO]:
        for key in self._keys.get(expense.expense_id, ()):
            try:
                file = self._files.open(key)
            except NotFound:
                continue  # deleted just now
            with file:
                yield file

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        """By expense: "receipts/<user>/<expense>-<receipt>-thumb.jpg"."""
        found: dict[str, list[str]] = {}
        for key in self._files.list(self._folder):
            if key.endswith(_END):
                name = key.removeprefix(self._folder).removesuffix(_END)
                found.setdefault(name.rpartition("-")[0], []).append(key)
        return found
