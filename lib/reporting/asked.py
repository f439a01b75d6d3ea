"""What a program may ask the report function for, looked at before it is believed. Raises Invalid at the field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lib.errors import Invalid
from lib.periods import FIRST_DAY, LAST_DAY
from lib.records import User
from lib.reporting.periods import Period, period_of

NAMES = ("report_type", "year", "month", "start_date", "end_date", "with_receipts", "key")
Request = Mapping[str, Any]


def period(request: Request, user: User, today: date) -> Period:
    return period_of(
        text(request, "report_type"),
        user,
        today,
        year=_whole(request, "year", FIRST_DAY.year, LAST_DAY.year),
        month=_whole(request, "month", 1, 12),
        first=_day(request, "start_date"),
        last=_day(request, "end_date"),
    )


def text(request: Request, name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Invalid(f"Say {name}, in 1 to 64 characters.", name)
    return value


def _whole(request: Request, name: str, least: int, most: int) -> int:
    """0 where it is left out. Text of digits counts as a number: that is what forms and shells send."""
    value = request.get(name)
    if value in (None, ""):
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(f"Use a {name} from {least} to {most}.", name)
    return value


def _day(request: Request, name: str) -> date | None:
    value = request.get(name)
    if value in (None, ""):
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"Use a {name} from {FIRST_DAY} to {LAST_DAY}, such as 2026-10-31.", name)
    return day
