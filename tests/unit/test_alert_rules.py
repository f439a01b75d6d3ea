"""Every rule at its edges. The figures are those of the rule, to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lib.alerting import kinds, rules
from lib.alerting.preferences import Preferences
from lib.budgeting.sheet import lines_so_far
from lib.budgeting.spending import Spending
from lib.records import Expense
from tests.unit.months import NOVEMBER, NOW, TODAY, budget, line, total, user


def reached(amount, spent, levels=(80,), category="Groceries"):
    one = replace(budget(category, amount), alert_thresholds=levels)
    [found] = lines_so_far(
        user(), [one], Spending(user(), [total(NOVEMBER, "Groceries", spent)]), NOVEMBER, TODAY
    )
    return [(level.kind.key, level.level) for level in rules.reached(found, NOVEMBER)]


NEAR, OVER = ("budget_alert", "80"), ("budget_exceeded", "over")


@pytest.mark.parametrize(
    ("amount", "spent", "expected"),
    [
        (1000, "799.90", []),  # 79.99 %
        (1000, "799.99", []),
        (1000, "800.00", [NEAR]),
        (1000, "800.01", [NEAR]),
        (1000, "1000.00", [NEAR]),  # spending it to the cent is not too much
        (1000, "1000.01", [NEAR, OVER]),
        (10000, "10001.00", [NEAR, OVER]),  # 100.01 %
        (0, "0", []),  # nothing is a percentage of nothing
        (0, "0.01", [OVER]),
        (1000, "-50", []),  # a refund
        ("0.01", "0.01", [NEAR]),
    ],
)
def test_levels_of_a_budget(amount, spent, expected):
    assert reached(amount, spent) == expected


@pytest.mark.parametrize(
    ("spent", "expected"),
    [
        ("49.99", []),
        ("50", ["50"]),
        ("89", ["50"]),
        ("95", ["50", "90"]),
        ("101", ["50", "90", "100", "over"]),
    ],
)
def test_a_budget_can_have_several_percentages(spent, expected):
    assert [level for _, level in reached(100, spent, (50, 90, 100))] == expected


def test_the_limit_for_all_spending_is_a_kind_of_its_own():
    assert reached(1000, 1200, category="*") == [("overall_limit", "80"), ("overall_limit", "over")]


def test_what_earlier_months_left_counts_as_available():
    carried = budget("Groceries", 100, since=NOVEMBER.plus(-1), rollover=NOVEMBER.plus(-1))
    spending = Spending(user(), [total(NOVEMBER, "Groceries", 150)])
    [found] = lines_so_far(user(), [carried], spending, NOVEMBER, TODAY)
    assert found.available == 200
    assert rules.reached(found, NOVEMBER) == []


def test_the_same_thing_always_has_the_same_id_and_nothing_else_has_it():
    ids = {
        rules.id_of(kind, topic, month, level)
        for kind in kinds.OPTIONAL
        for topic in ("Groceries", "Groceries\n2026", "*")
        for month in ("2026-11", "2026-12", "")
        for level in ("80", "90", "over")
    }
    assert len(ids) == len(kinds.OPTIONAL) * 27
    assert rules.id_of(kinds.LARGE, "a") == rules.id_of(kinds.LARGE, "a")


def expense(amount="100", category="Shopping", on=TODAY, **more):
    given = {"payee": "Nordstoff", **more}
    return Expense("alice", "e1", on, Decimal(amount), given.pop("currency", "EUR"), category, NOW, **given)


@pytest.mark.parametrize(
    ("amount", "budgeted", "share"),
    [
        ("99.99", 0, None),
        ("100.00", 0, "large"),
        ("99.99", 1000, None),  # 9.999 %
        ("99.90", 1000, None),  # 9.99 %
        ("99.99", "999.90", 10),  # 10 % to the cent
        ("9.99", 100, None),
        ("10.00", 100, 10),
        ("10.01", 100, 10),
        ("100.00", 10000, 1),  # large by itself
        ("0.01", 0, None),
    ],
)
def test_what_makes_an_expense_large(amount, budgeted, share):
    found = rules.large(user(), expense(amount), Decimal(str(budgeted)), Preferences(), TODAY)
    assert (found and (found.share or "large")) == share


def test_both_bounds_of_a_large_expense_can_be_set():
    chosen = Preferences(large_amount=Decimal(500), large_percent=50)
    assert not rules.large(user(), expense("499.99"), Decimal(1000), chosen, TODAY)
    assert rules.large(user(), expense("500"), Decimal(0), chosen, TODAY)
    assert rules.large(user(), expense("50"), Decimal(100), chosen, TODAY)


@pytest.mark.parametrize(
    "other",
    [
        {"category": "Income", "money_in": True},
        {"category": "Transfers"},
        {"money_in": True},
        {"currency": "USD"},  # never compared with what it is not counted in
        {"on": TODAY - timedelta(days=31)},  # written down late: no news
    ],
)
def test_what_is_never_a_large_expense(other):
    assert not rules.large(user(), expense("5000", **other), Decimal(10), Preferences(), TODAY)


def test_a_subscription_that_takes_more_than_a_month_ago():
    def paid(amount, on, payee="Filmnight", key="e0"):
        return replace(expense(amount, "Subscriptions", on, payee=payee), expense_id=key)

    new = paid("15.99", TODAY, key="new")
    month_ago, day_ago = TODAY - timedelta(days=30), TODAY - timedelta(days=1)
    found = rules.price_rise(user(), new, [new, paid("12.99", month_ago, " FILMNIGHT ")], TODAY)
    assert found
    assert found.before.amount == Decimal("12.99")
    assert not rules.price_rise(user(), new, [paid("15.99", month_ago)], TODAY)
    assert not rules.price_rise(user(), new, [paid("17.99", month_ago)], TODAY)
    assert not rules.price_rise(user(), new, [paid("12.99", day_ago)], TODAY)
    assert not rules.price_rise(user(), new, [paid("12.99", month_ago, "Soundwave")], TODAY)
    assert rules.price_rise(user(), new, [paid("12.99", TODAY - timedelta(days=365))], TODAY)
    # The last charge counts, not one from before the price was the same already.
    older = paid("12.99", TODAY - timedelta(days=60))
    assert not rules.price_rise(user(), new, [paid("15.99", month_ago), older], TODAY)


def spending(now, *before, category="Travel"):
    months = [total(NOVEMBER.plus(-n), category, spent) for n, spent in enumerate(before, 1)]
    return Spending(user(), [total(NOVEMBER, category, now), *months])


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (400, (100, 100, 100), True),
        (200, (100, 100, 100), True),  # twice the usual, and 100 more
        ("199.99", (100, 100, 100), False),
        (90, (40, 40, 40), False),  # 50 more is no matter
        (400, (100, 100), False),  # two months are no habit
        (400, (0, 0, 100), False),  # nothing usual
        (400, (100, 900, 100), True),  # one dear month does not make the usual
    ],
)
def test_a_category_far_above_its_median(now, before, expected):
    found = rules.unusual(spending(now, *before), NOVEMBER, Preferences())
    assert bool(found) == expected
    assert not rules.unusual(spending(now, *before), NOVEMBER, Preferences(), ["Travel"])


def test_the_early_warning_names_the_day_and_ends_where_a_percentage_is_reached():
    before = [total(NOVEMBER.plus(-n), "Groceries", 600) for n in (1, 2, 3)]
    early = line([budget("Groceries", 500)], [*before, total(NOVEMBER, "Groceries", 390)])
    [found] = rules.runs_out(early, NOVEMBER)
    assert found.line.runs_out_on
    assert TODAY < found.line.runs_out_on <= date(2026, 11, 30)
    near = line([budget("Groceries", 500)], [*before, total(NOVEMBER, "Groceries", 400)])
    assert rules.runs_out(near, NOVEMBER) == []
    calm = line([budget("Groceries", 900)], [*before, total(NOVEMBER, "Groceries", 390)])
    assert rules.runs_out(calm, NOVEMBER) == []
