"""A household on paper: expenses written down quickly, and the report of a period over a real store."""

import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from lib.ids import id_for
from lib.records import Expense, User
from lib.reporting.data import Report
from lib.reporting.pdf.document import write_pdf
from tests.engines import program

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def expense(user: User, day: date, amount: object, category: str = "Groceries", **more: object) -> Expense:
    amount = Decimal(str(amount))
    key = f"{day} {amount} {category} {sorted(more.items(), key=str)}"
    given = {"currency": user.currency, **more}
    return Expense(
        user.user_id, id_for(user.user_id, key), day, amount, category=category, created_at=NOW, **given
    )


def pdf_of(report: Report) -> bytes:
    file = BytesIO()
    write_pdf(report, file)
    return file.getvalue()


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader of the document can copy out of it, line by line as it stands on the page."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    command = [program("pdftotext"), "-layout", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
