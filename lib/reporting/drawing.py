"""A report in each of its formats. What this reaches is large, and left out of functions that draw nothing."""

from typing import BinaryIO

from lib.reporting import runs
from lib.reporting.data import Report
from lib.reporting.pdf.document import write_pdf
from lib.reporting.pdf.picture import write_picture
from lib.reporting.sheets import write_csv, write_xlsx


def draw(report: Report, form: str, file: BinaryIO) -> int:
    """Write it as one of `runs.FORMATS`, or its PICTURE. Returns how many pages that has; 0 where there are none."""
    if form == runs.PDF:
        return write_pdf(report, file)
    {runs.CSV: write_csv, runs.XLSX: write_xlsx, runs.PICTURE: write_picture}[form](report, file)
    return 0
