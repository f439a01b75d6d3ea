"""Numbers and currency signs as people type them, in any script, made plain."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_name

from lib.writing import cldr

# Apostrophes and quotes that stand for Switzerland's; the Arabic marks and the wide ones of East Asia.
_MARKS = str.maketrans(
    {**dict.fromkeys("\u2019\u2018\u02bc\u00b4`\uff07\u066c", "'"), "\uff0c": ",", "\uff0e": "."}
)
_NAMES = {",": "Commas", ".": "Dots", "'": "Apostrophes", " ": "Spaces"}

# Signs on price tags that CLDR does not give for every locale.
_USUAL_SIGNS = {
    "AMD": "֏", "AZN": "₼", "BDT": "৳ Tk", "BRL": "R$", "CHF": "Fr SFr", "CNY": "¥ 元", "CRC": "₡", "CZK": "Kč Kc",
    "DKK": "kr", "EUR": "€ euro euros", "GEL": "₾", "GHS": "₵", "HUF": "Ft", "IDR": "Rp", "ILS": "₪", "INR": "₹ Rs",
    "ISK": "kr", "JPY": "¥ 円", "KES": "KSh", "KRW": "₩ 원", "KZT": "₸", "LKR": "Rs", "MNT": "₮", "MYR": "RM",
    "NGN": "₦", "NOK": "kr", "NPR": "Rs", "PHP": "₱", "PKR": "Rs", "PLN": "zł zl", "PYG": "₲", "RON": "lei",
    "RSD": "din дин", "RUB": "₽ руб", "SEK": "kr", "THB": "฿", "TRY": "₺ TL", "UAH": "₴ грн", "VND": "₫ đ", "ZAR": "R",
}  # fmt: skip


def tidied(text: str) -> str:
    """`text` in ASCII where it means the same: digits of any script, spaces, marks. What cannot be seen is dropped."""
    plain = "".join(_plain(character) for character in text).translate(_MARKS)
    return " ".join(plain.split())


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    # Format characters (direction marks, zero-width spaces) and marks that combine with letters or emoji.
    return "" if unicodedata.category(character) in ("Cf", "Mn") else character


@lru_cache(maxsize=1024)
def currency_signs(currency: str, code: str) -> re.Pattern[str]:
    """Finds everything that may stand beside an amount to say that it is this currency."""
    english, locale = cldr.locale_of("en"), cldr.locale_of(code)
    found = {currency, *_USUAL_SIGNS.get(currency, "").split()}
    for where in (english, locale):
        found.add(where.currency_symbols.get(currency, currency))
        found.update(get_currency_name(currency, count, where) for count in (None, 1, 2, 5))
    name = english.currencies.get(currency, "")
    if name.endswith(("Dollar", "Peso")):
        found.add("$")
    signs = sorted({tidied(sign) for sign in found} - {""}, key=len, reverse=True)
    # A dot after "Rs." belongs to it only where no digits follow: "Rs.50" could be half a rupee.
    return re.compile(rf"(?:{'|'.join(map(re.escape, signs))})(?:\.(?= |$))?", re.IGNORECASE)


_WRITTEN = re.compile("[0-9.,' ]*[0-9][0-9.,' ]*")


class Misplaced(ValueError):
    """A sign that stands between thousands here stands elsewhere; `name` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooFine(ValueError):
    """More decimals than there may be."""


def numeral(text: str, signs: cldr.Signs, digits: int | None) -> Decimal:
    """The number that tidied `text` is where numbers are written with those `signs`.

    Spaces and apostrophes may stand between thousands everywhere, for they mean nothing else. A comma or dot that does
    not stand between thousands there is taken for the decimal sign, as keypads have one only. So is the one that does,
    where it stands once and one or two digits end the number after it: "12.50" in Germany is no thousands.

    Args:
        digits: Decimals there may be; more are refused even when they are zeros, because the "12.500" of someone at home
            in Germany is not twelve and a half. None for any number.

    Raises:
        Misplaced: If a sign for thousands is not between thousands.
        TooFine: If there are more decimals than `digits`.
        ValueError: If it is no number.
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError
    decimals = [sign for sign in ",." if sign != signs.group or _ends_in_cents(text, sign)]
    point = max(text.rfind(sign) for sign in decimals)
    whole, fraction = (text[:point], text[point + 1 :]) if point >= 0 else (text, "")
    other = {",": ".", ".": ","}[text[point]] if point >= 0 else signs.group
    if fraction and not fraction.isdigit():
        raise _why(fraction, signs)
    if digits is not None and len(fraction) > digits and not (digits == 0 and fraction == "00"):
        raise TooFine
    return Decimal(f"{_ungrouped(whole, {other, ' ', chr(39)}, signs)}.{fraction}0")


def _ends_in_cents(text: str, sign: str) -> bool:
    """Whether `sign` stands once, before the last one or two digits: too few for thousands."""
    _, _, after = text.partition(sign)
    return after.isdigit() and len(after) <= 2


def _ungrouped(whole: str, marks: set[str], signs: cldr.Signs) -> str:
    """The digits of a whole number; its thousands may be parted by one of the marks."""
    if not whole or whole.isdigit():
        return whole or "0"
    mark = next((c for c in whole if not c.isdigit()), "")
    first, *others = whole.split(mark)
    last = others.pop()
    last_size, size = signs.sizes
    fits = (
        mark in marks
        and first.isdigit()
        and len(first) <= max(size, last_size)
        and not first.startswith("0")
        and len(last) == last_size
        and last.isdigit()
        and all(group.isdigit() and len(group) in (size, last_size) for group in others)
    )
    if not fits:
        raise _why(whole, signs)
    return first + "".join(others) + last


def _why(part: str, signs: cldr.Signs) -> ValueError:
    """Names the sign for thousands in `part`, if that is what is wrong with it."""
    mark = next((c for c in part if not c.isdigit()), "")
    return Misplaced(_NAMES[mark]) if mark in _NAMES and mark in (signs.group, " ", "'") else ValueError()
