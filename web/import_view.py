"""Imports in words and figures, made ready for the templates."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.categories import UNCATEGORISED, Category
from lib.filing.asking import SURE_PERCENT
from lib.importing.checking import Check
from lib.importing.columns import Columns
from lib.importing.drafts import Draft, Left, RowReader
from lib.importing.duplicates import PERHAPS, Twin
from lib.importing.encodings import OFFERED
from lib.importing.filing import Group
from lib.importing.runs import ImportRun, Sums
from lib.importing.table import SEPARATORS, Row
from lib.periods import Month
from lib.records import User
from lib.writing import formats
from web.filing_words import Why, why_filed

LONGEST_CELL = 60
MOST_GROUPS = 100  # that can be changed here; what comes after is the surest
_LEFT_OUT = {
    "duplicate": ("row that you have already", "rows that you have already"),
    "problem": ("row with a problem", "rows with a problem"),
    "zero": ("row without an amount", "rows without an amount"),
    "no payment": ("line that is no payment", "lines that are no payments"),
}
STATES = {
    "columns": "Waiting for you: columns",
    "check": "Waiting for you: check",
    "queued": "Waiting for the worker",
    "running": "Coming in",
    "done": "Done",
    "failed": "Stopped",
    "reverting": "Being taken back",
    "reverted": "Taken back",
    "restoring": "Being brought back",
}


class ColumnView(NamedTuple):
    number: int
    name: str
    role: str
    reason: str
    sample: str  # the first thing that stands in it


class Line(NamedTuple):
    """A row of a file as the expense it becomes, or why it does not."""

    number: int
    day: str
    title: str
    more: str
    category: str
    tags: tuple[str, ...]
    amount: str
    money_in: bool
    problem: str = ""
    stays_out: bool = False


class Side(NamedTuple):
    """One of two that look alike."""

    heading: str
    day: str
    title: str
    more: str
    expense_id: str = ""


class TwinView(NamedTuple):
    line: int
    amount: str
    money_in: bool
    reason: str
    unsure: bool
    mine: Side
    other: Side


class GroupView(NamedTuple):
    """Rows that one answer files together."""

    key: str
    title: str
    rows: str
    now: Category  # where they go by themselves
    is_filed: bool  # or nowhere yet
    why: Why
    likely: tuple[Category, ...]  # a guess to offer before all others


class MonthView(NamedTuple):
    name: str
    month: Month
    entries: int
    sums: str


def columns_of(run: ImportRun, rows: Sequence[Row]) -> list[ColumnView]:
    reading = run.reading
    return [
        ColumnView(
            i,
            reading.header[i] or f"Column {i + 1}",
            role,
            reading.reasons[i],
            next((_cut(row.cells[i]) for row in rows if i < len(row.cells) and row.cells[i].strip()), ""),
        )
        for i, role in enumerate(reading.columns.roles)
    ]


def cells_of(rows: Sequence[Row], width: int) -> list[tuple[int, list[str]]]:
    return [(row.line, [_cut(cell) for cell in (*row.cells, *[""] * width)[:width]]) for row in rows]


def outcome_of(rows: Sequence[Row], columns: Columns, user: User) -> list[Line]:
    """What the first rows become, as far as can be said."""
    if columns.missing():
        return []
    reader = RowReader(columns, len(columns.roles), user.categories)
    return [line_of(reader.read(row), user) for row in rows]


def first_lines(check: Check, user: User) -> list[Line]:
    """The first rows as what they become; those that are there already are shown as such."""
    skip = set(check.skip)
    return [
        line_of(draft, user, key)._replace(stays_out=draft.line in skip)
        for draft, key in zip(check.preview, check.preview_keys, strict=True)
    ]


def line_of(entry: Draft | Left, user: User, category: str = "") -> Line:
    if isinstance(entry, Left):
        return Line(entry.line, "", "", "", "", (), "", False, entry.message)
    title, more = _texts(entry.payee, entry.description)
    key = category or entry.category
    name = user.categories[key].name if key not in ("", UNCATEGORISED) else ""
    return Line(
        entry.line,
        _day(entry.spent_on, user),
        title,
        more,
        name,
        entry.tags,
        _amount(entry, user),
        entry.money_in,
    )


def twins_of(check: Check, user: User) -> tuple[list[TwinView], list[TwinView]]:
    """Duplicates that stay out, and those that may be and come in: each with the twin it seems to have."""
    views = [_twin(twin, user) for twin in check.twins]
    return [view for view in views if not view.unsure], [view for view in views if view.unsure]


def _twin(twin: Twin, user: User) -> TwinView:
    draft, other = twin.draft, twin.other
    mine = Side(f"Line {draft.line}", _day(draft.spent_on, user), *_texts(draft.payee, draft.description))
    heading = f"Line {other.line}" if other.line else "You have"
    theirs = Side(
        heading, _day(other.spent_on, user), *_texts(other.payee, other.description), other.expense_id
    )
    return TwinView(
        draft.line, _amount(draft, user), draft.money_in, twin.reason, twin.verdict == PERHAPS, mine, theirs
    )


def categories_of(check: Check, user: User) -> list[tuple[Category, str]]:
    """The categories that rows get, with how many, the most frequent first."""
    return [
        (user.categories[key], formats.number(count, user.locale))
        for key, count in check.categories.most_common()
    ]


def groups_of(check: Check, user: User) -> tuple[list[GroupView], list[GroupView]]:
    """What to look at, the least sure first; and what the planner is sure of."""
    groups = [(group.filing.confidence >= SURE_PERCENT, _group(group, user)) for group in check.groups]
    groups = groups[:MOST_GROUPS]
    return [view for sure, view in groups if not sure], [view for sure, view in groups if sure]


def _group(group: Group, user: User) -> GroupView:
    why = why_filed(group.filing, user)
    now = user.categories[group.category]
    guessed = why.category.key not in (UNCATEGORISED, now.key)
    rows = f"{formats.number(group.rows, user.locale)} {'row' if group.rows == 1 else 'rows'}"
    return GroupView(
        group.key,
        group.title or "No text",
        f"{rows}, money in" if group.money_in else rows,
        now,
        now.key != UNCATEGORISED,
        why,
        (why.category,) if guessed else (),
    )


def sums_words(sums: Mapping[str, Sums], user: User, way: str) -> str:
    """What came in (`into`) or went out (`out`), the person's own currency first: "€412.30 + CHF 12.00"."""
    found = sorted(sums.items(), key=lambda item: item[0] != user.currency)
    amounts = [(currency, getattr(each, way)) for currency, each in found]
    return " + ".join(formats.money(value, currency, user.locale) for currency, value in amounts if value)


