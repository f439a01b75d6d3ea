"""What files are called, in every home: letters, digits and "._-" in parts that neither hide nor climb."""

import re
import secrets
from datetime import UTC, datetime

from lib.errors import Invalid

FOLDERS = ("imports/", "receipts/", "reports/")  # all there are; below each, a folder for each user
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}", re.ASCII)


def checked(key: str) -> str:
    """`key`, if it is one. Raises Invalid for what could lead elsewhere on some disk or in some link."""
    if not all(_PART.fullmatch(part) for part in key.split("/")):
        raise Invalid("This is not the name of a file here.")
    return key


def checked_prefix(prefix: str) -> str:
    """`prefix`, if it is a folder's name with a slash at its end."""
    if not prefix.endswith("/"):
        raise Invalid("A prefix ends in a slash.")
    checked(prefix.removesuffix("/"))
    return prefix


def receipt_key(user_id: str, expense_id: str, receipt_id: str, extension: str) -> str:
    """Where a receipt that was looked at is kept; `extension` without its dot, such as "jpg"."""
    return checked(f"receipts/{user_id}/{expense_id}-{receipt_id}.{extension}")


def thumbnail_key(user_id: str, expense_id: str, receipt_id: str) -> str:
    return checked(f"receipts/{user_id}/{expense_id}-{receipt_id}-thumb.jpg")


def upload_key(user_id: str, upload_id: str, extension: str) -> str:
    """Where a browser puts a file itself: never where one is kept, so no link to upload by can reach what was looked at."""
    return checked(f"receipts/{user_id}/{upload_id}.{extension}")


def owner_of(key: str) -> str:
    """The id of the user whose folder it is in."""
    return key.split("/")[1]


def report_key(user_id: str, kind: str, at: datetime) -> str:
    """A new name for a report of a kind such as "monthly"; two of one second have two."""
    when = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return checked(f"reports/{user_id}/{kind}_report_{when}_{secrets.token_hex(4)}.pdf")
