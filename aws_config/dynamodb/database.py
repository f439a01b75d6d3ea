"""Requests to DynamoDB: reading strongly consistent by key, in pages by index; writing one item, or several as one transaction.

boto3 repeats what was throttled or lost. What it cannot know is repeated here: a transaction that met another one.
"""

import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, NoReturn
from uuid import uuid4

from botocore.exceptions import ClientError

from aws_config.config import Names
from aws_config.dynamodb.expressions import Condition, Terms, Write
from aws_config.dynamodb.tables import ALL_TABLES, Index, Table
from aws_config.dynamodb.values import Item, packed, unpacked
from aws_config.faults import code_of, translated
from aws_config.session import AWS
from lib.errors import Invalid, Unavailable

PATIENCE = 10  # seconds to go on trying while others write the same
_PAUSES = (0.01, 0.6)  # seconds, the first and the longest, of which a part by chance
_TURNS = 64
_AT_ONCE = {"read": 100, "write": 25}  # items a batch may have
_CONFLICT = frozenset(
    {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
)
_BUSY = _CONFLICT | {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"}
_UNFIT = frozenset({"ValidationError", "ItemCollectionSizeLimitExceeded"})


class Refused(Exception):
    """A condition did not hold, so nothing was written."""

    def __init__(self, failed: Sequence[bool], items: Sequence[Item | None]) -> None:
        """For each write whether it was refused, and what is there instead as far as it was said."""
        super().__init__("a condition did not hold")
        self.failed, self.items = failed, items


@dataclass(frozen=True)
class Walked:
    """A page of an index: its items, where it ended (None at the end of all), and the read units it took."""

    items: list[Item]
    last: Item | None
    units: float


class Database:
    def __init__(self, aws: AWS, names: Names) -> None:
        self._aws, self._names = aws, names
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
            for tries in _trying():
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

        `limit` is how many items each page looks at; those that `filtered` leaves out are among them.
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

    def scan(self, what: str, index: Index | None = None) -> Iterator[Walked]:
        """Everything, for maintenance: no request of a person's may come here."""
        arguments: dict[str, Any] = {"TableName": self.table(what), "ReturnConsumedCapacity": "TOTAL"}
        arguments |= {"ConsistentRead": True} if index is None else {"IndexName": index.name}
        yield from self._pages("scan", arguments)

    def _pages(self, operation: str, arguments: dict[str, Any]) -> Iterator[Walked]:
        start: dict[str, Any] = {}
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

    # Writing

    @contextmanager
    def turn(self, of: str) -> Iterator[None]:
        """Our own threads that write what is one user's queue up here, rather than cancel each other's transactions."""
        lock = self._turns.setdefault((os.getpid(), hash(of) % _TURNS), Lock())
        if not lock.acquire(timeout=3 * PATIENCE):
            raise _busy()
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
        for tries in _trying():
            with translated("store"):
                try:
                    return unpacked(call(**arguments, **write.arguments).get("Attributes", {}))
                except ClientError as error:
                    if code_of(error) == "ConditionalCheckFailedException":
                        raise Refused([True], [unpacked(error.response.get("Item", {})) or None]) from error
                    if code_of(error) not in _CONFLICT:
                        raise
            tries()
        raise AssertionError("tried without end")

    def transact(self, writes: Sequence[Write]) -> None:
        """All of up to 100 items or none. Raises Refused if a condition did not hold."""
        items = [
            {
                write.kind: {
                    "TableName": self.table(write.what),
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    **write.arguments,
                }
            }
            for write in writes
        ]
        token = uuid4().hex  # whatever is sent twice with it is done once
        for tries in _trying():
            with translated("store"):
                try:
                    self.client.transact_write_items(TransactItems=items, ClientRequestToken=token)
                    return
                except ClientError as error:
                    if _was_cancelled(error):
                        token = uuid4().hex
                    elif code_of(error) not in _CONFLICT:
                        raise
            tries()

    def remove_all(self, what: str, keys: Sequence[Mapping[str, Any]]) -> None:
        """Delete whatever is under these keys; many at a time, which is no transaction."""
        for start in range(0, len(keys), _AT_ONCE["write"]):
            part = [
                {"DeleteRequest": {"Key": packed(key)}} for key in keys[start : start + _AT_ONCE["write"]]
            ]
            for tries in _trying():
                with translated("store"):
                    answer = self.client.batch_write_item(RequestItems={self.table(what): part})
                part = answer["UnprocessedItems"].get(self.table(what), [])
                if not part:
                    break
                tries()


def _nothing(table: Table) -> Item:
    return {name: "-" for name in (table.hash, table.range) if name}


class _Tries:
    """Waits between tries, a little longer each time and by chance, and gives up after PATIENCE."""

    def __init__(self) -> None:
        self._give_up = time.monotonic() + PATIENCE
        self._pause = _PAUSES[0]

    def __call__(self) -> None:
        if time.monotonic() > self._give_up:
            raise _busy()
        time.sleep(random.uniform(self._pause / 2, self._pause))  # noqa: S311  # no secret
        self._pause = min(2 * self._pause, _PAUSES[1])


def _trying() -> Iterator[_Tries]:
    tries = _Tries()
    while True:
        yield tries


def _was_cancelled(error: ClientError) -> bool:
    """Whether DynamoDB undid the transaction because of another one, or too many. Raises what another try cannot change."""
    if code_of(error) != "TransactionCanceledException":
        return False
    reasons = error.response["CancellationReasons"]
    codes = [reason.get("Code", "None") for reason in reasons]
    failed = [code == "ConditionalCheckFailed" for code in codes]
    if any(failed):
        raise Refused(
            failed, [unpacked(reason["Item"]) if reason.get("Item") else None for reason in reasons]
        ) from error
    if _UNFIT & set(codes):
        raise Invalid("These amounts are larger than can be added up.", "amount") from error
    if not set(codes) - {"None"} <= _BUSY:
        _unknown(error)
    return True


def _unknown(error: ClientError) -> NoReturn:
    raise error


def _busy() -> Unavailable:
    return Unavailable(
        "The planner is busy saving other things. Nothing of this was saved; try again in a moment.",
        part="store",
    )
