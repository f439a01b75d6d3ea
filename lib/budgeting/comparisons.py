"""A month against the one before it and against what is usual, in words."""

from dataclasses import dataclass
from decimal import Decimal

from lib.budgeting.months import BudgetMonth
from lib.budgeting.projections import median
from lib.budgeting.spending import HISTORY, Spending
from lib.money import rounded
from lib.periods import Month
from lib.records import User
from lib.writing.formats import percent_text, short_money

ENOUGH = 3  # earlier months, from which on something can be called usual


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a month comes to against another figure."""

    value: Decimal  # all spending of the month; of the current one as it is likely to end
    base: Decimal  # what it is compared with, more than zero
    percent: int  # by how much it is above (below when less than zero), towards zero
    sentence: str

    @property
    def difference(self) -> Decimal:
        return self.value - self.base


def versus_last_month(user: User, spending: Spending, state: BudgetMonth, now: Month) -> Comparison | None:
    """Against the month before. None for a future month, or where there is nothing to compare."""
    name = "last month" if state.month == now else "the month before"
    base = spending.all(state.month.plus(-1))
    return _compared(user, state, now, base, f"{name} ({_money(user, base)})")


def versus_usual(user: User, spending: Spending, state: BudgetMonth, now: Month) -> Comparison | None:
    """Against the median of up to twelve months before; None where there are not enough."""
    months = spending.before(state.month, HISTORY)
    if len(months) < ENOUGH:
        return None
    base = rounded(median([spending.all(month) for month in months]), user.currency)
    name = f"usual ({_money(user, base)}, the median of the {len(months)} months before)"
    return _compared(user, state, now, base, name)


def _value(state: BudgetMonth, now: Month) -> Decimal | None:
    if state.month == now:
        return state.projected
    return state.spent if state.month < now else None


def _compared(user: User, state: BudgetMonth, now: Month, base: Decimal, name: str) -> Comparison | None:
    value = _value(state, now)
    if value is None or base <= 0:
        return None
    percent = int((value - base) * 100 / base)
    more = "more" if value > base else "less"
    if not percent:
        words = f"about as much as {name}"
    elif percent > 100:  # "1,900% more" says less than the amount
        words = f"{_money(user, value - base)} more than {name}"
    else:
        words = f"{percent_text(abs(percent), user.locale)} {more} than {name}"
    words = f"at this pace {words}" if state.month == now else words
    return Comparison(value, base, percent, f"{words[0].upper()}{words[1:]}.")


def _money(user: User, amount: Decimal) -> str:
    return short_money(amount.quantize(Decimal(1)), user.currency, user.locale)
