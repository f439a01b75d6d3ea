"""Labelled statements to measure on: description, amount, date, label_mapped, label_alt; the oldest first."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from lib.categorising.purchase import Purchase

COLUMNS = {"description", "amount", "date", "label_mapped", "label_alt"}


class Labelled(NamedTuple):
    purchase: Purchase
    label: str
    right: frozenset[str]  # the label, and other answers that are as fair


class Source(NamedTuple):
    name: str
    lines: list[Labelled]


def read_sources(paths: list[Path]) -> list[Source]:
    """Every labelled file among `paths` and in the folders among them; other files are left aside."""
    files = [file for path in paths for file in (sorted(path.glob("*.csv")) if path.is_dir() else [path])]
    sources = [Source(file.stem, _lines(file)) for file in files if _columns(file) >= COLUMNS]
    return [source for source in sources if source.lines]


def _columns(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return set(next(csv.reader(opened), []))


def _lines(file: Path) -> list[Labelled]:
    """Lines without a date count as the last."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["label_mapped"]]
    days = [_day(row["date"]) for row in rows]
    last = max((day for day in days if day), default=date(2020, 1, 1))
    lines = [_line(row, day or last) for row, day in zip(rows, days, strict=True)]
    return sorted(lines, key=lambda line: line.purchase.day)


def _line(row: dict[str, str], day: date) -> Labelled:
    try:
        amount = Decimal(row["amount"].replace(",", ""))
    except InvalidOperation:
        amount = Decimal(-1)
    purchase = Purchase(day, row["description"], amount=abs(amount), money_in=amount > 0)
    return Labelled(
        purchase,
        row["label_mapped"],
        frozenset(filter(None, [row["label_mapped"], *row["label_alt"].split("|")])),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
