"""From a receipt's text to what it says. Pure: the same lines always give the same reading."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lib.importing.dates import DMY, MDY, usual_order
from lib.money import rounded
from lib.receipts.reading.amounts import Amount, currency_meant, is_whole
from lib.receipts.reading.days import find_day
from lib.receipts.reading.lines import shown, tidy
from lib.receipts.reading.merchant import find_merchant
from lib.receipts.reading.paper import Found, Paper, Reading
from lib.receipts.reading.rows import Line, Row, looked_at, rows
from lib.receipts.reading.totals import find_total
from lib.receipts.reading.words import Kind


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
    total = find_total(lines, found)
    if total:
        used = _of_total(total, found, currency) or used
        total = _in_currency(total, used.value if used else currency)
    return Reading(
        total=total,
        currency=used,
        day=find_day(texts, today, _order(used.value if used else "", locale)),
        merchant=find_merchant(texts, known),
    )


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
