"""CSV as rows: what RFC 4180 says, and what banks make of it."""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, NamedTuple

from lib.errors import Invalid, TooLarge

MAX_ROWS, MAX_COLUMNS, MAX_FIELD = 200_000, 100, 10_000
MAX_BYTES = 20_000_000
MAX_LINES, MAX_RECORD = 50, 200_000  # lines, and characters, that one row may take
SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}

STRAY_QUOTES = "The quotation marks in this line do not pair up."


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text of a file is laid out."""

    encoding: str
    separator: str
    header: int = 0  # the line that names the columns, counted from 1; 0 where none does
    first: int = 1  # the line the rows start at

    @property
    def starts_at(self) -> int:
        return self.header or self.first


class Row(NamedTuple):
    line: int  # where it starts in the file, counted from 1
    cells: list[str]
    fault: str = ""  # what was odd about it; the cells are then what could be made of it


class Table:
    """The rows of one file. Reads it again for every pass: a hundred thousand rows take no more memory than one."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._file, self.layout = file, layout
        self.header: tuple[str, ...] = ()
        if layout.header:
            with closing(self._records()) as records:
                self.header = tuple(cell.strip() for cell in next(records, Row(0, [])).cells)

    def rows(self, most: int = MAX_ROWS) -> Iterator[Row]:
        """All rows that are not blank, up to `most`.

        Raises:
            TooLarge: For more than MAX_ROWS rows, or more columns or longer cells than anyone's bank has.
        """
        records = self._records()
        if self.layout.header:
            next(records, None)
        count = 0
        for row in records:
            if not any(row.cells):
                continue
            if count == most:
                if most < MAX_ROWS:
                    return
                raise TooLarge(f"This file has more than {MAX_ROWS:,} rows. Split it, and bring the parts.")
            count += 1
            yield row

    def _records(self) -> Generator[Row]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self.layout.encoding, errors="replace", newline="")
        try:
            lines = Lines(text)
            lines.skip(self.layout.starts_at - 1)
            yield from parse(lines, self.layout.separator)
        except (
            UnicodeError
        ) as error:  # UTF-16 without the mark that says which of its two kinds; all else is replaced
            raise Invalid(
                "This file is not written in that encoding. Choose another one.", "encoding"
            ) from error
        finally:
            if not self._file.closed:  # whoever stopped reading may have closed it already
                text.detach()


class Lines:
    """Lines that can be put back, and counted.

    A record that takes too many of them is broken off: where every line opens a quotation mark anew, each would otherwise
    read the rest of the file.
    """

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._back: list[str] = []
        self.taken: list[str] = []  # since the last record ended
        self._size = 0  # of these
        self.number = 0  # of the last line taken

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MAX_LINES or self._size > MAX_RECORD:
            raise csv.Error("a record without end")
        line = self._back.pop() if self._back else next(self._source)
        self.taken.append(line)
        self._size += len(line)
        self.number += 1
        return line

    def skip(self, count: int) -> None:
        for _ in islice(self._source, count):
            self.number += 1

    def begin_record(self) -> None:
        self.taken.clear()
        self._size = 0

    def put_back_all_but_first(self) -> str:
        """Un-take what a runaway quotation mark swallowed, and give its first line."""
        first, rest = self.taken[0], self.taken[1:]
        self._back.extend(reversed(rest))
        self.number -= len(rest)
        return first


def parse(lines: Lines, separator: str) -> Iterator[Row]:
    """Records, strictly where that goes. What a stray quotation mark breaks is mended for that record alone."""
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator != " ")
    while True:
        lines.begin_record()
        line = lines.number + 1
        try:
            cells, fault = next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            cells, fault = _mended(lines, separator, line), STRAY_QUOTES
            reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator != " ")
        if len(cells) > MAX_COLUMNS:
            cells = _without_empty_end(cells, line)
        if sum(map(len, cells)) > MAX_FIELD and max(map(len, cells)) > MAX_FIELD:
            raise _too_long(line)
        yield Row(line, cells, fault)


def _mended(lines: Lines, separator: str, line: int) -> list[str]:
    """What can be made of lines whose quotation marks do not pair up: of the first alone, the others are read anew."""
    alone = len(lines.taken) == 1
    first = lines.put_back_all_but_first()
    try:
        if alone:
            return next(csv.reader([first], delimiter=separator, skipinitialspace=True), [])
        return next(csv.reader([first], delimiter=separator, quoting=csv.QUOTE_NONE), [])
    except csv.Error:  # longer than the reader takes, which is longer than MAX_FIELD
        raise _too_long(line) from None


def _too_long(line: int) -> TooLarge:
    return TooLarge(
        f"Line {line:,} has a field of more than {MAX_FIELD:,} characters: this is no list of payments."
    )


def _without_empty_end(cells: list[str], line: int) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise TooLarge(f"Line {line:,} has more than {MAX_COLUMNS} columns: this is no list of payments.")
    return cells
