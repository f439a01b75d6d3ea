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
    text = json.dumps([_digest(filters), at, to_stamp(last.created_at), last.expense_id])
    return base64.urlsafe_b64encode(text.encode()).decode()


def from_cursor(cursor: str, filters: Filters, order: str) -> dict[str, Any]:
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise ValueError
        digest, *place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        kinds = [str if order in ("newest", "oldest") else int, int, str]
        if digest != _digest(filters) or [type(value) for value in place] != kinds:
            raise ValueError
        if not all(_fits(value) for value in place):
            raise ValueError
    except (ValueError, TypeError):
        raise Invalid("This list has changed. Start again at its first page.", "cursor") from None
    return dict(zip(("at", "at_created", "at_id"), place, strict=True))


def _fits(value: int | str) -> bool:
    """Whether a database can be asked for it."""
    return "\0" not in value if isinstance(value, str) else -(2**63) <= value < 2**63


def _digest(filters: Filters) -> str:
    return hashlib.sha256(repr(filters).encode()).hexdigest()[:12]
