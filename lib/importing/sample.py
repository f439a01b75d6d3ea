"""The first rows of a file by columns: what each of them looks like."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lib.importing.amounts import currency_of, looks_like_amount
from lib.importing.dates import looks_like_day
from lib.importing.roles import Role
from lib.importing.table import Row
from lib.importing.words import NAMES, NOT_A, VAGUE, goes_out, name_of_column

SAMPLE = 300  # rows that are looked at
# How much of a column must read as what it is taken for where only its cells say so. Where its name does, a few shifted
# rows of a short file are those rows' problem, not the column's.
_SHARE, _SHARE_NAMED = 0.9, 0.6
_PROSE = re.compile(r"\b[^\W\d_]{3,}\b")  # a word, not the letters of an account number


@dataclass(frozen=True)
class Column:
    """One column of the sample."""

    index: int
    header: str
    cells: Sequence[str]  # of rows that are payments

    @cached_property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]

    @cached_property
    def name(self) -> str:
        return name_of_column(self.header)

    def share(self, test: Callable[[str], bool]) -> float:
        """How much of what is filled passes; 0 where nothing is."""
        return sum(map(test, self.filled)) / len(self.filled) if self.filled else 0.0

    def _least(self, *roles: Role, least: float = _SHARE) -> float:
        """The share that is enough for one of these roles: less where the column's name is one that banks use for it."""
        named = self.name not in VAGUE and any(self.named(role) >= 1 for role in roles)
        return _SHARE_NAMED if named else least

    @cached_property
    def are_days(self) -> bool:
        return self.share(looks_like_day) >= self._least(Role.DATE, least=0.8)

    @cached_property
    def are_amounts(self) -> bool:
        least = self._least(Role.AMOUNT, Role.OUT, Role.IN, Role.BALANCE)
        return not self.are_days and self.share(looks_like_amount) >= least

    @cached_property
    def are_currencies(self) -> bool:
        return self.share(lambda cell: currency_of(cell) is not None) >= self._least(Role.CURRENCY)

    @cached_property
    def are_directions(self) -> bool:
        return self.share(lambda cell: goes_out(cell) is not None) >= self._least(Role.DIRECTION)

    @cached_property
    def are_prose(self) -> bool:
        return self.share(lambda cell: bool(_PROSE.search(cell))) >= 0.5

    @property
    def varies(self) -> bool:
        """One value all the way down is the account's, not the payments'."""
        return len(set(self.filled)) > 1 or len(self.cells) == 1

    @cached_property
    def are_words(self) -> bool:
        return (
            self.share(lambda cell: sum(c.isalpha() for c in cell) * 2 >= len(cell.replace(" ", ""))) >= 0.5
        )

    def named(self, role: Role) -> float:
        """How well the name fits: 2 to 1 for a name that banks use, better ones first; below 1 for a part of it; 0."""
        words = set(self.name.split())
        if not self.name or words & NOT_A.get(role, frozenset()) and self.name not in NAMES[role]:
            return 0.0
        if self.name in NAMES[role]:
            return 2 - NAMES[role][self.name] / (len(NAMES[role]) + 1)
        parts = [rank for name, rank in NAMES[role].items() if _begins_or_ends(self.name, name)]
        return 0.9 - 0.5 * min(parts) / len(NAMES[role]) if parts else 0.0


def _begins_or_ends(name: str, part: str) -> bool:
    return len(part) > 1 and (name.startswith(part + " ") or name.endswith(" " + part))


def columns_of(header: Sequence[str], rows: Sequence[Row]) -> list[Column]:
    """The sample by columns. A column without a name shares the one before: "Balance" over a currency and a figure."""
    payments = [row for row in rows if any(map(looks_like_day, row.cells))] or list(rows)
    widths = Counter(_width(row.cells) for row in payments)
    width = max(len(header), widths.most_common(1)[0][0])
    names = [*header, *[""] * (width - len(header))]
    for column in range(1, width):
        if not names[column].strip():
            names[column] = names[column - 1]
    return [
        Column(i, names[i], [row.cells[i].strip() if i < len(row.cells) else "" for row in payments])
        for i in range(width)
    ]


def _width(cells: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(cells) if cell), default=0)
