"""The text of a PDF in the rows that people see, whatever order it was written in. Runs in a child process only."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

import pypdfium2

from lib.receipts.reading.lines import LONGEST_LINE, MOST_LINES

MOST_PAGES = 20
MOST_CHARACTERS = 20_000  # of a page; one full of small print has a third of that
ENOUGH = 0.8  # seconds, after which no further page is begun
_SAME_ROW = 0.5  # of the lower one's height that two words share
_COLUMN_GAP = 1.0  # of the height of the text
_CHARACTER = 4  # points of a page that one character of a line stands for
_SPACE, _NO_BREAK = 0x20, 0xA0


class Word(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float
    text: str


def text_of(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Its lines, from the first page, the last, and those between while there is time."""
    since, pages = monotonic(), dict[int, list[str]]()
    try:
        with pypdfium2.PdfDocument(file) as document:
            for number in _order(len(document)):
                if monotonic() - since > ENOUGH:
                    break
                pages[number] = _page(document, number)
    except pypdfium2.PdfiumError:
        return {"lines": []}, []  # broken or locked: nothing can be read on it
    lines = [line for number in sorted(pages) for line in pages[number]]
    return {"lines": lines[: 2 * MOST_LINES]}, []


def _order(count: int) -> list[int]:
    """The first page has the merchant and the day, the last the total."""
    return list(dict.fromkeys([0, count - 1, *range(min(count, MOST_PAGES))])) if count else []


def _page(document: pypdfium2.PdfDocument, number: int) -> list[str]:
    try:
        return in_rows(list(_words(document[number].get_textpage())))
    except pypdfium2.PdfiumError:
        return []  # the others may be whole


def _words(page: pypdfium2.PdfTextPage) -> Iterator[Word]:
    """PDFium tells characters that belong together from those that do not, also where each is placed by itself."""
    word, first = "", 0
    count = min(page.count_chars(), MOST_CHARACTERS)
    for place in range(count + 1):
        code = pypdfium2.raw.FPDFText_GetUnicode(page.raw, place) if place < count else 0
        if code > _SPACE and code != _NO_BREAK:
            first, word = first if word else place, word + chr(code)
        elif word:
            left, bottom, _, top = page.get_charbox(first, loose=True)
            yield Word(left, bottom, page.get_charbox(place - 1, loose=True)[2], top, word)
            word = ""


def in_rows(words: Sequence[Word]) -> list[str]:
    """Words of text as lines from top to bottom: what stands side by side is one line, wide gaps are columns."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -(word.top + word.bottom)):
        if rows and _is_beside(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    edge = min((word.left for word in words), default=0)
    return [_line(sorted(row, key=lambda word: word.left), edge) for row in rows]


def _is_beside(row: Sequence[Word], word: Word) -> bool:
    bottom, top = min(each.bottom for each in row), max(each.top for each in row)
    shared = min(top, word.top) - max(bottom, word.bottom)
    return shared > _SAME_ROW * min(top - bottom, word.top - word.bottom)


def _line(row: Sequence[Word], edge: float) -> str:
    """Columns begin where they stand on the page, so that a table's head is above what it is the head of."""
    height = max(word.top - word.bottom for word in row)
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
