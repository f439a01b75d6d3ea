"""A report says what the API says, to the cent: read out of the PDF with Poppler."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lib.demo import fill
from lib.writing.formats import money
from tests.unit.report_samples import NOW, text_of
from tests.web.programs import Program

OCTOBER = {"report_type": "monthly", "year": 2026, "month": 10}
pytestmark = pytest.mark.slow


def said(text: str) -> str:
    """Text without what tells one space from another, and the yen's sign as it is drawn."""
    return re.sub(r"\s+", " ", text.replace("￥", "¥")).strip()


@pytest.mark.parametrize(("locale", "currency"), [("en_US", "USD"), ("de_DE", "EUR"), ("ja_JP", "JPY")])
def test_its_figures_are_those_of_the_summary(app, services, alice, tmp_path, locale, currency):
    alice = services.store.save_user(replace(alice, locale=locale, currency=currency))
    fill(services.store, alice, NOW)
    program = Program(app, services, alice)
    services.reports.patience = timedelta(0)
    made = program.ask("POST", "/api/reports", 202, json=OCTOBER)
    services.queue.run(services)
    address = f"/api/reports/{made['id']}/file"
    pdf = program.client.get(address, headers=program.headers, buffered=True).data
    summary = program.ask("GET", "/api/summary?month=2026-10")
    lines = [said(line) for line in text_of(pdf, tmp_path).splitlines()]

    def written(amount: str) -> str:
        return said(money(Decimal(amount), currency, locale))

    whole = "\n".join(lines)
    assert f"{written(summary['total_expenses'])}\nspent in" in whole.replace("\n\n", "\n")
    assert written(summary["income"]) in whole
    assert len(summary["budgets"]) > 5
    for row in (*summary["budgets"], *([summary["overall"]] if summary["overall"] else [])):
        name = row["category"] if row in summary["budgets"] else "All spending"
        available = str(Decimal(row["budget"]) + Decimal(row["carried"]))
        figures = [written(each) for each in (available, row["spent"], row["remaining"])]
        assert any(line.startswith(name) and all(each in line for each in figures) for line in lines), row
    for row in (*summary["budgets"], *summary["unbudgeted"]):
        spent = written(row["spent"])
        assert any(line.startswith(row["category"]) and spent in line for line in lines), row
