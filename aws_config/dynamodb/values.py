"""Python's values as DynamoDB's, and back. An item here is a plain dictionary; what is empty is not kept.

Money is a Number, exact to 38 digits. A moment is text such as "2026-11-21T12:00:00.000000Z", which sorts as time does.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from lib.errors import TooLarge
from lib.money import smallest

Item = dict[str, Any]

LARGEST_ITEM = 400 * 1024  # bytes, DynamoDB's bound
LONGEST_HASH, LONGEST_SORT = 2048, 1024  # bytes of a key
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXACT = Context(prec=60)
_WORDY = 600  # bytes of one part of a key that are kept as they are


def packed(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: pack(value) for name, value in item.items()}


def pack(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case Decimal():
            return {"N": format(value, "f")}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case tuple() | list():
            return {"L": [pack(each) for each in value]}
        case dict():
            return {"M": packed(value)}
    raise TypeError(f"{type(value).__name__} is nothing we keep")


def unpacked(item: Mapping[str, Mapping[str, Any]]) -> Item:
    return {name: _unpack(value) for name, value in item.items()}


def _unpack(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return Decimal(content)
        case "SS":
            return set(content)
        case "L":
            return [_unpack(each) for each in content]
        case "M":
            return unpacked(content)
    return content


def kept(item: Mapping[str, Any]) -> Item:
    """`item` without what is empty. Raises TooLarge where DynamoDB would refuse it."""
    full = {name: value for name, value in item.items() if not _is_empty(value)}
    if size_of(full) > LARGEST_ITEM:
        raise TooLarge("This is more than can be kept in one piece. Make it shorter, or split it.")
    return full


def _is_empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple) and not value)


def size_of(item: Mapping[str, Any]) -> int:
    """Bytes of an item, no less than DynamoDB counts."""
    return sum(_bytes(name) + _size(value) for name, value in item.items())


def _size(value: Any) -> int:
    match value:
        case str():
            return _bytes(value)
        case tuple() | list() | set() | frozenset():
            return 3 + sum(1 + _size(each) for each in value)
        case dict():
            return 3 + sum(1 + _bytes(name) + _size(each) for name, each in value.items())
    return 21  # the longest number


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def json_text(data: Any) -> str:
    """JSON, in as few bytes as it can be; what is no text at all is written as JSON's escapes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text if can_be_key(text, len(text) * 4) else json.dumps(data, separators=(",", ":"), allow_nan=False)
    )


def seconds(moment: datetime) -> int:
    """Since 1970, the first whole one that is not before."""
    return -((_EPOCH - moment) // timedelta(seconds=1))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_stamp(text: str) -> datetime:
    return datetime.fromisoformat(text)


def optional_stamp(moment: datetime | None) -> str:
    return "" if moment is None else stamp(moment)


def money(value: Decimal, currency: str) -> Decimal:
    """An amount as it was before DynamoDB took its closing zeros."""
    return value.quantize(smallest(currency), context=_EXACT)


def own_key(user_id: str, id: str) -> str:
    """The key of what is one user's: the look-up itself is the owner check, and two users' equal ids do not meet."""
    if "/" in user_id:
        raise ValueError("a user's id has no slash")
    return f"{user_id}/{id}"


def can_be_key(text: str, longest: int = LONGEST_HASH) -> bool:
    """Whether DynamoDB can be asked for it; under what cannot be there is nothing."""
    try:
        return 0 < len(text.encode()) <= longest
    except UnicodeEncodeError:  # a lone surrogate
        return False


def short(text: str) -> str:
    """`text` where it fits into a key beside others, else what stands for it."""
    raw = text.encode(errors="surrogatepass")
    return text if len(raw) <= _WORDY else f"{text[:40]}…{hashlib.sha256(raw).hexdigest()}"
