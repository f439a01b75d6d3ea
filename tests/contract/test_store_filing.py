"""What the planner filed by itself, in a store: it stays with its expense, and goes when a person decides."""

from dataclasses import replace

import pytest

from lib.categories import UNCATEGORISED
from lib.records import MAX_REASON, WAITING, Filing, Filters
from tests.contract.samples import EVER, HOSTILE, NOON, every, expense, ids

SURE = Filing("Groceries", 100, "rule", "your rule “food”")
GUESS = Filing("Travel", 31, "general", "its name resembles others in Travel")


@pytest.mark.parametrize(
    ("category", "filing"),
    [
        ("Groceries", SURE),
        (UNCATEGORISED, GUESS),
        (UNCATEGORISED, Filing(UNCATEGORISED, 0, WAITING)),
        ("Groceries", Filing("Groceries", 0, "word", "ﷺ" * MAX_REASON)),
    ],
    ids=["filed", "guessed", "waiting", "a long reason"],
)
def test_it_comes_back_wherever_its_expense_is_seen(store, alice, category, filing):
    added = expense(category=category, filing=filing)
    store.add_expenses([added])
    assert store.get_expense("id-of-alice", added.expense_id) == replace(added, version=1)
    assert (
        every(store) == store.get_expenses("id-of-alice", [added.expense_id]) == [replace(added, version=1)]
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_any_reason_comes_back(store, alice, text):
    added = expense(filing=replace(SURE, reason=text))
    store.add_expenses([added])
    assert every(store)[0].filing == added.filing


def test_it_changes_and_goes_with_its_category_and_the_totals(store, alice):
    added = expense(category=UNCATEGORISED, filing=GUESS)
    store.add_expenses([added])
    [filed] = store.save_expenses([replace(added, version=1, category="Travel", filing=SURE)])
    assert every(store) == [filed]
    [chosen] = store.save_expenses([replace(filed, filing=None)])
    assert store.get_expense("id-of-alice", added.expense_id) == chosen
    assert chosen.filing is None
    assert [total.category for total in store.month_totals("id-of-alice", *EVER)] == ["Travel"]


def test_it_goes_into_the_trash_and_comes_back(store, alice):
    added = expense(filing=SURE)
    store.add_expenses([added])
    store.remove_expenses("id-of-alice", ids([added]), NOON)
    assert every(store, filters=Filters(removed=True))[0].filing == SURE
    store.restore_expenses("id-of-alice", ids([added]))
    assert every(store)[0].filing == SURE
