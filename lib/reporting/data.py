"""What a report says, before anyone thinks of how it looks: figures out of expenses that were read once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from lib.budgeting.months import State
from lib.periods import Month
from lib.records import Expense, Sum, User
from lib.reporting.album import Album
from lib.reporting.periods import Period
from lib.reporting.spool import Spool


class CategoryRow(NamedTuple):
    key: str
    name: str
    spent: Decimal  # money out less money in: less than zero after a refund
    entries: int
    percent: int  # of all spending, rounded; 0 where that is nothing
    before: Decimal  # in the period before


class BudgetRow(NamedTuple):
    """A budget over the months of the period in which there was one."""

    category: str  # its key, or OVERALL
    name: str
    available: Decimal
    spent: Decimal
    left: Decimal
    percent: int
    state: State
    months: int
    months_over: int


class PayeeRow(NamedTuple):
    name: str
    spent: Decimal
    entries: int


class DayRow(NamedTuple):
    day: date
    spent: Decimal
    entries: int


class MonthRow(NamedTuple):
    month: Month
    spent: Decimal
    within: bool  # whether the report is about it, or some days of it


class WeekdayRow(NamedTuple):
    weekday: int  # 0 is Monday
    spent: Decimal
    days: int  # of the period that are over, or today

    @property
    def average(self) -> Decimal:
        return self.spent / self.days if self.days else Decimal(0)


class Compared(NamedTuple):
    """All spending against that of another period."""

    period: Period
    spent: Decimal  # then; more than zero
    percent: int  # by how much it is above (below when less than zero) now, rounded


class Insight(NamedTuple):
    words: str
    state: str = "info"  # info, fine, near, over


@dataclass(frozen=True, slots=True)
class Report:
    user: User
    period: Period
    made_at: datetime
    today: date
    spent: Decimal  # all spending in the account's currency
    count: int  # of the expenses in it
    income: Decimal
    categories: tuple[CategoryRow, ...]  # with expenses in it or in the period before, the largest first
    budgets: tuple[BudgetRow, ...]  # the fullest first; none for a period that is not of whole months
    overall: BudgetRow | None
    before: Compared | None
    year_before: Compared | None
    largest: tuple[Expense, ...]
    payees: tuple[PayeeRow, ...]
    weekdays: tuple[WeekdayRow, ...]  # from the person's first
    days: tuple[DayRow, ...]  # every day of the period
    months: tuple[MonthRow, ...]  # those before it, and its own
    other_currencies: tuple[Sum, ...]  # never converted, never added
    insights: tuple[Insight, ...]
    expenses: Spool  # all, oldest first: also income, transfers and other money
    receipts: Album  # empty unless they were asked for

    @property
    def running(self) -> bool:
        """Whether there is more of the period to come."""
        return self.period.since <= self.today < self.period.last

    @property
    def title(self) -> str:
        return self.period.title(self.user.locale)