def total_words(sums: Mapping[str, Sums], user: User, way: str) -> str:
    """The same, and a zero where there is nothing."""
    return sums_words(sums, user, way) or formats.money(Decimal(0), user.currency, user.locale)


def left_out_words(run: ImportRun, user: User) -> list[str]:
    """Why rows do not come in, with how many: "3 rows with a problem"."""
    return [
        f"{formats.number(count, user.locale)} {_LEFT_OUT[why][count != 1]}"
        for why, count in run.left_out.items()
        if count and why in _LEFT_OUT
    ]


def months_of(run: ImportRun, user: User) -> list[MonthView]:
    """What came by month, the latest first."""
    return [
        MonthView(
            formats.month_name(month, user.locale),
            month,
            sum(each.count for each in sums.values()),
            " · ".join(
                f"{words} {way}"
                for words, way in (
                    (sums_words(sums, user, "out"), "out"),
                    (sums_words(sums, user, "into"), "in"),
                )
                if words
            ),
        )
        for month, sums in sorted(run.months.items(), reverse=True)
    ]


def days_words(first: date | None, last: date | None, user: User) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return formats.whole_day(first, user.locale)
    return f"{formats.whole_day(first, user.locale)} – {formats.whole_day(last, user.locale)}"


def layout_words(run: ImportRun, user: User) -> str:
    layout = run.reading.layout
    names = f"named in line {layout.header}" if layout.header else "without names"
    rows = formats.number(run.reading.rows, user.locale)
    return (
        f"{rows} {'row' if run.reading.rows == 1 else 'rows'}, {run.reading.width} columns {names}, "
        f"separated by {SEPARATORS[layout.separator].lower()}, {OFFERED[layout.encoding]}."
    )


def expenses_words(count: int, user: User) -> str:
    return f"{formats.number(count, user.locale)} {'expense' if count == 1 else 'expenses'}"


def _texts(payee: str, description: str) -> tuple[str, str]:
    return (payee, description) if payee else (description or "No text", "")


def _amount(draft: Draft, user: User) -> str:
    return ("+" if draft.money_in else "") + formats.money(draft.amount, draft.currency, user.locale)


def _day(day: date, user: User) -> str:
    return formats.whole_day(day, user.locale)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
