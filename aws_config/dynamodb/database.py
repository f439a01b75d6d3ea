"""Requests to DynamoDB: reading strongly consistent by key, in pages by index; writing one item, or several as one transaction.

boto3 repeats what was throttled or lost. What it cannot know is repeated here: a transaction that met another one.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from aws_config.config import Names
from aws_config.dynamodb.conflicts import CONFLICT, Refused, Tries, busy, was_cancelled
from aws_config.dynamodb.expressions import Condition, Terms, Write
from aws_config.dynamodb.tables import ALL_TABLES, Index, Table
from aws_config.dynamodb.values import Item, packed, unpacked
from aws_config.faults import code_of, translated
from aws_config.session import AWS

PATIENCE = 10  # seconds
_TURNS = 64
_GROWTH = 2  # what is not found soon is looked for in fewer, larger pages
_LARGE = 1_000  # items of a page that need not be larger: they come to 1 MB, where AWS ends an answer anyway
_AT_ONCE = {"read": 100, "write": 25}  # items a batch may have


@dataclass(frozen=True)
class Walked:
    """A page of an index: its items, where it ended (None at the end of all), and the read units it took."""

    items: list[Item]
    last: Item | None
    units: float


class Database:
    def __init__(self, aws: AWS, names: Names, patience: float = PATIENCE) -> None:
        """`patience`: seconds to go on trying while others write the same."""
        self._aws, self._names, self._patience = aws, names, patience
        self._turns: dict[tuple[int, int], Lock] = {}

    @property
    def client(self) -> Any:  # Any: boto3 brings no types
        return self._aws.client("dynamodb")

    def table(self, what: str) -> str:
        return self._names.table(what)

    def check(self) -> None:
        """Ask every table for something that is not there."""
        keys = {self.table(table.what): {"Keys": [packed(_nothing(table))]} for table in ALL_TABLES}
        with translated("store"):
            self.client.batch_get_item(RequestItems=keys)

    # Reading

    def get(self, what: str, key: Item) -> Item | None:
        with translated("store"):
            answer = self.client.get_item(TableName=self.table(what), Key=packed(key), ConsistentRead=True)
        return unpacked(answer["Item"]) if "Item" in answer else None

    def get_many(self, what: str, keys: Sequence[Item]) -> list[Item]:
        """Those that are there, in no order."""
        found: list[Item] = []
        for start in range(0, len(keys), _AT_ONCE["read"]):
            part = [packed(key) for key in keys[start : start + _AT_ONCE["read"]]]
            for tries in self._trying():
                with translated("store"):
                    answer = self.client.batch_get_item(
                        RequestItems={self.table(what): {"Keys": part, "ConsistentRead": True}}
                    )
                found += map(unpacked, answer["Responses"].get(self.table(what), []))
                part = answer["UnprocessedKeys"].get(self.table(what), {}).get("Keys", [])
                if not part:
                    break
                tries()
        return found

    def walk(
        self,
        what: str,
        where: Condition,
        *,
        index: Index | None = None,
        filtered: Condition | None = None,
        falling: bool = False,
        limit: int | None = None,
    ) -> Iterator[Walked]:
        """Pages of a query: strongly consistent on a table, as far as it has come on an index.

        `limit` is how many items the first page looks at, those that `filtered` leaves out among them; later ones at more.
        """
        terms = Terms()
        arguments: dict[str, Any] = {
            "TableName": self.table(what),
            "KeyConditionExpression": where(terms),
            "ScanIndexForward": not falling,
            "ReturnConsumedCapacity": "TOTAL",
        }
        arguments |= {"ConsistentRead": True} if index is None else {"IndexName": index.name}
        if filtered is not None:
            arguments["FilterExpression"] = filtered(terms)
        if limit is not None:
            arguments["Limit"] = limit
        yield from self._pages("query", arguments | terms.arguments)

    def scan(
        self,
        what: str,
        index: Index | None = None,
        *,
        segment: int = 0,
        segments: int = 1,
        after: Item | None = None,
    ) -> Iterator[Walked]:
        """Everything, or one of several segments of it, for maintenance: no request of a person's may come here.

        `after` is a key, in that segment, to go on behind.
        """
        arguments: dict[str, Any] = {"TableName": self.table(what), "ReturnConsumedCapacity": "TOTAL"}
        arguments |= {"Segment": segment, "TotalSegments": segments}
        arguments |= {"ConsistentRead": True} if index is None else {"IndexName": index.name}
        yield from self._pages("scan", arguments, after)

    def _pages(
        self, operation: str, arguments: dict[str, Any], after: Item | None = None
    ) -> Iterator[Walked]:
        start: dict[str, Any] = {"ExclusiveStartKey": packed(after)} if after else {}
        while True:
            with translated("store"):
                answer = getattr(self.client, operation)(**arguments, **start)
            last = answer.get("LastEvaluatedKey")
            units = answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
            yield Walked(
                [unpacked(item) for item in answer["Items"]], unpacked(last) if last else None, units
            )
            if not last:
                return
            start = {"ExclusiveStartKey": last}
            if arguments.get("Limit", _LARGE) < _LARGE:
                arguments = arguments | {"Limit": min(_GROWTH * arguments["Limit"], _LARGE)}

    # Writing

    @contextmanager
    def turn(self, of: str) -> Iterator[None]:
        """Our own threads that write what is one user's queue up here, rather than cancel each other's transactions."""
        lock = self._turns.setdefault((os.getpid(), hash(of) % _TURNS), Lock())
        if not lock.acquire(timeout=3 * self._patience):
            raise busy()
        try:
            yield
        finally:
            lock.release()

    def write(self, write: Write, returned: str = "NONE") -> Item:
        """One item. Gives what DynamoDB was asked to return of it ("ALL_NEW", say). Raises Refused."""
        arguments = {
            "TableName": self.table(write.what),
            "ReturnValues": returned,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        call = getattr(self.client, f"{write.kind.lower()}_item")
        for tries in self._trying():
            with translated("store"):
                try:
                    return unpacked(call(**arguments, **write.arguments).get("Attributes", {}))
                except ClientError as error:
                    if code_of(error) == "ConditionalCheckFailedException":
                        raise Refused([True], unpacked(error.response.get("Item", {})) or None) from error
                    if code_of(error) not in CONFLICT:
                        raise
            tries()
        raise AssertionError("tried without end")

    def transact(self, writes: Sequence[Write]) -> None:
        """All of up to 100 items or none. Raises Refused if a condition did not hold."""
        items = [{write.kind: {"TableName": self.table(write.what), **write.arguments}} for write in writes]
        token = uuid4().hex  # whatever is sent twice with it is done once
        for tries in self._trying():
            with translated("store"):
                try:
                    self.client.transact_write_items(TransactItems=items, ClientRequestToken=token)
                    return
                except ClientError as error:
                    if was_cancelled(error):
                        token = uuid4().hex
                    elif code_of(error) not in CONFLICT:
                        raise
            tries()

    def remove_all(self, what: str, keys: Sequence[Mapping[str, Any]]) -> None:
        """Delete whatever is under these keys; many at a time, which is no transaction."""
        for start in range(0, len(keys), _AT_ONCE["write"]):
            part = [
                {"DeleteRequest": {"Key": packed(key)}} for key in keys[start : start + _AT_ONCE["write"]]
            ]
            for tries in self._trying():
                with translated("store"):
                    answer = self.client.batch_write_item(RequestItems={self.table(what): part})
                part = answer["UnprocessedItems"].get(self.table(what), [])
                if not part:
                    break
                tries()

    def _trying(self) -> Iterator[Tries]:
        tries = Tries(self._patience)
        while True:
            yield tries


def _nothing(table: Table) -> Item:
    return {name: "-" for name in (table.hash, table.range) if name}
