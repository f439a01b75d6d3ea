"""Lines of text from a PDF or a picture, made fit to look through: bounded, in plain letters and digits, words with their places."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lib.importing.words import LONGEST_CELL, plain

MOST_LINES, LONGEST_LINE = (
    800,
    300,
)  # of both more than a receipt has; what is dropped is the middle, and the right
SHOWN = 120  # characters of a line that is shown to people

_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_ALIKE = str.maketrans({
    "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-", "\u2019": "'", "\u2018": "'", "`": "'",
    "\u066b": ".", "\u066c": "'",
})  # fmt: skip
_EURO_IN_THE_MIDDLE = re.compile(r"(?<=\d)€(?=\d\d(?!\d))")
_WORD = re.compile(r"[^\W\d_]+(?:[01|5][^\W\d_]+)*")
_COLUMNS = re.compile(r"\S+(?: \S+)*")
_LETTER_LIKE = str.maketrans("01|5", "olls")


class Word(NamedTuple):
    text: str  # as `lib.importing.words.plain` has it
    start: int
    end: int


def tidy(lines: Sequence[str]) -> list[str]:
    """The lines that hold something, with spaces for every kind of gap and at most MOST_LINES of them."""
    kept = [cleaned for line in _ends(lines, 4 * MOST_LINES) if (cleaned := _cleaned(line))]
    return list(_ends(kept, MOST_LINES))


def _ends(lines: Sequence[str], most: int) -> Sequence[str]:
    """The first half and the last of what fits."""
    return lines if len(lines) <= most else [*lines[: most // 2], *lines[-(most // 2) :]]


def _cleaned(line: str) -> str:
    text = unicodedata.normalize("NFKC", line[:LONGEST_LINE])[:LONGEST_LINE]
    text = text.translate(_UNSEEN).translate(_ALIKE).replace("\t", "   ")
    if not text.isascii() or not text.isprintable():
        text = "".join(_plain_character(c) for c in text)
    return _EURO_IN_THE_MIDDLE.sub(",", text)[:LONGEST_LINE].rstrip()


def _plain_character(c: str) -> str:
    if c.isdigit():
        return str(unicodedata.digit(c))  # ٣ is a 3
    return c if c.isprintable() else " "


def shown(line: str) -> str:
    return " ".join(line.split())[:SHOWN]


def words(line: str) -> list[Word]:
    """Its words and where they stand. "S U M M E" and "T.T.C." are one word each, and so is "T0TAL"."""
    found = [
        Word(plain(match[0].translate(_LETTER_LIKE)), *match.span())
        for match in _WORD.finditer(line)
        if match.end() - match.start() <= LONGEST_CELL
    ]
    return list(_joined(found, line))


def _joined(found: list[Word], line: str) -> Iterator[Word]:
    run: list[Word] = []
    for word in [*found, None]:
        if word and len(word.text) == 1 and (not run or _touches(run[-1], word, line)):
            run.append(word)
            continue
        yield from _one(run, line)
        run = []
        if word and len(word.text) == 1:
            run = [word]
        elif word:
            yield word


def _touches(first: Word, second: Word, line: str) -> bool:
    return line[first.end : second.start] in (".", ". ", "-", " ", "/")


def _one(run: list[Word], line: str) -> list[Word]:
    """A run of single letters as one word, where it looks like one: "H.T." and "T O T A L", but not "Menü A B"."""
    between = {line[a.end : b.start] for a, b in zip(run, run[1:], strict=False)}
    if len(run) > 3 or (len(run) > 1 and " " not in between):
        return [Word("".join(word.text for word in run), run[0].start, run[-1].end)]
    return run


def columns(line: str) -> list[tuple[int, int]]:
    """Where its columns start and end: what two spaces or more keep apart."""
    return [match.span() for match in _COLUMNS.finditer(line)]
