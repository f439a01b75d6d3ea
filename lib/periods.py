"""Days, months and moments.

A day is a `date`, a moment an aware UTC `datetime`, and every range is half open: `since` is in it, `until` is not.
"Today" and "this month" are those of the person's time zone, never the server's.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lib.errors import Invalid

# Expenses outside these days are typing mistakes: nobody keeps a household budget for the year 1 or 9999.
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)


class Month(NamedTuple):
    """A calendar month. Sorts by time; prints as "2026-11"."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read "2026-11".

        Raises:
            Invalid: If `text` is not a month between FIRST_DAY and LAST_DAY written so.
        """
        year, _, month = text.partition("-")
        if len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit():
            found = cls(int(year), int(month))
            if 1 <= found.month <= 12 and FIRST_DAY.year <= found.year <= LAST_DAY.year:
                return found
        raise Invalid("Write the month as year and month, such as 2026-11.", "month")

    @classmethod
    def stored(cls, text: str) -> "Month":
        """Read what `str` made of a month, whatever month: what was once saved is never refused."""
        year, month = text.split("-")
        return cls(int(year), int(month))

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The first day that is no longer in the month."""
        return self.plus(1).first

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> "Month":
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    @property
    def before(self) -> "Month | None":
        """The month before; None where expenses cannot be that old."""
        return self.plus(-1) if self > FIRST_MONTH else None

    @property
    def after(self) -> "Month | None":
        """The month after; None where expenses cannot be that late."""
        return self.plus(1) if self < LAST_MONTH else None

    def until(self, end: "Month") -> Iterator["Month"]:
        """This month and those after it, up to `end` (excluded)."""
        month = self
        while month < end:
            yield month
            month = month.plus(1)


FIRST_MONTH, LAST_MONTH = Month.of(FIRST_DAY), Month.of(LAST_DAY)

# Files beside the time zones: the server's own zone, and copies that count leap seconds.
_NO_ZONES = ("localtime", "posixrules", "Factory", "posix/", "right/")


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises Invalid for any other text."""
    try:
        if name.startswith(_NO_ZONES):
            raise KeyError(name)
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("Choose a time zone from the list, such as Europe/Berlin.", "time_zone") from None


def utc_now() -> datetime:
    return datetime.now(UTC)


def today_in(time_zone: str, now: datetime) -> date:
    """The calendar day that `now` (aware) falls on in that time zone."""
    if now.tzinfo is None:  # astimezone would take it for the server's time
        raise ValueError("A moment needs its time zone.")
    return now.astimezone(zone(time_zone)).date()
