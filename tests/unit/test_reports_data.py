"""What a report says of its period: figures that add up, whatever the period and whatever is in it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.categories import DEFAULTS, Categories
from lib.errors import Invalid
from lib.periods import Month
from lib.reporting.periods import custom_period, month_period, week_period, year_period
from tests.unit.report_samples import NOW, expense

NOVEMBER = month_period(Month(2026, 11))


@pytest.fixture
def store(services):
    return services.store


def words(report) -> str:
    return "\n".join(insight.words for insight in report.insights)


MOVED = ("Income", "Transfers")  # never spending
days = st.dates(date(2025, 10, 1), date(2026, 11, 30))
keys = st.sampled_from(["Groceries", "Housing", "Travel", "Income", "Transfers", "Uncategorised"])
rows = st.lists(
    st.tuples(days, st.integers(1, 90_000), keys, st.sampled_from(["EUR", "EUR", "USD"]), st.booleans()),
    max_size=25,
    unique=True,
)
periods = st.sampled_from(
    [
        NOVEMBER,
        month_period(Month(2026, 2)),
        year_period(2026),
        custom_period(date(2026, 1, 15), date(2026, 11, 3)),
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows, periods)
def test_every_part_adds_up_to_the_same_total(services, alice, report_of, rows, period):
    made = [
        expense(alice, day, Decimal(cents) / 100, key, currency=currency, money_in=back)
        for day, cents, key, currency, back in rows
    ]
    report = report_of(services.store, alice, period, made)
    assert sum(row.spent for row in report.categories) == report.spent
    assert sum(row.entries for row in report.categories) == report.count
    then = [each for each in made if period.before.since <= each.spent_on < period.before.until]
    spent_then = [each.counted for each in then if each.currency == "EUR" and each.category not in MOVED]
    assert sum(row.before for row in report.categories) == sum(spent_then)
    assert sum(row.spent for row in report.days) == report.spent
    assert sum(row.spent for row in report.weekdays) == report.spent
    assert sum(row.entries for row in report.days) == report.count
    inside = [each for each in made if period.since <= each.spent_on < period.until]
    assert {each.expense_id for each in report.expenses} == {each.expense_id for each in inside}
    assert {sums.currency for sums in report.other_currencies} == {e.currency for e in inside} - {"EUR"}
    services.store.remove_expenses(alice.user_id, [each.expense_id for each in made], NOW)
    services.store.purge_expenses(NOW + timedelta(days=1), alice.user_id)


def test_a_month_comes_to_what_its_page_says(services, store, alice, report_of):
    made = [
        expense(alice, date(2026, 11, 3), "412.35"),
        expense(alice, date(2026, 11, 4), "12.20", money_in=True),
        expense(alice, date(2026, 11, 5), "900", "Housing"),
        expense(alice, date(2026, 11, 5), "3100", "Income", money_in=True),
        expense(alice, date(2026, 11, 6), "500", "Transfers"),
        expense(alice, date(2026, 11, 6), "20", currency="CHF"),
    ]
    services.budgets.set_budget(alice, "Groceries", Decimal(400), Month(2026, 11))
    services.budgets.set_budget(alice, "*", Decimal(1500), Month(2026, 11))
    report = report_of(store, alice, NOVEMBER, made)
    page = services.budgets.month(alice, Month(2026, 11), date(2026, 11, 21))
    assert (report.spent, report.income) == (page.spent, page.income) == (Decimal("1300.15"), Decimal(3100))
    assert report.other_currencies == page.other_currencies
    [groceries] = report.budgets
    assert (groceries.spent, groceries.left) == (page.lines[0].spent, page.lines[0].left)
    assert report.overall is not None
    assert report.overall.left == page.overall.left


def test_an_empty_month_says_so(store, alice, report_of):
    report = report_of(store, alice, month_period(Month(2026, 3)))
    assert (report.spent, report.count, report.categories, report.largest) == (0, 0, (), ())
    assert words(report) == "Nothing was spent in this time."


def test_merged_categories_count_as_one(store, alice, report_of):
    merged = Categories(DEFAULTS).merged("Travel", "Transport")
    alice = store.save_user(replace(alice, categories=merged))
    made = [
        expense(alice, date(2026, 11, 3), 10, "Travel"),
        expense(alice, date(2026, 11, 3), 5, "Transport"),
    ]
    [row] = report_of(store, alice, NOVEMBER, made).categories
    assert (row.key, row.spent, row.entries) == ("Transport", Decimal(15), 2)


def test_a_month_is_compared_with_the_one_before_and_a_year_ago(store, alice, report_of):
    made = [
        expense(alice, date(2026, 10, 31), 150),
        expense(alice, date(2026, 9, 1), 100),
        expense(alice, date(2025, 10, 5), 200),
    ]
    report = report_of(store, alice, month_period(Month(2026, 10)), made)
    assert (report.before.spent, report.before.percent) == (100, 50)
    assert (report.year_before.spent, report.year_before.percent) == (200, -25)
    assert report.categories[0].before == 100
    assert "You spent €50.00 (50%) more than in the month before, which came to €100.00." in words(report)
    assert "You spent €50.00 (25%) less than in the same month a year ago, which came to €200.00." in words(
        report
    )


def test_shares_are_rounded(store, alice, report_of):
    made = [
        expense(alice, date(2026, 10, 3), "15.50"),
        expense(alice, date(2026, 10, 4), "23.45", "Housing"),
        expense(alice, date(2026, 9, 3), "377.90"),
        expense(alice, date(2026, 10, 5), 100, "Income", money_in=True),
    ]
    report = report_of(store, alice, month_period(Month(2026, 10)), made)
    assert [row.percent for row in report.categories] == [60, 40]  # 60.2 and 39.8
    assert report.before.percent == -90  # -89.7
    assert "(61%) was not spent" in words(report)  # 61.05


def test_a_budget_is_nearly_used_by_what_was_spent_and_not_by_its_pace(services, store, alice, report_of):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 9))
    services.budgets.set_budget(alice, "Housing", Decimal(1000), Month(2026, 9))
    made = [
        expense(alice, date(2026, month, day), amount, category)
        for month in (9, 10, 11)
        for day, amount, category in ((1, 970, "Housing"), (2, 30, "Groceries"), (19, 40, "Groceries"))
    ]
    store.add_expenses(made)
    for month in (10, 11):  # one is over, one goes on: the rent is paid, and food heads over its budget
        rows = report_of(store, alice, month_period(Month(2026, month))).budgets
        assert [(row.category, row.percent, row.state) for row in rows] == [
            ("Housing", 97, "near"),
            ("Groceries", 70, "fine"),
        ]


def test_a_category_that_came_to_nothing_this_time_is_in_the_table(store, alice, report_of):
    made = [
        expense(alice, date(2026, 10, 3), 40),
        expense(alice, date(2026, 9, 3), 30),
        expense(alice, date(2026, 9, 4), 83, "Education"),
        expense(alice, date(2026, 9, 5), 900, "Housing"),
    ]
    report = report_of(store, alice, month_period(Month(2026, 10)), made)
    assert [(row.key, row.spent, row.entries, row.percent, row.before) for row in report.categories] == [
        ("Groceries", 40, 1, 100, 30),
        ("Housing", 0, 0, 0, 900),
        ("Education", 0, 0, 0, 83),
    ]
    assert "Housing fell most: €0.00 after €900.00 in the month before." in words(report)


def test_a_month_that_goes_on_is_not_judged_against_a_whole_one(store, alice, report_of):
    made = [expense(alice, date(2026, 11, 3), 10), expense(alice, date(2026, 10, 3), 500)]
    report = report_of(store, alice, NOVEMBER, made)
    assert report.running
    assert "less than" not in words(report)
    assert "as of Nov 21, 2026" in words(report)


def test_a_year_counts_its_budgets_by_month(services, store, alice, report_of):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 9))
    made = [expense(alice, date(2026, month, 2), spent) for month, spent in ((8, 999), (9, 150), (10, 40))]
    [row] = report_of(store, alice, year_period(2026), made).budgets
    assert (row.available, row.spent, row.left) == (400, 190, 210)  # from September on
    assert (row.months, row.months_over, row.state) == (4, 1, "near")


def test_a_week_has_no_budgets_but_its_own_comparison(services, store, alice, report_of):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 1))
    made = [expense(alice, date(2026, 11, 10), 30), expense(alice, date(2026, 11, 3), 20)]
    report = report_of(store, alice, week_period(alice, date(2026, 11, 12)), made)
    assert (report.spent, report.before.spent, report.budgets) == (30, 20, ())


def test_a_refund_is_not_the_largest_expense(store, alice, report_of):
    made = [expense(alice, date(2026, 11, 3), 900, money_in=True), expense(alice, date(2026, 11, 3), 7)]
    report = report_of(store, alice, NOVEMBER, made)
    assert [each.amount for each in report.largest] == [7]
    assert report.spent == -893
    assert report.categories[0].percent == 0


def test_what_is_added_afterwards_is_not_in_it(store, alice, report_of):
    report = report_of(store, alice, NOVEMBER, [expense(alice, date(2026, 11, 3), 10, payee="Bäcker\n=1+1")])
    store.add_expenses([expense(alice, date(2026, 11, 4), 99)])
    assert [(each.amount, each.payee) for each in report.expenses] == [(10, "Bäcker\n=1+1")] * 1
    assert [each.amount for each in report.expenses] == [10]  # and again


@pytest.mark.parametrize(
    ("first_weekday", "day", "since", "title"),
    [
        (0, date(2026, 12, 31), date(2026, 12, 28), "Week 53 of 2026"),
        (0, date(2027, 1, 1), date(2026, 12, 28), "Week 53 of 2026"),
        (0, date(2024, 12, 30), date(2024, 12, 30), "Week 1 of 2025"),
        (6, date(2026, 1, 1), date(2025, 12, 28), "28 Dec 2025 to 3 Jan 2026"),
        (5, date(2026, 11, 21), date(2026, 11, 21), "21 Nov 2026 to 27 Nov 2026"),
    ],
)
def test_a_week_begins_on_the_persons_own_day(alice, first_weekday, day, since, title):
    period = week_period(replace(alice, first_weekday=first_weekday), day)
    assert (period.since, period.days, period.title("en_GB")) == (since, 7, title)


def test_periods_know_leap_days():
    leap = custom_period(date(2024, 2, 29), date(2024, 2, 29))
    assert (leap.before.since, leap.year_before.since) == (date(2024, 2, 28), date(2023, 2, 28))
    assert leap.year_before.days == 1
    assert month_period(Month(2024, 2)).days == 29
    assert month_period(Month(2024, 2)).year_before.days == 28
    assert year_period(2024).days == 366


def test_the_29th_of_february_is_in_its_report(store, alice, report_of):
    made = [expense(alice, date(2024, 2, 29), 29)]
    assert report_of(store, alice, month_period(Month(2024, 2)), made).spent == 29
    assert report_of(store, alice, year_period(2024)).spent == 29


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 2, 2), date(2026, 2, 1)), (date(2010, 1, 1), date(2026, 1, 1))]
)
def test_days_that_make_no_report_are_refused(first, last):
    with pytest.raises(Invalid) as refused:
        custom_period(first, last)
    assert refused.value.field == "end_date"
