"""Words that have places on a page, as the lines that people see, whatever order they come in."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lib.receipts.reading.lines import LONGEST_LINE

_SAME_ROW = 0.4  # of the lower one's height, by which a word may stand deeper
_COLUMN_GAP = 1.0  # of the height of the text
_CHARACTER = 4  # points of a page that one character of a line stands for


class Word(NamedTuple):
    """In points, from the left and from the bottom of a page."""

    left: float
    right: float
    base: float  # what its letters stand on, or its middle: the same for all
    height: float
    text: str


def in_rows(words: Sequence[Word]) -> list[str]:
    """Lines from top to bottom: what stands side by side is one line, wide gaps are columns."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.base):
        if rows and _is_beside(rows[-1][0], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    edge = min((word.left for word in words), default=0)
    return [_line(sorted(row, key=lambda word: word.left), edge) for row in rows]


def _is_beside(first: Word, word: Word) -> bool:
    return first.base - word.base <= _SAME_ROW * min(first.height, word.height)


def _line(row: Sequence[Word], edge: float) -> str:
    """Columns begin where they stand on the page, so that a table's head is above what it is the head of."""
    height = max(word.height for word in row)
    text = " " * _column(row[0], edge) + row[0].text
    for before, word in pairwise(row):
        if word.left - before.right > _COLUMN_GAP * height:
            text = f"{text}   ".ljust(_column(word, edge))
        else:
            text += " "
        text += word.text
        if len(text) > LONGEST_LINE:
            break
    return text


def _column(word: Word, edge: float) -> int:
    return max(0, min(LONGEST_LINE, int((word.left - edge) / _CHARACTER)))
