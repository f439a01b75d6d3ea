"""Budgets change from a month on, or in one month alone; what was before stays as it was."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.budgeting.changes import copy_from_last_month, end_from, resume, set_from, set_only, with_rollover
from lib.periods import LAST_MONTH, Month
from lib.records import Step
from tests.unit.months import JANUARY, NOVEMBER, OCTOBER, amounts, budget, months, step_lists

BUDGETS = step_lists.map(lambda steps: replace(budget("Travel", 1), steps=steps))
WINDOW = list(NOVEMBER.plus(-50).until(NOVEMBER.plus(10)))


def over_time(one):
    return {month: one.amount_in(month) for month in WINDOW}


@given(BUDGETS, months, amounts)
def test_a_change_holds_from_its_month_on_and_never_before(one, month, amount):
    before = over_time(one)
    for shown, now in over_time(set_from(one, month, amount)).items():
        assert now == (before[shown] if shown < month else amount)


@given(BUDGETS, months, amounts)
def test_a_change_of_one_month_leaves_every_other(one, month, amount):
    assert over_time(set_only(one, month, amount)) == over_time(one) | {month: amount}


def test_nothing_follows_a_change_of_the_last_month():
    changed = set_only(budget("Travel", 1), LAST_MONTH, Decimal(5))
    assert changed.steps[-1] == Step(LAST_MONTH, Decimal(5))


@given(BUDGETS, months)
def test_an_end_is_an_end(one, month):
    before = over_time(one)
    for shown, now in over_time(end_from(one, month)).items():
        assert now == (before[shown] if shown < month else None)


@given(BUDGETS, months, amounts)
def test_taking_up_again_stops_at_the_next_planned_change(one, month, amount):
    before, taken_up = over_time(one), over_time(resume(one, month, amount))
    next_step = min((step.since for step in one.steps if step.since > month), default=Month(2199, 12))
    for shown, now in taken_up.items():
        assert now == (amount if month <= shown < next_step else before[shown])


@given(
    BUDGETS,
    st.lists(st.tuples(st.sampled_from([set_from, set_only]), months, st.none() | amounts), max_size=6),
)
def test_there_are_never_more_steps_than_changes(one, changes):
    for change, month, amount in changes:
        one = change(one, month, amount)
        amounts_in_turn = [None, *[step.amount for step in one.steps]]
        assert all(now != last for last, now in zip(amounts_in_turn, amounts_in_turn[1:], strict=False))


def test_a_budget_that_ends_where_it_began_was_never_there():
    assert end_from(budget("Travel", 100), JANUARY).steps == ()


def test_copying_gives_this_month_what_last_month_had():
    special = set_only(budget("Travel", 100), OCTOBER, Decimal(300))
    ended = end_from(budget("Health", 50), NOVEMBER)
    new = budget("Groceries", 400, since=NOVEMBER)
    same = budget("Housing", 900)
    changed = copy_from_last_month([special, ended, new, same], NOVEMBER)
    assert [(one.category, one.amount_in(NOVEMBER), one.amount_in(NOVEMBER.plus(1))) for one in changed] == [
        ("Travel", 300, 100),  # this month alone, as last month was
        ("Health", 50, 50),  # taken up again
    ]


@given(st.lists(BUDGETS, max_size=4), months)
def test_copying_twice_is_copying_once(found, month):
    copied = copy_from_last_month(found, month)
    assert all(one.amount_in(month) == one.amount_in(month.plus(-1)) for one in copied)
    assert copy_from_last_month(copied, month) == []


def test_carrying_begins_with_the_month_and_is_not_moved_by_saying_it_again():
    on = with_rollover(budget("Travel", 100), OCTOBER, on=True)
    assert with_rollover(on, NOVEMBER, on=True).rollover_since == OCTOBER
    assert with_rollover(on, NOVEMBER, on=False).rollover_since is None


def test_steps_stay_in_order():
    one = set_only(budget("Travel", 100), OCTOBER, Decimal(300))
    assert one.steps == (
        Step(JANUARY, Decimal(100)),
        Step(OCTOBER, Decimal(300)),
        Step(NOVEMBER, Decimal(100)),
    )
