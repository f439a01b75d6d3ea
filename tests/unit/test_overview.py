"""Everything the overview shows, and that it takes three reads."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from lib.budgeting.overview import Overviews, overview
from lib.ids import new_id
from lib.records import Expense
from tests.unit import months as made
from tests.unit.months import NOVEMBER, NOW, OCTOBER, TODAY, budget, total, user


def shown(budgets, totals, month=NOVEMBER, today=TODAY, of=None):
    return overview(of or user(), budgets, totals, [], month=month, today=today)


def steady(*amounts, category="Groceries", count=10):
    """November and the months before it, the latest first."""
    return [total(NOVEMBER.plus(-n), category, amount, count) for n, amount in enumerate(amounts)]


def test_the_cards_add_the_budgets_up():
    cards = shown(
        [budget("Groceries", 500), budget("Travel", 300)],
        [
            total(NOVEMBER, "Groceries", "412.50"),
            total(NOVEMBER, "Travel", "87.50"),
            total(NOVEMBER, "Housing", 900),
        ],
    ).cards
    assert (cards.left, cards.budgeted, cards.budget_count, cards.percent) == (300, 800, 2, 62)
    assert (cards.spent, cards.unbudgeted) == (
        1400,
        900,
    )  # what no budget covers does not make the others over
    assert (cards.per_day, cards.days_left, cards.until, cards.state) == (30, 10, date(2026, 11, 30), "fine")


def test_the_overall_limit_is_what_counts_where_there_is_one():
    cards = shown(
        [budget("*", 2000), budget("Groceries", 500)],
        [total(NOVEMBER, "Groceries", 510), total(NOVEMBER, "Housing", 900)],
    ).cards
    assert (cards.left, cards.budgeted, cards.budget_count, cards.percent) == (590, 2000, 1, 70)
    assert (cards.per_day, cards.state) == (59, "fine")


def test_without_a_budget_there_is_nothing_left_to_speak_of():
    cards = shown([], [total(NOVEMBER, "Groceries", 510)]).cards
    assert (cards.left, cards.percent, cards.per_day, cards.budgeted, cards.spent) == (
        None,
        None,
        None,
        0,
        510,
    )


@pytest.mark.parametrize(
    ("spent", "state"), [("799.99", "fine"), (800, "near"), (1000, "near"), ("1000.01", "over")]
)
def test_the_card_warns_when_the_budgets_together_are_used_up(spent, state):
    assert shown([budget("Groceries", 1000)], [total(NOVEMBER, "Groceries", spent)]).cards.state == state


def test_what_needs_attention_is_the_limit_first_then_the_worst():
    found = shown(
        [budget("*", 100), budget("Travel", 50), budget("Health", 60), budget("Groceries", 500)],
        [total(NOVEMBER, "Travel", 55), total(NOVEMBER, "Health", 80), total(NOVEMBER, "Groceries", 9)],
    )
    assert [line.category for line in found.attention] == ["*", "Health", "Travel"]


def test_an_account_to_begin_with_is_empty_until_something_is_in_it():
    assert shown([], []).is_empty
    assert not shown([budget("Travel", 1)], []).is_empty
    assert not shown([], [total(OCTOBER, "Travel", 1)]).is_empty


def test_where_it_went_is_largest_first_and_the_rest_is_folded():
    keys = [category.key for category in user().categories.all if category.is_spending][:11]
    rows = [total(NOVEMBER, key, 10 * number, number) for number, key in enumerate(keys, 1)]
    found = shown([], [*rows, total(NOVEMBER, "Income", -9999)])
    shares = found.where + found.rest
    assert (len(found.where), len(found.rest)) == (8, 3)
    assert [share.category for share in shares] == keys[::-1]
    assert (shares[0].spent, shares[0].percent, shares[0].count) == (110, 16, 11)


def test_a_refund_takes_no_part_of_the_others():
    found = shown([], [total(NOVEMBER, "Travel", -50), total(NOVEMBER, "Health", 100)])
    assert [(share.category, share.spent, share.percent) for share in found.where] == [
        ("Health", 100, 100), ("Travel", -50, 0)
    ]  # fmt: skip


def test_the_trend_has_twelve_months_and_says_which_is_not_over():
    found = shown([budget("Groceries", 500, since=OCTOBER)], steady(90, 80, 70))
    assert [shown.month for shown in found.trend] == list(NOVEMBER.plus(-11).until(NOVEMBER.plus(1)))
    assert [(one.spent, one.budget, one.partial) for one in found.trend[-3:]] == [
        (70, None, False), (80, 500, False), (90, 500, True)
    ]  # fmt: skip


def test_the_trends_budget_is_the_limit_where_there_was_one():
    found = shown([budget("*", 900, since=NOVEMBER), budget("Groceries", 500), budget("Income", 77)], [])
    assert [one.budget for one in found.trend[-2:]] == [500, 900]


# Comparisons


@pytest.mark.parametrize(
    ("rows", "last_month", "usual"),
    [
        (
            steady(320, 450, 500, 550),
            "At this pace 5% more than last month (€450).",
            "At this pace 4% less than usual (€500, the median of the 3 months before).",
        ),
        (steady(350, 500, 500, 500), "At this pace about as much as last month (€500).", "At this pace about as much as usual (€500, the median of the 3 months before)."),
        (steady(350, 500), "At this pace about as much as last month (€500).", None),
        (steady(900, 10, 10, 10), "At this pace €1,002 more than last month (€10).", "At this pace €1,002 more than usual (€10, the median of the 3 months before)."),
        (steady(350), None, None),
        (steady(350, -5, -5, -5), None, None),
    ],
)  # fmt: skip
def test_a_month_that_goes_on_is_compared_by_where_it_is_heading(rows, last_month, usual):
    found = shown([], rows)
    said = [one and one.sentence for one in (found.versus_last_month, found.versus_usual)]
    assert said == [last_month, usual]


def test_a_past_month_is_compared_by_how_it_ended():
    found = shown([], steady(350, 450, 500, 400, 500), month=OCTOBER)
    assert found.versus_last_month.sentence == "10% less than the month before (€500)."
    assert (found.versus_usual.value, found.versus_usual.base, found.versus_usual.percent) == (450, 500, -10)
    assert found.tense == "past"


def test_a_month_to_come_is_not_compared():
    found = shown([budget("Groceries", 500)], steady(350, 450, 500, 400), month=NOVEMBER.plus(1))
    assert (found.tense, found.versus_last_month, found.versus_usual) == ("future", None, None)
    assert (found.cards.left, found.cards.per_day, found.cards.days_left) == (500, None, 0)


def test_income_and_other_money_are_told_apart():
    found = shown([], [total(NOVEMBER, "Income", -2500, 1), total(NOVEMBER, "Travel", 80, 2, "USD")])
    assert (found.budgets.income, found.cards.spent) == (2500, 0)
    assert [(sum_.currency, sum_.spent) for sum_ in found.budgets.other_currencies] == [("USD", 80)]


@given(made.budgets, made.totals)
def test_the_figures_of_a_page_agree_with_each_other(budgets, totals):
    found = shown(budgets, totals)
    assert (
        sum(share.spent for share in found.where + found.rest) == found.cards.spent == found.trend[-1].spent
    )
    assert sum(share.percent for share in found.where + found.rest) <= 100
    if found.budgets.overall is None:
        assert found.cards.spent == found.budgets.totals.spent + found.cards.unbudgeted
    assert (found.cards.left is None) == (found.cards.percent is None)


# On a store


class Counted:
    """A store that notes which of its methods are called."""

    def __init__(self, store):
        self.store, self.calls = store, []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self.store, name)


def test_the_overview_takes_three_reads(services, alice):
    counted = Counted(services.store)
    Overviews(counted).load(alice, NOVEMBER, TODAY)
    assert sorted(counted.calls) == ["list_budgets", "list_expenses", "month_totals"]


def test_the_latest_five_up_to_the_months_end_are_shown(services, alice):
    for day in (30, 3, 9, 17, 20, 21, 1):
        month = OCTOBER if day == 30 else NOVEMBER
        spent_on = month.first.replace(day=day)
        services.store.add_expenses(
            [Expense(alice.user_id, new_id(), spent_on, Decimal(day), "EUR", "Travel", NOW)]
        )
    found = Overviews(services.store).load(alice, NOVEMBER, TODAY)
    assert [expense.spent_on.day for expense in found.latest] == [21, 20, 17, 9, 3]
    assert found.cards.spent == 71


def test_rollover_reaches_back_for_the_months_it_needs(services, alice):
    long_ago = NOVEMBER.plus(-30)
    services.budgets.set_budget(alice, "Travel", Decimal(10), long_ago, rollover=True)
    services.store.add_expenses(
        [Expense(alice.user_id, new_id(), long_ago.first, Decimal(100), "EUR", "Travel", NOW)]
    )
    found = Overviews(services.store).load(alice, NOVEMBER, TODAY)
    assert found.budgets.lines[0].carried == 200


def test_an_account_in_another_currency_counts_its_own(services, alice):
    alice = services.store.save_user(
        replace(services.store.get_user(alice.user_id), currency="CHF", locale="de_CH")
    )
    for currency in ("CHF", "EUR"):
        services.store.add_expenses(
            [Expense(alice.user_id, new_id(), TODAY, Decimal(7), currency, "Travel", NOW)]
        )
    found = Overviews(services.store).load(alice, NOVEMBER, TODAY)
    assert (found.cards.spent, found.budgets.other_currencies[0].currency) == (7, "EUR")
