"""Whatever two people and their threads do: the kept totals are what the expenses say, after every step.

HYPOTHESIS_PROFILE=ci looks harder. What is drawn never depends on the store, since which thread wins is not ours to say.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from threading import Barrier
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from lib.errors import Changed
from lib.periods import Month
from lib.ports import Store
from lib.records import Expense, Filters
from tests.contract.samples import EVER, NOON, every, expense, ids, recomputed, summed, user

HARDER = os.environ.get("HYPOTHESIS_PROFILE") == "ci"
LOOK = settings(
    max_examples=150 if HARDER else 12,
    stateful_step_count=40 if HARDER else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
WRITES = ["add", "save", "save", "remove", "restore"]
NUMBERS = st.integers(0, 19)  # few ids, so that they meet again
chosen = st.lists(NUMBERS, min_size=1, max_size=8).map(
    lambda numbers: [expense(n).expense_id for n in numbers]
)
who = st.sampled_from([0, 1])
people = count()


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What an expense says: a few days around the ends of months, a few categories and currencies."""
    currency = draw(st.sampled_from(sorted(DIGITS)))
    return {
        "spent_on": draw(
            st.sampled_from([date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)])
        ),
        "category": draw(st.sampled_from(["Groceries", "Travel", "Income", "Transfers"])),
        "currency": currency,
        "amount": Decimal(draw(st.integers(1, 10**7))).scaleb(-DIGITS[currency]),
        "money_in": draw(st.booleans()),
    }


def bulk(smallest: int, largest: int) -> Any:
    return st.lists(st.tuples(NUMBERS, contents()), min_size=smallest, max_size=largest)


class Household(RuleBasedStateMachine):
    """Two people, their expenses and what they have in the trash, beside a store that should know the same."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    @initialize()
    def move_in(self) -> None:
        self.names = [f"person{next(people)}" for _ in range(2)]
        for name in self.names:
            self.store.create_user(user(name))
        self.people = [f"id-of-{name}" for name in self.names]
        self.kept: list[dict[str, Expense]] = [{}, {}]
        self.trash: list[dict[str, Expense]] = [{}, {}]
        self.clock = NOON

    def teardown(self) -> None:
        for person in self.people:
            self.store.erase_user(person)

    @rule(person=who, drafts=st.one_of(bulk(1, 1), bulk(2, 40)))
    def add(self, person: int, drafts: list[tuple[int, dict[str, Any]]]) -> None:
        given = [expense(number, self.people[person], **content) for number, content in drafts]
        known = self.kept[person] | self.trash[person]
        new = {one.expense_id: one for one in reversed(given) if one.expense_id not in known}
        added = self.store.add_expenses(given)
        assert sorted(added) == sorted(new)
        self.kept[person] |= {id: replace(one, version=1) for id, one in new.items()}

    @rule(person=who, drafts=bulk(1, 20), stale=st.sampled_from([0, 0, 0, -1, 1]))
    def save(self, person: int, drafts: list[tuple[int, dict[str, Any]]], stale: int) -> None:
        """One or many: other amounts, months, categories and currencies."""
        changed = self.changed(person, drafts)
        if stale and changed:
            changed[-1] = replace(changed[-1], version=changed[-1].version + stale)
            with pytest.raises(Changed):
                self.store.save_expenses(changed)
            return
        saved = self.store.save_expenses(changed)
        assert saved == [replace(one, version=one.version + 1) for one in changed]
        self.kept[person] |= {one.expense_id: one for one in saved}

    def changed(self, person: int, drafts: list[tuple[int, dict[str, Any]]]) -> list[Expense]:
        """Those that are there, with another content."""
        contents = {expense(number).expense_id: content for number, content in drafts}
        return [replace(one, **contents[id]) for id, one in self.kept[person].items() if id in contents]

    @rule(person=who, chosen=chosen)
    def remove(self, person: int, chosen: list[str]) -> None:
        self.clock += timedelta(minutes=1)
        removed = self.store.remove_expenses(self.people[person], chosen, self.clock)
        assert removed == [id for id in dict.fromkeys(chosen) if id in self.kept[person]]
        for id in removed:
            one = self.kept[person].pop(id)
            self.trash[person][id] = replace(one, removed_at=self.clock, version=one.version + 1)

    @rule(person=who, chosen=chosen)
    def restore(self, person: int, chosen: list[str]) -> None:
        restored = self.store.restore_expenses(self.people[person], chosen)
        assert restored == [id for id in dict.fromkeys(chosen) if id in self.trash[person]]
        for id in restored:
            one = self.trash[person].pop(id)
            self.kept[person][id] = replace(one, removed_at=None, version=one.version + 1)

    @rule(person=who, minutes=st.integers(0, 5))
    def purge(self, person: int, minutes: int) -> None:
        before = self.clock - timedelta(minutes=minutes)
        old = [id for id, one in self.trash[person].items() if one.removed_at < before]
        assert self.store.purge_expenses(before, self.people[person]) == len(old)
        for id in old:
            del self.trash[person][id]

    @rule(person=who, work=st.lists(st.tuples(st.sampled_from(WRITES), bulk(1, 10)), min_size=2, max_size=5))
    def all_at_once(self, person: int, work: list[tuple[str, list[tuple[int, dict[str, Any]]]]]) -> None:
        """Several threads write what they will of one person's; who wins is open, but nothing may be lost."""
        mine, start = self.people[person], Barrier(len(work))
        changes = [self.changed(person, drafts) for _, drafts in work]

        def do(turn: int) -> list[str]:
            write, drafts = work[turn]
            given = [expense(number, mine, **content) for number, content in drafts]
            start.wait()
            if write == "add":
                return self.store.add_expenses(given)
            if write == "save":
                with suppress(Changed):
                    self.store.save_expenses(changes[turn])
            if write == "remove":
                self.store.remove_expenses(mine, ids(given), self.clock)
            if write == "restore":
                self.store.restore_expenses(mine, ids(given))
            return []

        with ThreadPoolExecutor(len(work)) as threads:
            added = [id for one in threads.map(do, range(len(work))) for id in one]
        assert len(added) == len(set(added))
        kept, trash = (every(self.store, mine, Filters(removed=removed)) for removed in (False, True))
        assert {*ids(kept), *ids(trash)} == {*self.kept[person], *self.trash[person], *added}
        self.kept[person] = {one.expense_id: one for one in kept}
        self.trash[person] = {one.expense_id: one for one in trash}

    @invariant()
    def lists_are_what_was_done(self) -> None:
        for person, mine in enumerate(self.people):
            assert {one.expense_id: one for one in every(self.store, mine, limit=7)} == self.kept[person]
            trash = every(self.store, mine, Filters(removed=True), limit=7)
            assert {one.expense_id: one for one in trash} == self.trash[person]

    @invariant()
    def totals_and_sums_are_what_the_expenses_say(self) -> None:
        november = Month(2026, 11)
        of_one = Filters(since=november.first, until=november.end, categories=("Groceries", "Income"))
        for mine in self.people:
            expenses = every(self.store, mine)
            assert self.store.month_totals(mine, *EVER) == recomputed(expenses)
            assert self.store.sum_expenses(mine, Filters()) == summed(expenses)
            assert self.store.sum_expenses(mine, of_one) == summed(every(self.store, mine, of_one))

    @invariant()
    def there_is_nothing_to_repair(self) -> None:
        assert [self.store.repair_totals(mine) for mine in self.people] == [[], []]


def test_totals_are_always_what_the_expenses_say(store):
    run(lambda: Household(store), settings=LOOK)
