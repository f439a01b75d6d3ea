"""Accounts in a store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest

from lib.categories import Categories
from lib.errors import Changed, Taken
from lib.records import User
from tests.contract.samples import HOSTILE, NOON, expense, user


def test_a_user_comes_back_as_it_was_created(store):
    alice = user(
        "alice",
        phone="+4930123456",
        display_name="Alice 🦊",
        currency="JPY",
        locale="de_DE",
        time_zone="Asia/Tokyo",
        first_weekday=6,
        theme="dark",
        demo=True,
    )
    theirs = {"version", "revision", "unread"}
    assert {f.name for f in fields(User) if getattr(alice, f.name) == f.default} == theirs
    created = store.create_user(alice)
    assert created == replace(alice, version=1, revision=created.revision)
    assert store.get_user(alice.user_id) == created


def test_an_unknown_user_is_none(store):
    assert store.get_user("nobody") is None
    assert store.find_user_by_username("nobody") is None
    assert store.find_user_by_email("nobody@example.com") is None


def test_users_are_found_whatever_the_case(store):
    alice = store.create_user(user("Alice", email="Alice.Ä@Example.com"))
    assert store.find_user_by_username("aLICE") == alice
    assert store.find_user_by_email("alice.ä@example.COM") == alice
    assert store.find_user_by_username("Alice").username == "Alice"


@pytest.mark.parametrize("name", [name for name in HOSTILE if len(name) <= 40 and name.strip()])
def test_any_name_is_kept_and_found(store, name):
    created = store.create_user(user("someone", username=name, display_name=name))
    assert store.find_user_by_username(name) == created


@pytest.mark.parametrize("name", ["alice", "ALICE", "Ａlice"])
def test_a_username_in_use_is_refused(store, alice, name):
    with pytest.raises(Taken) as refused:
        store.create_user(user("other", username=name))
    assert refused.value.field == "username"
    assert store.get_user("id-of-other") is None


def test_an_email_in_use_is_refused(store, alice):
    with pytest.raises(Taken) as refused:
        store.create_user(user("other", email="Alice@Example.com"))
    assert refused.value.field == "email"


def test_one_of_many_gets_a_name(store):
    def claim(number: int) -> bool:
        try:
            store.create_user(user(f"user{number}", username="wanted"))
        except Taken:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(claim, range(20))) == 1
    assert len(list(store.each_user())) == 1


def test_saving_changes_what_was_read(store, alice):
    saved = store.save_user(replace(alice, theme="dark", email="new@example.com"))
    assert saved.version == alice.version + 1
    assert store.get_user(alice.user_id) == saved
    assert store.find_user_by_email("new@example.com") == saved
    assert store.find_user_by_email("alice@example.com") is None


def test_saving_a_stale_user_is_refused(store, alice):
    store.save_user(replace(alice, theme="dark"))
    with pytest.raises(Changed):
        store.save_user(replace(alice, theme="light"))
    assert store.get_user(alice.user_id).theme == "dark"


def test_saving_a_user_who_is_gone_is_refused(store, alice):
    store.erase_user(alice.user_id)
    with pytest.raises(Changed):
        store.save_user(alice)
    assert store.get_user(alice.user_id) is None


@pytest.mark.parametrize(
    ("change", "field"), [({"username": "BOB"}, "username"), ({"email": "BOB@example.com"}, "email")]
)
def test_saving_cannot_take_what_is_in_use(store, alice, bob, change, field):
    with pytest.raises(Taken) as refused:
        store.save_user(replace(alice, **change))
    assert refused.value.field == field
    assert store.get_user(alice.user_id) == alice


def test_changing_only_the_case_of_ones_own_name_is_fine(store, alice):
    store.save_user(replace(alice, username="ALICE"))
    assert store.find_user_by_username("alice").username == "ALICE"


def test_a_freed_name_can_be_taken(store, alice):
    store.save_user(replace(alice, username="renamed", email="renamed@example.com"))
    assert store.create_user(user("second", username="alice", email="alice@example.com")).version == 1


def test_categories_come_back_with_every_change(store, alice):
    categories = (
        Categories()
        .added("Pets 🐈", "heart", 3)
        .changed("Groceries", name="Food", icon="basket", colour=5)
        .archived("Travel")
        .merged("Other", "Shopping")
    )
    store.save_user(replace(alice, categories=categories))
    read = store.get_user(alice.user_id).categories
    assert read == categories
    assert read["Other"].key == "Shopping"
    assert store.find_user_by_username("alice").categories.find("Pets 🐈").icon == "heart"


def test_the_revision_is_the_stores_own(store, alice):
    store.add_expenses([expense()])
    now = store.get_user(alice.user_id).revision
    saved = store.save_user(replace(alice, theme="dark", revision=99_999))
    assert now < saved.revision < 99_999


def test_everyone_is_visited_once_over_many_pages(store):
    names = {f"user{number:03}" for number in range(250)}
    for name in names:
        store.create_user(user(name, created_at=NOON))
    visited = [each.username for each in store.each_user()]
    assert len(visited) == 250
    assert set(visited) == names


def test_segments_have_everyone_once_between_them(store):
    names = {f"user{number:03}" for number in range(60)}
    for name in names:
        store.create_user(user(name))
    parts = [[each.username for each in store.each_user(part, 4)] for part in range(4)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert [[each.username for each in store.each_user(part, 4)] for part in range(4)] == parts


@pytest.mark.parametrize("segments", [1, 3])
def test_a_segment_goes_on_behind_whoever_was_seen_also_when_they_are_gone(store, segments):
    for number in range(20):
        store.create_user(user(f"user{number:03}"))
    for part in range(segments):
        ids = [each.user_id for each in store.each_user(part, segments)]
        middle = ids[len(ids) // 2]
        store.erase_user(middle)
        rest = [each.user_id for each in store.each_user(part, segments, after=middle)]
        assert rest == ids[len(ids) // 2 + 1 :]
        assert list(store.each_user(part, segments, after=ids[-1])) == []
