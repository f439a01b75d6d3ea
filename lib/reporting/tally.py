"""Adds a period's expenses up, one after the other: never more in memory than there are payees and days."""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lib.budgeting.spending import ZERO
from lib.categories import INCOME
from lib.records import Expense, Sum, User
from lib.reporting.data import PayeeRow

LARGEST = 10
PAYEES = 10


class Tally:
    """Merged categories resolved; income, transfers and other money apart."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.spent = self.income = ZERO
        self.count = 0
        self.by_category: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
        self.day_counts: defaultdict[date, int] = defaultdict(int)
        self._payees: dict[str, PayeeRow] = {}
        self._largest: list[tuple[Decimal, int, Expense]] = []
        self._others: dict[str, Sum] = {}
        self._resolved: dict[str, tuple[str, bool]] = {}

    def add(self, expense: Expense) -> None:
        found = self._resolved.get(expense.category)
        if found is None:
            category = self.user.categories[expense.category]
            found = self._resolved[expense.category] = (category.key, category.is_spending)
        key, is_spending = found
        if expense.currency != self.user.currency:
            self._add_other(expense, key, is_spending)
        elif is_spending:
            self._add_spending(expense, key)
        elif key == INCOME:
            self.income -= expense.counted

    def _add_spending(self, expense: Expense, key: str) -> None:
        counted, day = expense.counted, expense.spent_on
        self.spent += counted
        self.count += 1
        self.by_category[key] += counted
        self.counts[key] += 1
        self.by_day[day] += counted
        self.day_counts[day] += 1
        if name := expense.payee.strip():
            row = self._payees.get(name, PayeeRow(name, ZERO, 0))
            self._payees[name] = PayeeRow(name, row.spent + counted, row.entries + 1)
        if not expense.money_in:
            entry = (expense.amount, -self.count, expense)  # of two alike, the earlier is the larger
            if len(self._largest) < LARGEST:
                heapq.heappush(self._largest, entry)
            elif entry > self._largest[0]:
                heapq.heapreplace(self._largest, entry)

    def _add_other(self, expense: Expense, key: str, is_spending: bool) -> None:
        sums = self._others.get(expense.currency, Sum(expense.currency, ZERO, ZERO, 0))
        self._others[expense.currency] = Sum(
            expense.currency,
            sums.spent + (expense.counted if is_spending else ZERO),
            sums.received - (expense.counted if key == INCOME else ZERO),
            sums.count + 1,
        )

    @property
    def largest(self) -> tuple[Expense, ...]:
        return tuple(expense for _, _, expense in sorted(self._largest, reverse=True))

    @property
    def payees(self) -> tuple[PayeeRow, ...]:
        found = sorted(self._payees.values(), key=lambda row: (-row.spent, row.name))
        return tuple(row for row in found[:PAYEES] if row.spent > 0)

    @property
    def other_currencies(self) -> tuple[Sum, ...]:
        return tuple(sorted(self._others.values(), key=lambda found: (-found.count, found.currency)))


def percent_of(part: Decimal, whole: Decimal) -> int:
    """Rounded, so that the shares of a whole add up to about 100. `whole` is not zero."""
    return int((part * 100 / whole).to_integral_value(ROUND_HALF_UP))


def tally(user: User, expenses: Iterable[Expense]) -> Tally:
    found = Tally(user)
    for expense in expenses:
        found.add(expense)
    return found
