"""Kept totals: always what the expenses say. `test_store_stateful.py` tries to prove otherwise."""

from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Invalid
from lib.periods import Month
from lib.records import MonthTotal
from tests.contract.samples import EVER, NOON, every, expense, ids, recomputed


def test_a_month_without_expenses_has_no_totals(store, alice):
    assert store.month_totals("id-of-alice", *EVER) == []
    assert store.month_totals("nobody", *EVER) == []


def test_totals_come_by_month_category_and_currency(store, alice):
    store.add_expenses(
        [
            expense(1, spent_on=date(2026, 11, 30)),
            expense(2, spent_on=date(2026, 11, 1), category="Zoo"),
            expense(3, spent_on=date(2026, 11, 1), category="apples"),
            expense(4, spent_on=date(2026, 11, 1), category="Äpfel"),
            expense(5, spent_on=date(2026, 11, 1), currency="CHF"),
            expense(6, spent_on=date(2026, 10, 31)),
            expense(7, spent_on=date(2026, 12, 1)),
            expense(8, spent_on=date(2026, 11, 2), amount=Decimal(20), money_in=True),
        ]
    )
    november = Month(2026, 11)
    assert store.month_totals("id-of-alice", november, november.plus(1)) == [
        MonthTotal(november, "Groceries", "CHF", Decimal("12.50"), 1),
        MonthTotal(november, "Groceries", "EUR", Decimal("-7.50"), 2),
        MonthTotal(november, "Zoo", "EUR", Decimal("12.50"), 1),
        MonthTotal(november, "apples", "EUR", Decimal("12.50"), 1),
        MonthTotal(november, "Äpfel", "EUR", Decimal("12.50"), 1),
    ]
    assert store.month_totals("id-of-alice", *EVER) == recomputed(every(store))
    assert store.month_totals("id-of-alice", november, november) == []


def test_a_total_that_comes_to_zero_still_counts_its_expenses(store, alice):
    store.add_expenses([expense(1), expense(2, money_in=True)])
    assert [(t.spent, t.count) for t in store.month_totals("id-of-alice", *EVER)] == [(Decimal(0), 2)]
    store.remove_expenses("id-of-alice", ids([expense(1), expense(2)]), NOON)
    assert store.month_totals("id-of-alice", *EVER) == []


def test_what_a_list_was_given_cannot_change_the_next(store, alice):
    store.add_expenses([expense()])
    store.month_totals("id-of-alice", *EVER).clear()
    assert len(store.month_totals("id-of-alice", *EVER)) == 1


def test_what_is_too_large_to_add_up_is_refused_and_never_rounded(store, alice, behind, database):
    """64 bits of ten-thousandths in SQL. Nobody reaches DynamoDB's 38 digits."""
    store.add_expenses([expense(1)])
    behind.add_to_totals("Groceries", spent=Decimal("922337203685452.58"))
    store.add_expenses([expense(2)])
    before = store.month_totals("id-of-alice", *EVER)
    with pytest.raises(Invalid):
        store.add_expenses([expense(3)])
    assert ids(every(store)) == ids([expense(2), expense(1)])
    assert store.month_totals("id-of-alice", *EVER) == before
    assert len(store.repair_totals("id-of-alice")) == 1


def test_a_repair_has_nothing_to_say(store, alice):
    store.add_expenses([expense(n, category=f"C{n % 5}") for n in range(40)])
    assert store.repair_totals("id-of-alice") == []
    assert store.repair_totals("nobody") == []


def test_a_repair_says_what_differed_and_puts_it_right(store, alice, bob, behind):
    store.add_expenses([expense(1), expense(2, category="Travel")])
    store.add_expenses([expense(1, user_id="id-of-bob")])
    right = store.month_totals("id-of-alice", *EVER)
    behind.add_to_totals("Groceries", spent=Decimal(1))
    behind.rename_totals("Travel", "Ghost")
    assert store.repair_totals("id-of-alice") == [
        "2026-11 Ghost: kept 12.50 EUR of 1, the expenses say nothing",
        "2026-11 Groceries: kept 13.50 EUR of 1, the expenses say 12.50 EUR of 1",
        "2026-11 Travel: kept nothing, the expenses say 12.50 EUR of 1",
    ]
    assert store.month_totals("id-of-alice", *EVER) == right
    assert store.repair_totals("id-of-alice") == []
    assert len(store.repair_totals("id-of-bob")) == 1


def test_lists_show_everything_soon_after_many_were_written_at_once(store, alice, clock):
    assert store.settled("id-of-alice")
    store.add_expenses([expense(number) for number in range(150)])
    clock.turn(seconds=31)
    assert store.settled("id-of-alice")
    assert store.settled("id-of-nobody")
