"""Functions in this process over moto: their handlers with the services they make themselves, and what Lambda does around them."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.function_home import environment
from aws_config.installation import dead_letters, queues
from aws_config.resource_manager import ResourceManager
from aws_config.session import AWS
from lib.services import Services
from lib.settings import Settings
from tests.aws import dynamodb_local
from tests.aws.moto_aws import account

SENDER = "planner@budget.example"
INSTALLED = Settings(
    _env_file=None,
    app_env="prod",
    backend="aws",
    secret_key="no function's business",
    base_url="https://budget.example",
    ses_from=SENDER,
    email_channel="ses",
)
NAMES = Names()
TRIES = 5  # of a message, until it is given up: as the queues are set up
Event = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function of itself."""

    left: int = 60_000  # milliseconds
    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "REQUEST-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.left


class Function:
    """One of ours, with its queue."""

    def __init__(self, module: ModuleType, aws: AWS, queue: str) -> None:
        self.module, self.aws = module, aws
        self._queue = NAMES.queue(queue)

    @property
    def services(self) -> Services:
        """What its handler works with."""
        found: Services = self.module.services()
        return found

    def __call__(self, event: Any, context: Context | None = None) -> Event:
        answer: Event = self.module.lambda_handler(event, context or Context())
        return answer

    def bring(self, *bodies: str) -> Event:
        """Call it with these, as SQS would."""
        return self({"Records": [record(str(number), body) for number, body in enumerate(bodies)]})

    def serve(self, handler: Callable[[Event, Any], Event] | None = None) -> list[Event]:
        """What Lambda's poller does until the queue is empty: what is reported as failed comes again, the rest is deleted."""
        sqs, url, answers = self.aws.client("sqs"), self._url(self._queue), []
        while messages := _received(sqs, url):
            records = [record(each["MessageId"], each["Body"]) for each in messages]
            answers.append((handler or self)({"Records": records}, Context()))
            again = {each["itemIdentifier"] for each in answers[-1]["batchItemFailures"]}
            for each in messages:
                where = {"QueueUrl": url, "ReceiptHandle": each["ReceiptHandle"]}
                if each["MessageId"] in again:
                    sqs.change_message_visibility(**where, VisibilityTimeout=0)
                else:
                    sqs.delete_message(**where)
        return answers

    def put(self, *bodies: str) -> None:
        """Into its queue."""
        for body in bodies:
            self.aws.client("sqs").send_message(QueueUrl=self._url(self._queue), MessageBody=body)

    def waiting(self) -> list[str]:
        """What is in its queue; nobody else sees it for a while then."""
        return _all(self.aws.client("sqs"), self._url(self._queue))

    def dead(self) -> list[str]:
        return _all(self.aws.client("sqs"), self._url(f"{self._queue}-dlq"))

    def _url(self, name: str) -> str:
        return str(self.aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


@contextmanager
def function(module: ModuleType, queue: str) -> Iterator[Function]:
    """A function as it is deployed, in an account where everything is set up and nothing kept."""
    caches = [name for name in ("services", "shares") if hasattr(module, name)]
    with installed(module, *caches) as aws:
        where = (aws, account_of(aws), NAMES)
        ResourceManager([dead_letters(*where), queues(*where)]).apply()
        aws.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        yield Function(module, aws, queue)


@contextmanager
def installed(module: ModuleType, *caches: str) -> Iterator[AWS]:
    """An account with tables and nothing else, and a function that starts there with its settings.

    Args:
        caches: What the module makes once a process: here it is once a test.
    """
    made = [getattr(module, name) for name in caches]
    with account() as aws, pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) & {field.upper() for field in Settings.model_fields}:
            patch.delenv(name)
        for name, value in (environment(INSTALLED) | {"AWS_REGION": "us-east-1"}).items():
            patch.setenv(name, value)
        dynamodb_local.set_up(aws, NAMES)
        for cache in made:
            cache.cache_clear()
        yield aws
        for cache in made:
            cache.cache_clear()


def record(message_id: str, body: str) -> Event:
    """As SQS sends it to Lambda."""
    return {
        "messageId": message_id,
        "receiptHandle": "AQEB",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795000000000"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
        "awsRegion": "us-east-1",
    }


def said(answer: Event) -> Event:
    """The `body` of an answer like a web server's."""
    found: Event = json.loads(answer["body"])
    return found


def _received(sqs: Any, url: str) -> list[Event]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
    return list(answer.get("Messages", []))


def _all(sqs: Any, url: str) -> list[str]:
    found: list[str] = []
    while messages := _received(sqs, url):
        found += [each["Body"] for each in messages]
    return found
