"""What a month of budgets comes to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.budgeting.months import (
    calculate_per_day,
    calculate_percentage,
    check_budget_exceeded,
    check_threshold,
)
from lib.budgeting.sheet import amount_of, friendly
from lib.categories import Categories
from lib.periods import Month
from tests.unit import months as made
from tests.unit.months import NOVEMBER, OCTOBER, TODAY, budget, line, summary, total, user


def test_a_line_says_what_was_planned_what_happened_and_what_is_left():
    food = line([budget("Groceries", 500)], [total(NOVEMBER, "Groceries", "112.40", 7)])
    assert (food.amount, food.spent, food.left, food.count) == (500, Decimal("112.40"), Decimal("387.60"), 7)
    assert (food.percent, food.state, food.carried) == (22, "fine", 0)
    assert food.per_day == Decimal("38.76")  # ten days, today included


def test_only_the_months_own_expenses_count():
    food = line(
        [budget("Groceries", 500)], [total(OCTOBER, "Groceries", 900), total(NOVEMBER, "Groceries", 1)]
    )
    assert food.spent == 1


@pytest.mark.parametrize(
    ("spent", "percent", "reached"),
    [
        ("79.99", 79, "fine"),
        ("80.00", 80, "near"),
        ("100.00", 100, "near"),
        ("100.01", 100, "over"),
        ("250.00", 250, "over"),
        ("-5", 0, "fine"),
        ("0", 0, "fine"),
    ],
)
def test_what_is_reached_follows_the_threshold_and_over_is_strict(spent, percent, reached):
    food = line([budget("Groceries", 100)], [total(NOVEMBER, "Groceries", spent)])
    assert (food.percent, food.reached) == (percent, reached)


def test_a_budget_of_zero_is_over_with_the_first_cent_and_has_no_percentage():
    assert line([budget("Travel", 0)], []).state == "fine"
    spent = line([budget("Travel", 0)], [total(NOVEMBER, "Travel", "0.01")])
    assert (spent.state, spent.percent, spent.left) == ("over", 0, Decimal("-0.01"))


def test_income_and_transfers_are_never_spending():
    found = summary(
        [budget("Income", 100), budget("Transfers", 100)],
        [total(NOVEMBER, "Income", -2000), total(NOVEMBER, "Transfers", 700), total(NOVEMBER, "Travel", 5)],
    )
    assert (found.lines, found.spent, found.income) == ((), 5, 2000)
    assert [one.category for one in found.unbudgeted] == ["Travel"]


def test_spending_without_a_budget_is_shown_largest_first():
    found = summary(
        [budget("Groceries", 100)],
        [total(NOVEMBER, "Travel", 20), total(NOVEMBER, "Housing", 900), total(NOVEMBER, "Groceries", 5)],
    )
    assert [(one.category, one.spent, one.budget) for one in found.unbudgeted] == [
        ("Housing", 900, None),
        ("Travel", 20, None),
    ]


def test_a_budget_that_has_ended_leaves_its_category_without_one():
    ended = made.Budget(
        "alice", "b", "Travel", (made.Step(Month(2026, 1), Decimal(50)), made.Step(NOVEMBER, None)), made.NOW
    )
    found = summary([ended], [total(NOVEMBER, "Travel", 20)])
    assert (found.lines, [one.category for one in found.unbudgeted]) == ((), ["Travel"])


def test_other_currencies_stand_apart_and_are_never_added():
    found = summary(
        [budget("Travel", 100)],
        [
            total(NOVEMBER, "Travel", 20),
            total(NOVEMBER, "Travel", 300, 3, "USD"),
            total(NOVEMBER, "Income", -40, 1, "USD"),
            total(NOVEMBER, "Transfers", 99, 1, "USD"),
            total(NOVEMBER, "Housing", 7, 9, "CHF"),
            total(OCTOBER, "Travel", 1, 1, "GBP"),
        ],
    )
    assert found.spent == 20
    assert [(sum_.currency, sum_.spent, sum_.received, sum_.count) for sum_ in found.other_currencies] == [
        ("CHF", 7, 0, 9),
        ("USD", 300, 40, 5),
    ]


def test_merged_categories_spend_from_both_budgets():
    person = user(categories=Categories().merged("Food & Dining", "Groceries"))
    both = [budget("Food & Dining", 200), budget("Groceries", 300)]
    food = line(both, [total(NOVEMBER, "Food & Dining", 50), total(NOVEMBER, "Groceries", 60)], of=person)
    assert (food.category, food.amount, food.spent, food.count) == ("Groceries", 500, 110, 20)
    assert food.budget == both[1]


def test_the_overall_limit_looks_at_everything_that_is_spent():
    found = summary(
        [budget("*", 1000), budget("Groceries", 300)],
        [
            total(NOVEMBER, "Groceries", 100),
            total(NOVEMBER, "Housing", 700, 1),
            total(NOVEMBER, "Income", -5000, 1),
        ],
    )
    assert (found.overall.spent, found.overall.left, found.overall.count) == (800, 200, 11)
    assert [one.category for one in found.lines] == ["Groceries"]


def test_the_endangered_come_first_the_worst_on_top():
    wanted = ["Housing", "Travel", "Groceries", "Health"]  # over, heading over, nearly used up, fine
    found = summary(
        [budget(category, 100) for category in sorted(wanted)],
        [
            total(NOVEMBER, "Housing", 140),
            *[total(NOVEMBER.plus(-n), "Travel", 100) for n in range(1, 4)],
            total(NOVEMBER, "Travel", 75),
            *[total(NOVEMBER.plus(-n), "Groceries", 10) for n in range(1, 4)],
            total(NOVEMBER, "Groceries", 81),
            total(NOVEMBER, "Health", 1),
        ],
    )
    assert [(one.category, one.endangered) for one in found.lines] == [
        ("Housing", True), ("Travel", True), ("Groceries", True), ("Health", False)
    ]  # fmt: skip


def test_a_rent_that_is_paid_to_the_cent_is_no_alarm():
    paid = [total(NOVEMBER.plus(-n), "Housing", 900, 1) for n in range(4)]
    rent = line([budget("Housing", 900)], paid)
    assert (rent.state, rent.reached, rent.settled, rent.endangered) == ("fine", "near", True, False)


def test_a_pace_that_leads_over_is_near_before_the_threshold_is_reached():
    groceries = [total(NOVEMBER.plus(-n), "Groceries", 600, 20) for n in range(1, 4)]
    food = line([budget("Groceries", 500)], [*groceries, total(NOVEMBER, "Groceries", 390, 13)])
    assert (food.state, food.reached, food.heads_over, food.percent) == ("near", "fine", True, 78)


def test_past_months_are_judged_by_how_they_ended():
    september = Month(2026, 9)
    near = line([budget("Travel", 100)], [total(september, "Travel", 95)], month=september)
    assert (near.state, near.endangered, near.per_day, near.projected, near.runs_out_on) == (
        "near", False, None, None, None
    )  # fmt: skip
    assert line([budget("Travel", 100)], [total(september, "Travel", 105)], month=september).endangered


def test_suggestions_are_the_median_of_three_months_rounded_up():
    rows = [
        total(NOVEMBER.plus(-n), "Travel", amount) for n, amount in enumerate([5, "187.35", 900, 20, 9000])
    ]
    travel = summary([], rows).unbudgeted[0]
    assert (travel.recent, travel.suggestion) == ((20, 900, Decimal("187.35")), 190)


@pytest.mark.parametrize(
    ("amount", "currency", "suggested"),
    [("187.35", "EUR", "190.00"), ("190", "EUR", "190.00"), ("1001", "EUR", "1100.00"), ("3.21", "EUR", "3.30")]
    + [("0.01", "EUR", "0.01"), ("18735", "JPY", "19000"), ("3", "JPY", "3"), ("0", "EUR", None), ("-4", "EUR", None)],
)  # fmt: skip
def test_a_friendly_figure_has_two_leading_digits(amount, currency, suggested):
    found = friendly(Decimal(amount), currency)
    assert (None if found is None else str(found)) == suggested


@given(st.decimals("0.01", "9999999", places=2), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_friendly_figure_is_enough_and_not_much_more(amount, currency):
    found = friendly(amount, currency)
    assert amount <= found <= max(amount * Decimal("1.1"), amount + 1)


# What holds for every month


@given(made.budgets, made.totals)
def test_the_lines_add_up_to_all_that_was_spent(budgets, totals):
    found = summary(budgets, totals)
    mine = [row for row in totals if row.currency == "EUR" and row.is_spending and row.month == NOVEMBER]
    assert (
        sum(one.spent for one in found.lines + found.unbudgeted)
        == found.spent
        == sum(row.spent for row in mine)
    )
    assert sum(one.count for one in found.lines + found.unbudgeted) == sum(row.count for row in mine)
    others = [row for row in totals if row.currency != "EUR" and row.month == NOVEMBER]
    assert sum(sum_.count for sum_ in found.other_currencies) == sum(row.count for row in others)


@given(made.budgets, made.totals)
def test_the_totals_are_those_of_the_lines(budgets, totals):
    found = summary(budgets, totals)
    sums, lines = found.totals, found.lines
    assert (sums.budgeted, sums.carried) == (
        sum(one.amount for one in lines),
        sum(one.carried for one in lines),
    )
    assert sums.left == sum(one.left for one in lines) == sums.budgeted + sums.carried - sums.spent
    assert sums.count == len(lines)


@given(made.budgets, made.totals, st.integers(1, 30))
def test_every_line_keeps_its_promises(budgets, totals, day):
    today = date(2026, 11, day)
    found = summary(budgets, totals, today=today)
    for one in (*found.lines, *found.unbudgeted, *([found.overall] if found.overall else [])):
        assert one.percent >= 0
        assert (one.state == "over") == (one.budget is not None and one.left < 0)
        assert one.projected is None or one.projected >= one.spent
        assert one.sentence.endswith(".")
        if one.per_day is not None:
            assert 0 <= one.per_day * (31 - day) <= max(one.left, 0)
            assert (one.per_day + Decimal("0.01")) * (31 - day) > one.left
        if one.runs_out_on is not None:
            assert today <= one.runs_out_on <= NOVEMBER.last
            assert one.heads_over


@given(made.budgets, made.totals, made.months)
def test_only_the_current_month_has_a_future(budgets, totals, month):
    found = summary(budgets, totals, month=month, today=TODAY + timedelta(days=40))
    for one in found.lines + found.unbudgeted:
        assert (one.per_day, one.projected, one.runs_out_on) == (None, None, None)


cents = st.integers(-10_000, 10_000_000_00).map(lambda number: Decimal(number) / 100)


@given(cents, cents)
def test_percentages_are_rounded_down_and_agree_with_the_rest(spent, available):
    percent = calculate_percentage(spent, available)
    if available > 0 and spent > 0:
        assert percent * available <= spent * 100 < (percent + 1) * available
        assert all(check_threshold(spent, available, t) == (percent >= t) for t in (1, 50, 80, 100))
    else:
        assert percent == 0
    if percent > 100:
        assert check_budget_exceeded(spent, available)


@given(cents, st.integers(1, 31), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_day_at_a_time_is_enough_until_the_end(left, days, currency):
    assert 0 <= calculate_per_day(left, days, currency) * days <= max(left, 0)


def test_no_budgets_are_no_amount():
    assert amount_of([], NOVEMBER) is None
