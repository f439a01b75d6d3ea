"""A database whose counters are in Redis: what is counted is gone within a day, and a database writes it down for ever."""

import math
from datetime import timedelta
from typing import Any

from redis import Redis

from selfhost.redis_link import Down, RedisLink
from selfhost.sql.rows import to_stamp
from selfhost.sql.store import SQLStore

KEPT = 60  # seconds longer than the window: the clocks of several machines differ


class SQLStoreWithRedis(SQLStore):
    """The same store. While Redis is away, the database counts: from nothing, and so for an outage's time more is let through."""

    def __init__(self, url: str, link: RedisLink, **others: Any) -> None:
        super().__init__(url, **others)
        self._link = link

    def count_hit(self, key: str, window: timedelta) -> int:
        length = window // timedelta(microseconds=1)
        now = to_stamp(self._now())
        # Where windows end says which one it is, and one of another length is another.
        name = f"{self._link.key('hits')}.{length}.{now // length}.{key}"

        def count(redis: Redis) -> int:
            with redis.pipeline() as both:
                both.incr(name)
                both.expire(name, math.ceil(window.total_seconds()) + KEPT)
                return int(both.execute()[0])

        try:
            return self._link.ask(count)
        except Down:
            return super().count_hit(key, window)
