"""One's own writes are seen at once though no index has them yet."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from aws_config.dynamodb.expense_items import to_expense
from aws_config.dynamodb.recents import SLOT
from aws_config.dynamodb.values import unpacked
from aws_config.dynamodb_client import DynamoDBClient
from lib.errors import Changed
from lib.records import Filters
from tests.aws.dynamodb_local import everything
from tests.contract.notified import add, kept
from tests.contract.notified import listed as notified
from tests.contract.samples import (
    EVER,
    NOON,
    budget,
    every,
    expense,
    ids,
    notification,
    summed,
    user,
)

pytestmark = pytest.mark.aws

ORDERS = ("newest", "oldest", "largest", "smallest")


@pytest.fixture
def listed(store, alice):
    """Six expenses that every index has."""
    store.add_expenses([expense(n, amount=Decimal(n + 1), payee=f"Shop {n}") for n in range(6)])
    return store


def numbers(expenses) -> list[int]:
    return [int(one.expense_id, 16) for one in expenses]


def test_the_index_is_really_behind(listed, lagging, clock):
    """Once nothing is looked up any more, a list is what the index says: so the tests below can fail."""
    lagging.freeze()
    listed.add_expenses([expense(9)])
    clock.turn(seconds=4 * SLOT)
    listed.get_user("id-of-alice")
    assert 9 not in numbers(every(listed))
    lagging.follow()
    assert 9 in numbers(every(listed))


@pytest.mark.parametrize("sort", ORDERS)
def test_what_was_added_is_in_its_place(listed, lagging, sort):
    lagging.freeze()
    listed.add_expenses([expense(9, amount=Decimal("3.50"))])
    order = {"newest": [9, 5, 4, 3, 2, 1, 0], "largest": [5, 4, 3, 9, 2, 1, 0]}
    expected = order.get(sort) or order[{"oldest": "newest", "smallest": "largest"}[sort]][::-1]
    for limit in (2, 3, 50):
        assert numbers(every(listed, filters=Filters(sort=sort), limit=limit)) == expected


def test_what_was_changed_is_as_it_is_now(listed, lagging):
    lagging.freeze()
    [old] = [one for one in every(listed) if one.expense_id == expense(2).expense_id]
    listed.save_expenses([replace(old, amount=Decimal(99), payee="elsewhere", spent_on=date(2026, 11, 20))])
    assert numbers(every(listed)) == [2, 5, 4, 3, 1, 0]
    assert numbers(every(listed, filters=Filters(sort="largest"))) == [2, 5, 4, 3, 1, 0]
    assert numbers(every(listed, filters=Filters(text="shop"))) == [5, 4, 3, 1, 0]
    assert numbers(every(listed, filters=Filters(text="elsewhere"))) == [2]
    assert every(listed)[0].amount == Decimal(99)


def test_what_was_removed_is_gone_and_in_the_trash(listed, lagging):
    lagging.freeze()
    listed.remove_expenses("id-of-alice", ids([expense(3)]), NOON)
    trash = Filters(removed=True)
    assert (numbers(every(listed)), numbers(every(listed, filters=trash))) == ([5, 4, 2, 1, 0], [3])
    listed.restore_expenses("id-of-alice", ids([expense(3)]))
    assert (numbers(every(listed)), every(listed, filters=trash)) == ([5, 4, 3, 2, 1, 0], [])
    listed.remove_expenses("id-of-alice", ids([expense(3)]), NOON)
    assert listed.purge_expenses(NOON + timedelta(days=1), "id-of-alice") == 1
    assert every(listed, filters=trash) == []


def test_a_page_of_fifty_that_was_chosen_whole_is_gone_at_once(listed, lagging):
    listed.add_expenses([expense(n) for n in range(10, 60)])
    lagging.freeze()
    assert len(listed.remove_expenses("id-of-alice", ids([expense(n) for n in range(10, 60)]), NOON)) == 50
    assert numbers(every(listed)) == [5, 4, 3, 2, 1, 0]


def test_sums_are_what_the_lists_are(listed, lagging):
    lagging.freeze()
    listed.add_expenses([expense(9, payee="Shop 9")])
    listed.remove_expenses("id-of-alice", ids([expense(0)]), NOON)
    for filters in (Filters(text="shop"), Filters(least=Decimal(2)), Filters()):
        assert listed.sum_expenses("id-of-alice", filters) == summed(every(listed, filters=filters))


def test_another_process_sees_it_too(dynamodb, listed, lagging, clock):
    lagging.freeze()
    listed.add_expenses([expense(9)])
    other = DynamoDBClient(*dynamodb, now=clock)
    other.get_user("id-of-alice")  # as every request does first
    assert numbers(other.list_expenses("id-of-alice", Filters(), limit=2).items) == [9, 5]
    assert other.repair_totals("id-of-alice") == []


def test_a_read_that_began_before_a_write_and_ends_after_it_hides_nothing(listed, lagging):
    lagging.freeze()
    writes = [lambda: listed.add_expenses([expense(9)])]
    listed.get_user("id-of-alice")
    events = lagging.aws.client("dynamodb").meta.events
    events.register("after-call.dynamodb.GetItem", lambda **_: writes.pop()() if writes else None)
    listed.get_user("id-of-alice")  # another request's: this is what it read, and then someone wrote
    assert writes == []
    assert numbers(every(listed)) == [9, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("apart", [1, SLOT])
@pytest.mark.parametrize("second", [0, 1, 10, SLOT - 1])
def test_machines_whose_clocks_differ_by_a_slot_hide_nothing_from_each_other(
    dynamodb, listed, lagging, clock, apart, second
):
    ahead = DynamoDBClient(*dynamodb, now=lambda: clock() + timedelta(seconds=apart))
    lagging.freeze()
    clock.turn(seconds=-(clock().timestamp() % SLOT) + second)
    for number, machine in enumerate((ahead, listed, ahead, listed)):
        machine.get_user("id-of-alice")
        machine.add_expenses([expense(10 + number)])
    clock.turn(seconds=SLOT)
    for machine in (ahead, listed):
        machine.get_user("id-of-alice")
        assert numbers(every(machine)) == [13, 12, 11, 10, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("pause", [SLOT, 2 * SLOT, 4 * SLOT, 5 * SLOT])
def test_notes_of_what_is_past_do_not_pile_up(dynamodb, listed, clock, pause):
    for number in range(10, 30):
        clock.turn(seconds=pause)
        listed.get_user("id-of-alice")  # as every request does first
        listed.add_expenses([expense(number)])
    [kept] = everything(*dynamodb)["users"]
    notes = [value for name, value in kept.items() if name.startswith("recent")]
    assert sum(len(each["SS"]) for each in notes) <= 3


def test_what_is_shown_right_after_a_large_write_is_not_kept(store, alice, lagging, clock):
    """Lists may be behind then, so the revision that pages are kept under goes on until they are not."""
    lagging.freeze()
    store.add_expenses([expense(n) for n in range(80)])
    revisions = [store.get_user("id-of-alice").revision]
    for _ in range(40):
        clock.turn(seconds=1)
        revisions.append(store.get_user("id-of-alice").revision)
    assert revisions[:30] == sorted(set(revisions[:30]))
    assert len(set(revisions[31:])) == 1
    store.add_expenses([expense(99)])
    assert store.get_user("id-of-alice").revision > revisions[-1]


def test_a_large_write_is_in_the_sums_at_once(store, alice, lagging):
    lagging.freeze()
    store.add_expenses([expense(n) for n in range(80)])
    [row] = store.sum_expenses("id-of-alice", Filters())
    assert (row.count, store.month_totals("id-of-alice", *EVER)[0].count) == (80, 80)


def test_budgets_follow_at_once(listed, lagging):
    old = listed.save_budget(budget("Travel"))
    gone = listed.save_budget(budget("Zoo"))
    lagging.freeze()
    new = listed.save_budget(budget("Groceries"))
    changed = listed.save_budget(replace(old, alert_thresholds=(5,)))
    listed.remove_budget("id-of-alice", gone.budget_id)
    assert listed.list_budgets("id-of-alice") == [new, changed]
    with pytest.raises(Changed):
        listed.save_budget(budget("Groceries", budget_id="another"))


def test_a_budget_is_in_the_list_after_an_expense_was_added_too(dynamodb, listed, lagging, clock):
    """What a request has read of others' writes holds for the kinds that it has not written itself."""
    other = DynamoDBClient(*dynamodb, now=clock)
    lagging.freeze()
    first = other.save_budget(budget("Travel"))
    listed.get_user("id-of-alice")
    listed.add_expenses([expense(9)])
    assert listed.list_budgets("id-of-alice") == [first]
    assert 9 in numbers(every(listed))
    second = other.save_budget(budget("Zoo"))
    listed.get_user("id-of-alice")  # as every request does first
    listed.add_expenses([expense(10)])
    assert listed.list_budgets("id-of-alice") == [first, second]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_notifications_follow_at_once(store, alice, lagging, limit):
    for number in (1, 3, 5):
        add(store, f"n{number}", created_at=NOON + timedelta(minutes=number))
    lagging.freeze()
    for number in (0, 4, 6):
        add(store, f"n{number}", created_at=NOON + timedelta(minutes=number))
    store.save_notification(replace(kept(store, "n3"), note="changed"))
    store.read_notifications("id-of-alice", ["n5"])
    assert notified(store, limit=limit) == ["n6", "n5", "n4", "n3", "n1", "n0"]
    shown = {each.notification_id: each for each in store.list_notifications("id-of-alice").items}
    assert (shown["n3"].note, shown["n5"].unread, shown["n1"].unread) == ("changed", False, True)


