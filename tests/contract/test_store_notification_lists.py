"""Notifications in a store: in pages, while they are due, and when they have ended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lib.errors import Changed, Invalid
from tests.contract.notified import DAY, ME, MINUTE, add, kept, listed, unread
from tests.contract.samples import NOON, delivery, notification

# Lists


def test_the_newest_come_first(store, alice):
    for number in (2, 5, 1, 4, 3):
        add(store, f"n{number}", created_at=NOON + number * MINUTE)
    assert listed(store) == ["n5", "n4", "n3", "n2", "n1"]


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_pages_with_equal_times_miss_and_repeat_nothing(store, alice, bob, limit):
    for number in range(12):
        add(store, f"n{number:02}", created_at=NOON + number // 5 * MINUTE)
    add(store, "theirs", user_id="id-of-bob")
    assert listed(store, limit=limit) == [f"n{number:02}" for number in reversed(range(12))]


def test_a_page_goes_on_where_the_last_ended_whatever_came_since(store, alice):
    for number in range(4):
        add(store, f"n{number}", created_at=NOON + number * MINUTE)
    page = store.list_notifications(ME, limit=2)
    add(store, "new", created_at=NOON + 9 * MINUTE)
    rest = store.list_notifications(ME, page.cursor, 2)
    assert [each.notification_id for each in page.items + rest.items] == ["n3", "n2", "n1", "n0"]
    assert rest.cursor == ""


@pytest.mark.parametrize(
    "cursor", ["x", "e30=", "bnVsbA==", "WzEsIDJd", "W10=", "ü", "IlxkODAwIg==", "A" * 9999]
)
def test_a_cursor_that_is_none_is_refused(store, alice, cursor):
    add(store, "n1")
    with pytest.raises(Invalid) as refused:
        store.list_notifications(ME, cursor)
    assert refused.value.field == "cursor"


# What is due


def test_what_is_due_comes_longest_due_first(store, alice, bob):
    for minutes in (3, 1, 2):
        add(store, f"n{minutes}", deliveries=(delivery(due_at=NOON + minutes * MINUTE),))
    add(store, "n0", user_id="id-of-bob", deliveries=(delivery(due_at=NOON),))
    add(store, "later", deliveries=(delivery(due_at=NOON + 4 * MINUTE),))
    add(store, "done", deliveries=(delivery(status="sent"),))
    add(store, "none")
    due = [("id-of-bob", "n0"), (ME, "n1"), (ME, "n2"), (ME, "n3")]
    assert store.due_notifications(NOON + 3 * MINUTE) == due
    assert store.due_notifications(NOON + 3 * MINUTE, limit=2) == due[:2]
    assert store.due_notifications(NOON - MINUTE) == []


def test_the_earliest_delivery_decides_when_it_is_due(store, alice):
    both = (delivery(due_at=NOON + DAY), delivery("sms", due_at=NOON + MINUTE))
    add(store, "n1", deliveries=both)
    assert store.due_notifications(NOON + MINUTE) == [(ME, "n1")]


def test_many_that_are_due_are_found_in_portions(store, alice):
    ids = [f"n{number:02}" for number in range(30)]
    for number, id in enumerate(ids):
        add(store, id, deliveries=(delivery(due_at=NOON + number * MINUTE),))
    assert store.due_notifications(NOON + DAY, limit=7) == [(ME, id) for id in ids[:7]]
    assert store.due_notifications(NOON + DAY) == [(ME, id) for id in ids]


def test_due_again_later_then_never(store, alice):
    add(store, "n1", deliveries=(delivery(due_at=NOON),))
    claimed = (delivery(status="sending", due_at=NOON + 2 * MINUTE),)
    store.save_notification(replace(kept(store), deliveries=claimed))
    assert store.due_notifications(NOON) == []
    assert store.due_notifications(NOON + 2 * MINUTE) == [(ME, "n1")]
    store.save_notification(replace(kept(store), deliveries=(delivery(status="sent"),)))
    assert store.due_notifications(NOON + DAY) == []


# Ending


def test_an_expired_one_is_not_there(store, alice, clock):
    add(store, "n1", expires_at=clock() + MINUTE, deliveries=(delivery(due_at=clock()),))
    add(store, "stays", expires_at=clock() + DAY)
    expiring = kept(store)
    clock.turn(seconds=59)
    assert (kept(store), sorted(listed(store))) == (expiring, ["n1", "stays"])
    clock.turn(seconds=1)
    assert (kept(store), listed(store), store.due_notifications(clock())) == (None, ["stays"], [])
    assert store.read_notifications(ME, ["n1"]) == 0
    with pytest.raises(Changed):
        store.save_notification(expiring)


def test_an_expired_one_makes_room(store, alice, clock):
    add(store, "n1", expires_at=clock() + MINUTE, subject="Old")
    clock.turn(days=40)
    add(store, "n1", expires_at=clock() + DAY, subject="New")
    assert (kept(store).subject, kept(store).version, listed(store), unread(store)) == ("New", 1, ["n1"], 1)


def test_what_has_expired_is_unread_no_more(store, alice, clock, engine):
    """DynamoDB deletes by itself, so there is nothing left to count; it forgets how many were unread month by month."""
    add(store, "goes", "goes too", expires_at=clock() + DAY)
    add(store, "stays", expires_at=clock() + 90 * DAY)
    clock.turn(days=40)
    assert store.purge_documents() == (2 if engine in ("sqlite", "postgresql") else 0)
    assert store.purge_documents() == 0
    assert (unread(store), listed(store)) == (1, ["stays"])
    assert store.read_notifications(ME, ["stays"]) == 1
    assert unread(store) == 0


def test_reading_after_some_expired_never_counts_below_zero(store, alice, clock):
    add(store, "goes", expires_at=clock() + DAY)
    add(store, "stays", expires_at=clock() + 90 * DAY)
    clock.turn(days=400)
    assert store.read_notifications(ME, ["goes", "stays"]) == 0
    store.purge_documents()
    assert unread(store) == 0
    add(store, "new", expires_at=clock() + DAY)
    assert unread(store) == 1


def test_nothing_of_an_erased_user_is_left_and_nothing_new_is_taken(store, alice, bob, behind):
    for number in range(30):
        due = (delivery(due_at=NOON),) if number % 2 else ()
        add(store, f"n{number}", message="xyzzyq", deliveries=due)
    add(store, "theirs", user_id="id-of-bob", deliveries=(delivery(due_at=NOON),))
    last = kept(store)
    store.erase_user(ME)
    assert store.add_notification(notification("late", message="xyzzyq")) is False
    assert store.read_notifications(ME, ["n1"]) == 0
    with pytest.raises(Changed):
        store.save_notification(last)
    assert behind.traces_of("alice", "xyzzyq") == []
    assert store.due_notifications(NOON) == [("id-of-bob", "theirs")]


def test_what_is_being_added_does_not_outlive_the_account(store, alice, behind):
    with ThreadPoolExecutor(8) as threads:
        adding = [threads.submit(store.add_notification, notification(f"n{number}")) for number in range(40)]
        threads.submit(store.erase_user, ME).result()
        for one in adding:
            one.result()
    assert behind.traces_of(ME) == []
