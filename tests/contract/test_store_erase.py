"""Erasing an account leaves nothing of it, in no table and no index, and everyone else's alone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from lib.errors import Changed
from lib.records import Filters
from tests.contract.samples import EVER, NOON, budget, document, every, expense, ids

SECRET = "xyzzyq"


def fill(store, user_id: str, secret: str) -> None:
    mine = {"user_id": user_id}
    store.add_expenses([expense(n, payee=f"{secret} {n}", note=secret, **mine) for n in range(300)])
    store.remove_expenses(user_id, ids([expense(1)]), NOON)
    store.save_budget(budget(**mine))
    store.put_document(document(data={"text": secret}, **mine))


def test_erasing_leaves_nothing_anywhere(store, alice, bob, behind):
    fill(store, "id-of-alice", SECRET)
    fill(store, "id-of-bob", "other")
    assert len(behind.traces_of("id-of-alice", SECRET)) > 300
    store.erase_user("id-of-alice")
    assert behind.traces_of("alice", SECRET) == []
    assert store.erase_user("id-of-alice") is True  # nothing more to be found
    assert store.get_user("id-of-alice") is None
    assert every(store) == every(store, filters=Filters(text=SECRET)) == []


def test_erasing_leaves_everyone_elses_alone(store, alice, bob):
    fill(store, "id-of-alice", SECRET)
    fill(store, "id-of-bob", "other")
    before = [
        every(store, "id-of-bob"),
        store.month_totals("id-of-bob", *EVER),
        store.list_budgets("id-of-bob"),
    ]
    store.erase_user("id-of-alice")
    assert [
        every(store, "id-of-bob"),
        store.month_totals("id-of-bob", *EVER),
        store.list_budgets("id-of-bob"),
    ] == before
    assert len(every(store, "id-of-bob", Filters(text="other"))) == 299
    assert len(every(store, "id-of-bob", Filters(removed=True))) == 1
    assert store.get_document("id-of-bob", "note", "1").data == {"text": "other"}


def test_erasing_nobody_is_nothing(store, alice):
    assert store.erase_user("nobody") is True
    store.add_expenses([expense(1)])
    assert store.erase_user("id-of-alice") is True
    store.erase_user("id-of-alice")
    assert list(store.each_user()) == []


def test_what_is_being_added_does_not_outlive_the_account(store, alice, behind):
    def add(number: int) -> None:
        with suppress(Changed):
            store.add_expenses([expense(n + 10 * number, payee=SECRET) for n in range(10)])

    with ThreadPoolExecutor(8) as threads:
        adding = [threads.submit(add, number) for number in range(40)]
        threads.submit(store.erase_user, "id-of-alice").result()
        for one in adding:
            one.result()
    assert behind.traces_of("id-of-alice", SECRET) == []


def test_an_erased_name_is_free(store, alice):
    store.erase_user("id-of-alice")
    assert store.create_user(alice).version == 1
    with pytest.raises(Changed):
        store.save_expenses([expense(version=1)])
