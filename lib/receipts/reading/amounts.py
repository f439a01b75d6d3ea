"""Amounts of money within lines of text: "SUMME EUR 19,90", "Total 1,278.61 USD", "*2.50 B", "12,-"."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.importing.amounts import COMMA, POINT, currency_of, read_amount
from lib.money import MAX_AMOUNT, digits_of

_NUMBER = re.compile(
    r"""(?<![\d.,:/#%])(?P<minus>-\ ?)?
        (?P<number>
            [1-9]\d{0,2}(?:'\d{3})+(?:\.\d{2})?
          | [1-9]\d{0,2}(?:\ \d{3})+,\d{2}
          | [1-9]\d{0,2}(?:\ \d{3})+(?=\ ?(?:Ft|Kč|kr|zł|lei|din|[₫₩₽€₸₴]|[A-Z]{3}\b))
          | [1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d{1,3})?
          | [1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,3})?
          | \d{1,9}(?:\ ?[.,]\d{2,3}|[.,]\ \d{2})
          | \d{1,9}
        )
        (?P<none>[.,]?-{1,2})?
        (?![\d%:]|[.,'/]\ ?\d|-\d|\ ?%)""",
    re.VERBOSE,
)
_UNIT = re.compile(
    r"\s?(?:kg|g|gr|mg|l|lt|ltr|ml|cl|cm|mm|m|m2|km|kwh|h|uhr|min|st|stk|stck|szt|pcs|pz|ud|uds|x|ea|°|grad|jahre|tage|days|"
    r"st\.|nd|rd|th|er|am|pm|%|/)(?![^\W_])",
    re.IGNORECASE,
)
_BEFORE, _AFTER = re.compile(r"([^\s\d:=*]{1,8})\s*$"), re.compile(r"\s{0,2}([^\s\d:=*]{1,8})(?!\d)")
_AROUND = "()[]{}*:=|.-+<>_~"
LONGEST_WHOLE = 8  # digits of an amount without decimals; longer ones are numbers of something


class Amount(NamedTuple):
    value: Decimal  # with the sign that is written
    start: int
    end: int
    currency: (
        str | None
    )  # what stands beside it: a code; "" for a sign of several ("$"); None where nothing does
    sign: str  # that sign, in small letters
    fine: bool  # has decimals, as money has and numbers of things have not


def amounts(line: str) -> list[Amount]:
    """Every number in a line that could be money, from left to right."""
    return [amount for match in _NUMBER.finditer(line) if (amount := _amount(match, line))]


def _amount(match: re.Match[str], line: str) -> Amount | None:
    number = match["number"].replace(" ", "")
    mark = _mark(number)
    after = line[match.end() :]
    if not mark and (len(number) > LONGEST_WHOLE or _UNIT.match(after)):
        return None
    sign, currency = _beside(line[: match.start("number")], after)
    read = read_amount(number, mark or POINT)
    if read is None or _is_measure(number, mark, currency, after) or not _is_apart(line, match, currency):
        return None
    value = -read.value if match["minus"] or _ends_in_minus(match) else read.value
    if abs(value) > MAX_AMOUNT:
        return None
    fine = bool(mark) and bool(re.search(rf"[{mark}]\d{{1,3}}$", number))
    return Amount(value, match.start(), match.end(), currency, sign, fine or bool(match["none"]))


def _ends_in_minus(match: re.Match[str]) -> bool:
    """ "19,90-" is negative; "12,-" and "12.--" have no cents."""
    return match["none"] == "-" and bool(re.search(r"[.,]\d\d$", match["number"].replace(" ", "")))


def _mark(number: str) -> str:
    """What stands before the decimals; empty where there are none."""
    marks = [c for c in number if c in (POINT, COMMA)]
    if not marks:
        return POINT if "'" in number else ""
    if marks[-1] != marks[0] or (len(marks) == 1 and len(number) - number.rfind(marks[0]) <= 3):
        return marks[-1]
    if len(marks) == 1 and (number.startswith("0") or len(number.split(marks[0])[0]) > 3):
        return marks[0]  # 0.158, 1234,567
    return COMMA if marks[-1] == POINT else POINT  # thousands


def _is_measure(number: str, mark: str, currency: str | None, after: str) -> bool:
    """Whether it is so many kilos or litres, or has three decimals, as few currencies have."""
    if mark and re.search(rf"[{mark}]\d{{3}}$", number):
        return digits_of(currency or "EUR") < 3
    return bool(_UNIT.match(after))


def _is_apart(line: str, match: re.Match[str], currency: str | None) -> bool:
    """Whether no word runs into it. A currency may, and a letter or two behind that say how it is taxed."""
    before = re.search(r"[^\W\d_]+$", line[: match.start()])
    after = re.match(r"[^\W\d_]+", line[match.end() :])
    if before and (currency is None or currency_of(before[0]) is None) and before[0].casefold() != "x":
        return False
    return not after or len(after[0]) <= 2 or currency_of(after[0]) is not None


def _beside(before: str, after: str) -> tuple[str, str | None]:
    """The sign or code beside a number, and the currency it means."""
    for match in (_BEFORE.search(before.rstrip("-* =:")), _AFTER.match(after)):
        for word in _readings(match[1].strip(_AROUND)) if match else ():
            currency = currency_of(word)
            if currency is not None and (not _is_code(word) or word.isupper()):
                return word.casefold(), currency
    return "", None


def _readings(word: str) -> Iterator[str]:
    """A word, and the sign of a currency within it: "$" of "Total$", "€" of "€/kg" not."""
    yield word
    if word and unicodedata.category(word[-1]) == "Sc":
        yield word[-1]
    elif word and unicodedata.category(word[0]) == "Sc" and "/" not in word:
        yield word[0]


def _is_code(word: str) -> bool:
    return len(word) == 3 and word.isascii() and word.isalpha()


_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "BBD", "JMD")
_OF_SEVERAL = {  # signs of several currencies: the first, unless the person's own is one of them
    "$": _DOLLARS,
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "¢": _DOLLARS,
}
_ALSO_WORDS = frozenset(["ALL", "TRY", "TOP", "CUP", "PEN", "MOP", "MAD", "SOS", "GEL", "BAM"])


def currency_meant(amount: Amount, own: str) -> str:
    """The currency of an amount; the usual one of those that share its sign, or the person's own if that is among them."""
    if amount.currency is None or amount.currency in _ALSO_WORDS - {own}:
        return ""
    if amount.currency:
        return own if amount.sign == "¥" and own == "CNY" else amount.currency
    several = _OF_SEVERAL.get(amount.sign.rstrip("."), ())
    return own if own in several else next(iter(several), "")


def is_whole(found: Sequence[Amount], currency: str) -> bool:
    """Whether money stands here without decimals: the currency has none, or nothing at all on the paper has."""
    return digits_of(currency) == 0 or not any(amount.fine for amount in found)
