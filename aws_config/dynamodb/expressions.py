"""Requests put together: every attribute's name and every value stands behind a placeholder.

DynamoDB reserves hundreds of words (`date`, `status`, `name` …) and refuses a request with a placeholder that is not used:
both follow from asking `Terms` for each one where it is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_config.dynamodb.values import Item, pack, packed, size_of


class Terms:
    """The placeholders of one request."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: list[Any] = []

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#{len(self._names)}")

    def value(self, value: Any) -> str:
        self._values.append(value)
        return f":{len(self._values) - 1}"

    @property
    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._names:
            found["ExpressionAttributeNames"] = {short: name for name, short in self._names.items()}
        if self._values:
            found["ExpressionAttributeValues"] = {f":{n}": pack(v) for n, v in enumerate(self._values)}
        return found


Condition = Callable[[Terms], str]


def absent(attribute: str) -> Condition:
    return lambda terms: f"attribute_not_exists({terms.name(attribute)})"


def present(attribute: str) -> Condition:
    return lambda terms: f"attribute_exists({terms.name(attribute)})"


def compare(attribute: str, sign: str, value: Any) -> Condition:
    return lambda terms: f"{terms.name(attribute)} {sign} {terms.value(value)}"


def between(attribute: str, low: Any, high: Any) -> Condition:
    return lambda terms: f"{terms.name(attribute)} BETWEEN {terms.value(low)} AND {terms.value(high)}"


def begins(attribute: str, text: str) -> Condition:
    return lambda terms: f"begins_with({terms.name(attribute)}, {terms.value(text)})"


def contains(attribute: str, value: Any) -> Condition:
    return lambda terms: f"contains({terms.name(attribute)}, {terms.value(value)})"


def one_of(attribute: str, values: Iterable[Any]) -> Condition:
    """For up to 100 values."""
    return lambda terms: f"{terms.name(attribute)} IN ({', '.join(terms.value(value) for value in values)})"


def all_of(*conditions: Condition) -> Condition:
    return lambda terms: " AND ".join(f"({condition(terms)})" for condition in conditions)


def any_of(*conditions: Condition) -> Condition:
    return lambda terms: " OR ".join(f"({condition(terms)})" for condition in conditions)


@dataclass(frozen=True)
class Write:
    """One item's part of a transaction, or a request of its own."""

    kind: str  # Put, Update or Delete
    what: str  # the table
    arguments: dict[str, Any]
    size: int = 0


def put(what: str, item: Item, condition: Condition | None = None) -> Write:
    return Write("Put", what, {"Item": packed(item)} | _conditional(condition), size_of(item))


def delete(what: str, key: Item, condition: Condition | None = None) -> Write:
    return Write("Delete", what, {"Key": packed(key)} | _conditional(condition))


def _conditional(condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    terms = Terms()
    return {"ConditionExpression": condition(terms)} | terms.arguments


def update(
    what: str,
    key: Item,
    *,
    assign: Mapping[str, Any] | None = None,
    add: Mapping[str, Any] | None = None,
    remove: Iterable[str] = (),
    condition: Condition | None = None,
) -> Write:
    """Set, add to and remove attributes; an item that is not there comes to be unless `condition` is against it."""
    terms = Terms()
    clauses = {
        "SET": [f"{terms.name(name)} = {terms.value(value)}" for name, value in (assign or {}).items()],
        "ADD": [f"{terms.name(name)} {terms.value(value)}" for name, value in (add or {}).items()],
        "REMOVE": [terms.name(name) for name in remove],
    }
    expression = " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts)
    arguments = {"Key": packed(key), "UpdateExpression": expression}
    if condition is not None:
        arguments["ConditionExpression"] = condition(terms)
    return Write("Update", what, arguments | terms.arguments, size_of({**(assign or {}), **(add or {})}))
