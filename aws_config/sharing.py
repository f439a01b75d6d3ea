"""Shares the daily run out, so that each part of it fits into a function's time."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from aws_config.config import Names
from aws_config.faults import translated, unavailable
from aws_config.session import AWS
from aws_config.sqs_client import MOST_AT_ONCE
from lib.ports import Store
from lib.records import User

QUEUE = "budget-check-queue"
USERS = 200  # in a share: what a function does in half its time, see docs/cost.md
MOST_SHARES = 10_000


class Share(NamedTuple):
    """One of several parts that have all users together."""

    number: int  # from 0
    of: int
    after: str = ""  # the user who was looked after last, where someone had no time for the rest

    @classmethod
    def read(cls, body: str) -> "Share":
        """Raises ValueError for what is no share."""
        found = json.loads(body)
        try:
            number, of, after = found["segment"], found["segments"], found.get("after", "")
        except (TypeError, KeyError, AttributeError):
            raise _NONE from None
        if type(number) is int and type(of) is int and 0 <= number < of <= MOST_SHARES and type(after) is str:
            return cls(number, of, after)
        raise _NONE

    def body(self) -> str:
        after = {"after": self.after} if self.after else {}
        return json.dumps({"segment": self.number, "segments": self.of, **after})

    def users(
        self, store: Store, go_on: Callable[[], bool], leave: Callable[["Share"], None]
    ) -> Iterator[User]:
        """Those of the share whose turn it still is. Where `go_on` says no, the rest is handed to `leave`."""
        skipping = self.after
        for user in store.each_user(self.number, self.of):
            if skipping:
                skipping = "" if user.user_id == skipping else skipping
                continue
            yield user
            if not go_on():
                leave(self._replace(after=user.user_id))
                return
        if skipping:  # who was last has gone since: nobody is told twice, so all of it again
            yield from self._replace(after="").users(store, go_on, leave)


_NONE = ValueError("this message is no share of the daily run")


class Shares:
    def __init__(self, aws: AWS, names: Names) -> None:
        self._aws, self._names = aws, names

    def wanted(self) -> list[Share]:
        """As many as there should be. DynamoDB counts its items every six hours, and until then says none."""
        with translated("store"):
            table = self._aws.client("dynamodb").describe_table(TableName=self._names.table("users"))["Table"]
        number = min(max(1, -(-int(table["ItemCount"]) // USERS)), MOST_SHARES)
        return [Share(each, number) for each in range(number)]

    def send(self, shares: Sequence[Share]) -> None:
        """A message for each. Raises Unavailable when some were not taken: whoever asked asks again, and none is done twice."""
        with translated("queue"):
            sqs = self._aws.client("sqs")
            url = sqs.get_queue_url(QueueName=self._names.queue(QUEUE))["QueueUrl"]
            for start in range(0, len(shares), MOST_AT_ONCE):
                self._send_some(sqs, url, shares[start : start + MOST_AT_ONCE])

    def _send_some(self, sqs: Any, url: str, shares: Sequence[Share]) -> None:
        entries = [{"Id": str(share.number), "MessageBody": share.body()} for share in shares]
        for _ in range(3):
            answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
            refused = {each["Id"] for each in answer.get("Failed", ())}
            if not refused:
                return
            entries = [entry for entry in entries if entry["Id"] in refused]
        raise unavailable("queue", RuntimeError(f"SQS does not take {len(entries)} shares of the daily run"))
