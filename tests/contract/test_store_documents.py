"""Small documents and rate counters in a store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lib.errors import Changed
from tests.contract.samples import HOSTILE, budget, document

MINUTE = timedelta(minutes=1)


def kept(store, id="1"):
    return store.get_document("id-of-alice", "note", id)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"nested": [{"list": [1, None, True, 2**60, "text"]}], "Größe": "🧾"},
        {"hostile": HOSTILE, "\x00key": "\x00\ud800 anything JSON can say"},
        {"long": "x" * 90_000},
    ],
)
def test_a_document_comes_back(store, data):
    saved = store.put_document(document(data=data))
    assert saved.version == 1
    assert kept(store) == saved
    assert kept(store).data == data


def test_a_document_needs_no_user(store):
    store.put_document(document(user_id="-jobs"))
    assert store.get_document("-jobs", "note", "1").data == {"text": "hello"}


def test_what_is_not_json_is_refused(store):
    for wrong in (Decimal("1.5"), object(), float("nan")):
        with pytest.raises((TypeError, ValueError)):
            store.put_document(document(data={"x": wrong}))
    assert kept(store) is None


def test_a_document_belongs_to_owner_kind_and_id(store):
    store.put_document(document())
    for other in ({"user_id": "id-of-bob"}, {"kind": "other"}, {"id": "2"}):
        there = replace(document(), **other)
        assert store.get_document(there.user_id, there.kind, there.id) is None
        assert store.remove_document(there.user_id, there.kind, there.id) is False
        with pytest.raises(Changed):
            store.put_document(replace(there, version=1))
    assert kept(store) is not None


def test_a_document_is_added_once(store):
    store.put_document(document(data={"n": 1}))
    with pytest.raises(Changed):
        store.put_document(document(data={"n": 2}))
    assert kept(store).data == {"n": 1}


def test_saving_a_document_needs_the_version_that_was_read(store):
    first = store.put_document(document(data={"n": 1}))
    second = store.put_document(replace(first, data={"n": 2}))
    assert second.version == 2
    with pytest.raises(Changed):
        store.put_document(replace(first, data={"n": 3}))
    assert kept(store) == second


def test_of_many_threads_saving_one_version_one_succeeds(store):
    first = store.put_document(document(data={"n": 0}))

    def save(number: int) -> bool:
        try:
            store.put_document(replace(first, data={"n": number}))
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(save, range(20))) == 1
    assert kept(store).version == 2


def test_documents_are_listed_by_id(store):
    for id in ("b", "a", "B", "ä", "10", "9"):
        store.put_document(document(id))
    store.put_document(document("other", kind="other"))
    assert [d.id for d in store.list_documents("id-of-alice", "note")] == ["10", "9", "B", "a", "b", "ä"]
    assert store.list_documents("id-of-bob", "note") == []


def test_several_documents_are_read_at_once_in_the_order_asked_for(store, clock):
    first, second = store.put_document(document("a")), store.put_document(document("b" * 2000))
    store.put_document(document("gone", expires_at=clock() + MINUTE))
    store.put_document(document("other", kind="other"))
    store.put_document(document("of bob", user_id="id-of-bob"))
    clock.turn(minutes=1)
    asked = [second.id, "nothing", "gone", first.id, "other", "of bob", second.id]
    assert store.get_documents("id-of-alice", "note", asked) == [second, first]
    assert store.get_documents("id-of-alice", "note", []) == []
    assert store.get_documents("", "note", ["a"]) == []


def test_every_document_of_one_owner_is_visited_and_nothing_else(store, alice, clock):
    theirs = [
        store.put_document(document(id, kind=kind)) for kind in ("note", "session") for id in ("a", "b")
    ]
    store.put_document(document("gone", expires_at=clock() + MINUTE))
    store.put_document(document(user_id="id-of-bob"))
    store.save_budget(budget())
    store.count_hit("id-of-alice", 5 * MINUTE)
    clock.turn(minutes=2)
    assert list(store.each_document("id-of-alice")) == theirs
    assert list(store.each_document("nobody")) == []


def test_a_removed_document_is_gone(store):
    store.put_document(document())
    assert store.remove_document("id-of-alice", "note", "1") is True
    assert kept(store) is None
    assert store.put_document(document()).version == 1


def test_a_document_is_removed_for_one_of_many(store):
    store.put_document(document())
    with ThreadPoolExecutor(20) as threads:
        removed = threads.map(lambda _: store.remove_document("id-of-alice", "note", "1"), range(20))
        assert sum(removed) == 1


def test_an_expired_document_is_not_there(store, clock):
    expiring = store.put_document(document(expires_at=clock() + MINUTE))
    clock.turn(seconds=59)
    assert kept(store) == expiring
    clock.turn(seconds=1)
    assert kept(store) is None
    assert store.list_documents("id-of-alice", "note") == []
    assert store.remove_document("id-of-alice", "note", "1") is False
    with pytest.raises(Changed):
        store.put_document(expiring)


def test_an_expired_document_makes_room(store, clock):
    store.put_document(document(expires_at=clock() + MINUTE, data={"n": 1}))
    clock.turn(hours=1)
    new = store.put_document(document(data={"n": 2}))
    assert (new.version, kept(store)) == (1, new)


def test_saving_can_put_off_the_end_or_take_it_away(store, clock):
    first = store.put_document(document(expires_at=clock() + MINUTE))
    second = store.put_document(replace(first, expires_at=clock() + 10 * MINUTE))
    clock.turn(minutes=5)
    assert kept(store) == second
    store.put_document(replace(second, expires_at=None))
    clock.turn(days=9999)
    assert kept(store).expires_at is None


def test_purging_deletes_what_has_expired_and_nothing_else(store, clock, engine):
    """DynamoDB deletes what expires by itself, so there is nothing left to count."""
    store.put_document(document("stays"))
    store.put_document(document("stays longer", expires_at=clock() + 5 * MINUTE))
    store.put_document(document("goes", expires_at=clock() + MINUTE))
    store.count_hit("sign-in", MINUTE)
    clock.turn(minutes=2)
    store.count_hit("sign-in", 5 * MINUTE)
    assert store.purge_documents() == (2 if engine in ("sqlite", "postgresql") else 0)
    assert store.purge_documents() == 0
    assert [d.id for d in store.list_documents("id-of-alice", "note")] == ["stays", "stays longer"]
    assert store.count_hit("sign-in", 5 * MINUTE) == 2


def test_hits_are_counted_within_their_window(store, clock):
    assert [store.count_hit("sign-in alice", MINUTE) for _ in range(3)] == [1, 2, 3]
    assert store.count_hit("sign-in bob", MINUTE) == 1
    clock.turn(minutes=1)
    assert store.count_hit("sign-in alice", MINUTE) == 1


def test_windows_follow_each_other_without_a_gap(store, clock):
    counted = []
    for _ in range(30):
        counted.append(store.count_hit("key", 10 * MINUTE))
        clock.turn(minutes=1)
    assert max(counted) == 10
    assert counted.count(1) in (3, 4)


def test_one_key_may_have_windows_of_different_lengths(store, clock):
    day, minute = timedelta(days=1), MINUTE
    for _ in range(3):
        store.count_hit("key", minute)
        clock.turn(minutes=1)
        store.count_hit("key", day)
    assert store.count_hit("key", day) == 4


def test_many_threads_count_every_hit(store):
    with ThreadPoolExecutor(20) as threads:
        counted = sorted(threads.map(lambda _: store.count_hit("key", MINUTE), range(60)))
    assert counted == list(range(1, 61))


def test_documents_leave_the_revision_alone(store, alice):
    store.put_document(document())
    store.remove_document("id-of-alice", "note", "1")
    assert store.get_user("id-of-alice").revision == alice.revision
