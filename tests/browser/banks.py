"""Statements in the style of three banks, and a small reader of such files that has nothing in common with the planner's."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import NamedTuple


class Payment(NamedTuple):
    day: date
    amount: Decimal  # less than zero: money out
    payee: str = ""


class Bank(NamedTuple):
    """How a bank writes, as far as days and amounts go."""

    starts: str  # what a file of this bank begins with
    separator: str
    skip: int  # lines before the first payment
    read: Callable[[list[str]], Payment]


def dutch(cells: list[str]) -> Payment:
    """Day with the day first, decimal comma, a letter for the direction."""
    amount = Decimal(cells[4].replace(".", "").replace(",", "."))
    return Payment(datetime.strptime(cells[1], "%d-%m-%Y").date(), -amount if cells[3] == "D" else amount)  # noqa: DTZ007


def nameless(cells: list[str]) -> Payment:
    """No line with names; a balance before the amount, which has a sign."""
    return Payment(datetime.strptime(cells[0], "%d-%m-%Y").date(), Decimal(cells[10]))  # noqa: DTZ007


def american(cells: list[str]) -> Payment:
    """Day with the month first, decimal point, a sign."""
    return Payment(datetime.strptime(cells[1], "%m/%d/%Y").date(), Decimal(cells[3]))  # noqa: DTZ007


BANKS = (
    Bank("KNAB EXPORT", ";", 2, dutch),
    Bank("Details,Posting Date", ",", 1, american),
    Bank("", ",", 0, nameless),
)


def read(content: bytes) -> list[Payment]:
    text = content.decode("utf-8-sig")
    bank = next(bank for bank in BANKS if text.startswith(bank.starts))
    rows = list(csv.reader(StringIO(text), delimiter=bank.separator))[bank.skip :]
    return [bank.read(row) for row in rows if any(row)]


def payments(today: date, payees: str, size: int) -> list[Payment]:
    """So many payments of this month and the end of the last one, newest first; no two alike."""
    start = today.replace(day=1) - timedelta(days=9)
    span = (today - start).days + 1
    names = payees.split(", ")
    found = [
        Payment(
            start + timedelta(days=n * span // size), Decimal(-(325 + n * 1117)) / 100, names[n % len(names)]
        )
        for n in range(size)
    ]
    return found[::-1]


def as_dutch(rows: list[Payment]) -> bytes:
    lines = [
        "KNAB EXPORT;;;;;;;",
        "Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeninghouder;Omschrijving;",
    ]
    for day, amount, payee in rows:
        direction, figure = "D" if amount < 0 else "C", f"{abs(amount):,.2f}"
        figure = figure.replace(",", "_").replace(".", ",").replace("_", "")
        lines.append(
            f'"NL02TEST0123456789";"{day:%d-%m-%Y}";"EUR";"{direction}";"{figure}";"{payee}";"Betaling {payee}";'
        )
    return "\r\n".join(lines).encode()


def as_nameless(rows: list[Payment]) -> bytes:
    lines, balance = [], Decimal("9000.00")
    for day, amount, payee in reversed(rows):
        own, other = "NL02TEST0123456789", "NL91TEST0987654321"
        lines.append(
            f"{day:%d-%m-%Y},{own},{other},{payee},,,,EUR,{balance},EUR,{amount},{day:%d-%m-%Y},{day:%d-%m-%Y},'At {payee}'"
        )
        balance += amount
    return "\n".join(lines).encode()


def as_american(rows: list[Payment]) -> bytes:
    lines = ["Details,Posting Date,Description,Amount,Type,Balance"]
    balance = Decimal("4000.00")
    for day, amount, payee in rows:
        kind = "DEBIT" if amount < 0 else "CREDIT"
        lines.append(f'{kind},{day:%m/%d/%Y},"{payee.upper()}   CARD PURCHASE",{amount},ACH_{kind},{balance}')
        balance -= amount
    return "\n".join(lines).encode()
