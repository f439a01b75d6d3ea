"""What SQS adds to the queue: messages for the functions, hidden while they are worked on, deleted when done."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from aws_config.config import QUEUES, Names
from aws_config.sqs_client import EXPENSES, NOTES, WORK, Message, SQSClient, task_in
from lib.errors import Invalid, Unavailable
from lib.records import Expense
from tests.aws.moto_aws import account

NAMES = Names()
LUNCH = Expense(
    user_id="alice",
    expense_id="e1",
    spent_on=date(2026, 11, 3),
    amount=Decimal("0.10"),
    currency="EUR",
    category="Other",
    created_at=datetime(2026, 11, 3, tzinfo=UTC),
    payee="Café",
    description="lunch",
)


@pytest.fixture
def aws():
    with account() as aws:
        for what in QUEUES:
            aws.client("sqs").create_queue(QueueName=NAMES.queue(what))
        yield aws


@pytest.fixture
def queue(aws):
    return SQSClient(aws, NAMES)


def bodies(queue: SQSClient, which: str) -> list[dict[str, str]]:
    return [json.loads(message.body) for message in queue.receive_messages(which, wait=0)]


def test_an_expense_goes_to_the_categoriser_and_its_amount_is_exact(queue):
    queue.send_expense_message(LUNCH)
    assert bodies(queue, EXPENSES) == [
        {"expense_id": "e1", "user_id": "alice", "description": "Café lunch", "amount": "0.10"}
    ]
    assert bodies(queue, WORK) == bodies(queue, NOTES) == []


def test_an_expense_without_words_has_an_empty_description(queue):
    queue.send_expense_message(replace(LUNCH, payee="", description=""))
    assert bodies(queue, EXPENSES)[0]["description"] == ""


def test_a_note_goes_to_the_processor(queue):
    note = {"user_id": "alice", "subject": "Budget Alert", "message": "Übrig: 3 €", "notification_id": "n1"}
    queue.send_notification(note)
    assert bodies(queue, NOTES) == [note]


def test_what_is_being_worked_on_is_hidden_until_it_is_given_back(queue):
    queue.send("import")
    (message,) = queue.receive_messages(WORK, wait=0)
    assert queue.receive_messages(WORK, wait=0) == []
    queue.hide_message(WORK, message.receipt, 0)
    (again,) = queue.receive_messages(WORK, wait=0)
    assert (message.received, again.received) == (1, 2)


def test_what_is_done_is_deleted_also_when_that_is_said_twice(queue):
    queue.send("import")
    (message,) = queue.receive_messages(WORK, wait=0)
    queue.delete_message(WORK, message.receipt)
    queue.delete_message(WORK, message.receipt)
    assert queue.receive_messages(WORK, wait=0) == []


def test_more_than_a_message_holds_is_refused_in_words(queue):
    with pytest.raises(Invalid):
        queue.send("import", "x" * 300_000)


def test_a_queue_that_was_made_anew_is_found_again(aws, queue):
    queue.check()
    url = aws.client("sqs").get_queue_url(QueueName=NAMES.queue(WORK))["QueueUrl"]
    aws.client("sqs").delete_queue(QueueUrl=url)
    with pytest.raises(Unavailable):
        queue.check()
    aws.client("sqs").create_queue(QueueName=NAMES.queue(WORK))
    queue.check()


def test_the_address_of_a_queue_is_asked_for_once(aws, queue):
    asked: list[str] = []
    aws.client("sqs").meta.events.register("before-call.sqs", lambda model, **_: asked.append(model.name))
    for _ in range(3):
        queue.send("import")
    assert asked == ["GetQueueUrl", "SendMessage", "SendMessage", "SendMessage"]


@pytest.mark.parametrize("body", ["", "not json", "[]", "{}", '{"task": 5}'])
def test_a_message_from_elsewhere_is_no_task(body):
    with pytest.raises(ValueError, match=r"task|JSON|Expecting"):
        task_in(Message(body, "receipt", 1))
