"""A picture of a report's first page, as an SVG for a list of reports: the page's own drawing, on another kind of paper."""

from contextlib import suppress
from typing import BinaryIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color

from lib.reporting.data import Report
from lib.reporting.pdf import fonts
from lib.reporting.pdf.cover import Cover
from lib.reporting.pdf.paper import INK, LINE, Paper


def write_picture(report: Report, file: BinaryIO) -> None:
    paper = Picture(report)
    with suppress(NextPage):  # one page is what it is a picture of
        Cover(report, paper).draw()
    file.write(paper.svg().encode())


class NextPage(Exception):
    """The first page is full."""


class Picture(Paper):
    """Paper that keeps what is drawn as SVG. Its letters are the reader's own, as wide as those of the PDF."""

    def __init__(self, report: Report) -> None:
        self.set_up(report.user.locale)
        self._parts: list[str] = []

    def svg(self) -> str:
        size = f'width="{self.width:.0f}" height="{self.height:.0f}"'
        box = f'{size} viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        letters = 'font-family="Noto Sans, system-ui, sans-serif"'
        start = f'<svg xmlns="http://www.w3.org/2000/svg" {box} {letters}><rect {size} fill="#fff"/>'
        return "".join([start, *self._parts, "</svg>"])

    def write(self, x: float, y: float, words: str, size: float, colour: Color, *, bold: bool) -> None:
        words = "".join(run.text for run in fonts.runs(words, bold, self.locale))
        if not words.strip():
            return
        wide = fonts.width(words, size, bold, self.locale)
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{self._down(y)}" font-size="{size:g}" fill="{_hex(colour)}"{weight} '
            f'textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'
        )

    def box(self, x: float, y: float, wide: float, high: float, colour: Color, radius: float = 0) -> None:
        if wide > 0:
            rounded = f' rx="{radius:g}"' if radius and wide > 2 * radius else ""
            self._parts.append(
                f'<rect x="{x:.1f}" y="{self._down(y + high)}" width="{wide:.1f}" height="{high:.1f}" '
                f'fill="{_hex(colour)}"{rounded}/>'
            )

    def line(
        self, x: float, y: float, to_x: float, to_y: float, colour: Color = LINE, wide: float = 0.6
    ) -> None:
        self._line((x, y, to_x, to_y), colour, wide)

    def dashed(self, x: float, y: float, to_x: float, to_y: float, colour: Color = INK) -> None:
        self._line((x, y, to_x, to_y), colour, 0.9, ' stroke-dasharray="3 2"')

    def bookmark(self, words: str) -> None:
        """A picture has none."""

    def next_page(self) -> None:
        raise NextPage

    def _line(
        self, ends: tuple[float, float, float, float], colour: Color, wide: float, more: str = ""
    ) -> None:
        x, y, to_x, to_y = ends
        self._parts.append(
            f'<path d="M{x:.1f} {self._down(y)}L{to_x:.1f} {self._down(to_y)}" '
            f'stroke="{_hex(colour)}" stroke-width="{wide:g}"{more}/>'
        )

    def _down(self, y: float) -> str:
        """From the top, as SVG counts."""
        return f"{self.height - y:.1f}"


def _hex(colour: Color) -> str:
    return f"#{colour.hexval()[2:]}"
