"""The Queue of several machines: Huey over Redis, which rings every machine's worker at once.

While Redis is away each machine has its own file again, as a single one always has: its web server leaves work there, and its
worker does it.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from huey import Huey
from huey.storage import RedisStorage
from redis import Redis

from selfhost.redis_link import Down, RedisLink
from selfhost.task_queue import QueueFile, TaskQueue

WAIT = 1  # seconds that a worker waits at Redis before it looks whether it is to end


class RedisQueue(TaskQueue):
    def __init__(self, path: Path, link: RedisLink) -> None:
        """`path`: the file that stands in for Redis."""
        super().__init__(path)
        self._link = link

    def check(self) -> None:
        """Well where Redis is or the file: work is done either way."""
        try:
            self._link.ask(Redis.ping)
        except Down:
            super().check()

    @cached_property
    def _huey(self) -> Huey:
        return Huey(
            "planner",
            storage_class=_Shared,
            results=False,
            link=self._link,
            path=self._path,
        )


class _Shared(RedisStorage):  # type: ignore[misc]  # Huey has no types
    def __init__(self, name: str, link: RedisLink, path: Path, **_: Any) -> None:
        super().__init__(name, connection_pool=link.pool)
        self._link, self._instead = link, QueueFile(name, path)

    def check(self) -> None:
        self._instead.check()

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        try:
            self._link.ask(lambda redis: redis.lpush(self.queue_key, data))
        except Down:
            self._instead.enqueue(data)

    def dequeue(self) -> Any:
        """The next task, or None. What was left in the file is done first."""
        if (left := self._instead.dequeue()) is not None:
            return left
        try:
            found = self._link.ask(lambda redis: redis.brpop([self.queue_key], timeout=WAIT))
        except Down:
            self.blocking = False  # Huey waits a moment before it asks again
            return None
        self.blocking = True
        return None if found is None else found[1]

    def flush_queue(self) -> None:
        self._instead.flush_queue()
