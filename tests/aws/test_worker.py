"""The worker on AWS: what the queue brings is done and deleted, what fails comes back, and nothing is done in vain."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest

from aws_config.config import Names
from aws_config.sqs_client import WORK, SQSClient
from aws_config.worker import Worker
from lib.errors import Unavailable
from lib.periods import Month
from lib.records import Email
from lib.reporting.periods import month_period
from lib.services import Services
from tests.aws.moto_aws import account, answers
from tests.conftest import PASSWORD, Post
from tests.live import wait_until

NAMES = Names()


@pytest.fixture
def aws():
    with account() as aws:
        aws.client("sqs").create_queue(QueueName=NAMES.queue(WORK), Attributes={"VisibilityTimeout": "120"})
        yield aws


@pytest.fixture
def queue(aws) -> SQSClient:
    return SQSClient(aws, NAMES)


class Mail(Post):
    """A messenger that is down, or slow, when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down, self.goes_on, self.begun = False, Event(), Event()
        self.goes_on.set()

    def send_email(self, email: Email) -> None:
        if self.is_down:
            raise Unavailable(part="messenger")
        self.begun.set()
        assert self.goes_on.wait(30)
        super().send_email(email)


@pytest.fixture
def mail() -> Mail:
    return Mail()


@pytest.fixture
def on_aws(services: Services, queue: SQSClient, mail: Mail) -> Services:
    """The planner with SQS as its queue; alice asked for a new password."""
    settings = services.settings.model_copy(update={"backend": "aws", "ses_from": "planner@example.com"})
    services = replace(services, settings=settings, queue=queue, messenger=mail)
    services.accounts.register("alice", "alice@example.com", PASSWORD)
    services.account_links.ask_reset("alice", "127.0.0.1")
    return services


@pytest.fixture
def worker(on_aws: Services, queue: SQSClient) -> Iterator[Worker]:
    worker = Worker(on_aws, queue, heartbeat=0.05)
    yield worker
    worker.end(20)  # what its threads are at would meet no AWS any more


def waiting(aws) -> tuple[int, int]:
    """How many messages can be taken, and how many are hidden."""
    url = aws.client("sqs").get_queue_url(QueueName=NAMES.queue(WORK))["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def test_what_the_queue_brings_is_done_and_deleted(aws, worker, mail):
    assert worker.work_off(wait=0) == 1
    assert [letter.to for letter in mail.sent] == ["alice@example.com"]
    assert waiting(aws) == (0, 0)
    assert worker.work_off(wait=0) == 0


def test_what_fails_stays_for_another_time(aws, worker, on_aws, mail):
    mail.is_down = True
    worker.work_off(wait=0)
    assert waiting(aws) == (0, 1)
    mail.is_down = False
    on_aws.jobs.sweep(everything=True)
    worker.work_off(wait=0)
    assert len(mail.sent) == 1


def test_a_second_delivery_does_nothing_again(aws, worker, queue, on_aws, mail):
    user = on_aws.store.find_user_by_username("alice")
    queue.send("password-reset", user.user_id)
    worker.work_off(wait=0)
    worker.work_off(wait=0)
    assert len(mail.sent) == 1
    assert waiting(aws) == (0, 0)


def test_the_sweep_leaves_to_sqs_what_sqs_brings_again(aws, on_aws, clock):
    clock.turn(minutes=9)
    assert on_aws.jobs.sweep() == 0
    clock.turn(minutes=2)
    assert on_aws.jobs.sweep() == 1


def test_a_message_from_elsewhere_is_left_to_the_dead_letters(aws, worker):
    worker.work_off(wait=0)
    url = aws.client("sqs").get_queue_url(QueueName=NAMES.queue(WORK))["QueueUrl"]
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="no json")
    with pytest.raises(ValueError, match="Expecting"):
        worker.work_off(wait=0)
    assert waiting(aws) == (0, 1)


def test_work_that_nobody_knows_is_left_to_the_dead_letters(aws, worker, on_aws):
    worker.work_off(wait=0)
    on_aws.jobs.submit("unheard of")
    with pytest.raises(KeyError, match="unheard of"):
        worker.work_off(wait=0)
    assert waiting(aws) == (0, 1)


def hiding(aws) -> list[int]:
    """For how many seconds messages are hidden from now on, as it is asked for."""
    asked: list[int] = []
    events = aws.client("sqs").meta.events
    name = "provide-client-params.sqs.ChangeMessageVisibility"
    events.register(name, lambda params, **_: asked.append(params["VisibilityTimeout"]))
    return asked


def test_long_work_is_kept_from_others(aws, worker, mail):
    asked = hiding(aws)
    mail.goes_on.clear()
    worker.start()
    assert mail.begun.wait(30)
    wait_until(lambda: len(asked) > 1, "heartbeats")
    mail.goes_on.set()
    assert set(asked) == {120}


def test_what_is_not_finished_at_the_end_is_given_back(aws, on_aws, queue, mail):
    worker, asked = Worker(on_aws, queue), hiding(aws)
    mail.goes_on.clear()
    thread = Thread(target=worker.work_off, args=(0,), daemon=True)
    thread.start()
    assert mail.begun.wait(30)
    worker.end(0)
    assert asked == [21]  # a long poll, and one
    mail.goes_on.set()
    thread.join()


def test_what_comes_in_after_the_end_is_given_back(aws, on_aws, queue, mail):
    worker, asked = Worker(on_aws, queue), hiding(aws)
    worker.end(0)
    worker.work_off(wait=0)
    assert asked == [21]
    assert mail.sent == []


def test_a_queue_that_is_down_does_not_end_the_worker(aws, worker, caplog):
    answers(aws, "sqs.ReceiveMessage", "InternalError", 500)
    with pytest.raises(Unavailable):
        worker.work_off(wait=0)


def test_a_failing_heartbeat_is_no_failing_work(aws, worker, mail, caplog):
    caplog.set_level(logging.WARNING)
    answers(aws, "sqs.ChangeMessageVisibility", "InternalError", 500)
    mail.goes_on.clear()
    worker.start()
    assert mail.begun.wait(30)
    mail.goes_on.set()
    wait_until(lambda: bool(mail.sent), "the letter")


class SlowFunctions:
    """Functions that answer when the test says so."""

    def __init__(self) -> None:
        self.goes_on, self.begun = Event(), []

    def invoke_report_generator(self, request):
        self.begun.append(request)
        assert self.goes_on.wait(30)
        return {}


def test_reports_that_take_their_time_keep_nobody_else_waiting(aws, on_aws, queue, mail):
    functions = SlowFunctions()
    home = replace(on_aws, functions=functions)
    alice = home.store.find_user_by_username("alice")
    for month in range(1, 6):
        home.reports.ask(alice, month_period(Month(2026, month)), (), str(month))
    home.account_links.ask_reset("alice", "127.0.0.2")
    worker = Worker(home, queue)
    worker.start()
    wait_until(lambda: len(functions.begun) == 5 and bool(mail.sent), "five reports at once, and a letter")
    functions.goes_on.set()
    wait_until(lambda: waiting(aws) == (0, 0), "an empty queue")
    worker.end(20)
