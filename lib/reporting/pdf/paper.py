"""Sheets of paper to write on from the top down: margins, pages with their number, bookmarks, colours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from lib.reporting.pdf import fonts
from lib.writing.paper import paper_size

INK, QUIET, LINE, PALE = HexColor("#1c2024"), HexColor("#5c6670"), HexColor("#d5d7d2"), HexColor("#f1f1ec")
ACCENT, DEEP, NEAR, OVER = HexColor("#0f766e"), HexColor("#0b4f4a"), HexColor("#b45309"), HexColor("#b91c1c")
FADED, MIST = HexColor("#a9cdc8"), HexColor("#dcebe8")
WHITE: Color = white
MARGIN, FOOT = 48, 54
rl_config.useA85 = 0  # bytes as they are: as text, which nobody needs any more, they are a quarter more and take a tenth longer
_TOTAL = "pages-in-all"


class Paper:
    """`y` is the line that was reached: everything goes below it, and moves it down."""

    width: float
    height: float
    left: float
    right: float
    y: float

    def __init__(self, file: BinaryIO, locale: str, title: str, footer: str) -> None:
        self.set_up(locale)
        self.title, self.footer = title, footer
        self.canvas = Canvas(file, (self.width, self.height), pageCompression=1, lang="en")
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Smart Budget Planner")
        self.canvas.setCreator("Smart Budget Planner")
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self._again: Callable[[], None] | None = None

    def set_up(self, locale: str) -> None:
        """Lay the first sheet ready."""
        self.locale = locale
        self.width, self.height = paper_size(locale)
        self.left, self.right = MARGIN, self.width - MARGIN
        self.page, self.y = 1, self.height - MARGIN
        self.lacks = False  # whether a character was written that no font here has

    @property
    def room(self) -> float:
        """How wide a line is."""
        return self.right - self.left

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 9,
        colour: Color = INK,
        *,
        bold: bool = False,
        align: str = "left",
        room: float = 0,
    ) -> None:
        """Write one line. With `room`, what does not fit is left out behind an ellipsis."""
        if room:
            words = fonts.fitted(words, size, room, bold, self.locale)
        if align != "left":
            wide = fonts.width(words, size, bold, self.locale)
            x -= wide if align == "right" else wide / 2
        self.write(x, y, words, size, colour, bold=bold)

    def write(self, x: float, y: float, words: str, size: float, colour: Color, *, bold: bool) -> None:
        """Set the words down, which begin at `x`."""
        self.canvas.setFillColor(colour)
        parts = fonts.runs(words, bold, self.locale)
        for part in parts:
            self.lacks = self.lacks or fonts.NONE in part.text
            self.canvas.setFont(part.font, size)
            self.canvas.drawString(x, y, part.text)
            if len(parts) > 1:
                x += fonts.width(part.text, size, part.font == fonts.BOLD, self.locale)

    def size_within(self, room: float, words: str, size: float, *, bold: bool = False) -> float:
        """`size`, or as much less as it takes for the words to fit: figures must never lose their end."""
        wide = fonts.width(words, size, bold, self.locale)
        return size if wide <= room else size * room / wide

    def paragraph(
        self, words: str, size: float = 9, colour: Color = INK, x: float = 0, room: float = 0
    ) -> None:
        """Write as many lines as it takes."""
        x, room = x or self.left, room or self.room
        for line in fonts.lines(words, size, room, False, self.locale):
            self.y -= size + 4
            self.text(x, self.y, line, size, colour)

    def box(self, x: float, y: float, wide: float, high: float, colour: Color, radius: float = 0) -> None:
        self.canvas.setFillColor(colour)
        if radius and wide > 2 * radius:
            self.canvas.roundRect(x, y, wide, high, radius, stroke=0, fill=1)
        elif wide > 0:
            self.canvas.rect(x, y, wide, high, stroke=0, fill=1)

    def line(
        self, x: float, y: float, to_x: float, to_y: float, colour: Color = LINE, wide: float = 0.6
    ) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(wide)
        self.canvas.line(x, y, to_x, to_y)

    def dashed(self, x: float, y: float, to_x: float, to_y: float, colour: Color) -> None:
        self.canvas.setDash(3, 2)
        self.line(x, y, to_x, to_y, colour, 0.9)
        self.canvas.setDash()

    def heading(self, words: str, note: str = "", need: float = 120) -> None:
        """A section's name, bookmarked, on a page with that much room below it."""
        if self.y - need - 40 < FOOT:
            self.next_page()
        elif self.y < self.height - MARGIN:
            self.y -= 26
        self.bookmark(words)
        self.y -= 15
        self.text(self.left, self.y, words, 14, bold=True)
        if note:
            self.y -= 2
            self.paragraph(note, 9, QUIET)
        self.y -= 10

    def bookmark(self, words: str) -> None:
        key = f"place-{self.page}-{int(self.y)}"
        self.canvas.bookmarkHorizontal(key, 0, self.y + 6)
        self.canvas.addOutlineEntry(words, key, 0)

    def needs(self, high: float) -> None:
        """Go to the next page where that much does not fit on this one."""
        if self.y - high < FOOT:
            self.next_page()

    @contextmanager
    def on_each_page(self, head: Callable[[], None]) -> Iterator[None]:
        """Draw `head` here, and on top of every page that follows until the end of the block."""
        head()
        self._again = head
        yield
        self._again = None

    def next_page(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.page, self.y = self.page + 1, self.height - MARGIN
        if self._again:
            self._again()

    def _foot(self) -> None:
        """The number of all pages is not known yet: a form has its place, drawn at the end."""
        y = 30
        self.line(self.left, y + 14, self.right, y + 14)
        self.text(self.left, y, self.footer, 8, QUIET, room=self.room - 120)
        room = fonts.width("000", 8)
        self.text(self.right - room, y, f"Page {self.page} of ", 8, QUIET, align="right")
        self.canvas.saveState()
        self.canvas.translate(self.right - room, y)
        self.canvas.doForm(_TOTAL)
        self.canvas.restoreState()

    def finish(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.canvas.beginForm(_TOTAL)
        self.text(0, 0, str(self.page), 8, QUIET)
        self.canvas.endForm()
        self.canvas.save()
