"""The benchmarks measure; that they still can is tested. What they say is not: times depend on the machine."""

from benchmarks.categorising import categorising_goals
from benchmarks.hello import app
from benchmarks.imports import measure_import


def test_an_import_can_be_measured():
    assert measure_import(100)["import, s"] > 0


def test_filing_expenses_can_be_measured():
    assert all(result.met is not None for result in categorising_goals())


def test_the_bare_page_answers_as_the_planner_would():
    """With a line of the log and what is counted: what everything is measured against."""
    client = app.test_client()
    assert client.get("/health").status_code == 200
    assert "Anna" in client.get("/").text
