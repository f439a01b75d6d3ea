"""How months are likely to end, and in which words it is said."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.budgeting.projections import median, project, usual
from lib.budgeting.spending import NOTHING, Spending
from lib.budgeting.words import ordinal
from lib.household import Household
from tests.unit.months import NOVEMBER, NOW, OCTOBER, amounts, budget, line, summary, total, user


def earlier(*spent: object, count: int = 10):
    """So many months before November."""
    return [total(NOVEMBER.plus(-n), "Groceries", amount, count) for n, amount in enumerate(spent, 1)]


def projected(spent, day, before, count=10):
    found = project(total(NOVEMBER, "Groceries", spent, count), usual(before), day, 30)
    return None if found is None else found.total


def test_one_rent_on_the_first_does_not_become_thirty():
    assert projected(900, 1, earlier(900, 900, 900, count=1), count=1) == 900


def test_a_rent_that_is_not_paid_yet_is_expected():
    assert projected(0, 20, earlier(900, 900, 880, count=1), count=0) == 900
    assert projected(0, 30, earlier(900, 900, 880, count=1), count=0) == 0


def test_the_first_shopping_of_a_month_is_no_fortune():
    assert projected(90, 1, earlier(500, 500, 500), count=4) < 700


def test_towards_the_end_the_month_itself_decides():
    assert abs(projected(800, 28, earlier(400, 400, 400)) - 840) < 10


def test_a_steady_month_ends_as_usual():
    assert projected(250, 15, earlier(500, 500, 500)) == 500


def test_one_odd_month_does_not_count():
    assert projected(250, 15, earlier(500, 500, 9000, 500, 0)) == 500


def test_without_earlier_months_only_a_real_pace_is_drawn_out():
    assert projected(900, 20, [], count=1) is None
    assert projected(90, 6, [], count=10) is None
    assert projected(100, 10, [], count=10) == 300


def test_few_earlier_months_weigh_less():
    weighed = [projected(300, 10, earlier(*[300] * months)) for months in (0, 1, 2, 3, 12)]
    assert weighed == sorted(weighed, reverse=True)
    assert weighed[3] == weighed[4]


@given(
    st.decimals("-500", "5000", places=2), st.integers(0, 40), st.lists(amounts, max_size=12),
    st.integers(0, 40), st.integers(1, 30),
)  # fmt: skip
def test_a_projection_is_never_less_than_what_is_spent_nor_beyond_the_steeper_pace(
    spent, count, before, number, day
):
    found = projected(spent, day, earlier(*before, count=number), count)
    if found is not None:
        steeper = max(spent, Decimal(0)) * 30 / day
        assert spent <= found <= max(spent, Decimal(0)) + steeper + median(before)


@given(st.lists(amounts, min_size=1, max_size=12))
def test_a_median_has_as_many_above_as_below(values):
    middle = median(values)
    assert (
        sum(value < middle for value in values) <= len(values) / 2 >= sum(value > middle for value in values)
    )
    assert usual([NOTHING]).spent == median([]) == 0


def test_all_spending_ends_where_its_parts_end():
    rows = [total(NOVEMBER.plus(-n), "Housing", 900, 1) for n in range(4)] + earlier(500, 500, 500)
    found = summary([budget("*", 1450)], [*rows, total(NOVEMBER, "Groceries", 350)])
    assert found.projected == found.overall.projected == found.overall.projected.quantize(Decimal("0.01"))
    assert found.projected == Decimal("900") + Decimal("500.00")


def test_it_errs_by_less_than_the_average_day_or_the_usual_month():
    """Looking back on a made-up household: how far off each was, added up over a year of months."""
    expenses = list(Household(user(), date(2026, 10, 31), NOW, seed=7).expenses(20))
    ends = Spending(user(), _counted(expenses))
    off = {"ours": Decimal(0), "average day": Decimal(0), "usual month": Decimal(0)}
    for month in OCTOBER.plus(-11).until(NOVEMBER):
        for day in (3, 10, 20):
            today, end = month.first.replace(day=day), ends.all(month)
            so_far = _counted([one for one in expenses if one.spent_on <= today])
            found = summary([], so_far, month=month, today=today)
            before = median([ends.all(earlier) for earlier in month.plus(-8).until(month)])
            off["ours"] += abs(found.projected - end)
            off["average day"] += abs(found.spent * month.days / day - end)
            off["usual month"] += abs(max(before, found.spent) - end)
    assert off["ours"] < min(off["average day"], off["usual month"])
    assert off["ours"] * 10 < off["average day"]


def _counted(expenses):
    """The totals a store would keep."""
    rows = {}
    for one in expenses:
        spent, count = rows.get((one.month, one.category), (Decimal(0), 0))
        rows[one.month, one.category] = (spent + one.counted, count + 1)
    return [total(month, category, *row) for (month, category), row in rows.items()]


def test_a_rent_among_small_things_is_still_one_rent():
    """On the first, with nine in ten of the month's money gone."""
    assert projected(900, 1, earlier(1000, 1000, 1000, count=10), count=1) < 1100


