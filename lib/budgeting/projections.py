"""How a month is likely to end, from what it holds so far and what earlier months held."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.budgeting.spending import ZERO
from lib.records import MonthTotal

FEW = 3  # expenses a month: up to so many are bills, which have a size and no pace
FIRST_WEEK = 7  # days without which a month that has no predecessors has no pace
FULL_WEIGHT = 3  # earlier months that together weigh as much as one month of days


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle one, or half-way between the two in the middle; zero for none."""
    if not values:
        return ZERO
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class Usual(NamedTuple):
    """What the months before were like."""

    spent: Decimal  # median of a month
    number: int  # of expenses in a month: median, the higher of two in the middle
    months: int  # how many there were to look at


def usual(months: Sequence[MonthTotal]) -> Usual:
    """The medians of earlier months, those with nothing included: one holiday does not make every month look dear."""
    if not months:
        return Usual(ZERO, 0, 0)
    numbers = sorted([month.count for month in months])
    return Usual(median([month.spent for month in months]), numbers[len(numbers) // 2], len(months))


class Projection(NamedTuple):
    total: Decimal  # by the end of the month, not rounded
    by_pace: (
        bool  # grows day by day, so that there is a day on which an amount is reached; else a matter of bills
    )


def project(now: MonthTotal, before: Usual, day: int, days: int) -> Projection | None:
    """What a category will have cost by the end of the month.

    Multiplying the average day would make thirty rents of one, and the first shopping of a month a fortune. So:

    - A category of few expenses a month (FEW) is one of bills. It comes to what it usually comes to, or what it already is.
    - Elsewhere two guesses at what is still to come are mixed: that the average day of this month so far and one usual
      month goes on, and that it ends as usual. The first counts for the share of the month that is gone, so a rent
      among small things does no harm early, and late in the month its own pace decides. With under three earlier months
      the usual counts for less.
    - Without earlier months a few expenses, or a few days, say nothing: there is no projection.

    On made-up households this errs by less than the usual month or the average day alone; a test holds it.

    Args:
        now: The month so far, today included.
        day: Of the month, from 1 to `days`. On the last nothing more is expected.

    Returns:
        At least what is spent already. None when there is too little to go by.
    """
    if max(now.count, before.number) <= FEW:
        if not before.months:
            return None
        return Projection(max(now.spent, before.spent) if day < days else now.spent, by_pace=False)
    if not before.months and day < FIRST_WEEK:
        return None
    weight = min(before.months, FULL_WEIGHT)
    each_day = (now.spent * FULL_WEIGHT + before.spent * weight) / (day * FULL_WEIGHT + days * weight)
    by_pace = max(each_day, ZERO) * (days - day)
    as_usual = max(before.spent - now.spent, ZERO) if day < days else ZERO
    share = days * FULL_WEIGHT - weight * (days - day)  # of the pace, in parts of days * FULL_WEIGHT
    to_come = as_usual + (by_pace - as_usual) * share / (days * FULL_WEIGHT)
    return Projection(now.spent + to_come, by_pace=True)
