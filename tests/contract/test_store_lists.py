"""Lists and sums of expenses: filters, orders, pages."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lib.errors import Invalid
from lib.records import Expense, Filters, Sum
from tests.contract.samples import HOSTILE, NOON, every, expense, ids, pages, summed

SPENT_ON = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)]


def numbers(expenses: list[Expense]) -> list[int]:
    return [int(e.expense_id, 16) for e in expenses]


@pytest.fixture
def household(store, alice):
    """Ten expenses that differ in everything that can be filtered by."""
    store.add_expenses(
        [
            expense(
                number,
                spent_on=SPENT_ON[number % 5],
                amount=Decimal(number + 1),
                category=("Groceries", "Travel", "Income", "Transfers", "Other")[number // 2],
                currency="EUR" if number < 8 else "USD",
                money_in=number in (1, 4, 5),
                tags=("trip",) if number in (2, 3) else (),
                import_id="run-1" if number > 6 else "",
                payee="Café Müller" if number in (3, 9) else "",
            )
            for number in range(10)
        ]
    )
    return store


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), range(10)),
        (Filters(categories=("Travel",)), [2, 3]),
        (Filters(categories=("Travel", "Other", "Nothing")), [2, 3, 8, 9]),
        (Filters(since=date(2026, 11, 1)), [1, 2, 3, 4, 6, 7, 8, 9]),
        (Filters(until=date(2026, 11, 1)), [0, 5]),
        (Filters(since=date(2026, 11, 1), until=date(2026, 12, 1)), [1, 2, 3, 6, 7, 8]),
        (Filters(since=date(2026, 11, 2), until=date(2026, 11, 2)), []),
        (Filters(least=Decimal(8)), [7, 8, 9]),
        (Filters(least=Decimal("8.0001")), [8, 9]),
        (Filters(most=Decimal(3)), [0, 1, 2]),
        (Filters(most=Decimal("2.99999")), [0, 1]),
        (Filters(least=Decimal(3), most=Decimal(4)), [2, 3]),
        (Filters(least=Decimal("1e40")), []),
        (Filters(most=Decimal("-1e40")), []),
        (Filters(tag="trip"), [2, 3]),
        (Filters(tag="tri"), []),
        (Filters(tag="TRIP"), []),
        (Filters(currency="USD"), [8, 9]),
        (Filters(import_id="run-1"), [7, 8, 9]),
        (Filters(text="cafe"), [3, 9]),
        (Filters(text="cafe", currency="USD"), [9]),
        (Filters(text="trip", least=Decimal(4)), [3]),
        (Filters(categories=("Travel",), tag="trip", since=date(2026, 11, 30), most=Decimal(9)), [3]),
        (Filters(categories=("Travel",), currency="USD"), []),
    ],
)
def test_a_filter_finds_what_matches_in_list_and_sum(household, filters, found):
    assert sorted(numbers(every(household, filters=filters))) == sorted(found)
    assert sum(row.count for row in household.sum_expenses("id-of-alice", filters)) == len(found)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", [9, 4, 8, 3, 7, 6, 2, 1, 5, 0]),
        ("oldest", [0, 5, 1, 2, 6, 7, 3, 8, 4, 9]),
        ("largest", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ("smallest", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_a_list_has_its_order_and_within_a_day_that_of_adding(household, sort, order):
    assert numbers(every(household, filters=Filters(sort=sort), limit=3)) == order


@pytest.mark.parametrize(("sort", "opposite"), [("newest", "oldest"), ("largest", "smallest")])
def test_one_order_is_the_exact_reverse_of_the_other(store, alice, sort, opposite):
    store.add_expenses([expense(n, created_at=NOON) for n in (2, 1, 3)] + [expense(n) for n in (5, 4)])
    there, back = (numbers(every(store, filters=Filters(sort=each), limit=2)) for each in (sort, opposite))
    assert (there, back) == ([5, 4, 3, 2, 1], [1, 2, 3, 4, 5])


@pytest.mark.parametrize("sort", ["newest", "oldest", "largest", "smallest"])
@pytest.mark.parametrize("removed", [False, True])
def test_pages_over_1500_expenses_with_ties_miss_and_repeat_nothing(store, alice, sort, removed):
    chance = random.Random(7)
    many = [
        expense(
            number,
            spent_on=date(2026, 11, 1) + timedelta(days=chance.randrange(5)),
            amount=Decimal(chance.randrange(1, 6)),
            created_at=NOON + timedelta(seconds=chance.randrange(3)),
        )
        for number in range(1500)
    ]
    store.add_expenses(many)
    if removed:
        for moment in range(3):
            store.remove_expenses("id-of-alice", ids(many)[moment::3], NOON + timedelta(days=moment))
    found = list(pages(store, "id-of-alice", Filters(sort=sort, removed=removed), 97))
    assert [len(page) for page in found] == [97] * 15 + [45]
    listed = [one for page in found for one in page]
    assert set(ids(listed)) == set(ids(many))
    key = {"newest": "removed_at" if removed else "spent_on", "oldest": "spent_on"}.get(sort, "amount")
    places = [(getattr(one, key), one.created_at, one.expense_id) for one in listed]
    assert places == sorted(places, reverse=sort in ("newest", "largest"))


def test_a_page_that_ends_exactly_has_no_next(store, alice):
    store.add_expenses([expense(n) for n in range(4)])
    assert [len(page) for page in pages(store, "id-of-alice", Filters(), 2)] == [2, 2]
    assert store.list_expenses("id-of-alice", Filters(), limit=4).cursor == ""


@pytest.mark.parametrize("sort", ["newest", "oldest", "largest", "smallest"])
def test_what_was_added_before_1970_has_its_place_too(store, alice, sort):
    store.add_expenses([expense(n, created_at=datetime(1969, 7, 20 + n, tzinfo=UTC)) for n in range(5)])
    assert len(every(store, filters=Filters(sort=sort), limit=2)) == 5


def test_a_next_page_goes_on_where_the_last_ended_whatever_happens_between(store, alice):
    store.add_expenses([expense(n) for n in range(6)])
    page = store.list_expenses("id-of-alice", Filters(), limit=3)
    store.add_expenses([expense(99)])
    store.remove_expenses("id-of-alice", [page.items[-1].expense_id], NOON)
    assert numbers(store.list_expenses("id-of-alice", Filters(), page.cursor).items) == [2, 1, 0]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "é",
        "\x00",
        "W10=",
        "bnVsbA==",
        "WyJ4IiwgMSwgMiwgIngiXQ==",
        "W" * 5000,
        "W1tb" * 20_000,
        "eyJhIjogMX0=",
    ],
)
def test_a_made_up_cursor_is_refused(store, alice, cursor):
    with pytest.raises(Invalid) as refused:
        store.list_expenses("id-of-alice", Filters(), cursor)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize(
    "other", [Filters(sort="oldest"), Filters(categories=("Groceries",)), Filters(removed=True)]
)
def test_a_cursor_of_another_list_is_refused(store, alice, other):
    store.add_expenses([expense(n) for n in range(3)])
    cursor = store.list_expenses("id-of-alice", Filters(), limit=1).cursor
    with pytest.raises(Invalid):
        store.list_expenses("id-of-alice", other, cursor)


def test_every_cut_or_changed_cursor_is_refused_or_harmless(store, alice):
    store.add_expenses([expense(n) for n in range(3)])
    cursor = store.list_expenses("id-of-alice", Filters(), limit=1).cursor
    for at in range(len(cursor)):
        for wrong in (
            cursor[:at],
            cursor[:at] + "A" + cursor[at + 1 :],
            cursor[:at] + "_" + cursor[at + 1 :],
        ):
            try:
                page = store.list_expenses("id-of-alice", Filters(), wrong)
            except Invalid:
                continue
            assert len(page.items) <= 3


@pytest.mark.parametrize(
    "filters",
    [
        Filters(sort="random"),
        Filters(least=Decimal("NaN")),
        Filters(most=Decimal("Infinity")),
        Filters(tag="a\x00b"),
        Filters(categories=("\ud800",)),
        Filters(currency="\x00"),
        Filters(import_id="x" * 1000),
    ],
)
def test_an_impossible_filter_is_refused(store, alice, filters):
    with pytest.raises(Invalid):
        store.list_expenses("id-of-alice", filters)


def test_the_trash_lists_what_was_removed_last_first(store, alice):
    store.add_expenses([expense(n) for n in range(4)])
    for days, number in enumerate([2, 0, 3]):
        store.remove_expenses("id-of-alice", ids([expense(number)]), NOON + timedelta(days=days))
    assert numbers(every(store, filters=Filters(removed=True), limit=2)) == [3, 0, 2]
    assert numbers(every(store)) == [1]
    assert [row.count for row in store.sum_expenses("id-of-alice", Filters(removed=True))] == [3]


@pytest.mark.parametrize("tag", [text[:40] for text in HOSTILE])
def test_any_tag_finds_its_own(store, alice, tag):
    store.add_expenses([expense(1, tags=("other", tag)), expense(2, tags=(tag + "s",)), expense(3)])
    assert numbers(every(store, filters=Filters(tag=tag))) == [1]


def test_two_tags_never_make_a_third(store, alice):
    store.add_expenses([expense(1, tags=("a", "b")), expense(2, tags=('a","b',))])
    assert numbers(every(store, filters=Filters(tag='a","b'))) == [2]
    assert every(store, filters=Filters(tag="a\x09b")) == []


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(since=date(2026, 11, 1)),
        Filters(until=date(2026, 11, 1)),
        Filters(since=date(2026, 11, 1), until=date(2026, 12, 1)),
        Filters(since=date(2026, 11, 1), until=date(2026, 12, 1), categories=("Income", "Travel")),
        Filters(currency="USD"),
        Filters(sort="smallest"),
        Filters(since=date(2026, 10, 31), until=date(2026, 12, 1)),
        Filters(since=date(2026, 11, 1), until=date(2026, 11, 30)),
        Filters(since=date(2026, 11, 1), until=date(2026, 11, 1)),
        Filters(since=date(2026, 12, 1), until=date(2026, 11, 1)),
        Filters(since=date(2026, 12, 2), until=date(2026, 11, 1)),
        Filters(least=Decimal(2)),
        Filters(text="cafe"),
        Filters(import_id="run-1"),
    ],
)
def test_a_sum_adds_up_its_list(household, filters):
    household.remove_expenses("id-of-alice", ids([expense(6)]), NOON)
    assert household.sum_expenses("id-of-alice", filters) == summed(every(household, filters=filters))


def test_a_sum_separates_spending_income_and_transfers(store, alice):
    salary, transfer = {"category": "Income", "money_in": True}, {"category": "Transfers"}
    store.add_expenses(
        [
            expense(1, amount=Decimal(100)),
            expense(2, amount=Decimal(30), money_in=True),
            expense(3, amount=Decimal(2000), **salary),
            expense(4, amount=Decimal(50), category="Income"),
            expense(5, amount=Decimal(400), **transfer),
            expense(6, amount=Decimal(9), currency="USD"),
        ]
    )
    expected = [Sum("EUR", Decimal(70), Decimal(1950), 5), Sum("USD", Decimal(9), Decimal(0), 1)]
    assert store.sum_expenses("id-of-alice", Filters()) == expected
    by_reading = Filters(since=date(2026, 11, 2))
    assert store.sum_expenses("id-of-alice", by_reading) == expected
    for filters in (Filters(), by_reading):  # as many decimals as the currency has, also of nothing
        shown = [(str(row.spent), str(row.received)) for row in store.sum_expenses("id-of-alice", filters)]
        assert shown == [("70.00", "1950.00"), ("9.00", "0.00")]


def test_a_list_can_be_longer_than_the_longest_statement(store, alice):
    keys = tuple(f"Category {n}" for n in range(400))
    store.add_expenses([replace(expense(n), category=keys[n]) for n in range(400)])
    assert len(every(store, filters=Filters(categories=keys))) == 400
