"""Notifications in a store: each exists once, and counts as unread once."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from lib.errors import Changed
from lib.records import Notification
from tests.contract.notified import DAY, ME, MINUTE, add, kept, listed, unread
from tests.contract.samples import HOSTILE, NOON, delivery, notification, user

# Being there


def test_a_notification_comes_back_as_it_was_added(store, alice):
    given = notification(
        data={"budget": "b1", "rows": [["Café ☕", "12.50", None, True]], "#": {"x": ""}},
        deliveries=(
            delivery(due_at=NOON + MINUTE, tries=3, reason="No answer."),
            delivery("sms", "sent", at=datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)),
            delivery("webhook", "failed", reason="Ünïcode 🧾"),
        ),
        note="Its expense was deleted.",
    )
    assert {f.name for f in fields(Notification) if getattr(given, f.name) == f.default} == {
        "unread",
        "version",
    }
    assert store.add_notification(given) is True
    assert kept(store) == replace(given, version=1)
    assert store.list_notifications(ME).items == [replace(given, version=1)]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back(store, alice, text):
    store.add_notification(notification(subject=text, message=text, data={text: text}))
    assert (kept(store).subject, kept(store).message, kept(store).data) == (text, text, {text: text})


def test_the_longest_comes_back(store, alice):
    given = notification("i" * 64, message="m" * 2000, data={"text": "ü" * 9000}, note="n" * 300)
    store.add_notification(given)
    assert kept(store, "i" * 64) == replace(given, version=1)


def test_what_is_not_json_is_refused_and_not_counted(store, alice):
    with pytest.raises((TypeError, ValueError)):
        store.add_notification(notification(data={"x": float("nan")}))
    assert (listed(store), unread(store)) == ([], 0)


def test_it_exists_once(store, alice):
    add(store, "n1")
    before = store.get_user(ME)
    assert store.add_notification(notification(subject="Again")) is False
    assert kept(store).subject == "Budget for Groceries: 80 % used"
    assert store.get_user(ME) == before


def test_it_is_new_for_exactly_one_of_many(store, alice):
    add_it = notification()
    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(lambda _: store.add_notification(add_it), range(20))) == 1
    assert (listed(store), unread(store)) == (["n1"], 1)


def test_many_at_once_are_all_there_and_counted(store, alice):
    ids = [f"n{number:02}" for number in range(40)]
    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(lambda id: store.add_notification(notification(id)), ids))
    assert (sorted(listed(store)), unread(store)) == (ids, 40)


def test_one_that_was_read_and_sent_does_not_come_again(store, alice):
    add(store, "n1")
    store.save_notification(replace(kept(store), deliveries=(delivery(status="sent"),)))
    store.read_notifications(ME, ["n1"])
    assert store.add_notification(notification()) is False
    assert unread(store) == 0


def test_nobody_is_told_nothing(store):
    assert store.add_notification(notification()) is False
    assert (kept(store), listed(store), store.due_notifications(NOON + DAY)) == (None, [], [])


def test_what_is_someone_elses_is_not_there(store, alice, bob):
    add(store, "n1", "n2")
    assert store.get_notification("id-of-bob", "n1") is None
    assert store.read_notifications("id-of-bob", ["n1"]) == 0
    with pytest.raises(Changed):
        store.save_notification(replace(kept(store), user_id="id-of-bob"))
    assert (listed(store, "id-of-bob"), unread(store, "id-of-bob"), unread(store)) == ([], 0, 2)
    assert store.add_notification(notification(user_id="id-of-bob")) is True
    assert kept(store).user_id == ME


# Saving what became of it


def test_saving_changes_what_became_of_it_and_nothing_else(store, alice):
    add(store, "n1")
    sent = (delivery(status="sent", at=NOON + MINUTE, tries=1),)
    first = kept(store)
    changed = replace(first, deliveries=sent, note="Deleted.", subject="Other", message="Other", unread=False)
    assert store.save_notification(changed).version == 2
    assert kept(store) == replace(first, deliveries=sent, note="Deleted.", version=2)
    assert unread(store) == 1


def test_saving_again_works_with_what_came_back(store, alice):
    add(store, "n1")
    saved = store.save_notification(replace(kept(store), note="once"))
    assert saved == kept(store)
    assert store.save_notification(replace(saved, note="")).version == 3
    assert kept(store).note == ""


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_stale_one_is_not_saved(store, alice, version):
    add(store, "n1")
    before = store.get_user(ME)
    with pytest.raises(Changed):
        store.save_notification(notification(note="stale", version=version))
    assert kept(store).note == ""
    assert store.get_user(ME) == before


def test_one_of_many_senders_claims_it(store, alice):
    add(store, "n1")
    read = kept(store)

    def claim(number: int) -> bool:
        sending = delivery(status="sending", tries=number)
        try:
            store.save_notification(replace(read, deliveries=(sending,)))
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(claim, range(20))) == 1
    assert kept(store).version == 2


def test_what_is_not_there_is_not_saved(store, alice):
    with pytest.raises(Changed):
        store.save_notification(notification(version=1))
    assert listed(store) == []


# Reading


def test_what_is_read_is_unread_no_more_and_once(store, alice):
    add(store, "n1", "n2", "n3")
    assert unread(store) == 3
    assert store.read_notifications(ME, ["n1", "n3", "n1", "unknown"]) == 2
    assert store.read_notifications(ME, ["n1", "n3"]) == 0
    assert unread(store) == 1
    assert {each.notification_id: each.unread for each in store.list_notifications(ME).items} == {
        "n1": False,
        "n2": True,
        "n3": False,
    }


def test_reading_nothing_changes_nothing(store, alice):
    add(store, "n1")
    store.read_notifications(ME, ["n1"])
    before = store.get_user(ME)
    assert store.read_notifications(ME, []) == store.read_notifications(ME, ["n1", "n9"]) == 0
    assert store.read_notifications("nobody", ["n1"]) == 0
    assert store.get_user(ME) == before


def test_a_page_of_them_is_read_at_once(store, alice):
    ids = [f"n{number:02}" for number in range(25)]
    add(store, *ids)
    assert store.read_notifications(ME, ids) == 25
    assert unread(store) == 0


def test_of_many_readers_each_counts_once(store, alice):
    ids = [f"n{number}" for number in range(10)]
    add(store, *ids, "left")
    with ThreadPoolExecutor(20) as threads:
        parts = [ids[: 3 + number % 8] for number in range(20)] + [ids] * 4
        assert sum(threads.map(lambda part: store.read_notifications(ME, part), parts)) == 10
    assert unread(store) == 1


def test_readers_and_writers_at_once_count_right(store, alice):
    ids = [f"n{number}" for number in range(20)]

    def live(id: str) -> int:
        store.add_notification(notification(id))
        return store.read_notifications(ME, [id]) if id != "n0" else 0

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(live, ids)) == 19
    assert unread(store) == 1


def test_reading_does_not_disturb_who_sends_it(store, alice):
    add(store, "n1")
    claimed = store.save_notification(replace(kept(store), deliveries=(delivery(status="sending"),)))
    store.read_notifications(ME, ["n1"])
    store.save_notification(replace(claimed, deliveries=(delivery(status="sent"),)))
    assert (kept(store).unread, kept(store).deliveries[0].status, unread(store)) == (False, "sent", 0)


def test_one_that_is_there_as_read_is_not_counted(store, alice):
    add(store, "n1", unread=False)
    assert (unread(store), kept(store).unread) == (0, False)
    assert store.read_notifications(ME, ["n1"]) == 0


def test_every_write_makes_the_revision_larger(store, alice):
    revisions = [store.get_user(ME).revision]
    for write in (
        lambda: add(store, "n1"),
        lambda: store.save_notification(replace(kept(store), note="x")),
        lambda: store.read_notifications(ME, ["n1"]),
    ):
        write()
        revisions.append(store.get_user(ME).revision)
    assert revisions == sorted(set(revisions))


def test_how_many_are_unread_is_the_stores_own(store, alice):
    add(store, "n1", "n2")
    saved = store.save_user(replace(store.get_user(ME), theme="dark", unread=99))
    assert (saved.unread, store.get_user(ME), unread(store)) == (2, saved, 2)
    moved = store.save_user(replace(saved, username="renamed", unread=0))
    assert (moved.unread, store.find_user_by_username("renamed").unread) == (2, 2)
    assert store.create_user(user("carol", unread=7)).unread == 0
    assert unread(store, "id-of-carol") == 0


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_the_count_is_what_is_unread(store, alice, seed):
    chance, there = random.Random(seed), {}
    for step in range(60):
        id = f"n{chance.randrange(15)}"
        match chance.choice(["add", "add", "save", "read", "stale"]):
            case "add":
                new = notification(id, unread=chance.random() < 0.8, created_at=NOON + step % 7 * MINUTE)
                assert store.add_notification(new) is (id not in there)
                there.setdefault(id, replace(new, version=1))
            case "save" if id in there:
                given = replace(there[id], note=f"step {step}", deliveries=(delivery(tries=step),))
                there[id] = store.save_notification(given)
            case "stale" if id in there:
                with pytest.raises(Changed):
                    store.save_notification(replace(there[id], version=there[id].version - 1))
            case "read":
                chosen = [f"n{chance.randrange(15)}" for _ in range(chance.randrange(6))]
                new = {id for id in chosen if id in there and there[id].unread}
                assert store.read_notifications(ME, chosen) == len(new)
                there |= {id: replace(there[id], unread=False) for id in new}
        assert unread(store) == sum(one.unread for one in there.values())
        shown = store.list_notifications(ME).items
        assert {one.notification_id: one for one in shown} == there
        assert len(shown) == len(there)
