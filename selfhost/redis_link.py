"""The way to a Redis that several machines share. Whoever uses it goes on without: it holds nothing that is not elsewhere too."""

import hashlib
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import make_url

CONNECT, ANSWER = 1, 3  # seconds to wait for it
PAUSE = 5  # seconds in which it is not asked again, after it failed
SAY_AGAIN = 60  # seconds between two log lines about the same outage
Found = TypeVar("Found")
log = logging.getLogger(__name__)


class Down(Exception):
    """It does not answer, or did not a moment ago."""


class RedisLink:
    """Connects at its first use, so that nothing of it crosses a fork."""

    def __init__(self, url: str, database: str, pause: float = PAUSE) -> None:
        """Prepare to connect.

        Args:
            database: The database's URL: what an installation is told by, where several use one Redis.
            pause: Seconds in which nobody waits for it again, after it failed.
        """
        self._mark = mark_of(database)
        # Once more at once: a connection that lay idle may have been cut on the way.
        self.pool = ConnectionPool.from_url(
            url, socket_connect_timeout=CONNECT, socket_timeout=ANSWER, retry=Retry(NoBackoff(), 1)
        )
        self._client, self._pause = Redis(connection_pool=self.pool), pause
        self._again_at, self._say_at = 0.0, 0.0

    def key(self, name: str) -> str:
        """What this installation calls `name` there."""
        return f"planner.{name}.{self._mark}"

    def ask(self, what: Callable[[Redis], Found]) -> Found:
        """Raises Down where it does not answer, at once where it has just been found to be so."""
        now = time.monotonic()
        if now < self._again_at:
            raise Down
        try:
            return what(self._client)
        except RedisError as error:
            self._again_at = time.monotonic() + self._pause
            if now > self._say_at:
                self._say_at = now + SAY_AGAIN
                log.warning("Redis does not answer, going on without: %s", type(error).__name__)
            raise Down from error


def mark_of(database: str) -> str:
    """The same on every machine, also where each signs in to the database in its own way; says nothing of the database."""
    url = make_url(database)
    where = f"{url.get_backend_name()}://{url.host or ''}:{url.port or ''}/{url.database}"
    return hashlib.sha256(where.encode()).hexdigest()[:12]
