"""How dates and amounts are written, decided over a whole file: line 40,000 may be the first with a day above twelve."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from lib.importing.amounts import COMMA, POINT, Reading, read_amount
from lib.importing.columns import MONEY_IN, MONEY_OUT
from lib.importing.dates import DMY, MDY, ORDERS, YMD, read_day
from lib.importing.roles import Role
from lib.importing.table import Table
from lib.periods import LAST_DAY

_DAY_FIRST = "Every date here could have the day first or the month first; "
_MARK = "“{}” could be in thousands or have decimals; "
_ALL_ABOVE = (
    "All amounts are above zero, as in a list of expenses. Turn this round if they are money that came in."
)
_MOSTLY_ABOVE = (
    "Most amounts are above zero, as a credit card writes what was bought. Turn this round if that is wrong."
)


SLACK = timedelta(days=31)  # a file counts as sorted though some days lie so far out of place


class Survey(NamedTuple):
    rows: int
    order: str
    mark: str
    positive: str
    debits: int  # the sign that the column of money out writes; 0 where both are as frequent
    newest_first: bool
    sorted: bool  # by day, in either direction
    doubts: dict[str, str]  # "order", "mark", "positive" -> why it is a guess


class _Reading:
    """What a column of days looks like when read in one order."""

    def __init__(self) -> None:
        self.fits = 0
        self.ups = self.downs = 0
        self.fallen = self.risen = timedelta(
            0
        )  # how far a day at most lies below the latest, above the earliest before it
        self._last: date | None = None
        self.latest = self._earliest = LAST_DAY

    def see(self, day: date) -> None:
        self.fits += 1
        if self._last is None:
            self._last = self.latest = self._earliest = day
        elif day != self._last:
            self.ups += day > self._last
            self.downs += day < self._last
            self._last = day
            self.latest, self._earliest = max(day, self.latest), min(day, self._earliest)
            self.fallen = max(self.fallen, self.latest - day)
            self.risen = max(self.risen, day - self._earliest)

    @property
    def is_sorted(self) -> bool:
        return min(self.fallen, self.risen) <= SLACK


class _Days:
    """What a column of days looks like."""

    def __init__(self) -> None:
        self.readings = {order: _Reading() for order in ORDERS}
        self._needs_order = self._dotted = False
        self._cell = ""
        self._fitting: list[_Reading] = []

    def see(self, cell: str) -> None:
        if cell == self._cell:  # as for most rows of a busy account
            for reading in self._fitting:
                reading.fits += 1
            return
        days = {order: read_day(cell, order) for order in ORDERS}
        self._needs_order = self._needs_order or len(set(days.values())) > 1
        self._dotted = self._dotted or "." in cell
        self._cell = cell
        self._fitting = [self.readings[order] for order, day in days.items() if day is not None]
        for order, day in days.items():
            if day is not None:
                self.readings[order].see(day)

    def decide(self, usual: str, today: date, commas: bool) -> tuple[str, str]:
        """The order, and why it is a guess; nothing where it is not. `commas`: whether they stand before decimals."""
        if not self._needs_order:
            return YMD, ""
        fits = {order: reading.fits for order, reading in self.readings.items()}
        soon = today + timedelta(days=92)
        sieves: list[Callable[[str], bool]] = [
            lambda order: fits[order] >= 0.5 * max(fits.values()),
            lambda order: self.readings[order].latest <= soon,
            lambda order: order != YMD,  # a year of two digits comes last, if it can
            lambda order: fits[order] == max(fits[DMY], fits[MDY]),
            lambda order: self.readings[order].is_sorted,
            # Nobody who has the month first writes 1.1. or 1,50.
            lambda order: order == DMY or not (self._dotted or commas),
        ]
        left = list(ORDERS)
        for sieve in sieves:
            left = [order for order in left if sieve(order)] or left
        if len(left) == 1:
            return left[0], ""
        chosen = usual if usual in left else DMY
        words = "the day first" if chosen == DMY else "the month first"
        return chosen, f"{_DAY_FIRST}{words} is usual in your language."


class _Amounts:
    """What a column of amounts looks like."""

    SETTLED = 2_000  # amounts after which a mark that fits better is not in question any more

    def __init__(self) -> None:
        self.fits = {POINT: 0, COMMA: 0}
        self.above = self.below = 0
        self.plus = False  # whether amounts above zero say so
        self.either = ""  # an amount that reads differently with either mark
        self._settled = ""

    def see(self, cell: str) -> None:
        reading = read_amount(cell, self._settled) if self._settled else self._compare(cell)
        if reading is not None:
            self.above += reading.value > 0
            self.below += reading.value < 0
            self.plus = self.plus or "+" in cell

    def _compare(self, cell: str) -> Reading | None:
        with_point, with_comma = read_amount(cell, POINT), read_amount(cell, COMMA)
        self.fits[POINT] += with_point is not None
        self.fits[COMMA] += with_comma is not None
        if with_point and with_comma and with_point.value != with_comma.value:
            self.either = cell
        if self.above + self.below >= self.SETTLED and self.fits[POINT] != self.fits[COMMA]:
            self._settled = max(self.fits, key=lambda mark: self.fits[mark])
        return with_point or with_comma

    def add(self, other: "_Amounts") -> None:
        """The marks of a second column, which is written alike."""
        for mark in self.fits:
            self.fits[mark] += other.fits[mark]
        self.either = self.either or other.either

    def mark(self, usual: str) -> tuple[str, str]:
        if self.fits[POINT] != self.fits[COMMA]:
            return max(self.fits, key=lambda mark: self.fits[mark]), ""
        words = "a point" if usual == POINT else "a comma"
        return (
            usual,
            self.either
            and f"{_MARK.format(self.either)}{words} before the decimals is usual in your language.",
        )

    def positive(self, rises: bool | None) -> tuple[str, str]:
        """What amounts above zero are, and why that is a guess."""
        if rises is not None:
            return MONEY_IN if rises else MONEY_OUT, ""
        if self.plus or self.above <= 2 * self.below or not self.above:
            return MONEY_IN, ""
        return MONEY_OUT, _MOSTLY_ABOVE if self.below else _ALL_ABOVE


def survey(
    table: Table, roles: tuple[Role, ...], usual: tuple[str, str], today: date, rises: bool | None
) -> Survey:
    """Read a file through.

    Args:
        roles: By column.
        usual: The order of a date's numbers and the mark before decimals in the person's language, for what is open.
        rises: Whether amounts above zero make a balance beside them rise, where that is known.
    """
    days, amounts, out = _Days(), _Amounts(), _Amounts()
    seers = {Role.DATE: days.see, Role.AMOUNT: amounts.see, Role.IN: amounts.see, Role.OUT: out.see}
    columns = [(column, seers[role]) for column, role in enumerate(roles) if role in seers]
    count = 0
    for count, row in enumerate(table.rows(), 1):  # noqa: B007  # counted here, needed below
        for column, see in columns:
            if column < len(row.cells) and (cell := row.cells[column].strip()):
                see(cell)
    debits = (out.above > out.below) - (out.above < out.below)
    amounts.add(out)
    mark, mark_doubt = amounts.mark(usual[1])
    order, order_doubt = days.decide(usual[0], today, amounts.fits[COMMA] > amounts.fits[POINT])
    positive, sign_doubt = (
        amounts.positive(rises) if Role.AMOUNT in roles and Role.DIRECTION not in roles else (MONEY_IN, "")
    )
    doubts = {"order": order_doubt, "mark": mark_doubt, "positive": sign_doubt}
    return Survey(
        rows=count,
        order=order,
        mark=mark,
        positive=positive,
        debits=debits,
        newest_first=days.readings[order].downs > days.readings[order].ups,
        sorted=days.readings[order].is_sorted,
        doubts={name: why for name, why in doubts.items() if why},
    )
