"""Numbers, money and dates as people write them where they live. Fast: a page calls these hundreds of times.

Every function takes the locale's code last; one that is unknown is taken for English. Digits are Latin everywhere, and
months and weekdays English: the region decides in which order a date is written, the pages in which language.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from lib.money import digits_of
from lib.periods import Month
from lib.writing import cldr


def _grouped(whole: str, signs: cldr.Signs) -> str:
    last, others = signs.sizes
    rest, groups = whole[:-last], [whole[-last:]]
    while rest:
        rest, group = rest[:-others], rest[-others:]
        groups.append(group)
    return signs.group.join(reversed(groups))


@lru_cache(maxsize=8192)
def money(amount: Decimal, currency: str, locale: str) -> str:
    """`amount` with its symbol, grouping and the currency's decimals: "€1,250.00", "−12,40 €"."""
    return _money(amount, currency, locale, digits_of(currency))


@lru_cache(maxsize=8192)
def short_money(amount: Decimal, currency: str, locale: str) -> str:
    """The same without decimals where there are none to show: "€500", but "€12.40". For sentences and axes."""
    return _money(
        amount, currency, locale, 0 if amount == amount.to_integral_value() else digits_of(currency)
    )


def _money(amount: Decimal, currency: str, locale: str, digits: int) -> str:
    whole, _, fraction = _rounded(amount, digits).partition(".")
    signs, affixes = cldr.signs(locale, of_money=True), cldr.currency_affixes(currency, locale)
    negative = whole.startswith("-")
    text = _grouped(whole.removeprefix("-"), signs) + (signs.decimal + fraction if fraction else "")
    text = (
        affixes.before_negative + text + affixes.after_negative
        if negative
        else affixes.before + text + affixes.after
    )
    # Isolated, so that an Arabic symbol does not pull the words after it to the other side of the amount.
    return f"\u2066{text}\u2069" if cldr.is_right_to_left(text) else text


def _rounded(amount: Decimal, digits: int) -> str:
    rounded = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):f}"  # there is no minus zero


def plain_amount(amount: Decimal, currency: str, locale: str) -> str:
    """What to fill an amount's input with: `parse_amount` reads it back as the same. "1250.00", "1250,00" (de)."""
    return _rounded(amount, digits_of(currency)).replace(".", cldr.signs(locale, of_money=True).decimal)


@lru_cache(maxsize=8192)
def number(value: int | Decimal, locale: str) -> str:
    """A count or a figure with the decimals it has: "12,345", "−3,5" (de)."""
    whole, _, fraction = f"{value:f}".partition(".") if isinstance(value, Decimal) else (str(value), "", "")
    signs = cldr.signs(locale)
    text = _grouped(whole.removeprefix("-"), signs) + (signs.decimal + fraction if fraction else "")
    return cldr.MINUS + text if whole.startswith("-") else text


@lru_cache(maxsize=4096)
def percent_text(percent: int, locale: str) -> str:
    """A whole percentage: "79%", "79 %" (de), "−6%"."""
    affixes = cldr.percent_affixes(locale)
    minus = cldr.MINUS if percent < 0 else ""
    return affixes.before + minus + number(abs(percent), locale) + affixes.after


_WIDTHS = {3: "abbreviated", 4: "wide", 5: "narrow"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _name(kind: str, context: str, width: int, number_: int, locale: str) -> str:
    return str(cldr.names(cldr.english_of(locale))[kind][context][_WIDTHS.get(width, "abbreviated")][number_])


_FIELDS: dict[str, Callable[[date, int, str], str]] = {
    "d": lambda day, width, _: f"{day.day:0{width}d}",
    "y": lambda day, width, _: f"{day.year % 100:02d}" if width == 2 else str(day.year),
    "M": lambda day, width, locale: (
        f"{day.month:0{width}d}" if width < 3 else _name("months", "format", width, day.month, locale)
    ),
    "L": lambda day, width, locale: (
        f"{day.month:0{width}d}" if width < 3 else _name("months", "stand-alone", width, day.month, locale)
    ),
    "E": lambda day, width, locale: _name("days", "format", width, day.weekday(), locale),
    "c": lambda day, width, locale: _name("days", "stand-alone", width, day.weekday(), locale),
}


def _written(day: date, skeleton: str, locale: str) -> str:
    return "".join(
        part if kind == "chars" else _FIELDS[part[0]](day, part[1], locale)
        for kind, part in cldr.day_pattern(locale, skeleton)
    )


@lru_cache(maxsize=8192)
def short_day(day: date, locale: str) -> str:
    """Day and month: "21 Nov", "Nov 21" (en_US)."""
    return _written(day, "MMMd", locale)


@lru_cache(maxsize=8192)
def whole_day(day: date, locale: str) -> str:
    """Day, month and year: "21 Nov 2026", "Nov 21, 2026" (en_US)."""
    return _written(day, "yMMMd", locale)


@lru_cache(maxsize=8192)
def long_day(day: date, locale: str) -> str:
    """The whole date with its weekday: "Saturday, 21 November 2026"."""
    return _written(day, "full", locale)


@lru_cache(maxsize=2048)
def month_name(month: Month, locale: str) -> str:
    """Month and year: "November 2026"."""
    return _written(month.first, "yMMMM", locale)


@lru_cache(maxsize=2048)
def month_short(month: Month, locale: str) -> str:
    """The month alone, short, for an axis: "Nov"."""
    return _name("months", "stand-alone", 3, month.month, locale)


@lru_cache(maxsize=1024)
def weekday_names(first_weekday: int, locale: str) -> tuple[str, ...]:
    """The seven days, short, beginning with `first_weekday` (0 is Monday): ("Mon", "Tue", …)."""
    return tuple(_name("days", "stand-alone", 3, (first_weekday + n) % 7, locale) for n in range(7))
