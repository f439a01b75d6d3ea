"""How fast a program may ask: so many requests a minute for each account, counted over all processes together."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from lib.errors import TooMany
from lib.ports import Store

MINUTE = timedelta(minutes=1)
LIMIT = 600  # requests a minute
FREE = 60  # of them that each process counts for itself


class Pace:
    """The first FREE requests of a minute cost nothing: only who asks more than that is counted in the store."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], limit: int = LIMIT, free: int = FREE
    ) -> None:
        self.store, self.now, self.limit, self.free = store, now, limit, free
        self._lock = Lock()
        self._minute, self._seen, self._stopped = -1, Counter[str](), set[str]()

    def step(self, who: str) -> None:
        """Count a request of `who`. Raises TooMany, with the seconds until the next minute, for one too many."""
        minute, second = divmod(int(self.now().timestamp()), 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._seen, self._stopped = minute, Counter(), set()
            self._seen[who] += 1
            seen, stopped = self._seen[who], who in self._stopped
        if not stopped and seen > self.free:
            stopped = self.store.count_hit(f"api-{who}", MINUTE) > self.limit - self.free
        if stopped:
            self._stopped.add(who)  # so that storming on costs the store nothing
            raise TooMany(
                f"{self.limit} requests a minute are the limit. Wait a little, then go on.", 60 - second
            )
