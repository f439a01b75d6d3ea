"""Queues of SQS, and the queues for what could not be delivered."""

import json
import time
from collections.abc import Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.resources.base import (
    Difference,
    Facts,
    Unchangeable,
    only_over_tls,
    policy_of,
    statements,
    widens,
)

FORTNIGHT = 14 * 24 * 3600  # seconds; as long as SQS keeps a message
LONG_POLL = 20  # seconds
TRIES = 5  # how often a message is handed out before it is given up
DEAD_VISIBILITY = 30  # seconds; time for a person or the redrive to look
JUST_REMOVED = (
    1,
    2,
    4,
    8,
    15,
    15,
    15,
)  # seconds; SQS gives a name again a minute after its queue was removed
READ = (
    *("VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds"),
    *("SqsManagedSseEnabled", "RedrivePolicy"),
)


class QueueResource:
    """A queue; what cannot be delivered goes to the one called `dead_letters`, if it has one."""

    kind = "queue"

    def __init__(
        self,
        aws: Any,
        account: Account,
        name: str,
        *,
        visibility: int = DEAD_VISIBILITY,
        dead_letters: str = "",
    ) -> None:
        """`visibility`: seconds for which a message that was handed out is hidden from others."""
        self.name = name
        self._sqs, self._account = aws.client("sqs"), account
        self._visibility, self._dead_letters = visibility, dead_letters

    @property
    def arn(self) -> str:
        return self._account.arn("sqs", self.name)

    def wanted(self) -> Facts:
        facts: dict[str, Any] = {
            "VisibilityTimeout": str(self._visibility),
            "MessageRetentionPeriod": str(FORTNIGHT),
            "ReceiveMessageWaitTimeSeconds": str(LONG_POLL),
            "SqsManagedSseEnabled": "true",
            **statements(self._policy()),
        }
        if self._dead_letters:
            target = self._account.arn("sqs", self._dead_letters)
            facts["RedrivePolicy"] = {"deadLetterTargetArn": target, "maxReceiveCount": TRIES}
        return facts

    def actual(self) -> Facts | None:
        url = self.url()
        if not url:
            return None
        try:
            found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        except ClientError as error:
            if _is_absent(error):  # gone since
                return None
            raise
        facts = {name: found[name] for name in READ if found.get(name)}
        if redrive := facts.get("RedrivePolicy"):
            facts["RedrivePolicy"] = _whole_numbers(json.loads(redrive))
        return {**facts, **statements(found.get("Policy"))}

    def create(self) -> None:
        for pause in (*JUST_REMOVED, None):
            try:
                self._sqs.create_queue(QueueName=self.name, Attributes=self._attributes())
                return
            except ClientError as error:
                if not _was_just_removed(error):
                    raise
                if pause is None:
                    raise Unchangeable(
                        f"A queue named {self.name} was removed a moment ago, and SQS makes no new one of that name"
                        " within a minute. Run this again then."
                    ) from error
            time.sleep(pause)

    def change(self, facts: Set[str]) -> None:
        """All of them at once, which is one request as well; what should not be there is emptied."""
        gone = {fact: "" for fact in facts - self.wanted().keys() if not fact.startswith("Policy ")}
        self._sqs.set_queue_attributes(QueueUrl=self.url(), Attributes=self._attributes() | gone)

    def remove(self) -> None:
        if url := self.url():
            self._sqs.delete_queue(QueueUrl=url)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "SqsManagedSseEnabled" or widens(difference)

    def url(self) -> str:
        """Empty if there is no such queue."""
        try:
            return str(self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"])
        except ClientError as error:
            if _is_absent(error):
                return ""
            raise

    def _policy(self) -> dict[str, Any]:
        return policy_of(only_over_tls("sqs", self.arn))

    def _attributes(self) -> dict[str, str]:
        """As SQS takes them: its policy is one document."""
        facts = {name: _text(value) for name, value in self.wanted().items() if name in READ}
        return {**facts, "Policy": json.dumps(self._policy())}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _whole_numbers(document: dict[str, Any]) -> dict[str, Any]:
    """SQS gives back `maxReceiveCount` as it was written: 5 or "5"."""
    return {
        key: int(value) if isinstance(value, str) and value.isdecimal() else value
        for key, value in document.items()
    }


def _was_just_removed(error: ClientError) -> bool:
    return str(error.response["Error"]["Code"]).rpartition(".")[2] == "QueueDeletedRecently"


def _is_absent(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return code.rpartition("#")[2] in ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
