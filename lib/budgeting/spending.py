"""A person's months, seen from their kept totals: what was spent on what, what came in, what is in other money.

Categories are the ones that count (merged ones resolved), Income and Transfers are never spending, and only totals in the
account's currency are added up.
"""

from collections.abc import Iterable
from decimal import Decimal

from lib.categories import INCOME
from lib.periods import Month
from lib.records import MonthTotal, Sum, User

ZERO = Decimal(0)
HISTORY = 12  # months before the one looked at that say what is usual

NOTHING = MonthTotal(Month(1970, 1), "", "", ZERO, 0)  # what a month without an entry holds


class Spending:
    """`totals` may cover any months; those that are missing count nothing.

    The loop in here sees every row of every overview, so it is written for speed.
    """

    def __init__(self, user: User, totals: Iterable[MonthTotal]) -> None:
        self.categories: dict[str, dict[Month, MonthTotal]] = {}  # by the key that counts, spending only
        self.first: Month | None = None  # the earliest month with anything in the account's currency
        self._spent: dict[Month, Decimal] = {}
        self._income: dict[Month, Decimal] = {}
        self._others: list[tuple[str, bool, MonthTotal]] = []  # key, whether it is spending
        resolved: dict[str, tuple[str, bool]] = {}
        for total in totals:
            found = resolved.get(total.category)
            if found is None:
                category = user.categories[total.category]
                found = resolved[total.category] = (category.key, category.is_spending)
            if total.currency != user.currency:
                self._others.append((*found, total))
                continue
            key, is_spending = found
            month = total.month
            if self.first is None or month < self.first:
                self.first = month
            if is_spending:
                self._spent[month] = self._spent.get(month, ZERO) + total.spent
                cells = self.categories.setdefault(key, {})
                cells[month] = _added(cells[month], total) if month in cells else total
            elif key == INCOME:
                self._income[month] = self._income.get(month, ZERO) - total.spent

    def of(self, category: str, month: Month) -> MonthTotal:
        """What that month holds of one category."""
        return self.categories.get(category, {}).get(month, NOTHING)

    def all(self, month: Month) -> Decimal:
        """All spending of that month."""
        return self._spent.get(month, ZERO)

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
                so_far = sums.get(total.currency, Sum(total.currency, ZERO, ZERO, 0))
                sums[total.currency] = Sum(
                    total.currency,
                    so_far.spent + (total.spent if is_spending else ZERO),
                    so_far.received - (total.spent if key == INCOME else ZERO),
                    so_far.count + total.count,
                )
        return tuple(sorted(sums.values(), key=lambda found: (-found.count, found.currency)))


def _added(one: MonthTotal, other: MonthTotal) -> MonthTotal:
    """Two totals of categories that count as one."""
    return MonthTotal(one.month, one.category, one.currency, one.spent + other.spent, one.count + other.count)
