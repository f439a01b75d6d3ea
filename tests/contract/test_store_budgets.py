"""Budgets in a store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from lib.categories import OVERALL
from lib.errors import Changed
from lib.periods import Month
from lib.records import Budget, Step
from tests.contract.samples import HOSTILE, budget


def test_a_budget_comes_back_as_it_was_saved(store, alice):
    given = budget(alert_thresholds=(50, 80, 95), rollover_since=Month(2026, 3))
    assert {f.name for f in fields(Budget) if getattr(given, f.name) == f.default} == {"version"}
    assert store.save_budget(given) == replace(given, version=1)
    assert store.list_budgets("id-of-alice") == [replace(given, version=1)]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step(Month(2026, 1), Decimal(0)),),
        (Step(Month(2026, 1), Decimal("9999999999.99")), Step(Month(2199, 12), Decimal("0.0001"))),
        (Step(Month(2199, 12), Decimal(5)), Step(Month(2200, 1), None)),
        tuple(Step(Month(1970, 1).plus(n), Decimal(n) if n % 3 else None) for n in range(300)),
    ],
)
def test_any_steps_come_back(store, alice, steps):
    store.save_budget(budget(steps=steps))
    assert store.list_budgets("id-of-alice")[0].steps == steps


@pytest.mark.parametrize("category", HOSTILE)
def test_any_category_has_its_budget(store, alice, category):
    saved = store.save_budget(budget(category))
    assert store.list_budgets("id-of-alice") == [saved]


def test_budgets_come_by_category(store, alice):
    for category in ("Zoo", "apples", OVERALL, "Groceries", "Äpfel"):
        store.save_budget(budget(category))
    assert [b.category for b in store.list_budgets("id-of-alice")] == [
        OVERALL,
        "Groceries",
        "Zoo",
        "apples",
        "Äpfel",
    ]


def test_saving_a_budget_changes_everything(store, alice):
    store.save_budget(budget())
    changed = budget("Travel", budget_id="budget-Groceries", steps=(), alert_thresholds=(50,), version=1)
    assert store.save_budget(changed) == replace(changed, version=2)
    assert store.list_budgets("id-of-alice") == [replace(changed, version=2)]


@pytest.mark.parametrize(
    "second",
    [
        budget(budget_id="another", version=0),  # the category has one
        budget(version=0),  # the id is taken
        budget("Travel", budget_id="budget-Groceries", version=0),
        budget(version=2),
        budget(budget_id="unknown", version=1),
        budget("Travel", version=7),
        budget("Groceries", budget_id="budget-Travel", version=1),  # into a category that has one
    ],
)
def test_a_budget_that_was_not_read_is_refused(store, alice, second):
    first = [store.save_budget(budget()), store.save_budget(budget("Travel"))]
    with pytest.raises(Changed):
        store.save_budget(second)
    assert store.list_budgets("id-of-alice") == first


def test_one_of_many_first_budgets_is_kept(store, alice):
    def save(number: int) -> bool:
        try:
            store.save_budget(budget(budget_id=f"b{number}"))
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(save, range(20))) == 1
    assert len(store.list_budgets("id-of-alice")) == 1


def test_a_removed_budget_is_gone_once(store, alice):
    store.save_budget(budget())
    assert store.remove_budget("id-of-alice", "budget-Groceries") is True
    assert store.remove_budget("id-of-alice", "budget-Groceries") is False
    assert store.list_budgets("id-of-alice") == []
    with pytest.raises(Changed):
        store.save_budget(budget(version=1))


def test_a_budget_of_someone_else_is_not_there(store, alice, bob):
    saved = store.save_budget(budget())
    assert store.list_budgets("id-of-bob") == []
    assert store.remove_budget("id-of-bob", saved.budget_id) is False
    with pytest.raises(Changed):
        store.save_budget(replace(saved, user_id="id-of-bob"))
    assert store.save_budget(budget(user_id="id-of-bob")).version == 1
    assert store.list_budgets("id-of-alice") == [saved]


def test_nobody_has_no_budget(store):
    with pytest.raises(Changed):
        store.save_budget(budget(user_id="nobody"))
