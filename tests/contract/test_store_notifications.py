"""Notifications in a store: each exists once, counts as unread once, and is found while it is due."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from lib.errors import Changed, Invalid
from lib.records import Notification
from tests.contract.samples import HOSTILE, NOON, delivery, notification, user

ME = "id-of-alice"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def unread(store, user_id: str = ME) -> int:
    """As every page has it: with the user."""
    return store.get_user(user_id).unread


def kept(store, id: str = "n1") -> Notification:
    return store.get_notification(ME, id)


def listed(store, user_id: str = ME, limit: int = 50) -> list[str]:
    ids, cursor = [], ""
    while True:
        page = store.list_notifications(user_id, cursor, limit)
        assert len(page.items) <= limit
        ids += [each.notification_id for each in page.items]
        if not (cursor := page.cursor):
            return ids


def add(store, *ids: str, **changes) -> None:
    for id in ids:
        assert store.add_notification(notification(id, **changes)) is True


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
