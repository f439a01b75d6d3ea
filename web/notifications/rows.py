"""Messages as the history shows them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from lib.alerting import kinds
from lib.periods import zone
from lib.records import Delivery, Notification, User
from lib.writing.formats import long_day
from web.auth import local_address
from web.context import today
from web.notifications.ways import NAMES


class Chip(NamedTuple):
    way: Delivery
    name: str  # of its channel


class Row(NamedTuple):
    id: str
    icon: str
    kind: str
    look: str  # fine, near, over or none
    subject: str
    message: str
    lines: list[tuple[str, str]]  # of a digest: what each says, and where it leads
    at: str
    note: str
    unread: bool
    link: str
    action: str
    chips: list[Chip]


class Day(NamedTuple):
    name: str
    rows: list[Row]


def days_of(found: Iterable[Notification], user: User) -> list[Day]:
    """Rows under their days, by the person's clock."""
    days: dict[date, list[Row]] = {}
    for each in found:
        here = each.created_at.astimezone(zone(user.time_zone))
        days.setdefault(here.date(), []).append(_row(each, f"{here:%H:%M}"))
    return [Day(_name(day, user), rows) for day, rows in days.items()]


def _name(day: date, user: User) -> str:
    near = {today(): "Today", today() - timedelta(days=1): "Yesterday"}
    return near.get(day) or long_day(day, user.locale)


def _row(found: Notification, at: str) -> Row:
    kind = kinds.ALL.get(found.kind, kinds.TEST)
    data = found.data
    is_test = found.kind == kinds.TEST.key  # its link says that it was received: that is for where it arrives
    link = "" if is_test else local_address(str(data.get("link", "")))
    return Row(
        id=found.notification_id,
        icon=kind.icon,
        kind=kind.name,
        look=str(data.get("state", "none")),
        subject=found.subject,
        message=found.message,
        lines=[
            (str(line["subject"]), local_address(str(line.get("link", "")))) for line in data.get("lines", ())
        ],
        at=at,
        note=found.note,
        unread=found.unread,
        link=link,
        action=str(data.get("action", "")) or "Look at it",
        chips=[Chip(way, NAMES.get(way.channel, way.channel)) for way in found.deliveries],
    )
