"""A file's rows as expenses to be, or what is wrong with them."""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.categories import UNCATEGORISED, Categories
from lib.exporting import unguard
from lib.importing.amounts import POINT, Reading, currency_of, read_amount
from lib.importing.columns import MONEY_IN, MONEY_OUT, Columns
from lib.importing.dates import DMY, YMD, read_day
from lib.importing.roles import Role
from lib.importing.table import Row
from lib.importing.words import goes_out
from lib.money import MAX_AMOUNT, digits_of
from lib.records import MAX_DESCRIPTION, MAX_NOTE, MAX_PAYEE, MAX_TAG, MAX_TAGS

PROBLEM, ZERO, NO_PAYMENT = "problem", "zero", "no payment"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Draft(NamedTuple):
    """What a row says, before anyone decided whether it comes in."""

    line: int
    spent_on: date
    amount: Decimal  # above zero
    money_in: bool
    currency: str
    payee: str
    description: str
    note: str
    category: str  # a category's key; empty where the file names none that is known
    tags: tuple[str, ...]
    reference: str  # the bank's own name for the payment
    category_name: str = ""  # as the file has it
    remark: str = ""  # what was odd about the row and did not keep it out


class Left(NamedTuple):
    """A row that does not become an expense."""

    line: int
    kind: str  # PROBLEM; ZERO: nothing was paid; NO_PAYMENT: a total, a footer, a remark
    column: int  # that it lies at; -1 if at none
    message: str


class _Wrong(Exception):
    def __init__(self, column: int, message: str, kind: str = PROBLEM) -> None:
        self.column, self.message, self.kind = column, message, kind


_Money = tuple[Decimal | None, str]  # an amount, above zero where money came in; its currency if it says so