def test_names_are_found_at_once(store, alice, lagging):
    lagging.freeze()
    bob = store.create_user(user("bob"))
    assert store.find_user_by_username("BOB") == bob
    renamed = store.save_user(replace(alice, username="alicia", email="alicia@example.com"))
    assert store.find_user_by_username("alice") is None
    assert store.find_user_by_email("alice@example.com") is None
    assert store.find_user_by_username("alicia") == renamed
    other = store.create_user(user("other", username="alice"))
    assert store.find_user_by_username("alice") == other


def test_erasing_takes_what_the_index_does_not_have(dynamodb, listed, lagging):
    lagging.freeze()
    listed.add_expenses([expense(9, payee="xyzzyq")])
    listed.save_budget(budget("Xyzzyq"))
    listed.add_notification(notification())
    listed.erase_user("id-of-alice")
    lagging.follow()
    assert everything(*dynamodb)["notifications"] == []
    assert every(listed) == listed.list_budgets("id-of-alice") == []
    assert listed.get_expense("id-of-alice", expense(9).expense_id) is None


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_lists_are_what_it_came_to(listed, dynamodb, lagging, clock, seed):
    """An index that stops and follows by chance, beside a list that should know."""
    chance = random.Random(seed)
    for step in range(25):
        if chance.random() < 0.25:
            lagging.freeze()
        kept = {one.expense_id: one for one in every(listed)}
        chosen = [expense(chance.randrange(12)).expense_id for _ in range(chance.randrange(1, 4))]
        match chance.randrange(4):
            case 0:
                amount, day = Decimal(chance.randrange(1, 9)), date(2026, 11, chance.randrange(1, 9))
                listed.add_expenses([expense(20 + step, amount=amount, spent_on=day)])
            case 1:
                theirs = [kept[id] for id in dict.fromkeys(chosen) if id in kept]
                listed.save_expenses([replace(one, amount=Decimal(chance.randrange(1, 9))) for one in theirs])
            case 2:
                listed.remove_expenses("id-of-alice", chosen, clock())
            case 3:
                listed.restore_expenses("id-of-alice", chosen)
        clock.turn(seconds=0.2)
        there = [to_expense(unpacked(item)) for item in everything(*dynamodb)["expenses"]]
        there.sort(key=lambda one: one.expense_id)
        for removed in (False, True):
            expected = [one for one in there if (one.removed_at is not None) == removed]
            for sort in ORDERS:
                found = every(listed, filters=Filters(removed=removed, sort=sort), limit=4)
                assert sorted(found, key=lambda one: one.expense_id) == expected
                key = {"newest": "removed_at" if removed else "spent_on", "oldest": "spent_on"}.get(
                    sort, "amount"
                )
                places = [(getattr(one, key), one.created_at, one.expense_id) for one in found]
                assert places == sorted(places, reverse=sort in ("newest", "largest"))
