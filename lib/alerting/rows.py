"""Changing a notification that others change too."""

from collections.abc import Callable
from dataclasses import replace

from lib.errors import Changed
from lib.ports import Store
from lib.records import Delivery, Notification


def change(
    store: Store, row: Notification, new_of: Callable[[Notification], Notification | None]
) -> Notification | None:
    """Save what `new_of` makes of the row as it is by then. None where that is nothing new, or the row is gone."""
    for _ in range(8):
        new = new_of(row)
        if new is None or new == row:
            return None
        try:
            return store.save_notification(new)
        except Changed:
            found = store.get_notification(row.user_id, row.notification_id)
            if found is None:
                return None
            row = found
    raise Changed


def way_of(row: Notification, channel: str) -> Delivery:
    return next(way for way in row.deliveries if way.channel == channel)


def with_way(row: Notification, new: Delivery | None) -> Notification | None:
    """The row with one delivery changed."""
    if new is None:
        return None
    return replace(
        row, deliveries=tuple(new if way.channel == new.channel else way for way in row.deliveries)
    )
