"""Where a CSV file's rows start, what names its columns, and what stands between them."""

import io
from collections import Counter
from itertools import islice
from typing import BinaryIO, NamedTuple

from lib.errors import Invalid
from lib.importing.amounts import has_decimals, looks_like_amount
from lib.importing.dates import looks_like_day
from lib.importing.table import SEPARATORS, Layout, Lines, Row, parse
from lib.importing.words import NAMES, name_of_column

_SAMPLE = 64_000  # characters
_ROWS = 300  # of the sample
_KNOWN = frozenset(name for names in NAMES.values() for name in names)
_LONGEST_NAME = 60


class _Reading(NamedTuple):
    """The sample as one separator makes it look."""

    separator: str
    rows: list[Row]
    payments: list[int]  # which of the rows have a day and an amount
    width: int  # most of these have so many columns


def guess_layout(file: BinaryIO, encoding: str) -> Layout:
    """Look at the beginning of a file.

    Raises:
        Invalid: If there are no columns in it, or nothing under their names.
    """
    lines = _sample(file, encoding)
    hint = lines[0].strip().casefold() if lines else ""
    offered = (
        [hint[4:] or "\t"] if hint.startswith("sep=") and hint[4:] in (*SEPARATORS, "") else [*SEPARATORS]
    )
    skipped = 1 if hint.startswith("sep=") else 0
    readings = [_read(lines, separator, skipped) for separator in offered]
    best = max(readings, key=lambda r: (len(r.payments), _regular(r), r.width))
    if not best.rows:
        raise Invalid("This file is empty.", "file")
    if best.width < 2 or max(sum(map(bool, row.cells)) for row in best.rows) < 2:
        raise Invalid("There are no columns in this file: every line is one piece of text.", "file")
    header = _header_of(best)
    first = best.rows[best.payments[0]].line if best.payments else best.rows[0].line
    if header and header.line == best.rows[-1].line:
        raise Invalid("This file names its columns, but there is nothing under them.", "file")
    return Layout(encoding, best.separator, header.line if header else 0, first)


def _sample(file: BinaryIO, encoding: str) -> list[str]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    sample = text.read(_SAMPLE)
    whole = len(sample) < _SAMPLE
    text.detach()
    lines = list(io.StringIO(sample, newline=""))
    return lines if whole or len(lines) < 2 else lines[:-1]


def _read(lines: list[str], separator: str, skipped: int) -> _Reading:
    source = Lines(iter(lines))
    source.skip(skipped)
    rows = [row for row in islice(parse(source, separator), _ROWS) if any(row.cells)]
    payments = [number for number, row in enumerate(rows) if _is_payment(row.cells)]
    widths = Counter(len(rows[number].cells) for number in payments or range(len(rows)))
    return _Reading(separator, rows, payments, widths.most_common(1)[0][0] if widths else 0)


def _is_payment(cells: list[str]) -> bool:
    days = [looks_like_day(cell) for cell in cells]
    return any(days) and any(
        not day and looks_like_amount(cell) for day, cell in zip(days, cells, strict=True)
    )


def _regular(reading: _Reading) -> int:
    return sum(len(row.cells) == reading.width for row in reading.rows) if reading.width > 1 else 0


def _header_of(reading: _Reading) -> Row | None:
    """The row that names the columns: above the first payment, the one with most names that banks use."""
    above = reading.rows[: reading.payments[0]] if reading.payments else reading.rows[:20]
    named = [(_names_in(row.cells), row) for row in above]
    known, best = max(named, key=lambda each: (each[0], each[1].line), default=(0, None))
    if best is not None and known:
        return best
    last = above[-1] if reading.payments and above else reading.rows[0] if not reading.payments else None
    return last if last and _could_be_names(last.cells, reading.width) else None


def _names_in(cells: list[str]) -> int:
    """How many cells are names of columns; none where one is a day or an amount of money."""
    if not _could_be_names(cells, 0):
        return 0
    return sum(len(cell) <= _LONGEST_NAME and name_of_column(cell) in _KNOWN for cell in cells)


def _could_be_names(cells: list[str], width: int) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < max(2, width / 2):
        return False
    return not any(looks_like_day(cell) or has_decimals(cell) for cell in filled)
