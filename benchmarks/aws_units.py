"""Units as AWS counts them, where DynamoDB Local does not.

To look for what is not there costs as much as the smallest item (Amazon DynamoDB Developer Guide, "Read and write operations"). The
engine says so of one item, and nothing of those in a batch and of a query that finds none.

DynamoDB Local counts a transaction once for each table, whatever it writes there. So what a write costs is worked out here, from
the items before and after it (the same chapter, and "Global secondary indexes"):

- a unit for each 1,024 bytes or part of the larger of both items; twice as much in a transaction;
- in each index nothing where its entry stays the same, one write where it is new, gone or different, two where its key changes.
"""

import math
from collections.abc import Iterator
from typing import Any

from aws_config.dynamodb.tables import ALL_TABLES, Index, Table
from aws_config.session import AWS
from tests.aws.dynamodb.meter import Meter, Sent

Item = dict[str, Any]
_SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


class WriteMeter(Meter):
    """Looks at every item before and after it is written, through a client of its own that nobody counts."""

    def __init__(self, aws: AWS, unseen: AWS) -> None:
        self._unseen = unseen.client("dynamodb")
        self._before: list[list[Item]] = []
        self._worked_out: list[float] = []
        super().__init__(aws)

    @property
    def write_units(self) -> float:
        return sum(self._worked_out)

    def start(self) -> "WriteMeter":
        self._worked_out.clear()
        super().start()
        return self

    def _ask(self, params: dict[str, Any], model: Any, **context: Any) -> dict[str, Any]:
        self._before.append([self._item(*write) for write in _writes(model.name, params)])
        return super()._ask(params, model, **context)

    def _note(self, parsed: dict[str, Any], model: Any, **context: Any) -> None:
        super()._note(parsed, model, **context)
        sent = self.sent[-1]
        self.sent[-1] = sent._replace(units=sent.units + not_there(sent, parsed))
        factor = 2 if model.name == "TransactWriteItems" else 1
        for write, before in zip(_writes(model.name, sent.arguments), self._before.pop(), strict=True):
            self._worked_out.append(cost(_table(write[0]), before, self._item(*write), factor))

    def _item(self, table: str, key: Item) -> Item:
        return dict(self._unseen.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {}))


def not_there(sent: Sent, parsed: dict[str, Any]) -> float:
    """Units that the engine leaves out of a read which found less than it looked for."""
    if sent.operation == "BatchGetItem":
        found = parsed["Responses"]
        return sum(
            _least(asked) * (len(asked["Keys"]) - len(found.get(table, ())))
            for table, asked in sent.arguments["RequestItems"].items()
        )
    return _least(sent.arguments) if sent.operation == "Query" and not sent.units else 0


def _least(arguments: dict[str, Any]) -> float:
    return 1 if arguments.get("ConsistentRead") else 0.5


def cost(table: Table, before: Item, after: Item, factor: int) -> float:
    """Units of one write. `factor` is 2 in a transaction; what an index takes is the same in both."""
    written = factor * units(max(size(before), size(after)))
    return written + sum(_index_cost(table, index, before, after) for index in table.indexes)


def _index_cost(table: Table, index: Index, before: Item, after: Item) -> int:
    old, new = _entry(table, index, before), _entry(table, index, after)
    if old == new:
        return 0
    if old and new and all(old.get(name) == new.get(name) for name in (index.hash, index.range)):
        return units(max(size(old), size(new)))
    return sum(units(size(entry)) for entry in (old, new) if entry)


def _entry(table: Table, index: Index, item: Item) -> Item:
    """What of an item is in the index; nothing of one that is not in it."""
    keys = [name for name in (index.hash, index.range) if name]
    if not all(name in item for name in keys):
        return {}
    if not index.keys_only:
        return item
    return {name: item[name] for name in (*keys, table.hash, table.range) if name}


def units(bytes_: int) -> int:
    return max(1, math.ceil(bytes_ / 1024))


def size(item: Item) -> int:
    """Bytes, as the guide's "item sizes and formats" counts them."""
    return sum(len(name.encode()) + _value_size(*next(iter(value.items()))) for name, value in item.items())


def _value_size(kind: str, value: Any) -> int:
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return math.ceil(len(value.strip("-").replace(".", "").strip("0")) / 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(text.encode()) for text in value)
        case "L":
            return 3 + sum(1 + _value_size(*next(iter(each.items()))) for each in value)
        case "M":
            return 3 + len(value) + size(value)
    raise ValueError(f"the planner keeps no {kind}")


def _writes(operation: str, arguments: dict[str, Any]) -> Iterator[tuple[str, Item]]:
    """Table and key of everything that a request writes."""
    if operation == "TransactWriteItems":
        for each in arguments["TransactItems"]:
            [(kind, write)] = each.items()
            yield write["TableName"], _key(kind, write)
    elif operation in _SINGLE:
        yield arguments["TableName"], _key(_SINGLE[operation], arguments)
    elif operation == "BatchWriteItem":
        raise ValueError("no action of a person's writes without a transaction")


def _key(kind: str, write: dict[str, Any]) -> Item:
    if kind != "Put":
        return dict(write["Key"])
    table = _table(write["TableName"])
    return {name: write["Item"][name] for name in (table.hash, table.range) if name}


def _table(name: str) -> Table:
    return next(table for table in ALL_TABLES if name.endswith(f"-{table.what}"))
