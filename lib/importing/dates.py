"""Days as banks write them: "2026-11-21", "21.11.26", "11/21/2026 10:05", "20261121", "21 Nov 2026", "21. März 2026"."""

import re
from datetime import date
from functools import lru_cache

from lib.importing.words import LONGEST_CELL, plain, these
from lib.periods import FIRST_DAY, LAST_DAY
from lib.writing import cldr

YMD, DMY, MDY = "ymd", "dmy", "mdy"
ORDERS = (YMD, DMY, MDY)
_PLACES = {YMD: (0, 1, 2), DMY: (2, 1, 0), MDY: (2, 0, 1)}  # where year, month and day stand

_TIME = re.compile(r"[T\s,]+\d{1,2}[:hH]\d{2}.*$", re.DOTALL)
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_DATE_LIKE = re.compile(r"[\w\s.,/'\-:+()]{6,60}")
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
_NOISE = these("de del st nd rd th le den um at 年 月 日")


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Names and abbreviations of the months in the languages above, as `plain` writes them."""
    names: dict[str, int] = {"sept": 9, "mrz": 3, "mar": 3, "mai": 5}
    for language in _LANGUAGES:
        months = cldr.names(language)["months"]
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(plain(name), number)
    return names


@lru_cache(maxsize=1)
def _weekday_names() -> frozenset[str]:
    return frozenset(
        plain(name)
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for name in cldr.names(language)["days"]["format"][width].values()
    )


def read_day(text: str, order: str) -> date | None:
    """The day that `text` says when its numbers stand in `order`; None if it is not a day.

    A year of four digits at the start, and a month's name, need no order. Two digits up to 69 are of this century.
    """
    return _read_day(text, order) if len(text) <= LONGEST_CELL else None


@lru_cache(maxsize=8192)
def _read_day(text: str, order: str) -> date | None:
    if not _DATE_LIKE.fullmatch(text):
        return None
    numbers: list[str] = []
    month = 0
    for piece in _PIECE.findall(_TIME.sub("", text.strip())):
        if piece.isdigit():
            numbers.append(piece)
        elif (word := plain(piece)) in month_names() and not month:
            month = month_names()[word]
        elif word not in _NOISE and word not in _weekday_names():
            return None
    return _day_of(numbers, month, order)


def _day_of(numbers: list[str], month: int, order: str) -> date | None:
    if month:
        if len(numbers) != 2:
            return None
        year, day = numbers if len(numbers[0]) == 4 else numbers[::-1]
        return _checked(year, str(month), day)
    if len(numbers) == 1 and len(numbers[0]) in (8, 14):
        return _compact(numbers[0], order)
    if len(numbers) != 3:
        return None
    if len(numbers[0]) == 4:
        order = YMD
    return _checked(*(numbers[place] for place in _PLACES[order]))


def _compact(digits: str, order: str) -> date | None:
    """Eight digits, with or without a time: 20261121, or 21112026 where days come first."""
    first = _checked(digits[:4], digits[4:6], digits[6:8])
    if first or order == YMD or len(digits) == 14:
        return first
    a, b, year = digits[:2], digits[2:4], digits[4:]
    return _checked(year, b, a) if order == DMY else _checked(year, a, b)


def _checked(year: str, month: str, day: str) -> date | None:
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def looks_like_day(text: str) -> bool:
    return any(read_day(text, order) is not None for order in ORDERS)


def usual_order(locale: str) -> str:
    """How numbers stand in a date in the person's own language."""
    pattern = str(cldr.locale_of(locale).date_formats["short"].pattern)
    places = sorted("yMd", key=lambda letter: pattern.find(letter))
    return {"y": YMD, "d": DMY, "M": MDY}[places[0]]
