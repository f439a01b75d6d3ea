"""What CLDR knows of a locale, read from Babel once and kept: signs, patterns and names, ready to put together.

Babel formats one amount in 50 µs; pages show hundreds. So `lib/writing/formats.py` and `lib/money.py` take the parts from here.
"""

import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.dates import tokenize_pattern
from babel.numbers import NumberPattern

MINUS = "\u2212"
NBSP = "\xa0"
REPLACED = {"BGN": "EUR"}  # currencies that ended after Babel's data was made: Bulgaria's at the end of 2025


class Signs(NamedTuple):
    decimal: str
    group: str
    sizes: tuple[int, int]  # digits in the last group, and in those before it: (3, 2) in India


class Affixes(NamedTuple):
    """What stands before and after a number."""

    before: str
    after: str
    before_negative: str
    after_negative: str


@lru_cache(maxsize=512)
def locale_of(code: str) -> Locale:
    """Babel's locale of that code; English for what is none, so that a page never fails over it."""
    try:
        return Locale.parse(code)
    except (ValueError, TypeError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=512)
def english_of(code: str) -> str:
    """The English of that locale's region: the pages speak English everywhere, and dates must not mix two languages.

    Regions without one of their own have the world's ("en_001"), which puts the day first.
    """
    locale = locale_of(code)
    if locale.language == "en":
        return str(locale)
    own = f"en_{locale.territory}"
    return own if localedata.exists(own) else "en_001"


@lru_cache(maxsize=512)
def signs(code: str, *, of_money: bool = False) -> Signs:
    """How numbers are written there, in Latin digits; amounts of money differ in Austria and French Switzerland."""
    locale = locale_of(code)
    symbols = locale.number_symbols["latn"]
    pattern: NumberPattern = locale.currency_formats["standard"] if of_money else locale.decimal_formats[None]
    decimal, group = symbols["decimal"], symbols["group"]
    if of_money:
        decimal, group = symbols.get("currencyDecimal", decimal), symbols.get("currencyGroup", group)
    return Signs(decimal, group, pattern.grouping)


@lru_cache(maxsize=4096)
def currency_affixes(currency: str, code: str) -> Affixes:
    """The currency's symbol and the spaces around it, as CLDR's pattern has them."""
    locale = locale_of(code)
    pattern = locale.currency_formats["standard"]
    return _affixes(pattern, "¤", _plain(locale.currency_symbols.get(currency, currency)))


@lru_cache(maxsize=512)
def percent_affixes(code: str) -> Affixes:
    return _affixes(locale_of(code).percent_formats[None], "%", "%")


def _affixes(pattern: NumberPattern, mark: str, symbol: str) -> Affixes:
    (before, before_negative), (after, after_negative) = pattern.prefix, pattern.suffix
    # CLDR's rule of spacing: letters do not touch digits, so "CHF 12.50" but "$12.50".
    left = symbol + NBSP if symbol[-1:].isalpha() else symbol
    right = NBSP + symbol if symbol[:1].isalpha() else symbol
    return Affixes(
        *(
            _plain(affix.replace(mark, spaced)).replace("-", MINUS)
            for affix, spaced in (
                (before, left if before.endswith(mark) else symbol),
                (after, right if after.startswith(mark) else symbol),
                (before_negative, left if before_negative.endswith(mark) else symbol),
                (after_negative, right if after_negative.startswith(mark) else symbol),
            )
        )
    )


def _plain(text: str) -> str:
    """Without direction marks: they are for paragraphs from right to left, and ours run from left to right."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


@lru_cache(maxsize=1)
def tenders() -> frozenset[str]:
    """ISO 4217 codes of the money that can be paid with today somewhere: no funds, metals or history."""
    found = {
        currency
        for currencies in get_global("territory_currencies").values()
        for currency, _since, until, tender in currencies
        if tender and until is None
    }
    return frozenset(found - REPLACED.keys())


@lru_cache(maxsize=256)
def names(code: str) -> Mapping[Any, Any]:
    """The locale's own names of months and days.

    Copied before anything resolves the aliases in them: Babel writes what they resolve to into data that all locales
    share, so that after Hebrew a Frenchman reads Hebrew months (python-babel issue 1234). Hence neither `Locale.months`
    nor Babel's date formatting may be used anywhere.
    """
    data = localedata.load(str(locale_of(code)))
    own: dict[Any, Any] = {key: deepcopy(data[key]) for key in ("months", "days")}
    return localedata.LocaleDataDict(own)


@lru_cache(maxsize=1024)
def day_pattern(code: str, skeleton: str) -> list[tuple[str, Any]]:
    """Order and punctuation of "MMMd" or "yMMMM", or of the "full" date, in the English of a region; as Babel's tokens."""
    locale = locale_of(english_of(code))
    pattern = locale.date_formats["full"] if skeleton == "full" else locale.datetime_skeletons[skeleton]
    return tokenize_pattern(pattern.pattern)
