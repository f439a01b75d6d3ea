"""The day of a purchase: dates within lines of text, and which of several it is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from lib.importing.dates import DMY, MDY, YMD, month_names, read_day
from lib.importing.words import plain
from lib.receipts.reading.lines import columns, shown
from lib.receipts.reading.paper import Found, best

OLDEST = timedelta(days=30 * 365)  # before today, of a receipt that somebody still has

_D = r"[0-9OoIl|]"  # how a digit may be read
_NUMERIC = re.compile(
    rf"""(?<![\w.,/-])(?:
        (?P<iso>{_D}{{4}}\s?[-./]\s?{_D}{{1,2}}\s?[-./]\s?{_D}{{1,2}})
      | (?P<usual>{_D}{{1,2}}\s?(?P<sep>[-./])\s?{_D}{{1,2}}\s?[-./,]\s?(?:{_D}{{4}}|'?{_D}{{2}}))
      | (?P<cjk>\d{{4}}\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日)
    )(?!(?!T\d\d:)[\w%]|[-/]\d|[.,]\d)""",
    re.VERBOSE,
)
_TO_DIGITS = str.maketrans("OoIl|", "00111")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.h][0-5]\d(?!\d)")

# The better first: the invoice's own day rather than that of an order.
_SAYS = """rechnungsdatum, belegdatum, kaufdatum, bondatum, ausstellungsdatum, invoice date, date of issue, issue date, bill date, receipt date,
    purchase date, transaction date, sale date, date paid, date issued, date de facture, date facture, date d achat, date de la facture, date d emission,
    date emission, fecha de factura, fecha factura, fecha de emision, fecha emision, data fattura, data documento, data emissione,
    data di emissione, factuurdatum, aankoopdatum, data da fatura, data de emissao, data emissao, data wystawienia, data sprzedazy,
    data zakupu, data faktury"""
_NAMES = """date, datum, fecha, data, dated, issued, paid on, order date, ordered on, bestelldatum, bestellt am, fecha de pedido, date de commande,
    data ordine, besteldatum"""
_LEADS_TO = "le, du, vom, am, on, of, dnia, del, de"
_IS_ANOTHER = """due, due date, payment due, pay by, due on, fallig, fallig am, zahlbar, zahlbar bis, zahlungsziel, falligkeit, valid, valid until,
    expires, expiry, exp, expiration, gultig, gultig bis, bis, until, return by, returns, ruckgabe bis, umtausch, mhd, mindestens haltbar, best before, use by, echeance, date d echeance,
    a payer avant, vencimiento, fecha de vencimiento, scadenza, data scadenza, vervaldatum, betalen voor, te betalen voor, vencimento, data de vencimento,
    termin platnosci, termin, waznosc, wazny do, birth, geboren, geburtsdatum, lieferdatum, liefertermin, delivery, delivery date, ship date, leistungszeitraum, leistungsdatum, zeitraum,
    abrechnungszeitraum, period, periode, billing period, service period, from, to, von, previous, letzte, last visit, since, seit, next, nachste, check in, check out,
    arrival, departure, version, stand, printed, print date, gedruckt, druckdatum, livraison, date de livraison, parution, garantie, warranty, member since,
    tse start, start, ende, end, mandat, mandate"""


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


_SURE = 40
_WORTH_OF = {  # what a phrase in front of a date adds, in percent
    **dict.fromkeys(_phrases(_LEADS_TO), 10),
    **dict.fromkeys(_phrases(_NAMES), 30),
    **dict.fromkeys(_phrases(_SAYS), _SURE),
    **dict.fromkeys(_phrases(_IS_ANOTHER), -30),
}


class _Date(NamedTuple):
    text: str
    line: int
    start: int
    end: int
    order: str  # how its numbers stand; empty where that is not said by its own form


@lru_cache(maxsize=1)
def _worded() -> re.Pattern[str]:
    """Dates with a month's name: "7. Mai 2014", "August 3 , 2014", "3MAR20", "10 de marzo de 2022"."""
    name = r"(?P<name>[^\W\d_]{3,12})\.?"
    day, year = r"\d{1,2}(?:st|nd|rd|th|er|\.|º|ª)?", r"(?:\d{4}|'?\d{2})(?![\d:.,/])"
    return re.compile(
        rf"(?<![\w])(?:{day}[ -]*(?:de |of )?{name}[ ,-]*(?:de |del )?{year}"
        rf"|{name.replace('?P<name>', '?P<first>')} ?{day} ?,? ?{year})",
        re.IGNORECASE,
    )


def find_day(texts: Sequence[str], today: date, order: str) -> Found[date] | None:
    """The day it was bought, or the invoice written.

    Args:
        today: Nothing is bought after it; a day's difference may be a time zone's.
        order: How the numbers of "03/04/2026" stand where nothing on the paper tells (`lib.importing.dates`).
    """
    dates = [found for number, text in enumerate(texts) for found in _dates(text, number)]
    slashed = _order_of(dates, order)
    sure: defaultdict[date, int] = defaultdict(int)
    line: dict[date, int] = {}
    for found in dates:
        day = _day(found, slashed, today)
        if day is None:
            continue
        worth = _worth(found, texts)
        if worth > sure[day] or day not in line:
            line[day] = found.line
        sure[day] = _together(sure[day], worth)
    return best(Found(day, _within(sure[day]), shown(texts[line[day]])) for day in line)


def _together(first: int, second: int) -> int:
    """A day that stands there twice is surer than its better place alone; being named another day's takes little away."""
    return max(first, second) + (5 if first > 0 and second > 0 else 0)


def _within(sure: int) -> int:
    return max(0, min(98, sure))


def _dates(text: str, line: int) -> Iterator[_Date]:
    for match in _NUMERIC.finditer(text):
        digits = match[0].translate(_TO_DIGITS)
        if sum(a != b for a, b in zip(digits, match[0], strict=True)) <= 2:
            order = YMD if not match["usual"] else DMY if match["sep"] == "." else ""
            yield _Date(re.sub(r"\s|'", "", digits).replace(",", "."), line, *match.span(), order)
    for match in _worded().finditer(text):
        if plain(match["name"] or match["first"]) in month_names():
            said = re.sub(r"(?<=\d)(er|º|ª)", " ", match[0]).replace("'", " ")
            yield _Date(said, line, *match.span(), DMY)


def _order_of(dates: Sequence[_Date], order: str) -> str:
    """How numbers with slashes or hyphens stand here: as those with a day over 12 do, where there are any."""
    for found in dates:
        if found.order:
            continue
        first, second = (int(number) for number in re.findall(r"\d+", found.text)[:2])
        if first > 12 >= second:
            return DMY
        if second > 12 >= first:
            return MDY
    return order if order in (DMY, MDY) else DMY


def _day(found: _Date, slashed: str, today: date) -> date | None:
    """The day, if somebody can have bought something then; the other way round where only that was."""
    first = found.order or slashed
    orders = [first] if found.order else [first, MDY if first == DMY else DMY]
    for order in orders:
        day = read_day(found.text, order)
        if day and today - OLDEST <= day <= today + timedelta(days=1):
            return day
    return None


def _worth(found: _Date, texts: Sequence[str]) -> int:
    text = texts[found.line]
    before, after = text[: found.start], text[found.end :]
    sure = 50 + _named(before)
    if sure == 50 and found.line and not _letters(_cell(before)):
        sure += _named(_cell_above(texts[found.line - 1], found))
    if _CLOCK.search(after[:14]) or _CLOCK.search(before[-14:]):
        sure += 20
    if re.match(r"\s*-\s*\d", after) or re.search(r"\d\s*-\s*$", before):
        sure -= 30  # one end of a range
    return sure


def _letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _cell(before: str) -> str:
    """What stands in front, up to the next wide gap; the cell before that one where it is empty."""
    cells = [before[start:end] for start, end in columns(before)]
    return cells[-1] if cells else ""


def _cell_above(above: str, found: _Date) -> str:
    cells = [
        (max(start - found.end, found.start - end, 0), abs(start - found.start), start, end)
        for start, end in columns(above)
    ]
    distance, _, start, end = min(cells, default=(99, 0, 0, 0))
    return above[start:end] if distance <= 2 else ""


def _named(before: str) -> int:
    """What the last words before a date, and behind any other number, make of it."""
    found = plain(re.split(r"\d", _cell(before))[-1][-60:]).split()
    said = [
        _WORTH_OF[phrase]
        for length in range(min(4, len(found)), 0, -1)
        for start in range(len(found) - length, -1, -1)
        if (phrase := " ".join(found[start : start + length])) in _WORTH_OF
    ]
    if _SURE in said:  # "Rechnungsdatum/Lieferdatum"
        return _SURE
    return said[0] if said else 0
