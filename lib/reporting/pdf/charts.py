"""Charts as lines and areas of the page itself. Each is readable in grey: what a colour says is also said in words."""

from collections.abc import Sequence
from typing import NamedTuple

from lib.reporting.pdf import fonts
from lib.reporting.pdf.paper import ACCENT, DEEP, FADED, INK, LINE, MIST, OVER, PALE, QUIET, Paper


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
    words_room = max((fonts.width(row.words, 9, True, paper.locale) for row in rows), default=0)
    note_room = max((fonts.width(row.note, 9, False, paper.locale) for row in rows), default=0)
    room = paper.room - name_room - words_room - note_room - (22 if note_room else 12)
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
            paper.text(paper.right - words_room - 10, y + 1, row.note, 9, QUIET, align="right")


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


def posts(paper: Paper, rows: Sequence[Post], *, high: float = 110, top: str = "") -> None:
    """Columns over time from zero up; `top` says what the highest line is worth, where columns do not say it themselves."""
    x, room = paper.left, paper.room
    paper.y -= high + 26
    base = paper.y + 14
    if top:
        for part in (0.5, 1):
            paper.line(x, base + high * part, x + room, base + high * part, LINE, 0.4)
        paper.text(x + room, base + high + 3, top, 7.5, QUIET, align="right")
    step = room / max(len(rows), 1)
    wide = min(step * 0.72, 34)
    for number, row in enumerate(rows):
        middle = x + step * (number + 0.5)
        if row.share > 0:
            colour = ACCENT if row.strong else FADED
            paper.box(middle - wide / 2, base, wide, max(high * row.share, 0.7), colour)
        if row.words:
            size = paper.size_within(step - 2, row.words, 7, bold=row.strong)
            paper.text(middle, base + high * row.share + 3, row.words, size, bold=row.strong, align="middle")
        if row.name:
            paper.text(middle, base - 11, row.name, 7.5, INK if row.strong else QUIET, align="middle")
    paper.line(x, base, x + room, base, DEEP, 0.8)


def steps(paper: Paper, shares: Sequence[float], names: Sequence[str], *, high: float) -> None:
    """A sum that grows over time, as an area with an edge; `names` are of all there is to come, shares of what has been."""
    x, step = paper.left, paper.room / max(len(names), 1)
    paper.y -= high + 26
    base = paper.y + 14
    for part in (0.5, 1):
        paper.line(x, base + high * part, x + paper.room, base + high * part, LINE, 0.4)
    before = base
    for number, share in enumerate(shares):
        left, top = x + step * number, base + high * share
        paper.box(left, base, step + 1, top - base, MIST)
        if top - before > 0.4:
            paper.line(left, before, left, top, ACCENT, 1.6)
        paper.line(left - 0.8, top, left + step + 0.8, top, ACCENT, 1.6)
        before = top
    for number, name in enumerate(names):
        paper.text(x + step * (number + 0.5), base - 11, name, 7.5, align="middle")
    paper.line(x, base, x + paper.room, base, DEEP, 0.8)


def marked(paper: Paper, words: str, share: float, *, high: float) -> None:
    """A limit across the chart that was drawn last, and what it is."""
    y = paper.y + 14 + high * share
    paper.dashed(paper.left, y, paper.right, y, INK)
    paper.text(paper.right, y + 3, words, 7.5, INK, bold=True, align="right")
