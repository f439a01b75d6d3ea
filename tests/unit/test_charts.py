"""Charts start at zero, fit their largest value and say nothing that is not so."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import charts

AMOUNTS = st.decimals(min_value=0, max_value=D("9999999999.99"), places=2)


def value(spent, budget=None, **more):
    return charts.MonthValue(D(spent), None if budget is None else D(budget), "words", "Nov", **more)


def plain(amount):
    return f"{amount:f}"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 4, "25"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (D("0.01"), D(100000), "0"),
        (-5, 10, "0"),
        (11, 10, "100"),
        (5, 0, "0"),
        (5, -1, "0"),
    ],
)
def test_percentages_are_short_texts(part, whole, text):
    assert charts.percent(part, whole) == text


def test_a_bar_within_its_limit_shows_how_much_is_used_and_where_today_stands():
    bar = charts.progress(D(75), D(300), elapsed=(15, 30))
    assert bar == charts.Progress(now=25, fill="25", limit="", beyond="", mark="50")


def test_a_bar_past_its_limit_shrinks_the_limit_and_moves_today_with_it():
    bar = charts.progress(D(400), D(300), elapsed=(15, 30))
    assert bar == charts.Progress(now=100, fill="75", limit="75", beyond="25", mark="37.5")


def test_any_spending_on_a_limit_of_zero_is_all_beyond_it():
    assert charts.progress(D(5), D(0), elapsed=(15, 30)) == charts.Progress(100, "0", "0", "100", "")
    assert charts.progress(D(5), D(-20)) == charts.Progress(100, "0", "0", "100", "")


def test_nothing_spent_and_a_refund_are_an_empty_bar():
    assert charts.progress(D(0), D(100)).fill == "0"
    assert charts.progress(D(-20), D(100)) == charts.Progress(now=0, fill="0")
    assert charts.progress(D(0), D(0)) == charts.Progress(now=0, fill="0")


@given(AMOUNTS, AMOUNTS, st.integers(1, 31))
def test_the_parts_of_a_bar_never_pass_its_end(spent, limit, day):
    bar = charts.progress(spent, limit, (day, 31))
    assert D(bar.fill) + D(bar.beyond or 0) <= 100
    assert D(bar.mark or 0) <= 100
    assert 0 <= bar.now <= 100
    assert bool(bar.beyond) == (spent > limit)


def test_the_largest_share_fills_the_width():
    assert charts.shares([D(50), D(200), D(-3), D(0)]) == ["25", "100", "0", "0"]
    assert charts.shares([]) == []


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (D(2400), [1000, 2000, 3000]),
        (D(3000), [1000, 2000, 3000]),
        (D("3000.01"), [2000, 4000]),
        (D("0.30"), [D("0.1"), D("0.2"), D("0.3")]),
        (D(7), [D("2.5"), D(5), D("7.5")]),
        (D(0), []),
    ],
)
def test_a_scale_has_round_steps_and_ends_where_the_largest_fits(top, ticks):
    assert charts.nice_ticks(top) == [D(tick) for tick in ticks]


@given(AMOUNTS.filter(bool))
def test_a_scale_has_few_even_steps(top):
    ticks = charts.nice_ticks(top)
    assert 1 <= len(ticks) <= 4
    assert ticks[-1] >= top > ticks[-1] - ticks[0]
    assert ticks == [ticks[0] * number for number in range(1, len(ticks) + 1)]


def test_months_stand_on_zero_below_the_scales_top():
    chart = charts.months([value(750, 1500), value(3000, 1500, open=True), value(0)], plain)
    first, second, third = chart.bars
    assert [tick.label for tick in chart.ticks] == ["1000", "2000", "3000"]
    assert [tick.y for tick in chart.ticks] == ["66.7", "33.3", "0"]
    assert (first.y, first.height, first.over_height, first.budget_y) == ("75", "25", "", "50")
    assert (second.y, second.height, second.over_y, second.over_height) == ("50", "50", "0", "50")
    assert [bar.open for bar in chart.bars] == [False, True, False]
    assert (third.height, third.budget_y, third.over_height) == ("0", "", "")


def test_a_month_without_a_budget_is_never_beyond_it():
    bar = charts.months([value(900), value(500, 0)], plain).bars
    assert (bar[0].height, bar[0].over_height) == ("90", "")
    assert (bar[1].height, bar[1].over_height) == ("0", "50")


def test_a_budget_above_all_spending_is_still_in_the_picture():
    chart = charts.months([value(10, 900)], plain)
    assert chart.ticks[-1].label == "1000"
    assert chart.bars[0].budget_y == "10"


def test_months_stand_side_by_side_within_the_width():
    chart = charts.months([value(n) for n in range(12)], plain)
    assert [bar.left for bar in chart.bars][:2] == ["0", chart.step]
    assert all(
        D(bar.left) <= D(bar.x) and D(bar.x) + D(chart.width) <= D(bar.right) <= 100 for bar in chart.bars
    )


def test_months_without_any_spending_are_an_empty_chart():
    chart = charts.months([value(0), value(-5)], plain)
    assert chart.ticks == []
    assert [bar.height for bar in chart.bars] == ["0", "0"]


def test_a_sparkline_is_as_high_as_its_largest_value():
    spark = charts.sparkline([D(1), D(4), D(2)])
    assert [(bar.y, bar.height) for bar in spark.bars] == [("75", "25"), ("0", "100"), ("50", "50")]
    assert charts.sparkline([]).bars == ()
