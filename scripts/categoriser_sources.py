"""Labelled statements to measure on: description, amount, date, label_mapped, label_alt; the oldest first.

Money out is below zero. In a file without such an amount the sign says nothing, and everything counts as money out.
"""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from lib.categorising.purchase import Purchase

NEEDED = {"description", "label_mapped"}


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
    sources = [Source(file.stem, _lines(file)) for file in files if _columns(file) >= NEEDED]
    return [source for source in sources if source.lines]


def _columns(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return set(next(csv.reader(opened), []))


def _lines(file: Path) -> list[Labelled]:
    """Lines without a date count as the last."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["label_mapped"]]
    days = [_day(row.get("date", "")) for row in rows]
    amounts = [_amount(row.get("amount", "")) for row in rows]
    last = max((day for day in days if day), default=date(2020, 1, 1))
    signed = any(amount < 0 for amount in amounts)
    lines = [
        _line(row, day or last, amount, signed and amount > 0)
        for row, day, amount in zip(rows, days, amounts, strict=True)
    ]
    return sorted(lines, key=lambda line: line.purchase.day)


def _line(row: dict[str, str], day: date, amount: Decimal, money_in: bool) -> Labelled:
    right = filter(None, [row["label_mapped"], *row.get("label_alt", "").split("|")])
    purchase = Purchase(day, row["description"], amount=abs(amount), money_in=money_in)
    return Labelled(purchase, row["label_mapped"], frozenset(right))


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Decimal(0)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
