"""What requests to DynamoDB are sent and what they cost, seen from within botocore."""

from typing import Any, NamedTuple

from aws_config.session import AWS

_COUNTED = {
    "GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem",
}  # fmt: skip
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


class Sent(NamedTuple):
    operation: str
    arguments: dict[str, Any]
    units: float  # as DynamoDB says


class Meter:
    """Listens to a client; `sent` is what has been sent since `start`."""

    def __init__(self, aws: AWS) -> None:
        self.sent: list[Sent] = []
        self._arguments: list[dict[str, Any]] = []
        events = aws.client("dynamodb").meta.events
        events.register("provide-client-params.dynamodb", self._ask)
        events.register("after-call.dynamodb", self._note)

    def start(self) -> "Meter":
        self.sent.clear()
        return self

    @property
    def operations(self) -> list[str]:
        return [sent.operation for sent in self.sent]

    @property
    def read_units(self) -> float:
        return sum(sent.units for sent in self.sent if sent.operation not in _WRITES)

    @property
    def write_units(self) -> float:
        return sum(sent.units for sent in self.sent if sent.operation in _WRITES)

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        self._arguments.append(params)
        return params | ({"ReturnConsumedCapacity": "TOTAL"} if model.name in _COUNTED else {})

    def _note(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        consumed = consumed if isinstance(consumed, list) else [consumed]
        units = sum(each["CapacityUnits"] for each in consumed)
        self.sent.append(Sent(model.name, self._arguments.pop(), units))
