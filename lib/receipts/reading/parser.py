"""From a receipt's text to what it says. Pure: the same lines always give the same reading."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from lib.importing.amounts import currency_of
from lib.importing.dates import DMY, MDY, usual_order
from lib.money import rounded
from lib.receipts.reading.amounts import Amount, amounts, currency_meant, is_whole
from lib.receipts.reading.days import find_day
from lib.receipts.reading.lines import shown, tidy
from lib.receipts.reading.merchant import find_merchant, tidied
from lib.receipts.reading.paper import DAY, MERCHANT, TOTAL, Found, Paper, Reading, best
from lib.receipts.reading.rows import Line, Row, looked_at, rows
from lib.receipts.reading.totals import find_total
from lib.receipts.reading.words import Kind

T = TypeVar("T")


def read_paper(
    paper: Paper, today: date, *, currency: str = "EUR", locale: str = "en", known: Sequence[str] = ()
) -> Reading:
    """What a receipt says.

    Args:
        today: In the person's time zone: no receipt is of a later day.
        currency, locale: The person's own, for what is written alike in several: "$", "03/04/2026".
        known: Payees they have used before.
    """
    texts = tidy(paper.lines)
    lines = looked_at(texts)
    used = _currency(lines, currency)
    whole = is_whole([amount for line in lines for amount in line.amounts], used.value if used else "EUR")
    found = rows(lines, whole=whole)
    total = _agreed(find_total(lines, found), _named_total(paper))
    if total:
        used = _of_total(total, found, currency) or used
        total = _in_currency(total, used.value if used else currency)
    order = _order(used.value if used else "", locale)
    day = _agreed(find_day(texts, today, order), _named_day(paper, today, order))
    if not total and not day:
        return Reading()  # it is no receipt, so its first line is no shop
    merchant = _agreed(find_merchant(texts, known), _named_merchant(paper))
    return Reading(total=total, currency=used, day=day, merchant=merchant)


def _agreed(own: Found[T] | None, named: Found[T] | None) -> Found[T] | None:
    """What we found, or what the reading service says: whichever is surer, and surer still where they agree."""
    if own and named and own.value == named.value:
        return replace(own, sure=min(98, max(own.sure, named.sure) + 10))
    return best(one for one in (own, named) if one)


def _named_total(paper: Paper) -> Found[Decimal] | None:
    if named := paper.named.get(TOTAL):
        for text in tidy([named.text]):
            values = [amount.value for amount in amounts(text) if amount.value > 0]
            return Found(values[-1], named.sure, shown(text)) if values else None
    return None


def _named_day(paper: Paper, today: date, order: str) -> Found[date] | None:
    if named := paper.named.get(DAY):
        found = find_day(tidy([named.text]), today, order)
        return replace(found, sure=named.sure) if found else None
    return None


def _named_merchant(paper: Paper) -> Found[str] | None:
    if named := paper.named.get(MERCHANT):
        for text in tidy([" ".join(named.text.split())]):
            return Found(tidied(text), named.sure, shown(text)) if tidied(text) else None
    return None


def _in_currency(total: Found[Decimal], currency: str) -> Found[Decimal] | None:
    value = rounded(total.value, currency)
    if value <= 0:
        return None
    return replace(total, value=value, sure=total.sure if value == total.value else total.sure // 2)


def _of_total(total: Found[Decimal], found: Iterable[Row], own: str) -> Found[str] | None:
    """The currency that stands beside the total itself."""
    for row in found:
        is_it = row.amount.value == total.value and row.kind in (Kind.DUE, Kind.TOTAL, Kind.CARD)
        if is_it and (code := currency_meant(row.amount, own)):
            return Found(code, 95 if row.amount.currency else 75, total.line)
    return None


def _currency(lines: Sequence[Line], own: str) -> Found[str] | None:
    """The currency that most amounts name."""
    votes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in lines:
        for amount in line.amounts:
            if code := currency_meant(amount, own):
                votes[code] += 1 + (bool(line.labels) and _is_money(amount))
                first.setdefault(code, shown(line.text))
        if (code := currency_of(line.text) or "") and line.text.strip() in (code, "€", "£"):
            votes[code] += 1  # above a column of prices
            first.setdefault(code, shown(line.text))
    if not votes:
        return None
    code, most = votes.most_common(1)[0]
    return Found(code, 90 if most * 4 >= votes.total() * 3 else 50, first[code])


def _is_money(amount: Amount) -> bool:
    return amount.fine or amount.value > 0


def _order(currency: str, locale: str) -> str:
    """How "03/04/2026" is meant: month first where one pays in US dollars, as people write it themselves in Canada and the like."""
    if currency == "USD":
        return MDY
    return usual_order(locale) if not currency or currency in ("CAD", "PHP") else DMY
