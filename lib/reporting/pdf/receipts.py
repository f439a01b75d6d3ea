"""Receipts at the end, where they were asked for: small pictures in rows, each with what it is the receipt of, and then
the names of those that have none.
"""

from io import BytesIO

from reportlab.lib.utils import ImageReader

from lib.reporting.album import MOST, Picture
from lib.reporting.pdf.paper import LINE, QUIET
from lib.reporting.pdf.part import Part, height_of
from lib.reporting.pdf.tables import Column, table
from lib.writing.formats import money, number, whole_day

ACROSS, GAP = 4, 14
HIGH, WORDS = 150, 34  # of a picture, and of what stands below it


class Receipts(Part):
    def draw(self) -> None:
        album = self.report.receipts
        if not album.wanted:
            return
        self.paper.heading("Receipts", self._note(), need=HIGH + WORDS if len(album) else 0)
        readable = ((picture, image) for picture in album if (image := _image(picture.data)))
        wide = (self.paper.room - GAP * (ACROSS - 1)) / ACROSS
        for place, (picture, image) in enumerate(readable):
            if place % ACROSS == 0:
                self.paper.needs(HIGH + WORDS)
                self.paper.y -= HIGH + WORDS
            self._one(picture, image, self.paper.left + (wide + GAP) * (place % ACROSS), wide)
        self._names()

    def _note(self) -> str:
        album = self.report.receipts
        if not len(album):
            return "None of these expenses has one" + (" with a picture." if album.named else ".")
        shown = number(len(album), self.locale)
        if album.left_out:
            return f"The first {shown}; a report shows {number(MOST, self.locale)} at most."
        return f"{shown}, in the order of the expenses. The planner keeps them in full size."

    def _names(self) -> None:
        """Whoever sends this on is not to believe that the pictures are all there is."""
        album = self.report.receipts
        if not album.named:
            return
        are_pdf = all(receipt.extension == "pdf" for _, receipt in album.named) and not album.unnamed
        count = len(album.named) + album.unnamed
        several = "" if count == 1 else "s"
        kind = f"PDF{several}" if are_pdf else f"receipt{several} without a picture"
        note = f"{number(count, self.locale)} {kind}. The planner keeps {'them' if several else 'it'}."
        if album.unnamed:
            note += f" The first {number(len(album.named), self.locale)} are named here."
        self.paper.heading("Receipts that are not shown", note, need=height_of(min(len(album.named), 10)))
        columns = (Column("Day", 18), Column("What", 40), Column("File", 34), Column("Amount", 18, True))
        rows = (
            (
                whole_day(each.spent_on, self.locale),
                self.what_of(each),
                receipt.name,
                money(each.amount, each.currency, self.locale),
            )
            for each, receipt in album.named
        )
        table(self.paper, columns, rows)

    def _one(self, picture: Picture, image: ImageReader, x: float, wide: float) -> None:
        paper, expense = self.paper, picture.expense
        y = paper.y + WORDS
        width, height = image.getSize()
        scale = min(wide / width, (HIGH - GAP) / height)
        paper.canvas.drawImage(image, x, y, width * scale, height * scale)
        paper.canvas.setStrokeColor(LINE)
        paper.canvas.setLineWidth(0.5)
        paper.canvas.rect(x, y, width * scale, height * scale, stroke=1, fill=0)
        below = y - 11
        paper.text(x, below, self.what_of(expense), 7.5, room=wide)
        day, amount = (
            whole_day(expense.spent_on, self.locale),
            money(expense.amount, expense.currency, self.locale),
        )
        paper.text(x, below - 10, f"{day} · {amount}", 7.5, QUIET, room=wide)


def _image(data: bytes) -> ImageReader | None:
    """None for what is no picture: a report is not to fail for one."""
    try:
        return ImageReader(BytesIO(data))
    except OSError:
        return None
