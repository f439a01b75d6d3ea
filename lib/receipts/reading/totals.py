"""Which of a receipt's amounts is what was paid: what says so, weighed with what else on the paper bears it out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from lib.money import MAX_AMOUNT
from lib.receipts.reading.lines import shown
from lib.receipts.reading.paper import Found, best
from lib.receipts.reading.rows import Line, Row
from lib.receipts.reading.words import Kind

_WORTH = {Kind.DUE: 70, Kind.TOTAL: 60, Kind.CARD: 50, Kind.MAYBE: 35}  # percent, of the words alone
_AGREES = 15  # for each way in which the rest of the paper comes to the same amount
_LARGEST = 8  # the largest of several totals: those before it are of parts
_MOST_SURE = 98


def find_total(lines: Sequence[Line], rows: Sequence[Row]) -> Found[Decimal] | None:
    """What was paid in all: more than zero, exactly as it is written there."""
    candidates = [row for row in rows if row.kind in _WORTH and 0 < row.amount.value <= MAX_AMOUNT]
    if not candidates:
        return _without_words(lines, rows)
    agreeing = _agreeing(rows)
    largest = max(
        (row.amount.value for row in candidates if row.kind in (Kind.DUE, Kind.TOTAL)), default=None
    )
    times = Counter({row.amount.value: 0 for row in candidates})
    times.update(value for _, value in {(row.line, row.amount.value) for row in candidates})
    return best(
        Found(
            row.amount.value,
            min(_MOST_SURE, _sure(row, agreeing, largest) + 5 * (times[row.amount.value] - 1)),
            shown(lines[row.line].text),
        )
        for row in candidates
    )


def _sure(row: Row, agreeing: Mapping[Decimal, int], largest: Decimal | None) -> int:
    value = row.amount.value
    sure = _WORTH[row.kind] if row.kind else 0
    sure += _AGREES * min(agreeing.get(value, 0), 2)
    if value == largest:
        sure += _LARGEST
    if not row.amount.fine and row.amount.currency is None:
        sure -= 10
    return sure


def _agreeing(rows: Sequence[Row]) -> Counter[Decimal]:
    """Amounts that other lines come to: what the card paid, cash less change, net and tax, all goods together."""
    agreeing: Counter[Decimal] = Counter()
    agreeing.update({row.amount.value for row in rows if row.kind is Kind.CARD})
    given, change = _values(rows, Kind.CASH), _values(rows, Kind.CHANGE)
    agreeing.update({cash - abs(back) for cash in given for back in change})
    parts, taxes = _values(rows, Kind.PART), _values(rows, Kind.TAX)
    agreeing.update(
        {part + tax for part in parts for tax in {*taxes, sum(taxes, Decimal(0))}} if taxes else ()
    )
    agreeing.update(_sums(rows))
    return agreeing


def _values(rows: Iterable[Row], kind: Kind) -> list[Decimal]:
    """The first few different amounts of a kind; more are no receipt's."""
    return list(dict.fromkeys(row.amount.value for row in rows if row.kind is kind))[:8]


def _sums(rows: Sequence[Row]) -> set[Decimal]:
    """What the goods above each total add up to, with and without what was taken off."""
    sums: set[Decimal] = set()
    goods = off = Decimal(0)
    for row in rows:
        if row.kind is None:
            goods += row.amount.value
        elif row.kind is Kind.SAVED:
            off -= abs(row.amount.value)
        elif row.kind in (Kind.DUE, Kind.TOTAL, Kind.PART) and goods:
            sums |= {goods, goods + off}
    return sums


def _without_words(lines: Sequence[Line], rows: Sequence[Row]) -> Found[Decimal] | None:
    """Where no line says what it is: an amount that others come to, such as cash less change."""
    agreeing = _agreeing(rows)
    last = {row.amount.value: row.line for row in rows}
    return best(
        Found(value, 35 + _AGREES * min(count, 2), shown(lines[last[value]].text))
        for value, count in agreeing.items()
        if value in last and 0 < value <= MAX_AMOUNT and count > 1
    )