# What is reached, and when


def test_the_day_on_which_it_runs_out():
    food = line([budget("Groceries", 400)], [*earlier(500, 500, 500), total(NOVEMBER, "Groceries", 380)])
    assert food.runs_out_on == date(2026, 11, 23)
    assert food.sentence == "At this pace you reach €400 on the 23rd."


def test_every_day_until_then_it_lasts():
    """The pace is 880/51 a day; the day before, what is spent then is still within the budget."""
    food = line([budget("Groceries", 400)], [*earlier(500, 500, 500), total(NOVEMBER, "Groceries", 380)])
    each_day = (food.projected - food.spent) / 9
    assert food.spent + each_day * 1 <= food.available < food.spent + each_day * 2


CASES = [
    (budget("Groceries", 500), [*earlier(300, 300), ("Groceries", 41)], 21, "€45.90 a day until the 30th."),
    (budget("Groceries", 500), [*earlier(300, 300), ("Groceries", "99.5")], 30, "€400.50 is left for today."),
    (budget("Groceries", 500), [*earlier(600, 600), ("Groceries", "512.40")], 21, "You are €12.40 over."),
    (budget("Groceries", 500), [*earlier(600, 600), ("Groceries", 500)], 21, "All of €500 is spent."),
    (budget("Groceries", 0), [], 21, "Nothing is set aside for this."),
    (budget("Groceries", "0.05"), [], 21, "€0.05 is left until the 30th."),
    (
        budget("Housing", 1000),
        [total(OCTOBER, "Housing", 900, 1), ("Housing", 900, 1)],
        21,
        "€100 is left, and usually no more comes.",
    ),
    (
        budget("Housing", 900),
        [total(OCTOBER, "Housing", 900, 1), ("Housing", 900, 1)],
        21,
        "All of €900 is spent, and usually no more comes.",
    ),
    (
        budget("Housing", 1000),
        [total(OCTOBER, "Housing", 900, 1)],
        21,
        "€1,000 is left, of which €900 usually goes.",
    ),
    (
        budget("Housing", 800),
        [total(OCTOBER, "Housing", 900, 1)],
        21,
        "It usually comes to €900 a month, and there is €800.",
    ),
    (
        budget("Travel", 100, rollover=OCTOBER),
        [total(OCTOBER, "Travel", 250), ("Travel", 5)],
        21,
        "You are €55 over: earlier months went over by €150.",
    ),
]


@pytest.mark.parametrize(("planned", "rows", "day", "says"), CASES, ids=[case[3][:30] for case in CASES])
def test_the_most_urgent_thing_is_said(planned, rows, day, says):
    rows = [total(NOVEMBER, *row) if isinstance(row, tuple) else row for row in rows]
    assert line([planned], rows, today=date(2026, 11, day)).sentence == says


@pytest.mark.parametrize(
    ("spent", "months_ahead", "says"),
    [
        (312.4, -1, "€187.60 was left at the end."),
        (512.4, -1, "It ended €12.40 over."),
        (500, -1, "It was used up exactly."),
        (0, 1, "€500 to spend."),
        (100, 1, "€400 is left, with €100 spent ahead."),
        (512.4, 1, "You are €12.40 over."),
    ],
)
def test_months_that_are_over_or_to_come_are_spoken_of_differently(spent, months_ahead, says):
    month = NOVEMBER.plus(months_ahead)
    assert line([budget("Groceries", 500)], [total(month, "Groceries", spent)], month=month).sentence == says


def test_spending_without_a_budget_says_where_it_leads():
    rows = [*earlier(500, 500, 500), total(NOVEMBER, "Groceries", 350)]
    assert (
        summary([], rows).unbudgeted[0].sentence
        == "€350 without a budget, about €500 by the end of the month."
    )
    assert summary([], rows[:1], month=OCTOBER).unbudgeted[0].sentence == "€500 without a budget."


def test_sentences_are_in_the_persons_currency_and_way_of_writing():
    swiss = user("CHF", "de_CH")
    food = line(
        [budget("Groceries", 500)], [total(NOVEMBER, "Groceries", "1512.40", currency="CHF")], of=swiss
    )
    assert food.sentence == "You are CHF\xa01’012.40 over."


def test_days_are_said_as_people_say_them():
    said = [ordinal(day) for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30, 31)]
    assert said == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "22nd",
        "23rd",
        "30th",
        "31st",
    ]
