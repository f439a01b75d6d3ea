"""Notifications: a row exists once, counts as unread until it is read, and is found while a delivery is due."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from lib.errors import Changed
from lib.ports import BATCH
from lib.records import Delivery, Notification, NotificationPage
from selfhost.sql import cursors
from selfhost.sql.engine import Database
from selfhost.sql.rows import from_stamp, to_stamp
from selfhost.sql.tables import notifications
from selfhost.sql.users import count_unread, hold, touch

_OWN = notifications.c.user_id == bindparam("owner")
_ID = notifications.c.notification_id == bindparam("of_id")
_ALIVE = notifications.c.expires_at > bindparam("now")
_EXPIRED = notifications.c.expires_at <= bindparam("now")

_GET = select(notifications).where(_OWN, _ID, _ALIVE)
_PLACE = (notifications.c.created_at, notifications.c.notification_id)
_LIST = (
    select(notifications)
    .where(_OWN, _ALIVE)
    .order_by(*(column.desc() for column in _PLACE))
    .limit(bindparam("limit"))
)
_further: Any = tuple_(*_PLACE) < tuple_(bindparam("at_created"), bindparam("at_id"))
_LIST_ON = _LIST.where(_further)
_DUE = (
    select(notifications.c.user_id, notifications.c.notification_id)
    .where(notifications.c.due_at <= bindparam("at"), _ALIVE)
    .order_by(notifications.c.due_at, notifications.c.user_id, notifications.c.notification_id)
    .limit(bindparam("limit"))
)
_ADD = insert(notifications)
_SAVE = update(notifications).where(_OWN, _ID, _ALIVE, notifications.c.version == bindparam("read"))
_READ = (
    update(notifications)
    .where(
        _OWN,
        notifications.c.notification_id.in_(bindparam("ids", expanding=True)),
        notifications.c.unread,
        _ALIVE,
    )
    .values(unread=False)
)
_WITH_EXPIRED = select(notifications.c.user_id).where(_EXPIRED)
_PURGE = delete(notifications).where(_OWN, _EXPIRED).returning(notifications.c.unread)
_MAKE_ROOM = _PURGE.where(_ID)


class NotificationTable:
    _database: Database
    _now: Callable[[], datetime]

    def add_notification(self, notification: Notification) -> bool:
        user_id, added = notification.user_id, replace(notification, version=1)
        key = self._one(user_id, notification.notification_id)
        with self._database.read() as connection:  # most are there: then nobody waits for anybody
            if connection.execute(_GET, key).first() is not None:
                return False
        with self._database.write() as connection:
            if not hold(connection, user_id) or connection.execute(_GET, key).first() is not None:
                return False
            expired = connection.scalars(_MAKE_ROOM, key).all()
            connection.execute(_ADD, _values(added))
            count_unread(connection, user_id, added.unread - sum(expired))
        return True

    def get_notification(self, user_id: str, notification_id: str) -> Notification | None:
        with self._database.read() as connection:
            row = connection.execute(_GET, self._one(user_id, notification_id)).first()
        return None if row is None else _notification(row)

    def save_notification(self, notification: Notification) -> Notification:
        saved = replace(notification, version=notification.version + 1)
        key = self._one(notification.user_id, notification.notification_id)
        with self._database.write() as connection:
            touch(connection, notification.user_id)
            if not connection.execute(_SAVE, _outcome(saved) | key | {"read": notification.version}).rowcount:
                raise Changed
        return saved

    def list_notifications(self, user_id: str, cursor: str = "", limit: int = 50) -> NotificationPage:
        values = {"owner": user_id, "now": to_stamp(self._now()), "limit": limit + 1}
        if cursor:
            values |= dict(zip(("at_created", "at_id"), cursors.read(cursor, int, str), strict=True))
        with self._database.read() as connection:
            rows = connection.execute(_LIST_ON if cursor else _LIST, values).all()
        page = [_notification(row) for row in rows[:limit]]
        last = [rows[limit - 1].created_at, rows[limit - 1].notification_id] if len(rows) > limit else None
        return NotificationPage(page, cursors.written(last) if last else "")

    def read_notifications(self, user_id: str, notification_ids: Sequence[str]) -> int:
        if len(notification_ids) > BATCH:
            raise ValueError(f"up to {BATCH} at a time")
        values = {"owner": user_id, "ids": list(notification_ids), "now": to_stamp(self._now())}
        with self._database.write() as connection:
            if not hold(connection, user_id):
                return 0
            read = connection.execute(_READ, values).rowcount
            if read:
                count_unread(connection, user_id, -read)
        return read

    def due_notifications(self, at: datetime, limit: int = 100) -> list[tuple[str, str]]:
        values = {"at": to_stamp(at), "now": to_stamp(self._now()), "limit": limit}
        with self._database.read() as connection:
            return [(user_id, id) for user_id, id in connection.execute(_DUE, values)]

    def _one(self, user_id: str, notification_id: str) -> dict[str, Any]:
        return {"owner": user_id, "of_id": notification_id, "now": to_stamp(self._now())}


def purge_notifications(connection: Connection, now: int) -> int:
    """Delete what has expired, which then is unread no more. Returns how many."""
    count = 0
    # Everyone who locks several users does so in this order.
    for user_id in sorted(set(connection.scalars(_WITH_EXPIRED, {"now": now}))):
        if hold(connection, user_id):
            purged = connection.scalars(_PURGE, {"owner": user_id, "now": now}).all()
            count_unread(connection, user_id, -sum(purged))
            count += len(purged)
    return count


def _values(notification: Notification) -> dict[str, Any]:
    return _outcome(notification) | {
        "user_id": notification.user_id,
        "notification_id": notification.notification_id,
        "kind": notification.kind,
        "subject": notification.subject,
        "message": notification.message,
        "created_at": to_stamp(notification.created_at),
        "expires_at": to_stamp(notification.expires_at),
        "data": json.dumps(dict(notification.data), separators=(",", ":"), allow_nan=False),
        "unread": notification.unread,
    }


def _outcome(notification: Notification) -> dict[str, Any]:
    """What `save_notification` changes."""
    return {
        "deliveries": json.dumps([_row(each) for each in notification.deliveries], separators=(",", ":")),
        "due_at": _optional(notification.due_at),
        "note": notification.note,
        "version": notification.version,
    }


def _row(delivery: Delivery) -> list[Any]:
    due_at = _optional(delivery.due_at)
    return [delivery.channel, delivery.status, to_stamp(delivery.at), due_at, delivery.tries, delivery.reason]


def _optional(moment: datetime | None) -> int | None:
    return None if moment is None else to_stamp(moment)


def _notification(row: Any) -> Notification:
    return Notification(
        row.user_id,
        row.notification_id,
        row.kind,
        row.subject,
        row.message,
        from_stamp(row.created_at),
        from_stamp(row.expires_at),
        json.loads(row.data),
        tuple(_delivery(*each) for each in json.loads(row.deliveries)),
        row.unread,
        row.note,
        row.version,
    )


def _delivery(channel: str, status: str, at: int, due_at: int | None, tries: int, reason: str) -> Delivery:
    due = None if due_at is None else from_stamp(due_at)
    return Delivery(channel, status, from_stamp(at), due, tries, reason)
