"""Which amount belongs to which words: beside them, or below them where a table has a head."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lib.receipts.reading.amounts import Amount, amounts
from lib.receipts.reading.lines import columns, words
from lib.receipts.reading.words import Kind, Label, labels, settled

_BELOW = 2  # lines in which an amount may follow its label
_FEW_LETTERS = 6  # of a line that holds nothing but amounts


class Line(NamedTuple):
    text: str
    labels: tuple[Label, ...]
    amounts: tuple[Amount, ...]
    letters: int  # outside of labels


class Row(NamedTuple):
    kind: Kind | None  # None: goods, or whatever else has no label
    amount: Amount
    line: int


def looked_at(texts: Sequence[str]) -> list[Line]:
    return [_looked_at(text) for text in texts]


def _looked_at(text: str) -> Line:
    found = words(text)
    named = tuple(labels(found))
    letters = sum(c.isalpha() for c in text) - sum(
        sum(c.isalpha() for c in text[label.start : label.end]) for label in named
    )
    return Line(text, named, tuple(amounts(text)), letters)


def rows(lines: Sequence[Line], *, whole: bool) -> list[Row]:
    """Every amount with what it is.

    Args:
        whole: Whether amounts here have no decimals; otherwise a number without them is money only beside a currency.
    """
    return [row for number in range(len(lines)) for row in _rows_at(lines, number, whole)]


def _rows_at(lines: Sequence[Line], number: int, whole: bool) -> Iterator[Row]:
    line = lines[number]
    money = [amount for amount in line.amounts if _is_money(amount, line, whole)]
    if money and line.labels:
        yield from (Row(kind, amount, number) for kind, amount in _beside(line, money))
    elif money and _is_bare(line) and (above := _head(lines, number)):
        yield from (Row(kind, amount, number) for kind, amount in _below(above, money))
    elif money:
        yield Row(None, money[-1], number)


def _is_money(amount: Amount, line: Line, whole: bool) -> bool:
    if amount.fine or amount.currency is not None:
        return True
    counts = any(label.kind is Kind.COUNT and label.end <= amount.start + 40 for label in line.labels)
    return whole and not counts and amount.end - amount.start > 1


def _is_bare(line: Line) -> bool:
    return not line.labels and line.letters <= _FEW_LETTERS


def _head(lines: Sequence[Line], number: int) -> Line | None:
    """The line with labels and no amounts that stands above one with amounts and nothing else."""
    for above in reversed(lines[max(0, number - _BELOW) : number]):
        if above.labels and not any(amount.fine for amount in above.amounts):
            return above
        if above.amounts or above.letters > _FEW_LETTERS:
            return None
    return None


def _beside(line: Line, money: Sequence[Amount]) -> Iterator[tuple[Kind | None, Amount]]:
    """Each amount is what the words between the one before and itself say; where none stand there, the same as that one.

    Of several amounts after the same words only one counts, of a total the largest: "Total 278.61 40.39 319.00".
    """
    groups: list[tuple[list[Label], list[Amount]]] = []
    since = 0
    for amount in money:
        between = [label for label in line.labels if since <= label.start < amount.start]
        if between or not groups:
            groups.append((between, []))
        groups[-1][1].append(amount)
        since = amount.end
    rest = [label for label in line.labels if label.start >= since]
    if not groups[0][0] or _says_more(rest):
        groups[-1][0].extend(rest)
    for between, found in groups:
        kind = settled({label.kind for label in between})
        is_total = kind in (Kind.DUE, Kind.TOTAL)
        yield kind, max(found, key=lambda amount: (amount.fine, amount.value)) if is_total else found[-1]


def _says_more(rest: Sequence[Label]) -> bool:
    """Whether what stands behind an amount changes what it is: "Total 10,00 netto", but not "Total 10,00 inkl. MwSt"."""
    return bool({label.kind for label in rest} & {Kind.PART, Kind.SAVED})


def _below(head: Line, money: Sequence[Amount]) -> Iterator[tuple[Kind | None, Amount]]:
    """Amounts under the head of a table: one to one where they are as many, else each under what it stands under."""
    cells = [
        (start, end, settled({label.kind for label in head.labels if start <= label.start < end}))
        for start, end in columns(head.text)
    ]
    if len(cells) == 1:  # no columns can be told apart: the words in their order
        cells = [(label.start, label.end, settled({label.kind})) for label in head.labels]
        if len(cells) != len(money):
            whole = settled({label.kind for label in head.labels})
            yield whole, money[-1]
            return
    if len(cells) == len(money):
        yield from ((cell[2], amount) for cell, amount in zip(cells, money, strict=True))
        return
    for amount in money:
        nearest = min(cells, key=lambda cell: _distance(cell, amount))
        yield nearest[2], amount


def _distance(cell: tuple[int, int, Kind | None], amount: Amount) -> int:
    start, end, _ = cell
    return max(start - amount.end, amount.start - end, 0)
