"""What lies in a queue and is no task of ours is dropped, never run, and stops no worker: anyone may have put it there."""

import json
import logging
import os
import pickle
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from huey import Huey
from redis import Redis

from selfhost.redis_link import RedisLink
from selfhost.redis_queue import RedisQueue
from selfhost.task_queue import QueueFile, TaskQueue
from tests import engines
from tests.unit.test_task_queue import SOON, worker

DATABASE = "postgresql+psycopg://planner@database/planner"


class Evil:
    """Runs a command as soon as it is unpickled."""

    def __init__(self, leaves: Path) -> None:
        self._leaves = leaves

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self._leaves),)


@contextmanager
def on_disk(folder: Path) -> Iterator[tuple[TaskQueue, QueueFile]]:
    with closing(TaskQueue(folder / "queue.db")) as queue:
        yield queue, queue._huey.storage


@contextmanager
def on_redis(folder: Path) -> Iterator[tuple[TaskQueue, QueueFile]]:
    with engines.redis_server() as port:
        link = RedisLink(f"redis://127.0.0.1:{port}", DATABASE)
        with closing(RedisQueue(folder / "queue.db", link)) as queue:
            yield queue, queue._huey.storage
        link.pool.disconnect()


@pytest.fixture(params=["disk", pytest.param("redis", marks=pytest.mark.slow)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TaskQueue, QueueFile]]:
    """A queue, and what its bytes lie in."""
    with {"disk": on_disk, "redis": on_redis}[request.param](tmp_path) as both:
        yield both


def test_a_pickle_is_dropped_and_never_run(both, tmp_path, caplog):
    queue, bytes_of = both
    proof = tmp_path / "was-run"
    pickled = pickle.dumps(Evil(proof))
    pickle.loads(pickled)  # noqa: S301  # it would
    proof.rmdir()
    bytes_of.enqueue(pickled)
    queue.send("fine")
    with caplog.at_level(logging.WARNING), worker(queue) as seen:
        assert seen.get(timeout=SOON) == ("fine",)
    assert not proof.exists()
    assert [record.getMessage() for record in caplog.records] == [
        "dropped what is no task from the queue: UnicodeDecodeError"
    ]


def test_what_makes_no_sense_stops_no_worker(both):
    queue, bytes_of = both
    name = "selfhost.task_queue.work"
    for strange in (
        *(b"", b"[", b"{}", b"7", b"[" * 100_000, b"\xff\xfe", b"9" * 10_000),
        *(json.dumps(each).encode() for each in ([], ["id"], ["id", "os.system", "ls"], ["id", name, 7])),
        *(json.dumps(each).encode() for each in (["id", name], ["\ud800", name, "task"])),
    ):
        bytes_of.enqueue(strange)
    queue.send("fine")
    with worker(queue) as seen:
        while (task := seen.get(timeout=SOON)) != ("fine",):
            assert task == ("task",)


def test_what_an_older_version_left_in_the_file_stops_no_worker(tmp_path):
    """It was written with pickle. What it rang for is in the store, and is done when the worker sweeps."""
    older = Huey("planner", storage_class=QueueFile, results=False, path=tmp_path / "queue.db")
    older.task(name="work")(print)("import", "user", "run")
    assert older.storage.queue_size() == 1
    with closing(TaskQueue(tmp_path / "queue.db")) as queue:
        queue.send("fine")
        with worker(queue) as seen:
            assert seen.get(timeout=SOON) == ("fine",)
    assert older.storage.queue_size() == 0
    assert seen.empty()
    older.storage.close()


@pytest.mark.slow
def test_two_installations_on_one_redis_leave_each_other_their_work(tmp_path):
    with engines.redis_server() as port:
        links = [RedisLink(f"redis://127.0.0.1:{port}", f"{DATABASE}{suffix}") for suffix in ("", "-staging")]
        one, two = (RedisQueue(tmp_path / f"{n}.db", link) for n, link in enumerate(links))
        one.send("of-one")
        with worker(two) as seen:
            two.send("of-two")
            assert seen.get(timeout=SOON) == ("of-two",)
            assert seen.empty()
        with closing(Redis(port=port)) as redis:
            assert [redis.llen(key) for key in redis.scan_iter()] == [1]
        for queue, link in ((one, links[0]), (two, links[1])):
            queue.close()
            link.pool.disconnect()
