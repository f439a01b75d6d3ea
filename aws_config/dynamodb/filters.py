"""What a list looks for: as the part of an index that holds it, as a filter DynamoDB applies, and as a check of our own.

The check decides. It is needed for what was written lately and comes from no index; the filter only spares the wire.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from aws_config.dynamodb.expense_items import at_least, at_most, by_amount, by_date, by_removal, units
from aws_config.dynamodb.expressions import Condition, all_of, compare, contains, one_of
from aws_config.dynamodb.tables import BY_AMOUNT, BY_DATE, TRASH, Index
from aws_config.dynamodb.values import Item
from lib.errors import Invalid
from lib.records import Filters
from lib.search import words
from lib.storable import text

SORTS = ("newest", "oldest", "largest", "smallest")
_FIRST, _LAST = "-", "~"  # before and after whatever a place begins with, a digit
_MOST_CHOICES = 100  # that DynamoDB compares with at once


class _Order(NamedTuple):
    sorted_by: Index
    falls: bool
    place: Callable[[Item], str]


_ORDERS = {
    "newest": _Order(BY_DATE, True, by_date),
    "oldest": _Order(BY_DATE, False, by_date),
    "largest": _Order(BY_AMOUNT, True, by_amount),
    "smallest": _Order(BY_AMOUNT, False, by_amount),
}
_TRASH_ORDER = _Order(TRASH, True, by_removal)


class _Test(NamedTuple):
    """One filter. `asked` is None where the part of the index that is read holds it, or DynamoDB cannot be asked."""

    holds: Callable[[Item], bool]
    asked: Condition | None


@dataclass(frozen=True)
class Sought:
    """Filters that can be looked for. Making one raises Invalid for those that cannot."""

    filters: Filters

    def __post_init__(self) -> None:
        if self.filters.sort not in SORTS:
            raise Invalid("Choose how to sort: newest, oldest, largest or smallest first.", "sort")
        for name in ("tag", "currency", "import_id"):
            text(getattr(self.filters, name), name, 200)
        for key in self.filters.categories:
            text(key, "category", 200)
        _ = self._tests

    @property
    def index(self) -> Index:
        return TRASH if self.filters.removed else self._order.sorted_by

    @property
    def is_sorted(self) -> bool:
        """Whether the index has the list's order. The trash is kept in one order only."""
        return self.index is self._order.sorted_by

    @property
    def falls(self) -> bool:
        return self._order.falls

    def place(self, item: Item) -> str:
        """What the list is sorted by; no two items have the same."""
        return self._order.place(item)

    @property
    def bounds(self) -> tuple[str, str]:
        """Between which places of the index all that matches is, both included."""
        least, most, since, until = self._least, self._most, self.filters.since, self.filters.until
        if self.index is BY_DATE:
            return since.isoformat() if since else _FIRST, until.isoformat() if until else _LAST
        if self.index is BY_AMOUNT:
            low = _FIRST if least is None else units(least)
            return low, _LAST if most is None else units(most) + _LAST
        return _FIRST, _LAST

    @property
    def asked(self) -> Condition | None:
        """What DynamoDB can leave out by itself."""
        conditions = [test.asked for test in self._tests if test.asked is not None]
        return all_of(*conditions) if conditions else None

    def matches(self, item: Item) -> bool:
        in_trash = "removed_at" in item
        return in_trash == self.filters.removed and all(test.holds(item) for test in self._tests)

    @property
    def _order(self) -> _Order:
        if self.filters.removed and self.filters.sort == "newest":
            return _TRASH_ORDER
        return _ORDERS[self.filters.sort]

    @cached_property
    def _least(self) -> Decimal | None:
        return None if self.filters.least is None else at_least(self.filters.least)

    @cached_property
    def _most(self) -> Decimal | None:
        return None if self.filters.most is None else at_most(self.filters.most)

    @cached_property
    def _tests(self) -> list[_Test]:
        return [*self._days(), *self._amounts(), *self._choices(), *self._texts()]

    def _days(self) -> list[_Test]:
        held, tests = self.index is BY_DATE, []
        if self.filters.since is not None:
            since = self.filters.since.isoformat()
            tests.append(_Test(lambda i: i["spent_on"] >= since, compare("spent_on", ">=", since)))
        if self.filters.until is not None:
            until = self.filters.until.isoformat()
            tests.append(_Test(lambda i: i["spent_on"] < until, compare("spent_on", "<", until)))
        return [test._replace(asked=None) for test in tests] if held else tests

    def _amounts(self) -> list[_Test]:
        held, tests = self.index is BY_AMOUNT, []
        least, most = self._least, self._most
        if least is not None:
            tests.append(_Test(lambda i: i["amount"] >= least, compare("amount", ">=", least)))
        if most is not None:
            tests.append(_Test(lambda i: i["amount"] <= most, compare("amount", "<=", most)))
        return [test._replace(asked=None) for test in tests] if held else tests

    def _choices(self) -> list[_Test]:
        tests, keys = [], frozenset(self.filters.categories)
        if keys:
            asked = one_of("category", sorted(keys)) if len(keys) <= _MOST_CHOICES else None
            tests.append(_Test(lambda i: i["category"] in keys, asked))
        for name in ("currency", "import_id"):
            if value := getattr(self.filters, name):
                tests.append(_equal(name, value))
        return tests

    def _texts(self) -> list[_Test]:
        tests = [_holding("search", word) for word in words(self.filters.text)]
        return [*tests, _holding("tags", self.filters.tag)] if self.filters.tag else tests


def _equal(name: str, value: str) -> _Test:
    return _Test(lambda i: i.get(name) == value, compare(name, "=", value))


def _holding(name: str, value: str) -> _Test:
    """A word within a text, or one of a list's texts as a whole: DynamoDB and Python mean the same by it."""
    return _Test(lambda i: value in i.get(name, ()), contains(name, value))
