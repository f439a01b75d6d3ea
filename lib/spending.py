"""A person's months, seen from their kept totals: what was spent on what, what came in, what is in other money.

Categories are the ones that count (merged ones resolved), Income and Transfers are never spending, and only totals in the
account's currency are added up.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from lib.categories import INCOME
from lib.periods import Month
from lib.records import MonthTotal, Sum, User

ZERO = Decimal(0)
HISTORY = 12  # months before the one looked at that say what is usual


class Cell(NamedTuple):
    """What one month holds of one category."""

    spent: Decimal  # money out less money in
    number: int  # of expenses


_NOTHING = Cell(ZERO, 0)


class Spending:
    """`totals` may cover any months; those that are missing count nothing."""

    def __init__(self, user: User, totals: Iterable[MonthTotal]) -> None:
        self.categories: dict[str, dict[Month, Cell]] = {}  # by the key that counts, spending only
        self._months: dict[Month, Cell] = {}
        self._income: dict[Month, Decimal] = {}
        self._others: list[tuple[str, bool, MonthTotal]] = []  # key, whether it is spending
        self.first: Month | None = None  # the earliest month with anything in the account's currency
        resolved: dict[str, tuple[str, bool]] = {}
        for total in totals:
            if total.category not in resolved:
                category = user.categories[total.category]
                resolved[total.category] = (category.key, category.is_spending)
            key, is_spending = resolved[total.category]
            if total.currency != user.currency:
                self._others.append((key, is_spending, total))
                continue
            self._add(key, is_spending, total)

    def _add(self, key: str, is_spending: bool, total: MonthTotal) -> None:
        month = total.month
        if self.first is None or month < self.first:
            self.first = month
        if is_spending:
            for cells in (self.categories.setdefault(key, {}), self._months):
                spent, number = cells.get(month, _NOTHING)
                cells[month] = Cell(spent + total.spent, number + total.count)
        elif key == INCOME:
            self._income[month] = self._income.get(month, ZERO) - total.spent

    def of(self, category: str, month: Month) -> Cell:
        return self.categories.get(category, {}).get(month, _NOTHING)

    def all(self, month: Month) -> Cell:
        """All spending of that month."""
        return self._months.get(month, _NOTHING)

    def income(self, month: Month) -> Decimal:
        """What came in as income, less what went back."""
        return self._income.get(month, ZERO)

    def before(self, month: Month, months: int) -> list[Month]:
        """Up to so many months before `month`, oldest first; none before the first there is anything of."""
        if self.first is None:
            return []
        return list(max(self.first, month.plus(-months)).until(month))

    def other_currencies(self, month: Month) -> tuple[Sum, ...]:
        """What that month holds in other money, a row per currency, the most used first."""
        sums: dict[str, Sum] = {}
        for key, is_spending, total in self._others:
            if total.month == month:
                found = sums.get(total.currency, Sum(total.currency, ZERO, ZERO, 0))
                sums[total.currency] = Sum(
                    total.currency,
                    found.spent + (total.spent if is_spending else ZERO),
                    found.received - (total.spent if key == INCOME else ZERO),
                    found.count + total.count,
                )
        return tuple(sorted(sums.values(), key=lambda found: (-found.count, found.currency)))
