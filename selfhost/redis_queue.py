"""The Queue of several machines: Huey over Redis, which rings every machine's worker at once.

While Redis is away each machine has its own file again, as a single one always has: its web server leaves work there, and its
worker does it.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from huey import Huey
from redis import Redis

from selfhost.redis_link import Down, RedisLink
from selfhost.task_messages import Bell
from selfhost.task_queue import QueueFile, TaskQueue

NAME = "work"
WAIT = 1  # seconds that a worker waits at Redis before it looks whether it is to end


class RedisQueue(TaskQueue):
    is_shared = True

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
        return Bell(_Shared, path=self._path, link=self._link)


class _Shared(QueueFile):
    """Huey's file, in front of which Redis stands for what is sent and received. All else that Huey keeps is a machine's own."""

    blocking = False  # whether waiting for a task takes time by itself; Huey pauses where it does not

    def __init__(self, name: str, path: Path, link: RedisLink, **others: Any) -> None:
        super().__init__(name, path, **others)
        self._link, self._key = link, link.key(NAME)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        try:
            self._link.ask(lambda redis: redis.lpush(self._key, data))
        except Down:
            super().enqueue(data, priority)

    def dequeue(self) -> Any:
        """The next task, or None. What was left in the file is done first."""
        if (left := super().dequeue()) is not None:
            return left
        try:
            found = self._link.ask(lambda redis: redis.brpop([self._key], timeout=WAIT))
        except Down:
            self.blocking = False
            return None
        self.blocking = True
        return None if found is None else found[1]
