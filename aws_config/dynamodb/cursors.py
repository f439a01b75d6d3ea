"""Where the next page of a list starts, as text that people may keep in a link."""

import base64
import hashlib
import json

from aws_config.dynamodb.values import LONGEST_SORT, can_be_key
from lib.errors import Invalid

_LONGEST_CURSOR = 1000  # ours are far below


def to_cursor(place: str, filters: object) -> str:
    """`place` is the sort attribute of the last item that was looked at, `filters` whatever says which list it was."""
    return base64.urlsafe_b64encode(json.dumps([_digest(filters), place]).encode()).decode()


def from_cursor(cursor: str, filters: object) -> str:
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise ValueError
        digest, place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if digest != _digest(filters) or not isinstance(place, str) or not can_be_key(place, LONGEST_SORT):
            raise ValueError
    except (ValueError, TypeError):
        raise Invalid("This list has changed. Start again at its first page.", "cursor") from None
    return place


def _digest(filters: object) -> str:
    return hashlib.sha256(repr(filters).encode()).hexdigest()[:12]
