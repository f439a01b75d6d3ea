"""How a month is likely to end, from what it holds so far and what earlier months held."""

import statistics
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.spending import ZERO, Cell

FEW = 3  # expenses a month: up to so many are bills, which have a size and no pace
FIRST_WEEK = 7  # days without which a month that has no predecessors has no pace
FULL_WEIGHT = 3  # earlier months that together weigh as much as one month of days


class Usual(NamedTuple):
    """What the months before were like."""

    spent: Decimal  # median of a month
    number: float  # median number of expenses of a month
    months: int  # how many there were to look at


def usual(cells: Sequence[Cell]) -> Usual:
    """The medians of earlier months, those with nothing included: one holiday does not make every month look dear."""
    if not cells:
        return Usual(ZERO, 0, 0)
    return Usual(
        statistics.median(cell.spent for cell in cells),
        statistics.median(cell.number for cell in cells),
        len(cells),
    )


class Projection(NamedTuple):
    total: Decimal  # by the end of the month, not rounded
    by_pace: bool  # whether it grows day by day, so that there is a day on which an amount is reached


def project(now: Cell, before: Usual, day: int, days: int) -> Projection | None:
    """What a category will have cost by the end of the month.

    Multiplying the average day would make thirty rents of one, and the first shopping of a month a fortune. So:

    - A category of few expenses a month (FEW) is one of bills. It comes to what it usually comes to, or what it already is.
    - Everything else goes on at the average day of this month so far and one usual month together: on the first days
      the usual month decides, towards the end this month does. With under three earlier months they weigh less.
    - Without earlier months a few expenses, or a few days, say nothing: there is no projection.

    Args:
        now: The month so far, today included.
        day: Of the month, from 1 to `days`.

    Returns:
        At least what is spent already. None when there is too little to go by.
    """
    if day == days:
        return Projection(now.spent, by_pace=False)
    if max(now.number, before.number) <= FEW:
        return Projection(max(now.spent, before.spent), by_pace=False) if before.months else None
    if not before.months and day < FIRST_WEEK:
        return None
    weight = min(before.months, FULL_WEIGHT)
    each_day = (now.spent * FULL_WEIGHT + before.spent * weight) / (day * FULL_WEIGHT + days * weight)
    return Projection(now.spent + max(each_day, ZERO) * (days - day), by_pace=True)
