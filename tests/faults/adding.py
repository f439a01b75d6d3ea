"""Windows that add expenses until somebody cuts them off, and try again then, as a person would."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, LifoQueue
from threading import Event

import requests

from lib.ids import new_id
from tests.live import Visitor
from tests.papers import photo


class Adding:
    """Each window adds one expense after another, until there are none left or nobody answers any more.

    What was cut off is sent again before anything else: of all that was ever sent, no more than a form a window is without
    an answer.
    """

    def __init__(self, visitor: Visitor, expenses: int, windows: int, *, photographed: bool = False) -> None:
        self.visitor, self.token = visitor, visitor.token("/expenses/new")
        self.windows, self.photographed = windows, photographed
        self.left: LifoQueue[str] = LifoQueue()
        self.acknowledged: set[str] = set()
        for _ in range(expenses):
            self.left.put(new_id())

    def run(self, enough: int, stop: Event) -> None:
        """Go on until `enough` are acknowledged in all, or it is cut off; then say so through `stop`."""
        with ThreadPoolExecutor(self.windows) as windows:
            list(windows.map(lambda _: self._window(enough, stop), range(self.windows)))

    def _window(self, enough: int, stop: Event) -> None:
        while not stop.is_set():
            try:
                key = self.left.get_nowait()
            except Empty:
                return
            if not self._add(key):
                self.left.put(key)
                return
            if len(self.acknowledged) >= enough:
                stop.set()

    def _add(self, key: str) -> bool:
        form = {
            "csrf_token": self.token,
            "key": key,
            "amount": "1.25",
            "category": "Groceries",
            "day": "today",
            "payee": key,
        }
        files = {"receipt": ("receipt.jpg", photo(300, 400, key[:16]), "image/jpeg")}
        try:
            answer = self.visitor.post("/expenses/new", form, **(files if self.photographed else {}))
        except requests.RequestException:  # also in the middle of an answer
            return False
        if answer.status_code == 303:
            self.acknowledged.add(key)
        return answer.status_code == 303


def cut_off(kill: Callable[[], object], adding: Adding, after: int) -> None:
    """Kill while the windows are at it, once `after` expenses are acknowledged: in the middle of whatever the others wait for."""
    stop = Event()
    with ThreadPoolExecutor(1) as background:
        running = background.submit(adding.run, after, stop)
        running.add_done_callback(lambda _: stop.set())  # also where nobody goes on any more
        stop.wait()
        kill()
        running.result()
    assert len(adding.acknowledged) >= after
