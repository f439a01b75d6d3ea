"""Amounts as banks write them: "1.234,56", "+ $73.01", "(12.00)", "12,50-", "45.00 CR", "د.ا.‏4.750"."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lib.importing.words import LONGEST_CELL, goes_out
from lib.money import CURRENCIES

POINT, COMMA = ".", ","  # what stands before the decimals

_INVISIBLE = dict.fromkeys(
    [0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_LIKE = str.maketrans({
    "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-",
    "\u2019": "'", "`": "'", "\xa0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\uff0b": "+",
    "\u066b": ".", "\u066c": "'",
})  # fmt: skip
_LONGEST = 30
_BARE = {mark: re.compile(rf"-?\d+(?:[{mark}]\d+)?") for mark in (POINT, COMMA)}
_PARTS = re.compile(
    r"(?P<before>[^\d]*?)(?P<number>(?:(?<![^\s+\-(])[.,])?\d(?:[\d.,' ]*\d)?)(?P<after>[^\d]*)"
)
_NUMBER = {
    mark: re.compile(
        rf"(?P<whole>\d*|[1-9]\d{{0,2}}(?P<sep>[{others}])(?:\d{{2,3}}(?P=sep))*\d{{3}})(?:[{mark}](?P<decimals>\d*))?"
    )
    for mark, others in ((POINT, ",' "), (COMMA, ".' "))
}
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "₴": "UAH", "₩": "KRW", "₪": "ILS", "₽": "RUB",
    "₫": "VND", "₱": "PHP", "₦": "NGN", "₵": "GHS", "฿": "THB", "zł": "PLN", "zl": "PLN", "kč": "CZK", "ft": "HUF",
    "fr": "CHF", "sfr": "CHF", "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "lei": "RON", "rm": "MYR", "rp": "IDR", "tl": "TRY", "euro": "EUR",
    "euros": "EUR", "د.ا": "JOD", "د.إ": "AED", "ر.س": "SAR", "ج.م": "EGP", "د.ك": "KWD", "د.ب": "BHD", "د.ت": "TND",
    "د.م": "MAD", "$": "", "kr": "", "kr.": "", "rs": "", "¢": "",
}  # fmt: skip
_CODES = frozenset(CURRENCIES)


class Reading(NamedTuple):
    """What one cell says."""

    value: Decimal  # with the sign that is written
    side: str = ""  # "in" or "out" where "CR" or "DR" says so, whatever the file's signs mean
    currency: str = ""  # ISO 4217 code; empty where the cell names none, or one of several ("$")


def read_amount(text: str, mark: str) -> Reading | None:
    """What `text` says when `mark` stands before its decimals; None if it is not an amount written that way."""
    if len(text) < _LONGEST and _BARE[mark].fullmatch(text):  # most are: a third of the time
        return Reading(Decimal(text.replace(COMMA, POINT)))
    return _read_dressed(text, mark) if len(text) <= LONGEST_CELL else None


@lru_cache(maxsize=16384)
def _read_dressed(text: str, mark: str) -> Reading | None:
    parts = _PARTS.fullmatch(text.translate(_INVISIBLE).translate(_LIKE).strip())
    number = _NUMBER[mark].fullmatch(parts["number"]) if parts else None
    if parts is None or number is None or len(parts["number"]) > _LONGEST:
        return None
    after = parts["after"].strip()
    if after[:1] in (POINT, COMMA):  # "12,-" and "12.": no cents
        after = after[1:].lstrip("-")
    signs = _signs(parts["before"].strip(), after)
    if signs is None:
        return None
    negative, side, currency = signs
    digits = re.sub(r"\D", "", number["whole"]) or "0"
    value = Decimal(f"{digits}.{number['decimals'] or '0'}")
    return Reading(-value if negative else value, side, currency)


def _signs(before: str, after: str) -> tuple[bool, str, str] | None:
    """Whether it is negative, the side and the currency that stand around a number; None if anything else does."""
    negative, side, currency = False, "", ""
    if before.count("(") == after.count(")") == 1:
        negative, before, after = True, before.replace("(", ""), after.replace(")", "")
    for text in (before, after):
        negative ^= "-" in text
        word = text.replace("-", " ").replace("+", " ").strip()
        if not word:
            continue
        if word.upper() in ("CR", "DR"):
            side = "out" if goes_out(word) else "in"
            continue
        found = currency_of(word)
        if found is None:
            return None
        currency = found or currency
    return negative, side, currency


def currency_of(text: str) -> str | None:
    """The currency that a code or symbol means; empty for one that several use ("$"); None for what is neither."""
    return _currency_of(text) if len(text) <= LONGEST_CELL else None


@lru_cache(maxsize=1024)
def _currency_of(text: str) -> str | None:
    word = text.strip()
    if word.upper() in _CODES:
        return word.upper()
    return _SYMBOLS.get(word.casefold(), _SYMBOLS.get(word.casefold().strip(".")))


def looks_like_amount(text: str) -> bool:
    return read_amount(text, POINT) is not None or read_amount(text, COMMA) is not None


def has_decimals(text: str) -> bool:
    """Whether it is an amount that ends in a mark and two digits, as identifiers do not."""
    return bool(re.search(r"\d[.,]\d\d\D*$", text)) and looks_like_amount(text)
