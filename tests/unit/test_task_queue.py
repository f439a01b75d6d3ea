"""The queue on one machine: what is sent is done, in another thread, and a broken file is said, not hidden."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from lib.errors import Unavailable
from selfhost.task_queue import TaskQueue

Seen = SimpleQueue[tuple[str, ...]]
SOON = 30  # seconds


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TaskQueue]:
    with closing(TaskQueue(tmp_path / "queue.db")) as queue:
        yield queue


@contextmanager
def worker(queue: TaskQueue, fails_at: str = "") -> Iterator[Seen]:
    """A worker, and what it was given to do, as it comes."""
    seen: Seen = SimpleQueue()

    def do(*task: str) -> None:
        seen.put(task)
        if task[0] == fails_at:
            raise ValueError(fails_at)

    consumer = queue.consumer(do, threads=2)
    threads = [consumer.scheduler, *(thread for _, thread in consumer.worker_threads)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        consumer.stop(graceful=True)
    for thread in threads:
        thread.join(SOON)
    assert not any(thread.is_alive() for thread in threads)


def test_what_is_sent_is_done(queue):
    with worker(queue) as seen:
        queue.send("import", "user", "run")
        assert seen.get(timeout=SOON) == ("import", "user", "run")


def test_what_was_sent_elsewhere_before_the_worker_came_is_done(tmp_path, queue):
    with closing(TaskQueue(tmp_path / "queue.db")) as elsewhere:
        elsewhere.send("early")
    with worker(queue) as seen:
        assert seen.get(timeout=SOON) == ("early",)


def test_failing_work_does_not_stop_the_worker(queue):
    with worker(queue, fails_at="broken") as seen:
        for task in ("broken", "broken", "fine"):
            queue.send(task)
        assert sorted(seen.get(timeout=SOON)[0] for _ in range(3)) == ["broken", "broken", "fine"]


def test_emptying_forgets_what_was_sent(queue):
    queue.send("old")
    queue.empty()
    queue.send("new")
    with worker(queue) as seen:
        assert seen.get(timeout=SOON) == ("new",)


def test_a_worker_goes_on_when_its_file_is_replaced(tmp_path, queue):
    with worker(queue) as seen:
        queue.send("first")
        assert seen.get(timeout=SOON) == ("first",)
        for file in tmp_path.glob("queue.db*"):
            file.unlink(missing_ok=True)  # a journal comes and goes
        with closing(TaskQueue(tmp_path / "queue.db")) as elsewhere:
            elsewhere.send("second")
        assert seen.get(timeout=SOON) == ("second",)


def test_a_queue_without_its_folder_is_unavailable_and_recovers(tmp_path):
    queue = TaskQueue(tmp_path / "gone" / "queue.db")
    with pytest.raises(Unavailable) as refused:
        queue.send("import")
    assert refused.value.part == "queue"
    (tmp_path / "gone").mkdir()
    queue.check()
    queue.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "queue.db").write_bytes(b"not a database" * 100)
    with pytest.raises(Unavailable):
        TaskQueue(tmp_path / "queue.db").check()


def test_many_threads_send_at_once(queue):
    senders = [Thread(target=queue.send, args=("task", str(n))) for n in range(40)]
    with worker(queue) as seen:
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sorted(int(seen.get(timeout=SOON)[1]) for _ in senders) == list(range(40))
