"""Lists and sums of expenses: an index, in its order, with what was written lately put right.

DynamoDB cannot search, so what no index holds is found by reading on. A page reads up to MOST_UNITS for that; where it did not
fill by then it is shorter, and its cursor goes on from there. A sum that would take more is not said at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from aws_config.dynamodb.cursors import from_cursor, to_cursor
from aws_config.dynamodb.database import Database, Walked
from aws_config.dynamodb.expense_items import id_of, to_expense
from aws_config.dynamodb.expressions import all_of, between, compare
from aws_config.dynamodb.filters import Sought
from aws_config.dynamodb.recents import EXPENSES, Recents
from aws_config.dynamodb.totals import Totals, TotalTable, counted, read
from aws_config.dynamodb.values import Item, can_be_key, money
from lib.categories import INCOME, NOT_SPENDING
from lib.periods import Month
from lib.records import Filters, Page, Sum

MOST_UNITS = (
    512  # read units of a page or a sum: 4 MB of an index, and the rest of the answer that goes beyond it
)
_FEW, _MANY = 200, 1_000  # items to look at first, where a filter leaves most of them out


@dataclass
class _Found:
    """A page on its way: what the index gave so far, and where it stands."""

    sought: Sought
    limit: int
    lately: dict[str, Item | None]
    after: str  # the place where the page before ended
    items: list[Item] = field(default_factory=list)
    edge: str | None = ""  # as far as the index was looked at; None once that is to its end

    def take(self, page: Walked) -> None:
        """What of a page of the index belongs here. What was written lately is taken from the table instead."""
        self.items += [
            item
            for item in page.items
            if id_of(item) not in self.lately and self._is_further(item) and self.sought.matches(item)
        ]
        self.edge = None if page.last is None else page.last[self.sought.index.range]

    def is_full(self) -> bool:
        return len(self.all()) > self.limit

    def all(self) -> list[Item]:
        """In their order, those written lately among them as far as the index was looked at."""
        lately = [
            item
            for item in self.lately.values()
            if item is not None
            and self.sought.matches(item)
            and self._is_further(item)
            and (self.edge is None or not self._is_beyond(item, self.edge))
        ]
        return sorted(self.items + lately, key=self.sought.place, reverse=self.sought.falls)

    def page(self) -> Page:
        items = self.all()
        shown = items[: self.limit]
        place = self.sought.place(shown[-1]) if len(items) > self.limit else self.edge
        cursor = to_cursor(place, self.sought.filters) if place else ""
        return Page([to_expense(item) for item in shown], cursor)

    def _is_further(self, item: Item) -> bool:
        return not self.after or self._is_beyond(item, self.after)

    def _is_beyond(self, item: Item, place: str) -> bool:
        here = self.sought.place(item)
        return here < place if self.sought.falls else here > place


class ExpenseLists(TotalTable):
    _database: Database
    _recents: Recents

    def list_expenses(self, user_id: str, filters: Filters, cursor: str = "", limit: int = 50) -> Page:
        sought = Sought(filters)
        after = from_cursor(cursor, filters) if cursor else ""
        if not can_be_key(user_id):
            return Page([], "")
        lately = self._recents.items(user_id, EXPENSES)
        found = _Found(sought, limit, lately, after)
        units: float = 0
        at_once = limit + 1 + len(lately) + bool(after)
        if sought.asked is not None:
            at_once = min(max(4 * limit, _FEW), _MANY)
        for page in self._walk(user_id, sought, after, at_once if sought.is_sorted else None):
            found.take(page)
            units += page.units
            if sought.is_sorted and (found.is_full() or units >= MOST_UNITS):
                break
        else:
            found.edge = None
        return found.page()

    def sum_expenses(self, user_id: str, filters: Filters) -> list[Sum] | None:
        Sought(filters)  # refuses what cannot be looked for
        if filters.whole_months:
            return _sums(self._kept_totals(user_id, filters))
        totals: Totals = {}
        units: float = 0
        for page in self._each_page(user_id, filters):
            for item in page.items:
                counted(totals, to_expense(item))
            units += page.units
            if units >= MOST_UNITS and page.last is not None:
                return None
        return _sums(totals)

    def each_item(self, user_id: str, filters: Filters) -> Iterator[Item]:
        """All that match, however many, in no order that can be relied on: for maintenance."""
        for page in self._each_page(user_id, filters):
            yield from page.items

    def _each_page(self, user_id: str, filters: Filters) -> Iterator[Walked]:
        """What of each page of an index matches; at the end what was written lately."""
        if not can_be_key(user_id):
            return
        sought = Sought(filters.quickest)
        lately = self._recents.items(user_id, EXPENSES)
        for page in self._walk(user_id, sought, at_once=_MANY):
            yield replace(page, items=[i for i in page.items if id_of(i) not in lately and sought.matches(i)])
        yield Walked([i for i in lately.values() if i is not None and sought.matches(i)], None, 0)

    def _walk(
        self, user_id: str, sought: Sought, after: str = "", at_once: int | None = None
    ) -> Iterator[Walked]:
        low, high = sought.bounds
        if after and sought.is_sorted:
            low, high = (low, min(high, after)) if sought.falls else (max(low, after), high)
        if low > high:
            return
        where = all_of(compare("user_id", "=", user_id), between(sought.index.range, low, high))
        yield from self._database.walk(
            "expenses",
            where,
            index=sought.index,
            filtered=sought.asked,
            falling=sought.falls,
            limit=at_once,
        )

    def _kept_totals(self, user_id: str, filters: Filters) -> Totals:
        since = str(Month.of(filters.since)) if filters.since else "0"
        last = str(Month.of(filters.until).plus(-1)) if filters.until else "9999-99"
        return {
            key: total
            for key, total in read(self._months(user_id, since, last)).items()
            if (not filters.categories or key.category in filters.categories)
            and (not filters.currency or key.currency == filters.currency)
        }


def _sums(totals: Totals) -> list[Sum]:
    sums: dict[str, Sum] = {}
    for key, total in totals.items():
        nothing = money(Decimal(0), key.currency)
        old = sums.get(key.currency, Sum(key.currency, nothing, nothing, 0))
        spent = nothing if key.category in NOT_SPENDING else total.spent
        received = -total.spent if key.category == INCOME else nothing
        sums[key.currency] = Sum(
            key.currency, old.spent + spent, old.received + received, old.count + total.expenses
        )
    return sorted((row for row in sums.values() if row.count), key=lambda row: (-row.count, row.currency))
