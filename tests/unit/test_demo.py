"""The demo: a household of one's own, for a day."""

from datetime import timedelta

import pytest

from lib.demo import LIFE, PER_ADDRESS, fill
from lib.errors import PlannerError, TooMany
from lib.records import Filters


def test_each_visitor_gets_a_household_of_their_own(services):
    first, second = services.demo.open("192.0.2.1"), services.demo.open("192.0.2.2")
    assert first.user_id != second.user_id
    assert first.demo
    assert services.store.sum_expenses(first.user_id, Filters())[0].count > 1_000
    assert len(services.store.list_budgets(first.user_id)) >= 8


def test_nobody_can_sign_in_to_a_demo_with_a_password(services):
    user = services.demo.open("192.0.2.1")
    for password in ("!", "", "password"):
        with pytest.raises(PlannerError):
            services.accounts.sign_in(user.username, password, "192.0.2.9")


def test_a_demo_is_erased_when_its_day_is_over(services, clock, alice):
    user = services.demo.open("192.0.2.1")
    assert services.demo.tidy() == 0
    clock.turn(seconds=LIFE.total_seconds())
    assert services.demo.tidy() == 1
    assert services.store.get_user(user.user_id) is None
    assert services.store.sum_expenses(user.user_id, Filters()) == []
    assert services.store.get_user(alice.user_id) is not None


def test_a_household_that_was_only_half_made_is_erased_too(services, clock):
    class Stopped(Exception):
        pass

    class StopsHalfway:
        def __init__(self, store):
            self.store, self.chunks = store, 0

        def __getattr__(self, name):
            return getattr(self.store, name)

        def add_expenses(self, expenses):
            self.chunks += 1
            if self.chunks == 2:
                raise Stopped
            return self.store.add_expenses(expenses)

    demos = type(services.demo)(StopsHalfway(services.store), services.accounts.erase, clock)
    with pytest.raises(Stopped):
        demos.open("192.0.2.1")
    assert len(list(services.store.each_user())) == 1
    clock.turn(seconds=LIFE.total_seconds())
    services.demo.tidy()
    assert list(services.store.each_user()) == []


def test_one_address_cannot_fill_the_disk_with_households(services):
    for _ in range(PER_ADDRESS):
        services.store.count_hit("demo 192.0.2.1", timedelta(hours=1))
    with pytest.raises(TooMany):
        services.demo.open("192.0.2.1")


def test_neighbours_by_ipv6_are_one_address(services):
    for _ in range(PER_ADDRESS):
        services.store.count_hit("demo 2001:db8:1:2::/64", timedelta(hours=1))
    with pytest.raises(TooMany):
        services.demo.open("2001:db8:1:2:aaaa::1")


def test_a_household_that_cannot_be_erased_keeps_no_other_from_it(services, clock):
    users = [services.demo.open(f"192.0.2.{n}") for n in range(3)]
    clock.turn(seconds=LIFE.total_seconds())

    def erase(user_id):
        if user_id == users[1].user_id:
            raise OSError("a file that cannot be removed")
        services.accounts.erase(user_id)

    demos = type(services.demo)(services.store, erase, clock)
    assert demos.tidy() == 2
    assert [user.user_id for user in services.store.each_user()] == [users[1].user_id]
    assert services.demo.tidy() == 1


def test_filling_an_account_twice_adds_nothing(services, alice, clock):
    assert fill(services.store, alice, clock()) > 1_000
    assert fill(services.store, alice, clock()) == 0
