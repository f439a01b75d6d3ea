"""How budgets change over time. A budget in, a budget out; saving is someone else's.

A budget is a row of steps: from a month on it has an amount, or none. Months before the one that is changed never
change, so what a past month was measured against stays as it was.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from lib.periods import Month
from lib.records import Budget, Step


def set_from(budget: Budget, month: Month, amount: Decimal | None) -> Budget:
    """With `amount` in `month` and every month after it. None ends the budget there."""
    return _with(budget, (*_before(budget, month), Step(month, amount)))


def set_only(budget: Budget, month: Month, amount: Decimal | None) -> Budget:
    """With `amount` in `month` alone; the months after it stay as they are."""
    back = [Step(month.after, budget.amount_in(month.after))] if month.after else []
    later = [step for step in budget.steps if step.since > month.plus(1)]
    return _with(budget, (*_before(budget, month), Step(month, amount), *back, *later))


def resume(budget: Budget, month: Month, amount: Decimal) -> Budget:
    """With `amount` from `month` on until the next change that is already planned."""
    later = [step for step in budget.steps if step.since > month]
    return _with(budget, (*_before(budget, month), Step(month, amount), *later))


def end_from(budget: Budget, month: Month) -> Budget:
    """Without an amount from `month` on. No steps are left where there was none before."""
    return set_from(budget, month, None)


def copy_from_last_month(budgets: Iterable[Budget], month: Month) -> list[Budget]:
    """Those that change when `month` gets the amounts of the month before.

    A budget that has an amount in `month` gets the other for this month only. One that has none is taken up again,
    until the next change that is already planned. What had none last month stays as it is.
    """
    changed = []
    for budget in budgets:
        last, this = budget.amount_in(month.plus(-1)), budget.amount_in(month)
        if last is not None and last != this:
            changed.append((resume if this is None else set_only)(budget, month, last))
    return changed


def with_rollover(budget: Budget, month: Month, on: bool) -> Budget:
    """Carrying what is left from `month` on, or no longer carrying anything. Rollover that is on already stays as it is."""
    since = (budget.rollover_since or month) if on else None
    return replace(budget, rollover_since=since)


def _before(budget: Budget, month: Month) -> list[Step]:
    return [step for step in budget.steps if step.since < month]


def _with(budget: Budget, steps: Iterable[Step]) -> Budget:
    """With the fewest steps that say the same."""
    kept: list[Step] = []
    amount: Decimal | None = None
    for step in steps:
        if step.amount != amount:
            kept.append(step)
            amount = step.amount
    return replace(budget, steps=tuple(kept))
