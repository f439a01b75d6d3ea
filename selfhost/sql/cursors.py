"""Where the next page of a list starts, as text that people may keep in a link."""

import base64
import hashlib
import json
from typing import Any

from lib.errors import Invalid
from lib.records import Expense, Filters
from selfhost.sql.rows import to_stamp, to_units

_LONGEST_CURSOR = 1000  # ours are far below


def to_cursor(last: Expense, filters: Filters, order: str) -> str:
    at: Any = {
        "newest": last.spent_on.isoformat(),
        "oldest": last.spent_on.isoformat(),
        "removed": last.removed_at and to_stamp(last.removed_at),
    }.get(order, to_units(last.amount))
    return written([_digest(filters), at, to_stamp(last.created_at), last.expense_id])


def from_cursor(cursor: str, filters: Filters, order: str) -> dict[str, Any]:
    digest, *place = read(cursor, str, str if order in ("newest", "oldest") else int, int, str)
    if digest != _digest(filters):
        raise _stale()
    return dict(zip(("at", "at_created", "at_id"), place, strict=True))


def written(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def read(cursor: str, *kinds: type) -> list[Any]:
    """What was written, if it is values of these kinds. Raises Invalid."""
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise ValueError
        values = list(json.loads(base64.urlsafe_b64decode(cursor.encode())))
        if [type(value) for value in values] != list(kinds) or not all(map(_fits, values)):
            raise ValueError
    except (ValueError, TypeError):
        raise _stale() from None
    return values


def _stale() -> Invalid:
    return Invalid("This list has changed. Start again at its first page.", "cursor")


def _fits(value: int | str) -> bool:
    """Whether a database can be asked for it."""
    return "\0" not in value if isinstance(value, str) else -(2**63) <= value < 2**63


def _digest(filters: Filters) -> str:
    return hashlib.sha256(repr(filters).encode()).hexdigest()[:12]
