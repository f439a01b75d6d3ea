"""The benchmarks measure; that they still can is tested. What they say is not: times depend on the machine."""

from benchmarks.categorising import categorising_goals
from benchmarks.imports import measure_import


def test_an_import_can_be_measured():
    assert measure_import(100)["import, s"] > 0


def test_filing_expenses_can_be_measured():
    assert all(result.met is not None for result in categorising_goals())
