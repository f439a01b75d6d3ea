"""Budgets as they are set, seen again and removed, on a real store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lib.budgeting.budgets import BudgetCalculator
from lib.categories import OVERALL
from lib.errors import Changed, Invalid, NotFound
from lib.ids import new_id
from lib.records import Expense
from tests.unit.months import NOVEMBER, NOW, OCTOBER, TODAY


@pytest.fixture
def budgets(services):
    return BudgetCalculator(services.store)


def spend(services, user, category, amount, day):
    expense = Expense(user.user_id, new_id(), day, Decimal(amount), user.currency, category, NOW)
    services.store.add_expenses([expense])


def amounts_of(budgets, user, month=NOVEMBER):
    return {line.category: line.amount for line in budgets.month(user, month, TODAY).lines}


def test_setting_twice_keeps_one_budget(budgets, alice):
    budgets.set_budget(alice, "Groceries", Decimal(400), OCTOBER)
    budgets.set_budget(alice, "Groceries", Decimal(500), NOVEMBER)
    assert len(budgets.store.list_budgets(alice.user_id)) == 1
    assert (amounts_of(budgets, alice, OCTOBER), amounts_of(budgets, alice)) == (
        {"Groceries": 400},
        {"Groceries": 500},
    )


def test_one_month_can_be_different(budgets, alice):
    budgets.set_budget(alice, "Travel", Decimal(100), OCTOBER)
    budgets.set_budget(alice, "Travel", Decimal(900), NOVEMBER, only=True)
    assert amounts_of(budgets, alice) == {"Travel": 900}
    assert amounts_of(budgets, alice, NOVEMBER.plus(1)) == {"Travel": 100}


def test_the_month_counts_what_the_store_has_counted(budgets, services, alice):
    budgets.set_budget(alice, "Groceries", Decimal(400), OCTOBER, rollover=True)
    spend(services, alice, "Groceries", "350.50", OCTOBER.first)
    spend(services, alice, "Groceries", "12.40", TODAY)
    line = budgets.month(alice, NOVEMBER, TODAY).lines[0]
    assert (line.carried, line.spent, line.left) == (Decimal("49.50"), Decimal("12.40"), Decimal("437.10"))


def test_threshold_and_rollover_change_without_the_amount(budgets, alice):
    budgets.set_budget(alice, "Travel", Decimal(100), OCTOBER)
    changed = budgets.set_budget(alice, "Travel", None, NOVEMBER, thresholds=(90,), rollover=True)
    assert (changed.alert_threshold, changed.rollover_since, changed.amount_in(NOVEMBER)) == (
        90,
        NOVEMBER,
        100,
    )


def test_saying_the_same_again_saves_nothing(budgets, alice):
    first = budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER)
    assert budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER).version == first.version


def test_two_windows_that_edit_one_budget_find_out(budgets, alice):
    seen = budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER)
    budgets.set_budget(alice, "Travel", Decimal(200), NOVEMBER, version=seen.version)
    with pytest.raises(Changed):
        budgets.set_budget(alice, "Travel", Decimal(300), NOVEMBER, version=seen.version)
    with pytest.raises(Changed):
        budgets.set_budget(alice, "Travel", Decimal(300), NOVEMBER, version=0)
    assert amounts_of(budgets, alice) == {"Travel": 200}


def test_who_has_seen_nothing_is_not_stopped_by_someone_else(services, alice):
    """The budget is made by another request between our reading and our saving."""

    def late_id():
        BudgetCalculator(services.store).set_budget(alice, "Travel", Decimal(100), OCTOBER)
        return new_id()

    BudgetCalculator(services.store, new_id=late_id).set_budget(alice, "Travel", Decimal(300), NOVEMBER)
    [kept] = services.store.list_budgets(alice.user_id)
    assert (kept.amount_in(OCTOBER), kept.amount_in(NOVEMBER)) == (100, 300)


@pytest.mark.parametrize(
    ("category", "amount", "field"),
    [
        ("Income", "100", "category"),
        ("Transfers", "100", "category"),
        ("Nothing of mine", "100", "category"),
        ("Travel", "-0.01", "amount"),
        ("Travel", "NaN", "amount"),
        ("Travel", "Infinity", "amount"),
        ("Travel", "1e30", "amount"),
        ("Travel", "12.505", "amount"),
        ("Travel", None, "amount"),
    ],
)
def test_what_cannot_be_a_budget_is_refused(budgets, alice, category, amount, field):
    with pytest.raises(Invalid) as refused:
        budgets.set_budget(alice, category, None if amount is None else Decimal(amount), NOVEMBER)
    assert refused.value.field == field
    assert budgets.store.list_budgets(alice.user_id) == []


def test_a_removed_budget_stays_in_the_months_before(budgets, alice):
    set_ = budgets.set_budget(alice, "Travel", Decimal(100), OCTOBER)
    budgets.remove_budget(alice, set_.budget_id, NOVEMBER)
    assert (amounts_of(budgets, alice, OCTOBER), amounts_of(budgets, alice)) == ({"Travel": 100}, {})


def test_a_budget_removed_where_it_began_is_gone(budgets, alice):
    set_ = budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER)
    budgets.remove_budget(alice, set_.budget_id, NOVEMBER)
    assert budgets.store.list_budgets(alice.user_id) == []
    with pytest.raises(NotFound):
        budgets.remove_budget(alice, set_.budget_id, NOVEMBER)


def test_nobody_removes_what_is_anothers(budgets, alice, bob):
    set_ = budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER)
    with pytest.raises(NotFound):
        budgets.remove_budget(bob, set_.budget_id, NOVEMBER)
    assert amounts_of(budgets, alice) == {"Travel": 100}


def test_the_budgets_of_merged_categories_are_set_and_removed_as_one(budgets, services, alice):
    budgets.set_budget(alice, "Shopping", Decimal(100), OCTOBER)
    budgets.set_budget(alice, "Other", Decimal(50), OCTOBER)
    alice = services.store.save_user(
        replace(
            services.store.get_user(alice.user_id), categories=alice.categories.merged("Shopping", "Other")
        )
    )
    assert amounts_of(budgets, alice) == {"Other": 150}
    other = budgets.set_budget(alice, "Shopping", Decimal(120), NOVEMBER)
    assert (other.category, amounts_of(budgets, alice), amounts_of(budgets, alice, OCTOBER)) == (
        "Other", {"Other": 120}, {"Other": 150}
    )  # fmt: skip
    budgets.remove_budget(alice, other.budget_id, OCTOBER)
    assert budgets.store.list_budgets(alice.user_id) == []


def test_last_month_can_be_copied(budgets, alice):
    set_ = budgets.set_budget(alice, "Travel", Decimal(100), OCTOBER)
    budgets.remove_budget(alice, set_.budget_id, NOVEMBER)
    assert budgets.copy_last_month(alice, NOVEMBER) == 1
    assert amounts_of(budgets, alice) == {"Travel": 100}
    assert budgets.copy_last_month(alice, NOVEMBER) == 0


def test_an_overall_limit_stands_beside_the_budgets(budgets, services, alice):
    limit = budgets.set_budget(alice, OVERALL, Decimal(1000), NOVEMBER, thresholds=(95,))
    spend(services, alice, "Travel", "20", TODAY)
    found = budgets.month(alice, NOVEMBER, TODAY)
    assert (limit.category, limit.alert_threshold, found.lines) == (OVERALL, 95, ())
    assert (found.overall.amount, found.overall.left) == (1000, 980)


def test_suggestions_and_history_look_at_the_months_before(budgets, services, alice):
    for back, amount in enumerate(["999", "130.10", "120", "110", "5"]):
        spend(services, alice, "Travel", amount, NOVEMBER.plus(-back).first)
    assert budgets.history(alice, NOVEMBER) == {"Travel": (110, 120, Decimal("130.10"))}
    assert budgets.suggestions(alice, NOVEMBER) == {"Travel": 120}


def test_an_end_noted_before_there_were_several_percentages_is_brought_back(budgets, alice):
    budget = budgets.set_budget(alice, "Travel", Decimal(100), NOVEMBER, thresholds=(65,))
    note_id = budgets.note_ended(alice, budgets.remove_budget(alice, budget.budget_id, NOVEMBER))
    note = budgets.store.get_document(alice.user_id, "ended-budgets", note_id)
    [old] = note.data["budgets"]
    old["alert_threshold"] = old.pop("alert_thresholds")[0]
    budgets.store.put_document(replace(note, data={"budgets": [old]}))
    [back] = budgets.bring_back(alice, note_id)
    assert replace(back, version=budget.version) == budget
