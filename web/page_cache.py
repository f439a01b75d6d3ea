"""Rendered pages, good for as long as nothing of the person's has changed.

A user's `revision` goes up with every write of anything that is theirs, in the same transaction. So a page that was made
from their records alone, kept under that number, can never show what is no longer so: there is nothing to invalidate.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST = 200  # pages kept by one process: about 8 MB


class PageCache:
    def __init__(self, most: int = MOST) -> None:
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._most, self._lock = most, Lock()

    def get(self, key: Hashable, render: Callable[[], str]) -> str:
        """The page kept under `key`, or what `render` makes, kept from now on. The least recently wanted go first."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = render()
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page
