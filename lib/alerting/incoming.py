"""What the notification queue carries, as documented; also from whoever writes to it without having written a row."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from lib.alerting.kinds import ALL


class Incoming(NamedTuple):
    user_id: str
    notification_id: str  # empty where there is no row yet
    kind: str
    subject: str
    message: str
    timestamp: str

    @property
    def new_id(self) -> str:
        """The id of the row it gets: the same message, brought twice, gets the same."""
        return hashlib.sha256("\n".join(self).encode()).hexdigest()[:32]


def read(message: object) -> Incoming:
    """Raises ValueError for what is no such message: nobody can send it, however often it comes."""
    if not isinstance(message, Mapping):
        raise ValueError("a notification is an object")
    found = Incoming(
        _text(message, "user_id", 64),
        _text(message, "notification_id", 64, required=False),
        _text(message, "notification_type", 40, required=False),
        _text(message, "subject", 200, required=False),
        _text(message, "message", 2000, required=False),
        _text(message, "timestamp", 64, required=False),
    )
    if not found.notification_id and (found.kind not in ALL or not found.subject):
        raise ValueError("a notification without a row needs notification_type and subject")
    return found


def _text(message: Mapping[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    value = message.get(name) or ""
    if not isinstance(value, str) or len(value) > longest or (required and not value):
        raise ValueError(f"{name} is missing, too long, or no text")
    return value
