"""Short ways to look at notifications in a store."""

from datetime import timedelta
from typing import Any

from lib.ports import Store
from lib.records import Notification
from tests.contract.samples import notification

ME = "id-of-alice"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def unread(store: Store, user_id: str = ME) -> int:
    """As every page has it: with the user."""
    return store.get_user(user_id).unread


def kept(store: Store, id: str = "n1") -> Notification:
    return store.get_notification(ME, id)


def listed(store: Store, user_id: str = ME, limit: int = 50) -> list[str]:
    ids, cursor = [], ""
    while True:
        page = store.list_notifications(user_id, cursor, limit)
        assert len(page.items) <= limit
        ids += [each.notification_id for each in page.items]
        if not (cursor := page.cursor):
            return ids


def add(store: Store, *ids: str, **changes: Any) -> None:
    for id in ids:
        assert store.add_notification(notification(id, **changes)) is True
