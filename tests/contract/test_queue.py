"""Work for later: what is sent is brought to a worker as it was sent, from any process, at least once."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from redis import Redis

from aws_config.config import Names
from aws_config.sqs_client import NOTES, WORK, SQSClient, task_in
from lib.errors import Unavailable
from lib.ports import Queue
from selfhost.redis_link import RedisLink
from selfhost.redis_queue import RedisQueue
from selfhost.task_queue import TaskQueue
from tests import engines
from tests.contract.on_aws import MINISTACK, way

Task = tuple[str, ...]


def about(notification_id: str) -> dict[str, str]:
    """What the message of a notification holds."""
    return {
        "user_id": "alice-id",
        "user_email": "alice@example.com",
        "message": "Übrig: 3 €",
        "subject": "Groceries is near its budget",
        "notification_type": "budget_alert",
        "notification_id": notification_id,
        "timestamp": "2026-11-21T12:00:00+00:00",
    }


class Home(NamedTuple):
    queue: Queue
    another: Callable[[], Queue]  # the same queue, as another process has it
    receive: Callable[[], Task | None]  # the next task a worker is given, None if there is no more
    notifications: Callable[[], list[tuple[str, str]]]  # those asked for, by whose and which
    break_down: Callable[[], None]


@contextmanager
def on_disk(folder: Path) -> Iterator[Home]:
    with ExitStack() as opened:

        def another() -> TaskQueue:
            return opened.enter_context(closing(TaskQueue(folder / "queue.db")))

        yield by_huey(another(), another, folder)


@contextmanager
def on_redis(folder: Path) -> Iterator[Home]:
    """With a file beside it, which stands in for it; broken down are both."""
    with engines.redis_server() as port, ExitStack() as opened:
        client = opened.enter_context(Redis(port=port))

        def another() -> TaskQueue:
            link = RedisLink(f"redis://127.0.0.1:{port}", "sqlite:///ours.db", pause=0)
            opened.callback(link.pool.disconnect)
            return opened.enter_context(closing(RedisQueue(folder / "queue.db", link)))

        def go_away() -> None:
            os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)

        yield by_huey(another(), another, folder, go_away)


def by_huey(
    queue: TaskQueue, another: Callable[[], Queue], folder: Path, first: Callable[[], None] = lambda: None
) -> Home:
    def receive() -> Task | None:
        seen: list[Task] = []
        huey = queue.consumer(lambda *task: seen.append(task), threads=1).huey
        if (waiting := huey.dequeue()) is not None:
            huey.execute(waiting)
        return seen[0] if seen else None

    def notifications() -> list[tuple[str, str]]:
        tasks = list(iter(receive, None))
        assert {name for name, *_ in tasks} <= {"notify"}
        return [(user_id, notification_id) for _, user_id, notification_id in tasks]

    def break_down() -> None:
        first()
        (folder / "queue.db").unlink(missing_ok=True)
        (folder / "queue.db").mkdir()

    return Home(queue, another, receive, notifications, break_down)


@contextmanager
def on_aws(kind: str, request: pytest.FixtureRequest) -> Iterator[Home]:
    with way(kind, request) as aws:
        names, sqs = Names(), aws.client("sqs")
        url, notes = (sqs.create_queue(QueueName=names.queue(each))["QueueUrl"] for each in (WORK, NOTES))
        queue = SQSClient(aws, names)

        def receive() -> Task | None:
            for message in queue.receive_messages(WORK, most=1, wait=0):
                queue.delete_message(WORK, message.receipt)
                return task_in(message)
            return None

        def notifications() -> list[tuple[str, str]]:
            bodies = [json.loads(message.body) for message in queue.receive_messages(NOTES, wait=0)]
            assert all(body == about(body["notification_id"]) for body in bodies)
            return [(body["user_id"], body["notification_id"]) for body in bodies]

        def break_down() -> None:
            for each in (url, notes):
                sqs.delete_queue(QueueUrl=each)

        yield Home(queue, lambda: SQSClient(aws, names), receive, notifications, break_down)


@pytest.fixture(params=["disk", pytest.param("redis", marks=pytest.mark.slow), "moto", MINISTACK])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    here = {"disk": on_disk, "redis": on_redis}.get(request.param)
    with here(tmp_path) if here else on_aws(request.param, request) as home:
        yield home


def everything(home: Home) -> list[Task]:
    return list(iter(home.receive, None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "task",
    [
        ("import", "user", "run"),
        ("tidy",),
        ("letter", "", " ", "line\nbreak\ttab"),
        ("letter", "María, 家計簿 🧾", '"quoted" <b>&amp;\\'),
        ("letter", "x" * 50_000),
    ],
    ids=lambda task: f"{len(task)}-{len(task[-1])}",
)
def test_what_is_sent_is_what_comes(home: Home, task: Task) -> None:
    home.queue.send(*task)
    assert everything(home) == [task]


def test_everything_that_is_sent_comes(home: Home) -> None:
    sent = {("import", "user", str(number)) for number in range(25)}
    for task in sent:
        home.queue.send(*task)
    assert set(everything(home)) == sent


def test_the_same_work_sent_twice_comes_at_least_once(home: Home) -> None:
    home.queue.send("import", "user", "run")
    home.queue.send("import", "user", "run")
    assert set(everything(home)) == {("import", "user", "run")}


def test_what_another_process_sent_comes_too(home: Home) -> None:
    home.another().send("early")
    assert everything(home) == [("early",)]


def test_a_notification_is_asked_for_by_whose_and_which(home: Home) -> None:
    for which in ("one", "two"):
        home.queue.send_notification(about(which))
    assert sorted(home.notifications()) == [("alice-id", "one"), ("alice-id", "two")]
    assert everything(home) == []


def test_an_empty_queue_has_nothing(home: Home) -> None:
    home.queue.check()
    assert home.receive() is None


def test_looking_whether_it_works_sends_nothing(home: Home) -> None:
    home.queue.send("import", "user", "run")
    home.queue.check()
    assert everything(home) == [("import", "user", "run")]


def test_a_broken_queue_says_so(home: Home) -> None:
    home.break_down()
    ask = home.queue.send_notification
    for use in (
        home.queue.check,
        lambda: home.queue.send("import"),
        lambda: ask(about("one")),
        home.another().check,
    ):
        with pytest.raises(Unavailable) as raised:
            use()
        assert raised.value.part == "queue"
