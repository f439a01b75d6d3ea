"""What the pages about imports send: a file, what its columns hold, how it is laid out, which rows come in."""

from collections.abc import Mapping
from dataclasses import replace

from wtforms import FileField, Form

from lib.errors import Invalid
from lib.importing.columns import MONEY_IN, MONEY_OUT, Columns
from lib.importing.dates import DMY, MDY, YMD
from lib.importing.encodings import OFFERED
from lib.importing.roles import LABELS, Role
from lib.importing.runs import ImportRun
from lib.importing.table import SEPARATORS, Layout

ORDERS = {DMY: "Day first: 21.11.2026", MDY: "Month first: 11/21/2026", YMD: "Year first: 2026-11-21"}
MARKS = {".": "1,234.56", ",": "1.234,56"}
SIGNS = {MONEY_IN: "Money in", MONEY_OUT: "Money out"}


class UploadForm(Form):
    file = FileField("A CSV file from your bank")


def chosen_columns(sent: Mapping[str, str], run: ImportRun) -> Columns:
    """What was chosen for each column; what was not sent stays. Raises Invalid for what is not offered."""
    old = run.reading.columns
    roles = tuple(_role(sent.get(f"role-{i}", role)) for i, role in enumerate(old.roles))
    kept = {name: sent.get(name, getattr(old, name)) for name in ("order", "mark", "positive", "currency")}
    return replace(old, roles=roles, **kept)


def _role(text: str) -> Role:
    if text not in LABELS:
        raise Invalid("Choose from what is offered.")
    return Role(text)


def chosen_layout(sent: Mapping[str, str], run: ImportRun) -> Layout:
    """How the file is to be read instead. Raises Invalid for what is not offered."""
    old = run.reading.layout
    encoding, separator = sent.get("encoding", old.encoding), sent.get("separator", old.separator)
    header = sent.get("header", str(old.header)).strip()
    if encoding not in OFFERED or separator not in SEPARATORS:
        raise Invalid("Choose from what is offered.")
    if not (header.isascii() and header.isdigit() and len(header) <= 6):
        raise Invalid("Write the number of the line that names the columns, or 0 if none does.", "header")
    return Layout(
        encoding, separator, int(header), old.first if int(header) == old.header else int(header) + 1
    )


def chosen_lines(lines: list[str]) -> list[int]:
    """Line numbers from ticked boxes; anything else that was sent is no line."""
    return [int(line) for line in lines if line.isascii() and line.isdigit() and len(line) < 10]


def chosen_categories(sent: Mapping[str, str]) -> dict[str, str]:
    """What was chosen for groups of rows, by their keys. Groups left as they are stay the planner's own, unless their
    section was said to be right.
    """
    found = {}
    for name, key in sent.items():
        kind, _, number = name.partition("-")
        if kind == "alike":
            as_it_is = sent.get(f"now-{number}", "") if sent.get("right") else ""
            category = sent.get(f"category-{number}") or as_it_is
            if category:
                found[key] = category
    return found


def seen_version(sent: Mapping[str, str]) -> int:
    """The version of the run that the person saw; one that no run has for anything else that was sent."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
