"""Tables that break between rows and say on every page what their columns are."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reportlab.lib.colors import Color

from lib.reporting.pdf.paper import INK, LINE, PALE, QUIET, Paper

SIZE, ROW = 8.5, 17


class Column(NamedTuple):
    name: str
    share: float  # of the line
    right: bool = False


class Cell(NamedTuple):
    words: str
    colour: Color = INK
    bold: bool = False


def table(
    paper: Paper, columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]], *, size: float = SIZE
) -> None:
    """Rows of one line each. Words that do not fit into their cell end in an ellipsis; figures become smaller, and stay whole."""
    row_height = size * ROW / SIZE
    whole = sum(column.share for column in columns)
    wides = [paper.room * column.share / whole for column in columns]
    lefts = [paper.left + sum(wides[:n]) for n in range(len(columns))]

    def place(number: int, words: str, y: float, colour: Color, bold: bool) -> None:
        """Numbers end where their column does; between columns there is some air."""
        column, x, wide = columns[number], lefts[number], wides[number]
        if column.right:
            fits = paper.size_within(wide - 6, words, size, bold=bold)
            paper.text(x + wide - 4, y, words, fits, colour, bold=bold, align="right")
        else:
            paper.text(x + 4, y, words, size, colour, bold=bold, room=wide - 10)

    def head() -> None:
        paper.y -= row_height
        paper.box(paper.left, paper.y, paper.room, row_height, PALE)
        for number, column in enumerate(columns):
            place(number, column.name, paper.y + size * 0.6, QUIET, True)

    paper.needs(row_height * 3)
    with paper.on_each_page(head):
        for row in rows:
            paper.needs(row_height)
            paper.y -= row_height
            for number, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell:
                        place(number, cell, paper.y + size * 0.6, INK, False)
                else:
                    place(number, cell.words, paper.y + size * 0.6, cell.colour, cell.bold)
            paper.line(paper.left, paper.y, paper.right, paper.y, LINE, 0.4)
