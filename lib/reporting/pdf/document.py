"""A report as a PDF document."""

from typing import BinaryIO

from lib.reporting.data import Report
from lib.reporting.pdf.cover import Cover
from lib.reporting.pdf.fonts import NONE
from lib.reporting.pdf.lists import Lists
from lib.reporting.pdf.paper import QUIET, Paper
from lib.reporting.pdf.receipts import Receipts
from lib.reporting.pdf.spending import Spending
from lib.writing.formats import whole_day

LACKS = (
    f"{NONE} stands for a letter or sign that no font of this document has. The CSV and the Excel workbook of a report "
    "have everything as it was written."
)


def write_pdf(report: Report, file: BinaryIO) -> int:
    """Write the whole document. Returns how many pages it has."""
    user = report.user
    made = whole_day(report.today, user.locale)
    footer = f"{report.title} · {user.display_name or user.username} · made {made}"
    paper = Paper(file, user.locale, f"{report.title}: spending report", footer)
    for part in (Cover, Spending, Lists, Receipts):
        part(report, paper).draw()
    if paper.lacks:
        paper.needs(40)
        paper.y -= 14
        paper.paragraph(LACKS, 8, QUIET)
    paper.finish()
    return paper.page
