"""Expenses in a store: added once, changed by whoever read last, kept in the trash until purged."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lib.errors import Changed, Invalid
from lib.money import MAX_AMOUNT
from lib.periods import FIRST_DAY, LAST_DAY, Month
from lib.records import Expense, Filing, Filters
from tests.contract.samples import EVER, HOSTILE, NOON, budget, every, expense, ids, receipt

FULL = expense(
    amount=Decimal("1234.56"),
    money_in=True,
    payee="Café",
    description="A longer one",
    note="Two\nlines",
    tags=("trip", "with friends"),
    import_id="run-1",
    receipts=(
        receipt(1, name="café 🧾.jpg", added_at=NOON + timedelta(microseconds=1)),
        receipt(2, extension="pdf", name="invoice.pdf", pages=2, width=0, height=0, has_thumbnail=False),
    ),
    updated_at=NOON + timedelta(microseconds=1),
    filing=Filing("Groceries", 97, "history", "you filed Café under Groceries 14 times"),
)


def test_an_expense_comes_back_as_it_was_added(store, alice):
    assert {f.name for f in fields(Expense) if getattr(FULL, f.name) == f.default} == {
        "removed_at",
        "version",
    }
    store.add_expenses([FULL])
    read = store.get_expense("id-of-alice", FULL.expense_id)
    assert read == replace(FULL, version=1)
    assert (read.amount.as_tuple(), read.money_in, read.created_at.tzinfo) == (
        FULL.amount.as_tuple(),
        True,
        UTC,
    )


def test_receipts_are_seen_in_lists_and_change_with_their_expense(store, alice):
    store.add_expenses([FULL])
    assert every(store)[0].receipts == FULL.receipts
    [saved] = store.save_expenses([replace(FULL, version=1, receipts=FULL.receipts[1:])])
    assert store.get_expense("id-of-alice", FULL.expense_id).receipts == saved.receipts == FULL.receipts[1:]
    store.remove_expenses("id-of-alice", [FULL.expense_id], NOON)
    assert every(store, filters=Filters(removed=True))[0].receipts == FULL.receipts[1:]
    store.restore_expenses("id-of-alice", [FULL.expense_id])
    store.save_expenses([replace(FULL, version=4, receipts=())])
    assert every(store)[0].receipts == ()


@pytest.mark.parametrize(
    "extreme",
    [
        {"receipts": tuple(receipt(n, name="ﷺ" * 116 + ".jpg", size=10 << 20) for n in range(10))},
        {"amount": MAX_AMOUNT},
        {"amount": Decimal("0.01")},
        {"spent_on": FIRST_DAY},
        {"spent_on": LAST_DAY},
        {"created_at": datetime(1969, 7, 20, 20, 17, tzinfo=timezone(timedelta(hours=-5)))},
        {"payee": "p" * 100, "description": "d" * 500, "note": "ﷺ" * 2000},
        {"tags": tuple(f"tag {n}" for n in range(10))},
        {"amount": Decimal(1500), "currency": "JPY"},
        {"amount": Decimal("1.005"), "currency": "BHD"},
    ],
)
def test_extremes_come_back(store, alice, extreme):
    added = expense(**extreme)
    store.add_expenses([added])
    assert store.get_expense("id-of-alice", added.expense_id) == replace(added, version=1)
    assert [total.spent for total in store.month_totals("id-of-alice", *EVER)] == [added.amount]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back(store, alice, text):
    added = expense(payee=text, description=text, note=text, tags=(text[:40],), category=text[:60])
    store.add_expenses([added])
    assert every(store) == [replace(added, version=1)]


def test_many_are_got_at_once_in_the_order_asked_for(store, alice, bob):
    many = [expense(n) for n in range(700)]
    store.add_expenses(many)
    store.add_expenses([expense(900, user_id="id-of-bob")])
    store.remove_expenses("id-of-alice", ids(many)[5:6], NOON)
    asked = [*reversed(ids(many)), "unknown", expense(900).expense_id, many[3].expense_id, "x" * 10_000]
    found = store.get_expenses("id-of-alice", asked)
    assert ids(found) == ids(many)[::-1]
    assert [one.removed_at for one in found if one.removed_at] == [NOON]
    assert found[0] == store.get_expense("id-of-alice", many[-1].expense_id)
    assert store.get_expenses("id-of-alice", []) == []


def test_adding_again_changes_nothing(store, alice):
    first, second = expense(1), expense(2)
    assert store.add_expenses([first]) == [first.expense_id]
    again = replace(first, amount=Decimal(99))
    assert store.add_expenses([again, second]) == [second.expense_id]
    assert store.get_expense("id-of-alice", first.expense_id).amount == Decimal("12.50")
    assert store.month_totals("id-of-alice", *EVER)[0].spent == Decimal(25)


def test_one_id_twice_in_one_call_is_one_expense(store, alice):
    assert store.add_expenses([expense(1), expense(1, amount=Decimal(99))]) == ids([expense(1)])
    assert store.month_totals("id-of-alice", *EVER)[0].spent == Decimal("12.50")


def test_one_and_the_same_twice_in_one_call_is_one_expense(store, alice):
    lunch = expense(1)
    assert store.add_expenses([lunch, expense(2), lunch]) == ids([lunch, expense(2)])


def test_adding_what_is_in_the_trash_leaves_it_there(store, alice):
    store.add_expenses([expense()])
    store.remove_expenses("id-of-alice", ids([expense()]), NOON)
    assert store.add_expenses([expense()]) == []
    assert every(store) == []


def test_adding_nothing_is_nothing(store, alice):
    assert store.add_expenses([]) == []
    assert store.save_expenses([]) == []
    assert store.remove_expenses("id-of-alice", [], NOON) == []
    assert store.restore_expenses("id-of-alice", []) == []


def test_thousands_are_added_in_one_call(store, alice):
    many = [expense(n) for n in range(2500)]
    assert store.add_expenses(many) == ids(many)
    assert store.add_expenses(many) == []
    assert store.month_totals("id-of-alice", *EVER)[0].count == 2500


def test_nothing_is_added_to_an_account_that_is_gone(store, alice):
    store.erase_user("id-of-alice")
    with pytest.raises(Changed):
        store.add_expenses([expense()])
    assert every(store) == []


def test_200_threads_adding_to_one_month_lose_nothing(store, alice):
    def add(number: int) -> list[str]:
        return store.add_expenses([expense(number, category=("Groceries", "Travel")[number % 2])])

    with ThreadPoolExecutor(200) as threads:
        added = list(threads.map(add, range(200)))
    assert [len(one) for one in added] == [1] * 200
    assert [(t.spent, t.count) for t in store.month_totals("id-of-alice", *EVER)] == [
        (Decimal(1250), 100)
    ] * 2
    assert store.repair_totals("id-of-alice") == []


def test_many_threads_adding_the_same_add_it_once(store, alice):
    with ThreadPoolExecutor(20) as threads:
        added = list(threads.map(lambda _: store.add_expenses([expense(1), expense(2)]), range(20)))
    assert sorted(id for one in added for id in one) == ids([expense(1), expense(2)])
    assert store.month_totals("id-of-alice", *EVER)[0].count == 2


def test_of_many_threads_saving_one_version_one_succeeds(store, alice):
    store.add_expenses([expense()])

    def save(number: int) -> bool:
        try:
            store.save_expenses([expense(amount=Decimal(number), version=1)])
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(save, range(1, 21))) == 1
    assert store.repair_totals("id-of-alice") == []


def test_saving_changes_everything_but_who_and_when(store, alice):
    store.add_expenses([expense()])
    [saved] = store.save_expenses([replace(FULL, version=1)])
    assert saved == replace(FULL, version=2)
    assert store.get_expense("id-of-alice", FULL.expense_id) == saved


def test_saving_a_stale_copy_is_refused(store, alice):
    store.add_expenses([expense()])
    store.save_expenses([expense(amount=Decimal(1), version=1)])
    with pytest.raises(Changed):
        store.save_expenses([expense(amount=Decimal(2), version=1)])
    assert store.get_expense("id-of-alice", expense().expense_id).amount == Decimal(1)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(expense(2, version=7), id="stale"),
        pytest.param(expense(3, version=1), id="in the trash"),
        pytest.param(expense(4, version=1), id="not there"),
        pytest.param(expense(1, version=1), id="twice"),
    ],
)
def test_all_are_saved_or_none(store, alice, second):
    store.add_expenses([expense(1), expense(2), expense(3)])
    store.remove_expenses("id-of-alice", ids([expense(3)]), NOON)
    with pytest.raises(Changed):
        store.save_expenses([expense(1, amount=Decimal(1), version=1), replace(second, amount=Decimal(2))])
    assert [e.amount for e in every(store)] == [Decimal("12.50")] * 2
    assert store.repair_totals("id-of-alice") == []


def test_many_are_saved_at_once(store, alice):
    store.add_expenses([expense(n) for n in range(1200)])
    store.save_expenses([expense(n, category="Travel", tags=("trip",), version=1) for n in range(1200)])
    [total] = store.month_totals("id-of-alice", *EVER)
    assert (total.category, total.count) == ("Travel", 1200)


@pytest.mark.parametrize(
    "change",
    [
        {"spent_on": date(2026, 10, 31)},
        {"category": "Travel"},
        {"currency": "USD"},
        {"money_in": True},
        {"amount": Decimal("0.01")},
        {"spent_on": date(2025, 1, 1), "category": "Income", "currency": "CHF", "money_in": True},
    ],
)
def test_a_change_moves_the_totals(store, alice, change):
    store.add_expenses([expense(1), expense(2)])
    [saved] = store.save_expenses([expense(1, version=1, **change)])
    totals = {
        (t.month, t.category, t.currency): (t.spent, t.count)
        for t in store.month_totals("id-of-alice", *EVER)
    }
    expected: dict[tuple[Month, str, str], tuple[Decimal, int]] = {}
    for e in (saved, expense(2)):
        spent, count = expected.get((e.month, e.category, e.currency), (Decimal(0), 0))
        expected[e.month, e.category, e.currency] = (spent + e.counted, count + 1)
    assert totals == expected


def test_what_is_removed_leaves_lists_and_totals(store, alice):
    store.add_expenses([expense(1), expense(2)])
    assert store.remove_expenses("id-of-alice", [expense(1).expense_id, "unknown"], NOON) == [
        expense(1).expense_id
    ]
    assert ids(every(store)) == ids([expense(2)])
    assert store.month_totals("id-of-alice", *EVER)[0].count == 1
    removed = store.get_expense("id-of-alice", expense(1).expense_id)
    assert (removed.removed_at, removed.version) == (NOON, 2)


def test_removing_twice_keeps_the_first_moment(store, alice):
    store.add_expenses([expense()])
    store.remove_expenses("id-of-alice", ids([expense()]), NOON)
    assert store.remove_expenses("id-of-alice", ids([expense()]), NOON + timedelta(days=9)) == []
    assert store.get_expense("id-of-alice", expense().expense_id).removed_at == NOON


def test_what_is_removed_cannot_be_saved(store, alice):
    store.add_expenses([expense()])
    store.remove_expenses("id-of-alice", ids([expense()]), NOON)
    for version in (1, 2):
        with pytest.raises(Changed):
            store.save_expenses([expense(version=version, amount=Decimal(1))])


def test_what_is_restored_counts_again(store, alice):
    store.add_expenses([expense(1), expense(2)])
    before = store.month_totals("id-of-alice", *EVER)
    both = ids([expense(2), expense(1)])
    store.remove_expenses("id-of-alice", both, NOON)
    assert store.month_totals("id-of-alice", *EVER) == []
    assert store.restore_expenses("id-of-alice", both) == both
    assert store.restore_expenses("id-of-alice", both) == []
    assert store.month_totals("id-of-alice", *EVER) == before
    assert store.get_expense("id-of-alice", both[0]).removed_at is None


def test_thousands_are_removed_and_restored(store, alice):
    many = [expense(n) for n in range(1700)]
    store.add_expenses(many)
    assert store.remove_expenses("id-of-alice", ids(many), NOON) == ids(many)
    assert store.month_totals("id-of-alice", *EVER) == []
    assert store.restore_expenses("id-of-alice", ids(many)) == ids(many)
    assert store.repair_totals("id-of-alice") == []


def test_old_trash_is_purged(store, alice, bob):
    store.add_expenses([expense(n) for n in range(3)])
    store.add_expenses([expense(9, user_id="id-of-bob")])
    store.remove_expenses("id-of-alice", ids([expense(0)]), NOON)
    store.remove_expenses("id-of-alice", ids([expense(1)]), NOON + timedelta(days=1))
    store.remove_expenses("id-of-bob", ids([expense(9)]), NOON)
    assert store.purge_expenses(NOON) == 0
    assert store.purge_expenses(NOON + timedelta(seconds=1), "id-of-alice") == 1
    assert store.get_expense("id-of-alice", expense(0).expense_id) is None
    assert store.purge_expenses(NOON + timedelta(days=9)) == 2
    assert store.purge_expenses(NOON + timedelta(days=9)) == 0
    assert ids(every(store)) == ids([expense(2)])
    assert store.repair_totals("id-of-alice") == []


def test_what_is_someone_elses_is_not_there(store, alice, bob):
    store.add_expenses([expense(1), expense(2)])
    store.remove_expenses("id-of-alice", ids([expense(2)]), NOON)
    one, two = ids([expense(1), expense(2)])
    assert store.get_expense("id-of-bob", one) is None
    assert every(store, "id-of-bob") == every(store, "id-of-bob", Filters(removed=True)) == []
    assert store.sum_expenses("id-of-bob", Filters()) == store.month_totals("id-of-bob", *EVER) == []
    assert store.remove_expenses("id-of-bob", [one], NOON) == []
    assert store.restore_expenses("id-of-bob", [two]) == []
    assert store.purge_expenses(NOON + timedelta(days=9), "id-of-bob") == 0
    with pytest.raises(Changed):
        store.save_expenses([expense(1, user_id="id-of-bob", version=1)])
    assert ids(every(store)) == [one]


def test_two_people_may_have_the_same_ids(store, alice, bob):
    store.add_expenses([expense(1)])
    assert store.add_expenses([expense(1, user_id="id-of-bob", payee="Bob's")]) == ids([expense(1)])
    store.remove_expenses("id-of-bob", ids([expense(1)]), NOON)
    assert ids(every(store)) == ids([expense(1)])


def test_expenses_of_two_people_are_never_one_call(store, alice, bob):
    with pytest.raises(ValueError, match="one user"):
        store.add_expenses([expense(1), expense(2, user_id="id-of-bob")])


@pytest.mark.parametrize("id", ["\x00", "\ud800", "a\x00b", "%", "'", "x" * 10_000])
def test_an_impossible_id_finds_nothing(store, alice, id):
    store.add_expenses([expense()])
    with suppress(Invalid):  # where a database cannot even be asked for it
        assert store.get_expense("id-of-alice", id) is None
    with suppress(Invalid):
        assert store.remove_expenses("id-of-alice", [id], NOON) == []
    assert len(every(store)) == 1


def test_every_write_makes_the_revision_larger(store, alice, bob):
    one = ids([expense(1)])
    writes = [
        lambda: store.add_expenses([expense(1)]),
        lambda: store.save_expenses([expense(1, version=1, payee="x")]),
        lambda: store.remove_expenses("id-of-alice", one, NOON),
        lambda: store.restore_expenses("id-of-alice", one),
        lambda: store.remove_expenses("id-of-alice", one, NOON),
        lambda: store.purge_expenses(NOON + timedelta(days=1)),
        lambda: store.save_budget(budget()),
        lambda: store.remove_budget("id-of-alice", "budget-Groceries"),
        lambda: store.save_user(replace(store.get_user("id-of-alice"), theme="dark")),
    ]
    revision = store.get_user("id-of-alice").revision
    for write in writes:
        write()
        revision, before = store.get_user("id-of-alice").revision, revision
        assert revision > before
    assert store.get_user("id-of-bob").revision == bob.revision
