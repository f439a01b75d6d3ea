"""What is left of a month, or missing, is carried into the next."""

from decimal import Decimal

from hypothesis import given

from lib.budgeting.sheet import first_needed
from lib.periods import Month
from tests.unit import months as made
from tests.unit.months import NOVEMBER, OCTOBER, budget, line, summary, total, user


def test_what_is_left_is_carried_since_the_month_it_was_asked_for():
    rows = [
        total(Month(2026, 8), "Travel", 1),
        total(Month(2026, 9), "Travel", 40),
        total(OCTOBER, "Travel", 130),
    ]
    travel = line([budget("Travel", 100, rollover=Month(2026, 9))], [*rows, total(NOVEMBER, "Travel", 20)])
    assert (travel.carried, travel.available, travel.left) == (30, 130, 110)


def test_what_was_overspent_is_carried_too():
    travel = line([budget("Travel", 100, rollover=OCTOBER)], [total(OCTOBER, "Travel", 250)])
    assert (travel.carried, travel.available, travel.state, travel.percent) == (-150, -50, "over", 0)


def test_nothing_is_carried_into_the_month_it_begins_in():
    assert line([budget("Travel", 100, rollover=NOVEMBER)], [total(OCTOBER, "Travel", 1)]).carried == 0
    assert (
        line([budget("Travel", 100, rollover=NOVEMBER.plus(3))], [total(OCTOBER, "Travel", 1)]).carried == 0
    )


def test_a_month_without_the_budget_closes_the_account():
    steps = [(Month(2026, 7), 100), (Month(2026, 9), None), (OCTOBER, 100)]
    paused = made.Budget(
        "alice", "b", "Travel",
        tuple(made.Step(month, None if amount is None else Decimal(amount)) for month, amount in steps),
        made.NOW, rollover_since=Month(2026, 7),
    )  # fmt: skip
    assert line([paused], [total(OCTOBER, "Travel", 30)]).carried == 70


def test_three_years_are_looked_back_and_no_more():
    since = NOVEMBER.plus(-60)
    travel = line([budget("Travel", 10, since=since, rollover=since)], [])
    assert travel.carried == 360
    assert first_needed(user(), [travel.budget], NOVEMBER) == NOVEMBER.plus(-36)
    assert first_needed(user(), [], NOVEMBER) == NOVEMBER.plus(-12)


@given(made.budgets, made.totals)
def test_what_is_carried_is_what_a_ledger_would_say(budgets, totals):
    for found in summary(budgets, totals).lines:
        ledger = Decimal(0)
        for month in NOVEMBER.plus(-36).until(NOVEMBER):
            since, amount = found.budget.rollover_since, found.budget.amount_in(month)
            if since is None or month < since or amount is None:
                ledger = Decimal(0)
                continue
            rows = [
                row
                for row in totals
                if (row.month, row.category, row.currency) == (month, found.category, "EUR")
            ]
            ledger += amount - sum(row.spent for row in rows)
        assert found.carried == ledger