class RowReader:
    """Makes drafts of rows. Called a hundred thousand times in a row, so everything that can be is looked up before."""

    def __init__(self, columns: Columns, width: int, categories: Categories) -> None:
        self._columns, self._width, self._categories = columns, width, categories
        self._date, self._amount = columns.at(Role.DATE), columns.at(Role.AMOUNT)
        self._out, self._in, self._direction = (
            columns.at(Role.OUT),
            columns.at(Role.IN),
            columns.at(Role.DIRECTION),
        )
        self._currency, self._payee = columns.at(Role.CURRENCY), columns.at(Role.PAYEE)
        self._category, self._reference = columns.at(Role.CATEGORY), columns.at(Role.REFERENCE)
        self._descriptions, self._notes = columns.all_at(Role.DESCRIPTION), columns.all_at(Role.NOTE)
        self._tags = columns.all_at(Role.TAGS)
        self._last = max((i for i, role in enumerate(columns.roles) if role), default=0)
        self._days: dict[str, date | None] = {}
        self._keys: dict[str, str] = {}
        self._positive_is_out = columns.positive == MONEY_OUT
        self._money = self._one_amount if self._amount >= 0 else self._out_or_in

    def read(self, row: Row) -> Draft | Left:
        cells = row.cells
        if len(cells) <= self._last:
            cells = cells + [""] * (self._last + 1 - len(cells))
        try:
            return self._draft(row, cells)
        except _Wrong as wrong:
            message = f"{row.fault} {wrong.message}" if row.fault else wrong.message
            return Left(row.line, wrong.kind, wrong.column, message)

    def _draft(self, row: Row, cells: list[str]) -> Draft:
        if len(cells) > self._width and any(cells[self._width :]):
            raise _Wrong(-1, f"This line has {len(cells)} columns where the others have {self._width}.")
        value, currency = self._money(cells)
        spent_on = self._day(cells)
        if not value:
            raise _Wrong(-1, "There is no amount." if value is None else "Nothing was paid.", ZERO)
        currency = self._currency_of(cells, currency)
        payee, description, note = self._texts(cells)
        name = cells[self._category].strip() if self._category >= 0 else ""
        key = self._key_of(name) if name else ""
        return Draft(
            row.line,
            spent_on,
            self._exact(abs(value), currency),
            value > 0,
            currency,
            payee,
            description,
            note,
            key,
            self._tags_of(cells, "" if key else name) if self._tags or (name and not key) else (),
            cells[self._reference].strip() if self._reference >= 0 else "",
            name,
            row.fault,
        )

    def _day(self, cells: list[str]) -> date:
        text = cells[self._date]
        day = self._days.get(text)
        if day is None:
            day = read_day(text.strip(), self._columns.order)
            if day is None:
                raise _Wrong(self._date, self._no_day(text.strip()))
            self._days[text] = day
        return day

    def _no_day(self, text: str) -> str:
        if not text:
            return "There is no date."
        example = {YMD: "2026-11-21", DMY: "21.11.2026"}.get(self._columns.order, "11/21/2026")
        return f"“{_cut(text, 40)}” is not a date such as {example}."

    def _one_amount(self, cells: list[str]) -> _Money:
        """The row's amount, above zero where money came in, and its currency if it says so."""
        reading = self._reading(cells, self._amount)
        if reading is None:
            return None, ""
        value, side, currency = reading
        if self._direction >= 0:
            out = goes_out(cells[self._direction])
            if out is None and value:
                word = _cut(cells[self._direction].strip(), 40)
                raise _Wrong(
                    self._direction, f"“{word}” says neither that money went out nor that it came in."
                )
            value = -abs(value) if out else abs(value)
        elif side:
            value = abs(value) if side == MONEY_IN else -abs(value)
        elif self._positive_is_out:
            value = -value
        return value, currency

    def _out_or_in(self, cells: list[str]) -> _Money:
        """The same from two columns, of which a row fills one."""
        out = self._reading(cells, self._out) if self._out >= 0 else None
        into = self._reading(cells, self._in) if self._in >= 0 else None
        if out and out.value and into and into.value:
            raise _Wrong(self._in, "There is an amount both of money out and of money in.")
        if out and (out.value or into is None):
            value = -out.value * self._columns.debits if self._columns.debits else -abs(out.value)
            return value, out.currency
        return (into.value, into.currency) if into else (None, "")

    def _reading(self, cells: list[str], column: int) -> Reading | None:
        text = cells[column].strip()
        if not text:
            self._look_for_payment(cells)
            return None
        reading = read_amount(text, self._columns.mark)
        if reading is None:
            self._look_for_payment(cells)
            example = "1234.56" if self._columns.mark == POINT else "1234,56"
            raise _Wrong(column, f"“{_cut(text, 40)}” is not an amount such as {example}.")
        return reading

    def _look_for_payment(self, cells: list[str]) -> None:
        """A line that has neither a day nor an amount is no payment that went wrong, it is none."""
        if read_day(cells[self._date].strip(), self._columns.order) is None and not any(
            cells[i].strip() and read_amount(cells[i].strip(), self._columns.mark)
            for i in (self._amount, self._out, self._in)
            if i >= 0
        ):
            raise _Wrong(-1, "This line has neither a date nor an amount.", NO_PAYMENT)

    def _currency_of(self, cells: list[str], beside: str) -> str:
        """The row's currency: as its column says, as stands beside the amount, or the file's."""
        written = cells[self._currency].strip() if self._currency >= 0 else ""
        if not written:
            return beside or self._columns.currency
        found = currency_of(written)
        if found is None:
            raise _Wrong(self._currency, f"“{_cut(written, 40)}” is not a currency such as EUR.")
        return found or self._columns.currency

    def _exact(self, value: Decimal, currency: str) -> Decimal:
        if value > MAX_AMOUNT:  # first, as what has more than 28 digits cannot be rounded
            raise _Wrong(self._amount, f"Amounts go up to {MAX_AMOUNT:,}.")
        digits = digits_of(currency)
        amount = round(value, digits)
        if amount != value:
            raise _Wrong(self._amount, f"{value} has more than the {digits} decimals that {currency} has.")
        return amount

    def _texts(self, cells: list[str]) -> tuple[str, str, str]:
        payee = tidy(cells[self._payee]) if self._payee >= 0 else ""
        texts = self._descriptions
        description = tidy(cells[texts[0]]) if texts else ""
        if len(texts) > 1:
            description = " ".join(filter(None, [description, *(tidy(cells[i]) for i in texts[1:])]))
        note = "\n".join(filter(None, (_tidy_lines(cells[i]) for i in self._notes))) if self._notes else ""
        if len(payee) > MAX_PAYEE or len(description) > MAX_DESCRIPTION or len(note) > MAX_NOTE:
            long = [
                text
                for text, most in ((payee, MAX_PAYEE), (description, MAX_DESCRIPTION))
                if len(text) > most
            ]
            note = _cut("\n".join(filter(None, [note, *long])), MAX_NOTE)
            payee, description = _cut(payee, MAX_PAYEE), _cut(description, MAX_DESCRIPTION)
        return payee, description, note

    def _key_of(self, name: str) -> str:
        """The key of the person's category of that name; empty if they have none."""
        key = self._keys.get(name)
        if key is None:
            found = self._categories.find(name)
            key = self._keys[name] = self._categories[found.key].key if found else ""
        return key

    def _tags_of(self, cells: list[str], unknown_category: str) -> tuple[str, ...]:
        """The row's tags, each once; a category the person does not have stays as one of them."""
        found: dict[str, str] = {}
        for column in self._tags:
            for tag in re.split(r"[|,;#\n]", cells[column]):
                if text := tidy(tag):
                    found.setdefault(text.casefold(), text[:MAX_TAG])
        if unknown_category != UNCATEGORISED and (text := tidy(unknown_category)):
            found.setdefault(text.casefold(), text[:MAX_TAG])
        return tuple(list(found.values())[:MAX_TAGS])


def tidy(text: str) -> str:
    """A bank's text without its padding, the marks that are no characters, and the apostrophes some put around it."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].strip()
    return unguard(text) if "'" in text else text  # files we wrote ourselves mark formulas so


def _tidy_lines(text: str) -> str:
    return "\n".join(filter(None, map(tidy, text.splitlines())))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
