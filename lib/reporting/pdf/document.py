"""A report as a PDF document."""

from typing import BinaryIO

from lib.reporting.data import Report
from lib.reporting.pdf.cover import Cover
from lib.reporting.pdf.lists import Lists
from lib.reporting.pdf.paper import Paper
from lib.reporting.pdf.spending import Spending
from lib.writing.formats import whole_day


def write_pdf(report: Report, file: BinaryIO) -> int:
    """Write the whole document. Returns how many pages it has."""
    user = report.user
    made = whole_day(report.today, user.locale)
    footer = f"{report.title} · {user.display_name or user.username} · made {made}"
    paper = Paper(file, user.locale, f"{report.title}: spending report", footer)
    for part in (Cover, Spending, Lists):
        part(report, paper).draw()
    paper.finish()
    return paper.page
