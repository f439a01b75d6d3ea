"""Counting, where Redis counts for the database: as every store does, also while it is away, and by as many machines as there are."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from selfhost.redis_link import RedisLink, mark_of
from selfhost.sql.with_redis import SQLStoreWithRedis
from tests import engines
from tests.conftest import Clock
from tests.contract.test_store_documents import (  # noqa: F401  # they run again, over this store
    test_hits_are_counted_within_their_window,
    test_many_threads_count_every_hit,
    test_one_key_may_have_windows_of_different_lengths,
    test_windows_follow_each_other_without_a_gap,
)

pytestmark = pytest.mark.slow
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with engines.redis_server() as port:
        yield port


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> str:
    path = tmp_path / "store.db"
    path.write_bytes(empty_database.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def store(database: str, port: int, clock: Clock) -> Iterator[SQLStoreWithRedis]:
    with Redis(port=port) as redis:
        redis.flushall()
        yield from opened(database, port, clock)


def opened(database: str, port: int, clock: Clock, pause: float = 0) -> Iterator[SQLStoreWithRedis]:
    link = RedisLink(f"redis://127.0.0.1:{port}", database, pause)
    store = SQLStoreWithRedis(database, link, now=clock)
    yield store
    store.close()
    link.pool.disconnect()


def test_what_is_counted_is_in_redis_alone_and_goes_by_itself(store, port):
    store.count_hit("sign-in", MINUTE)
    with Redis(port=port) as redis:
        (key,) = redis.keys()
        assert 60 < redis.ttl(key) <= 120
    assert store.purge_documents() == 0


def test_two_machines_count_as_one(store, database, port, clock):
    for other in opened(database, port, clock):
        assert [each.count_hit("sign-in", MINUTE) for each in (store, other, store)] == [1, 2, 3]


def test_two_installations_on_one_redis_count_by_themselves(store, empty_database, tmp_path, port, clock):
    other = tmp_path / "another.db"
    other.write_bytes(empty_database.read_bytes())
    assert store.count_hit("sign-in", MINUTE) == 1
    for another in opened(f"sqlite:///{other}", port, clock):
        assert another.count_hit("sign-in", MINUTE) == 1
    assert store.count_hit("sign-in", MINUTE) == 2


def test_machines_of_one_installation_are_known_by_their_database_however_they_sign_in():
    where = "database.internal/planner"
    urls = [
        f"postgresql+psycopg://{who}{where}{how}" for who, how in (("a:b@", ""), ("c@", "?sslmode=require"))
    ]
    assert len({mark_of(url) for url in urls}) == 1
    assert (
        len({mark_of(url) for url in (*urls, f"{urls[0]}-staging", urls[0].replace("internal", "other"))})
        == 3
    )


def test_while_redis_is_away_the_database_counts(database, clock):
    with engines.redis_server() as port:
        for store in opened(database, port, clock):
            assert [store.count_hit("sign-in", MINUTE) for _ in range(2)] == [1, 2]
            with Redis(port=port) as redis:
                os.kill(int(redis.info("server")["process_id"]), signal.SIGKILL)
            assert [store.count_hit("sign-in", MINUTE) for _ in range(3)] == [1, 2, 3]
            with engines.redis_server(port):
                assert store.count_hit("sign-in", MINUTE) == 1
            assert store.count_hit("sign-in", MINUTE) == 4


def test_whoever_found_it_away_does_not_wait_for_it_again(database, clock):
    nowhere = engines.free_port()
    for store in opened(database, nowhere, clock, pause=3600):
        assert store.count_hit("sign-in", MINUTE) == 1
        with engines.redis_server(nowhere), Redis(port=nowhere) as redis:
            assert store.count_hit("sign-in", MINUTE) == 2
            assert redis.keys() == []
