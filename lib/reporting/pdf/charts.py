"""Charts as lines and areas of the page itself. Each is readable in grey: what a colour says is also said in words."""

from collections.abc import Sequence
from typing import NamedTuple

from lib.reporting.pdf import fonts
from lib.reporting.pdf.paper import ACCENT, DEEP, FADED, INK, LINE, OVER, PALE, QUIET, Paper


class Bar(NamedTuple):
    name: str
    share: float  # of the longest, 0 to 1
    words: str  # at its end
    note: str = ""
    over: float = 0  # how much of the share lies beyond a limit
    limit: float = 0  # where that is


class Post(NamedTuple):
    """One column of a chart over time."""

    name: str  # below it; may be empty
    share: float  # of the highest
    strong: bool = True
    words: str = ""  # above it


def bars(paper: Paper, rows: Sequence[Bar], *, high: float = 20) -> None:
    """Horizontal bars with their names before and amounts behind them."""
    name_room = min(150, max((fonts.width(row.name, 9, False, paper.locale) for row in rows), default=0) + 10)
    words_room = max(
        (fonts.width(f"{row.words}  {row.note}", 9, False, paper.locale) for row in rows), default=0
    )
    room = paper.room - name_room - words_room - 12
    for row in rows:
        paper.needs(high)
        paper.y -= high
        y, x = paper.y + 5, paper.left + name_room
        paper.text(paper.left, y + 1, row.name, 9, room=name_room - 8)
        paper.box(x, y - 1, room, high - 9, PALE, 2)
        paper.box(x, y - 1, room * row.share, high - 9, ACCENT, 2)
        if row.over:
            _beyond(paper, x + room * (row.share - row.over), y - 1, room * row.over, high - 9)
        if row.limit:
            paper.line(x + room * row.limit, y - 4, x + room * row.limit, y + high - 7, INK, 1.2)
        paper.text(paper.right, y + 1, row.words, 9, bold=True, align="right")
        if row.note:
            wide = fonts.width(row.words, 9, True, paper.locale)
            paper.text(paper.right - wide - 8, y + 1, row.note, 9, QUIET, align="right")


def _beyond(paper: Paper, x: float, y: float, wide: float, high: float) -> None:
    """What is over a limit is striped, so that it stands out without its colour."""
    canvas = paper.canvas
    paper.box(x, y, wide, high, OVER)
    canvas.saveState()
    outline = canvas.beginPath()
    outline.rect(x, y, wide, high)
    canvas.clipPath(outline, stroke=0, fill=0)
    at = x - high
    while at < x + wide:
        paper.line(at, y, at + high, y + high, PALE, 1)
        at += 4
    canvas.restoreState()


def posts(
    paper: Paper, rows: Sequence[Post], top: str, *, high: float = 110, limit: tuple[str, float] | None = None
) -> None:
    """Columns over time from zero up; `top` says what the highest line is worth, `limit` marks a height."""
    x, room = paper.left, paper.room
    paper.y -= high + 26
    base = paper.y + 14
    if top:
        for part in (0.5, 1):
            paper.line(x, base + high * part, x + room, base + high * part, LINE, 0.4)
        if not limit or limit[1] < 0.9:
            paper.text(x + room, base + high + 3, top, 7.5, QUIET, align="right")
    step = room / max(len(rows), 1)
    wide = min(step * 0.72, 34)
    for number, row in enumerate(rows):
        middle = x + step * (number + 0.5)
        if row.share > 0:
            colour = ACCENT if row.strong else FADED
            paper.box(middle - wide / 2, base, wide, max(high * row.share, 0.7), colour)
        if row.words and fonts.width(row.words, 7, row.strong, paper.locale) < step - 1:
            paper.text(middle, base + high * row.share + 3, row.words, 7, bold=row.strong, align="middle")
        if row.name:
            paper.text(middle, base - 11, row.name, 7.5, INK if row.strong else QUIET, align="middle")
    paper.line(x, base, x + room, base, DEEP, 0.8)
    if limit:
        words, part = limit
        paper.dashed(x, base + high * part, x + room, base + high * part, INK)
        paper.text(x + room, base + high * part + 3, words, 7.5, INK, bold=True, align="right")
