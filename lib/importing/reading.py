"""A file that nobody has looked at yet, taken in: what it is, how it is laid out, what its columns hold."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, BinaryIO

from lib.errors import Invalid, TooLarge
from lib.importing.amounts import COMMA, POINT, currency_of
from lib.importing.columns import Columns
from lib.importing.dates import usual_order
from lib.importing.encodings import guess_encoding
from lib.importing.foreign import refuse_foreign
from lib.importing.guessing import guess_roles
from lib.importing.layout import guess_layout
from lib.importing.roles import Role
from lib.importing.sample import SAMPLE, columns_of
from lib.importing.survey import survey
from lib.importing.table import MAX_BYTES, Layout, Row, Table
from lib.importing.words import plain
from lib.records import User
from lib.writing import cldr

_HEAD = 8192
_AS_BEFORE = "as you chose last time"
_OTHERWISE = "As you chose last time; in this file it looks the other way round."
Recall = Callable[[tuple[str, ...]], Columns | None]  # by the columns' names
_MONEY = (Role.DATE, Role.AMOUNT, Role.OUT, Role.IN)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a file after reading it once."""

    layout: Layout
    header: tuple[str, ...]
    columns: Columns
    reasons: tuple[str, ...]  # by column: what its role rests on; empty where a person chose it
    doubts: Mapping[str, str]  # "order", "mark", "positive" -> why it is a guess
    rows: int
    newest_first: bool
    sorted: bool

    @property
    def width(self) -> int:
        return len(self.columns.roles)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Reading":
        return cls(
            **{
                **data,
                "layout": Layout(**data["layout"]),
                "header": tuple(data["header"]),
                "columns": Columns.from_json(data["columns"]),
                "reasons": tuple(data["reasons"]),
            }
        )


def recognise(file: BinaryIO) -> Layout:
    """Find out how a file is laid out. Raises Invalid or TooLarge, at the field "file", for what cannot be read."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise Invalid("This file is empty.", "file")
    if size > MAX_BYTES:
        raise TooLarge(f"Files can have up to {MAX_BYTES // 1_000_000} MB. Split it, and bring the parts.")
    file.seek(0)
    refuse_foreign(file.read(_HEAD))
    file.seek(0)
    return guess_layout(file, guess_encoding(file))


def read_file(
    file: BinaryIO, layout: Layout, user: User, today: date, recall: Recall = lambda header: None
) -> Reading:
    """Guess what the columns hold; or take what the person chose for the last file with the same ones, as `recall` has it."""
    table = Table(file, layout)
    sample = list(table.rows(SAMPLE))
    if not sample:
        raise Invalid("This file names its columns, but there is nothing under them.", "file")
    guess = guess_roles(table.header, sample)
    header = _names(table.header, len(guess.roles))
    known = recall(header)
    if known is not None and not _still_fits(known, guess.roles, table, sample):
        known = None
    roles = known.roles if known else guess.roles
    found = survey(table, roles, _usual(user), today, guess.rises)
    currency = _currency(table.header, roles, user)
    columns = Columns(roles, found.order, found.mark, found.positive, currency, found.debits)
    reading = Reading(
        layout, header, columns, guess.reasons, found.doubts, found.rows, found.newest_first, found.sorted
    )
    return _as_before(reading, known) if known else reading


def _as_before(reading: Reading, known: Columns) -> Reading:
    """With what the person chose last time, where this file leaves it open; and a doubt where it says otherwise."""
    kept = {name: getattr(known, name) for name in ("positive", "currency", *reading.doubts)}
    otherwise = known.positive != reading.columns.positive
    return replace(
        reading,
        columns=replace(reading.columns, **kept),
        reasons=tuple(_AS_BEFORE if role else "" for role in reading.columns.roles),
        doubts={"positive": _OTHERWISE} if otherwise else {},
    )


def reread(file: BinaryIO, old: Reading, chosen: Columns, user: User, today: date) -> Reading:
    """The same file with other columns: what was not chosen anew is found again where it rests on columns that changed."""
    if len(chosen.roles) != old.width:
        raise Invalid("Choose what each column holds.")
    reasons = tuple(
        reason if new == was else ""
        for reason, new, was in zip(old.reasons, chosen.roles, old.columns.roles, strict=True)
    )
    doubts = {
        name: why for name, why in old.doubts.items() if getattr(chosen, name) == getattr(old.columns, name)
    }
    if all(chosen.all_at(role) == old.columns.all_at(role) for role in (*_MONEY, Role.DIRECTION)):
        return replace(
            old, columns=replace(chosen, debits=old.columns.debits), reasons=reasons, doubts=doubts
        )
    found = survey(Table(file, old.layout), chosen.roles, _usual(user), today, None)
    untouched = [
        name for name in ("order", "mark", "positive") if getattr(chosen, name) == getattr(old.columns, name)
    ]
    fresh = {name: getattr(found, name) for name in untouched}
    return replace(
        old,
        columns=replace(chosen, debits=found.debits, **fresh),
        reasons=reasons,
        doubts={name: why for name, why in found.doubts.items() if name in untouched},
        newest_first=found.newest_first,
        sorted=found.sorted,
    )


def signature(header: tuple[str, ...], width: int) -> str:
    """A name for all files with the same columns, for remembering what was chosen for them."""
    names = "\n".join(map(plain, header)) if any(header) else f"{width} columns without names"
    return hashlib.sha256(names.encode()).hexdigest()[:32]


def _still_fits(known: Columns, guessed: tuple[Role, ...], table: Table, sample: list[Row]) -> bool:
    """Whether days and amounts are where they were: another bank's file may have as many columns and no names."""
    if len(known.roles) != len(guessed) or known.missing():
        return False
    columns = columns_of(table.header, sample)
    amounts = [i for role in _MONEY[1:] for i in known.all_at(role)]
    return columns[known.at(Role.DATE)].are_days and all(
        columns[i].are_amounts or not columns[i].filled for i in amounts
    )


def _usual(user: User) -> tuple[str, str]:
    return usual_order(user.locale), COMMA if cldr.signs(user.locale).decimal == COMMA else POINT


def _currency(header: tuple[str, ...], roles: tuple[Role, ...], user: User) -> str:
    """The currency that the amounts' name says ("Betrag (EUR)"), or the account's."""
    for role in (Role.AMOUNT, Role.OUT, Role.IN):
        place = roles.index(role) if role in roles else len(header)
        for word in header[place].replace("(", " ").replace(")", " ").split() if place < len(header) else ():
            if found := currency_of(word):
                return found
    return user.currency


def _names(header: tuple[str, ...], width: int) -> tuple[str, ...]:
    return tuple(name[:80] for name in (*header, *[""] * width)[:width])
