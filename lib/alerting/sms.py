"""Texts for phones: one SMS each, which is 160 signs of the phones' own alphabet or 70 of any other."""

import re
import unicodedata
from collections.abc import Sequence

from lib.letters.plain import one_line, shortened

# GSM 03.38, without its control characters.
BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")  # each takes two places
SEPTETS, UNITS = 160, 70  # in one SMS
LEAST = 40  # characters of the lead, before the link is given up for more of it

_ALIKE = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‘": "'", "’": "'", "‚": "'", "…": "...", "•": "-", "·": "-", "×": "x", "÷": "/", "ı": "i",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "OE",
    }
)  # fmt: skip
_CURRENCIES = {
    "zł": "PLN", "Kč": "CZK", "₹": "INR", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₩": "KRW", "₫": "VND", "₪": "ILS",
    "₱": "PHP", "₦": "NGN", "฿": "THB", "₸": "KZT", "₾": "GEL", "₼": "AZN", "֏": "AMD", "₲": "PYG", "₡": "CRC",
    "₵": "GHS", "₭": "LAK", "₮": "MNT", "៛": "KHR", "৳": "BDT", "؋": "AFN", "лв.": "BGN", "¢": "c",
}  # fmt: skip
_SIGN = re.compile(
    rf"(?P<left>\d?)(?<![^\W\d_])(?P<sign>{'|'.join(map(re.escape, _CURRENCIES))})(?![^\W\d_])(?P<right>\d?)"
)
_LINKED = re.compile(r"://|(?<=\w)\.(?=[^\W\d_]{2})")  # what phones make links of
_DROPPED = frozenset({"So", "Sk", "Cf", "Cn", "Co", "Mn", "Me"})  # pictures, and marks on what is not there


def fit(lead: str, more: Sequence[str] = (), link: str = "") -> str:
    """What of it goes into one SMS.

    Args:
        lead: Always there; shortened in its middle where it is too long by itself.
        more: Sentences, the most important first: as many as fit.
        link: Whole or not at all.
    """
    text = _shortened(lead, link, LEAST) if link else ""
    if not text:
        text, link = _shortened(lead, "", 0), ""
    for part in map(plain, more):
        longer = f"{text}{'' if text.endswith(tuple('.!?')) else '.'} {part}"
        if part and fits(_with(longer, link)):
            text = longer
    return _with(text, link)


def _shortened(lead: str, link: str, least: int) -> str:
    """As much of the lead as fits along with the link; "" if that is less than `least` characters of a longer one."""
    whole = plain(lead)
    if fits(_with(whole, link)):
        return whole
    for most in range(min(len(lead) - 1, SEPTETS), least - 1, -1):
        text = plain(shortened(lead, most, "..."))
        if fits(_with(text, link)):
            return text
    return ""


def _with(text: str, link: str) -> str:
    return f"{text} {link}" if link else text


def plain(text: str) -> str:
    """`text` in the phones' alphabet where it can be, without what no phone shows, and without links of others' making."""
    line = _LINKED.sub(" ", one_line(text)).replace("\xa0", " ").replace("\u202f", " ")
    line = _SIGN.sub(_code, unicodedata.normalize("NFC", line))
    found = "".join(_simple(sign) for sign in line.translate(_ALIKE))
    return " ".join(found.split())


def _code(found: re.Match[str]) -> str:
    left, right = found["left"], found["right"]
    return f"{left}{' ' * bool(left)}{_CURRENCIES[found['sign']]}{' ' * bool(right)}{right}"


def _simple(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    bare = "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c))
    if bare and all(c in BASIC for c in bare):
        return bare
    return "" if unicodedata.category(sign) in _DROPPED else sign


def fits(text: str) -> bool:
    """Whether it is one SMS."""
    if all(sign in BASIC or sign in EXTENDED for sign in text):
        return len(text) + sum(sign in EXTENDED for sign in text) <= SEPTETS
    return len(text.encode("utf-16-le")) <= 2 * UNITS
