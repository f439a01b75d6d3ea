"""Money is Decimal, in major units, with its currency's number of decimals. No float ever touches it."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from lib.errors import Invalid
from lib.writing import cldr
from lib.writing.numerals import Misplaced, TooFine, currency_signs, numeral, tidied
from lib.writing.sums import is_sum, with_plain_signs, work_out

MAX_AMOUNT = Decimal("9999999999.99")  # in ten-thousandths, 90,000 of them still add up within 64 bits
MAX_TYPED = 60  # characters of an amount or a small sum

CURRENCIES = tuple(sorted(cldr.tenders()))  # ISO 4217, those one can pay with today

# CLDR says how many decimals people use, not how many ISO 4217 allows. It rounds away the para of Serbian receipts.
_DIGITS = {"RSD": 2}
_MOST_DIGITS = 4  # what the stores keep


@lru_cache(maxsize=512)
def digits_of(currency: str) -> int:
    """How many decimals its amounts have: 2 for EUR, 0 for JPY, 3 for KWD; 2 for what is not known."""
    return min(_DIGITS.get(currency, get_currency_precision(currency)), _MOST_DIGITS)


@lru_cache(maxsize=512)
def smallest(currency: str) -> Decimal:
    """The smallest amount that is not zero: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-digits_of(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` with the currency's decimals, halves away from zero."""
    return amount.quantize(smallest(currency), ROUND_HALF_UP)


def parse_amount(text: str, currency: str, locale: str, field: str = "amount") -> Decimal:
    """Turn what a person typed into an amount of money.

    Args:
        text: An amount as people write it in `locale`, such as "12", "12,50" (de) or "1,250.00" (en), or as they write
            it elsewhere where it cannot be mistaken, such as "12.50" (de), with or without the currency's sign; or a
            small sum of such amounts, "12.50+3" or "(10-2)/3", that is worked out and rounded to the currency's
            decimals. Up to MAX_TYPED characters.
        currency: ISO 4217 code; it decides how many decimals there may be.
        field: Where an error belongs.

    Returns:
        More than zero, at most MAX_AMOUNT, in major units with the currency's number of decimals.

    Raises:
        Invalid: If `text` is not such an amount; the message says what would be.
    """
    amount = _parsed(text, currency, locale, field, ", and tick “Money came in” if it was given to you")
    if not amount:
        raise Invalid(f"Use an amount above zero, such as {_example(currency, locale)}.", field)
    return amount


def parse_limit(text: str, currency: str, locale: str, field: str = "amount") -> Decimal:
    """The same for a budget, which may be zero."""
    return _parsed(text, currency, locale, field)


def _parsed(text: str, currency: str, locale: str, field: str, instead_of_minus: str = "") -> Decimal:
    if len(text) > MAX_TYPED:
        raise Invalid(f"Use up to {MAX_TYPED} characters, such as {_example(currency, locale)}.", field)
    try:
        value = _value(text, currency, locale)
    except (ValueError, ZeroDivisionError) as problem:
        raise Invalid(_explained(problem, text, currency, locale), field) from None
    if value < 0:
        example = _example(currency, locale)
        raise Invalid(f"Write the amount without a minus, such as {example}{instead_of_minus}.", field)
    if value > MAX_AMOUNT:
        most = f"{int(MAX_AMOUNT):,}".replace(",", cldr.signs(locale, of_money=True).group)
        raise Invalid(f"Use an amount up to {most}.", field)
    return abs(rounded(value, currency))  # abs: there is no minus zero


def _value(text: str, currency: str, locale: str) -> Decimal:
    signs = cldr.signs(locale, of_money=True)
    typed = tidied(text.replace(_ARABIC_DECIMAL, signs.decimal))
    typed = currency_signs(currency, locale).sub("\xa4", typed)
    typed = with_plain_signs(_BESIDE.sub(" ", typed).strip(" ="))
    if is_sum(typed):
        return work_out(typed, lambda number: numeral(number, signs, None))
    return numeral(typed, signs, digits_of(currency))


_ARABIC_DECIMAL = "\u066b"  # a decimal sign wherever it stands, unlike comma and dot
# The currency's sign before or after a number. Between digits it stays, and spoils the number: "12€50" is not 1,250.
_BESIDE = re.compile(r"(?<![0-9.,]) ?\xa4 ?| ?\xa4 ?(?![0-9.,])")


def _explained(problem: Exception, text: str, currency: str, locale: str) -> str:
    """What would be an amount, said to someone who typed something else."""
    example, digits = _example(currency, locale), digits_of(currency)
    if isinstance(problem, ZeroDivisionError):
        return "Nothing can be divided by zero. Check the sum."
    if isinstance(problem, Misplaced):
        return f"{problem.name} stand only between thousands here: write {example} or {_example(currency, locale, 1250)}."
    if isinstance(problem, TooFine):
        most = f"{digits} decimals at most" if digits else "no decimals"
        return f"{currency} has {most}: write {example}."
    foreign = currency_signs(currency, locale).sub(" ", tidied(text))
    if re.search("[0-9]", foreign) and _names_money(foreign):
        return f"Write this amount in {currency}, such as {example}; another currency has to be chosen first."
    return f"Write an amount, such as {example}."


def _names_money(text: str) -> bool:
    """Whether it has a currency's code or sign in it."""
    words = re.findall("[A-Z]+", text.upper())
    return any(word in CURRENCIES for word in words) or any(unicodedata.category(c) == "Sc" for c in text)


def _example(currency: str, locale: str, whole: int = 12) -> str:
    """12.50 (or 1,250.00) as it is written there in that currency."""
    signs, digits = cldr.signs(locale, of_money=True), digits_of(currency)
    thousands = f"1{signs.group}250" if whole == 1250 else "12"
    return thousands + (signs.decimal + "50".ljust(digits, "0")[:digits] if digits else "")
