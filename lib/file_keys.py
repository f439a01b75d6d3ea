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


def receipt_key(user_id: str, expense_id: str, extension: str) -> str:
    """Where an expense's receipt is; `extension` without its dot, such as "jpg"."""
    return checked(f"receipts/{user_id}/{expense_id}.{extension}")


def report_key(user_id: str, kind: str, at: datetime) -> str:
    """A new name for a report of a kind such as "monthly"; two of one second have two."""
    when = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return checked(f"reports/{user_id}/{kind}_report_{when}_{secrets.token_hex(4)}.pdf")
