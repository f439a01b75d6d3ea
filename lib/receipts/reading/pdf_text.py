"""The text of a PDF in the rows that people see, whatever order it was written in. Runs in a child process only."""

from collections.abc import Iterator
from ctypes import byref, c_double
from time import monotonic
from typing import Any, BinaryIO

import pypdfium2

from lib.receipts.reading.lines import MOST_LINES
from lib.receipts.reading.placing import Word, in_rows

MOST_PAGES = 20
MOST_CHARACTERS = 20_000  # of a page; one full of small print has a third of that
ENOUGH = 0.8  # seconds, after which no further page is begun
_SPACE, _NO_BREAK = 0x20, 0xA0


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
            yield _placed(page, first, place - 1, word)
            word = ""


def _placed(page: pypdfium2.PdfTextPage, first: int, last: int, text: str) -> Word:
    x, base = c_double(), c_double()
    pypdfium2.raw.FPDFText_GetCharOrigin(page.raw, first, byref(x), byref(base))
    left, bottom, _, top = page.get_charbox(first, loose=True)
    return Word(left, page.get_charbox(last, loose=True)[2], base.value, top - bottom, text)
