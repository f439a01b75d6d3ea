"""SQS is the planner's Queue, and carries expenses to the categoriser and notes to the processor."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from aws_config.config import Names
from aws_config.faults import translated
from aws_config.session import AWS
from lib.errors import Invalid
from lib.records import Expense

WORK, EXPENSES, NOTES = "work-queue", "expense-processing-queue", "notification-queue"
LONG_POLL = 20  # seconds, the most that SQS waits for a message
MOST_AT_ONCE = 10
MOST_BYTES = 262_144  # what every account takes in a message


class Message(NamedTuple):
    body: str
    receipt: str  # what deletes this delivery of it, or keeps it hidden
    received: int  # how often it was given to someone, this time included


def task_in(message: Message) -> tuple[str, ...]:
    """What `SQSClient.send` was given. Raises ValueError for a message that is not from there."""
    content = json.loads(message.body)
    if not isinstance(content, dict) or not isinstance(content.get("task"), str):
        raise ValueError("this message is no task")
    return (content["task"], *map(str, content.get("arguments", ())))


class SQSClient:
    """`lib.ports.Queue` over the work queue. Addresses of queues are asked for once."""

    def __init__(self, aws: AWS, names: Names) -> None:
        self._aws, self._names = aws, names
        self._urls: dict[str, str] = {}

    def check(self) -> None:
        self._call(WORK, "get_queue_attributes", AttributeNames=["QueueArn"])

    def send(self, task: str, *arguments: str) -> None:
        self._send(WORK, {"task": task, "arguments": list(arguments)})

    def send_expense_message(self, expense: Expense) -> None:
        """Have an expense put into a category. The amount is text: no float touches it."""
        words = " ".join(filter(None, (expense.payee, expense.description)))
        what = {"expense_id": expense.expense_id, "user_id": expense.user_id}
        self._send(EXPENSES, {**what, "description": words, "amount": str(expense.amount)})

    def send_notification(self, message: Mapping[str, str]) -> None:
        self._send(NOTES, message)

    def receive_messages(self, queue: str, most: int = MOST_AT_ONCE, wait: int = LONG_POLL) -> list[Message]:
        """Up to `most` messages, hidden from others until the queue's visibility timeout ends.

        Args:
            queue: WORK, EXPENSES or NOTES.
            wait: Seconds to wait for the first.
        """
        answer = self._call(
            queue,
            "receive_message",
            read_timeout=LONG_POLL + 5,
            MaxNumberOfMessages=most,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [
            Message(each["Body"], each["ReceiptHandle"], int(each["Attributes"]["ApproximateReceiveCount"]))
            for each in answer.get("Messages", ())
        ]

    def delete_message(self, queue: str, receipt: str) -> None:
        """It is done. Nothing happens where that was said before."""
        self._call(queue, "delete_message", ReceiptHandle=receipt)

    def hide_message(self, queue: str, receipt: str, seconds: int) -> None:
        """Keep it from others for so long from now on; 0 gives it back at once."""
        self._call(queue, "change_message_visibility", ReceiptHandle=receipt, VisibilityTimeout=seconds)

    def _send(self, queue: str, body: Mapping[str, object]) -> None:
        text = json.dumps(body)
        if len(text) > MOST_BYTES:  # ASCII only, so a character is a byte
            raise Invalid("That is more than a message can hold.")
        self._call(queue, "send_message", MessageBody=text)

    def _call(self, queue: str, operation: str, read_timeout: int = 0, **what: Any) -> Any:
        with translated("queue"):
            sqs = self._aws.client("sqs", read_timeout=read_timeout)
            try:
                return getattr(sqs, operation)(QueueUrl=self._url(queue), **what)
            except ClientError:
                self._urls.pop(queue, None)  # it may have been made anew
                raise

    def _url(self, queue: str) -> str:
        if queue not in self._urls:
            found = self._aws.client("sqs").get_queue_url(QueueName=self._names.queue(queue))
            self._urls[queue] = found["QueueUrl"]
        return self._urls[queue]
