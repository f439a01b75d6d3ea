"""Running balances, recognised by what happens from row to row."""

from decimal import Decimal
from itertools import pairwise, permutations

from lib.importing.amounts import COMMA, POINT, read_amount
from lib.importing.sample import Column


def balances(columns: list[Column]) -> dict[int, tuple[int, int]]:
    """Columns that are a running balance, each with the column of amounts by which it changes from row to row, and 1
    where it changes by the amount, -1 where by its negative (as in files that run backwards).

    No name is needed to see that: a file without a header tells its amounts apart so.
    """
    values = {
        c.index: [_figure(cell) for cell in c.cells] for c in columns if c.are_amounts and len(c.cells) > 2
    }
    found: dict[int, tuple[int, int]] = {}
    for balance, amount in permutations(values, 2):
        steps = [b - a for a, b in pairwise(values[balance])]
        sign = _explains(steps, values[amount]) if any(steps) else 0
        if sign:
            found[balance] = (amount, sign)
    return found


def _figure(cell: str) -> Decimal:
    reading = read_amount(cell, POINT) or read_amount(cell, COMMA)
    return reading.value if reading else Decimal(0)


def _explains(steps: list[Decimal], amounts: list[Decimal]) -> int:
    """The sign with which nearly every step is the amount of the row after it, or of the row before; 0 if neither."""
    for sign in (1, -1):
        for beside in (amounts[1:], amounts[:-1]):
            hits = sum(step == sign * amount for step, amount in zip(steps, beside, strict=True))
            if 5 * hits >= 4 * len(steps):
                return sign
    return 0
