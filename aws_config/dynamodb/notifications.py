"""Notifications: each is put once with the user's count of what is unread, and in the index of what is due while it is.

DynamoDB deletes what has expired some time later; until then we look away.
"""

import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.cursors import from_cursor, to_cursor
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import Write, absent, all_of, any_of, compare, present, put, update
from aws_config.dynamodb.recents import NOTIFICATIONS, Recents
from aws_config.dynamodb.tables import BY_TIME, DUE
from aws_config.dynamodb.user_items import unread_before, unread_until
from aws_config.dynamodb.values import (
    Item,
    can_be_key,
    from_stamp,
    json_text,
    kept,
    optional_stamp,
    own_key,
    seconds,
    stamp,
)
from lib.errors import Changed
from lib.ports import BATCH
from lib.records import Delivery, Notification, NotificationPage

SHARDS = ("0", "1", "2", "3")  # so that what everyone has due is not in one partition
_AFTER = "~"  # sorts after what follows a moment in an index


class NotificationTable:
    _database: Database
    _recents: Recents
    _now: Callable[[], datetime]

    def add_notification(self, notification: Notification) -> bool:
        user_id, id, now = notification.user_id, notification.notification_id, self._now()
        if self.get_notification(user_id, id) is not None:  # most are: a read is cheaper than a refusal
            return False
        counted = notification.unread and notification.expires_at > now
        touch = self._recents.touch(
            user_id,
            NOTIFICATIONS,
            [id],
            counts={unread_until(notification.expires_at): 1} if counted else {},
            remove=unread_before(now),
        )
        free = any_of(absent("notification_id"), compare("expires", "<=", stamp(now)))
        try:
            self._noted(
                user_id, [touch, put("notifications", _to_item(replace(notification, version=1)), free)]
            )
        except Refused:
            return False
        return True

    def get_notification(self, user_id: str, notification_id: str) -> Notification | None:
        key = own_key(user_id, notification_id)
        item = self._database.get("notifications", {"notification_id": key}) if can_be_key(key) else None
        return None if item is None or not self._is_there(item) else _to_notification(item)

    def save_notification(self, notification: Notification) -> Notification:
        saved = replace(notification, version=notification.version + 1)
        outcome = _outcome(saved)
        filled = kept(outcome)
        read = compare("version", "=", notification.version)
        write = update(
            "notifications",
            {"notification_id": own_key(saved.user_id, saved.notification_id)},
            assign=filled,
            remove=[name for name in outcome if name not in filled],
            condition=all_of(read, compare("expires", ">", stamp(self._now()))),
        )
        touch = self._recents.touch(saved.user_id, NOTIFICATIONS, [saved.notification_id])
        try:
            self._noted(saved.user_id, [touch, write])
        except Refused as refused:
            raise Changed from refused
        return saved

    def list_notifications(self, user_id: str, cursor: str = "", limit: int = 50) -> NotificationPage:
        after = from_cursor(cursor, NOTIFICATIONS) if cursor else _AFTER
        if not can_be_key(user_id):
            return NotificationPage([], "")
        lately = self._recents.items(user_id, NOTIFICATIONS)
        found, edge = self._page(user_id, after, limit, lately)
        found += [item for item in lately.values() if item and edge < item["created_at"] < after]
        found = sorted(filter(self._is_there, found), key=_place, reverse=True)
        more = to_cursor(_place(found[limit - 1]), NOTIFICATIONS) if len(found) > limit else ""
        return NotificationPage([_to_notification(item) for item in found[:limit]], more)

    def read_notifications(self, user_id: str, notification_ids: Sequence[str]) -> int:
        if len(notification_ids) > BATCH:
            raise ValueError(f"up to {BATCH} at a time")
        keys = dict.fromkeys(own_key(user_id, id) for id in notification_ids)
        asked = [{"notification_id": key} for key in keys if can_be_key(key)]
        while unread := self._unread(asked):
            ends = Counter(unread_until(from_stamp(item["expires"])) for item in unread)
            counts = {name: -count for name, count in ends.items()}
            touch = self._recents.touch(user_id, NOTIFICATIONS, list(map(_id, unread)), counts=counts)
            try:
                self._noted(user_id, [touch, *map(_read, unread)])
            except Refused as refused:
                if refused.failed[0]:
                    return 0
            else:
                return len(unread)  # else someone else read one of them meanwhile
        return 0

    def due_notifications(self, at: datetime, limit: int = 100) -> list[tuple[str, str]]:
        found = [item for shard in SHARDS for item in self._due(shard, at, limit)]
        found.sort(key=lambda item: (_moment(item["due_at"]), item["notification_id"]))
        return [(str(item["notification_id"]).partition("/")[0], _id(item)) for item in found[:limit]]

    def _noted(self, user_id: str, writes: list[Write]) -> None:
        with self._database.turn(user_id):
            self._database.transact(writes)
        self._recents.forget(user_id, NOTIFICATIONS)

    def _page(
        self, user_id: str, after: str, limit: int, lately: dict[str, Item | None]
    ) -> tuple[list[Item], str]:
        """More than fill a page, if there are, of those not written lately; and how far the index was looked at."""
        found: list[Item] = []
        where = all_of(compare("user_id", "=", user_id), compare(BY_TIME.range, "<", after))
        at_once = limit + 1 + len(lately)
        for page in self._database.walk("notifications", where, index=BY_TIME, falling=True, limit=at_once):
            found += [item for item in page.items if _id(item) not in lately and self._is_there(item)]
            if len(found) > limit:
                return found, "" if page.last is None else str(page.last[BY_TIME.range])
        return found, ""

    def _unread(self, keys: list[Item]) -> list[Item]:
        found = self._database.get_many("notifications", keys)
        return [item for item in found if "unread" in item and self._is_there(item)]

    def _due(self, shard: str, at: datetime, limit: int) -> list[Item]:
        found: list[Item] = []
        where = all_of(compare(DUE.hash, "=", shard), compare(DUE.range, "<", stamp(at) + _AFTER))
        now = stamp(self._now())
        for page in self._database.walk("notifications", where, index=DUE, limit=limit):
            found += [item for item in page.items if str(item["due_at"]).partition("#")[2] > now]
            if len(found) >= limit:
                break
        return found

    def _is_there(self, item: Item) -> bool:
        return str(item["expires"]) > stamp(self._now())


