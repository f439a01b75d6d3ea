"""Short ways to write budgets and totals down, for tests of the rules of money. Everything happens around November 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from lib.budgeting.months import BudgetMonth
from lib.budgeting.sheet import get_budget_summary
from lib.budgeting.spending import Spending
from lib.categories import Categories
from lib.periods import Month
from lib.records import Budget, MonthTotal, Step, User

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
NOVEMBER = Month(2026, 11)
OCTOBER = Month(2026, 10)
JANUARY = Month(2026, 1)


def user(currency: str = "EUR", locale: str = "en", categories: Categories | None = None) -> User:
    return User(
        "alice", "alice", "alice@example.com", "-", NOW,
        currency=currency, locale=locale, categories=categories or Categories(),
    )  # fmt: skip


def budget(
    category: str,
    amount: object,
    since: Month = JANUARY,
    rollover: Month | None = None,
    threshold: int = 80,
) -> Budget:
    step = Step(since, Decimal(str(amount)))
    return Budget(
        "alice",
        f"budget-{category}",
        category,
        (step,),
        NOW,
        alert_thresholds=(threshold,),
        rollover_since=rollover,
    )


def total(month: Month, category: str, spent: object, count: int = 10, currency: str = "EUR") -> MonthTotal:
    return MonthTotal(month, category, currency, Decimal(str(spent)), count)


def summary(
    budgets: list[Budget],
    totals: list[MonthTotal],
    *,
    month: Month = NOVEMBER,
    today: date = TODAY,
    of: User | None = None,
) -> BudgetMonth:
    person = of or user()
    return get_budget_summary(person, budgets, Spending(person, totals), month, today)


def line(budgets: list[Budget], totals: list[MonthTotal], **where: object):  # type: ignore[no-untyped-def]
    """The only budget line there is."""
    [found] = summary(budgets, totals, **where).lines  # type: ignore[arg-type]
    return found


amounts = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
spent = st.integers(-20_000, 500_000).map(lambda cents: Decimal(cents) / 100)
months = st.integers(-40, 0).map(NOVEMBER.plus)
KEYS = ["Groceries", "Housing", "Travel", "Uncategorised", "Income", "Transfers"]
totals = st.lists(
    st.builds(
        MonthTotal,
        months,
        st.sampled_from(KEYS),
        st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        spent,
        st.integers(1, 30),
    ),
    max_size=40,
    unique_by=lambda row: (row.month, row.category, row.currency),
)
step_lists = st.lists(st.tuples(months, st.none() | amounts), max_size=6, unique_by=lambda step: step[0]).map(
    lambda steps: tuple(Step(*step) for step in sorted(steps, key=lambda step: step[0]))
)
budgets = st.lists(
    st.builds(
        lambda category, steps, rollover: Budget("alice", f"b-{category}", category, steps, NOW, rollover_since=rollover),
        st.sampled_from([*KEYS, "*"]), step_lists, st.none() | months,
    ),
    max_size=6,
    unique_by=lambda one: one.category,
)  # fmt: skip
