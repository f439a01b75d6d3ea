"""Users as items, and items as users."""

import unicodedata
from datetime import UTC, datetime

from aws_config.dynamodb.values import Item, from_stamp, short, stamp
from lib import categories
from lib.periods import Month
from lib.records import User

SETTLED = 30  # seconds after which every index has followed
_STEPS = 64  # more than that
_UNREAD = "unread_"  # and a month


def name_key(name: str) -> str:
    """The same for names that people take for the same."""
    return short(unicodedata.normalize("NFKC", name).casefold())


def content_of(user: User) -> Item:
    return {
        "username": user.username,
        "username_key": name_key(user.username),
        "email": user.email,
        "email_key": name_key(user.email),
        "password_hash": user.password_hash,
        "created_at": stamp(user.created_at),
        "phone": user.phone,
        "display_name": user.display_name,
        "currency": user.currency,
        "locale": user.locale,
        "time_zone": user.time_zone,
        "first_weekday": user.first_weekday,
        "theme": user.theme,
        "categories": categories.to_text(user.categories),
        "demo": user.demo,
    }


def revision_of(item: Item, now: datetime) -> int:
    """What pages of theirs may be kept under: larger with every write.

    A write too large to note what it touched leaves lists behind for a moment. So after one it is larger with every second
    as well, until the indexes have surely followed: what a page showed in between is not kept for later.
    """
    revision = _STEPS * int(item["revision"])
    if "bulk" not in item:
        return revision
    return revision + 1 + min(max(int(now.timestamp()) - int(item["bulk"]), 0), SETTLED)


def has_settled(item: Item, now: datetime) -> bool:
    """Whether every index has followed the last write that was too large to note."""
    return "bulk" not in item or int(now.timestamp()) - int(item["bulk"]) > SETTLED


def unread_until(end: datetime) -> str:
    """The attribute that counts unread notifications that expire in a month.

    DynamoDB deletes them then without telling anyone: a month that is over counts no more.
    """
    return f"{_UNREAD}{end.astimezone(UTC):%Y-%m}"


def unread_before(now: datetime) -> list[str]:
    """Attributes of months that were over lately: whatever is written next drops them."""
    month = Month.of(now.astimezone(UTC).date())
    return [f"{_UNREAD}{month.plus(-back)}" for back in (1, 2, 3)]


def unread_of(item: Item, now: datetime) -> int:
    """At most a month's worth too many, where some have just expired."""
    first = unread_until(now)
    return sum(max(int(n), 0) for name, n in item.items() if name.startswith(_UNREAD) and name >= first)


def to_user(item: Item, now: datetime) -> User:
    return User(
        item["user_id"],
        item["username"],
        item["email"],
        item.get("password_hash", ""),
        from_stamp(item["created_at"]),
        phone=item.get("phone", ""),
        display_name=item.get("display_name", ""),
        currency=item.get("currency", ""),
        locale=item.get("locale", ""),
        time_zone=item.get("time_zone", ""),
        first_weekday=int(item["first_weekday"]),
        theme=item.get("theme", ""),
        categories=categories.from_text(item.get("categories", "")),
        demo=item.get("demo", False),
        version=int(item["version"]),
        revision=revision_of(item, now),
        unread=unread_of(item, now),
    )