def _read(item: Item) -> Write:
    key = {"notification_id": item["notification_id"]}
    return update("notifications", key, remove=["unread"], condition=present("unread"))


def _id(item: Item) -> str:
    return str(item["notification_id"]).partition("/")[2]


def _place(item: Item) -> str:
    return str(item["created_at"])


def _moment(place: str) -> str:
    return place.partition("#")[0]


def _to_item(notification: Notification) -> Item:
    created = f"{stamp(notification.created_at)}#{notification.notification_id}"  # no two places are the same
    return kept(
        {
            "notification_id": own_key(notification.user_id, notification.notification_id),
            "user_id": notification.user_id,
            "kind": notification.kind,
            "subject": notification.subject,
            "message": notification.message,
            "created_at": created,
            "expires": stamp(notification.expires_at),  # exact; DynamoDB's own is in whole seconds
            "expires_at": seconds(notification.expires_at),
            "data": json_text(dict(notification.data)) if notification.data else "",
            "unread": notification.unread,
        }
        | _outcome(notification)
    )


def _outcome(notification: Notification) -> Item:
    """What `save_notification` changes."""
    due, end = notification.due_at, stamp(notification.expires_at)
    shard = SHARDS[zlib.crc32(notification.notification_id.encode()) % len(SHARDS)]
    rows = [_row(each) for each in notification.deliveries]
    return {
        "deliveries": json_text(rows) if rows else "",
        DUE.hash: shard if due else "",
        DUE.range: f"{stamp(due)}#{end}"
        if due
        else "",  # its end beside it, so that nobody has to look it up
        "note": notification.note,
        "version": notification.version,
    }


def _row(delivery: Delivery) -> list[Any]:
    due = optional_stamp(delivery.due_at)
    return [delivery.channel, delivery.status, stamp(delivery.at), due, delivery.tries, delivery.reason]


def _to_notification(item: Item) -> Notification:
    return Notification(
        item["user_id"],
        _id(item),
        item["kind"],
        item["subject"],
        item.get("message", ""),
        from_stamp(_moment(item["created_at"])),
        from_stamp(item["expires"]),
        json.loads(item.get("data", "{}")),
        tuple(_delivery(*row) for row in json.loads(item.get("deliveries", "[]"))),
        item.get("unread", False),
        item.get("note", ""),
        int(item["version"]),
    )


def _delivery(channel: str, status: str, at: str, due_at: str, tries: int, reason: str) -> Delivery:
    due = from_stamp(due_at) if due_at else None
    return Delivery(channel, status, from_stamp(at), due, tries, reason)
