"""What there is to say about a budget, in one plain sentence: the most urgent thing, with the figure that matters."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from lib.budgeting.months import BudgetLine, Tense
from lib.records import User
from lib.writing.formats import short_money

Written = Callable[[Decimal], str]


def ordinal(day: int) -> str:
    """A day of the month as it is said: 1st, 2nd, 23rd."""
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


class When(NamedTuple):
    """From where a month is seen."""

    tense: Tense
    day: int  # of the current month
    days: int  # the month has


def sentence_for(line: BudgetLine, user: User, when: When) -> str:
    """What to know of that line then."""

    def money(amount: Decimal) -> str:
        return short_money(amount, user.currency, user.locale)

    if line.budget is None:
        return _without_budget(line, money)
    if when.tense == "past":
        return _past(line, money)
    if line.left < 0:
        return _over(line, money)
    if when.tense == "future":
        return _future(line, money)
    return _current(line, when.day, when.days, money)


def _without_budget(line: BudgetLine, money: Written) -> str:
    so_far = f"{money(line.spent)} without a budget"
    if line.projected is None or line.projected <= line.spent:
        return f"{so_far}."
    return f"{so_far}, about {money(_about(line.projected))} by the end of the month."


def _past(line: BudgetLine, money: Written) -> str:
    if line.left < 0:
        return f"It ended {money(-line.left)} over."
    return f"{money(line.left)} was left at the end." if line.left else "It was used up exactly."


def _over(line: BudgetLine, money: Written) -> str:
    over = f"You are {money(-line.left)} over"
    if line.carried < 0 and line.spent <= line.amount:
        return f"{over}: earlier months went over by {money(-line.carried)}."
    return f"{over}."


def _future(line: BudgetLine, money: Written) -> str:
    if line.spent > 0:
        return f"{money(line.left)} is left, with {money(line.spent)} spent ahead."
    return f"{money(line.available)} to spend."


def _current(line: BudgetLine, day: int, days: int, money: Written) -> str:
    if not line.left:
        return _nothing_left(line, money)
    if line.runs_out_on:
        return f"At this pace you reach {money(line.available)} on the {ordinal(line.runs_out_on.day)}."
    if line.heads_over and line.projected is not None:
        return f"It usually comes to {money(_about(line.projected))} a month, and there is {money(line.available)}."
    if line.of_bills:
        return _bills(line, money)
    if day == days:
        return f"{money(line.left)} is left for today."
    if line.per_day:
        return f"{money(line.per_day)} a day until the {ordinal(days)}."
    return f"{money(line.left)} is left until the {ordinal(days)}."


def _nothing_left(line: BudgetLine, money: Written) -> str:
    if not line.spent:
        return "Nothing is set aside for this."
    return f"All of {money(line.available)} is spent{', and usually no more comes' if line.settled else ''}."


def _bills(line: BudgetLine, money: Written) -> str:
    """A rent is not spread over days."""
    if not line.settled and line.projected is not None:
        return (
            f"{money(line.left)} is left, of which {money(_about(line.projected - line.spent))} usually goes."
        )
    return f"{money(line.left)} is left, and usually no more comes."


def _about(amount: Decimal) -> Decimal:
    """Whole units from ten on: an estimate to the cent would promise too much."""
    return amount.quantize(Decimal(1)) if amount >= 10 else amount
