"""What nobody has filed yet: in groups, one answer for each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.categoriser import Categoriser
from lib.errors import Invalid
from lib.expenses import MAX_AT_ONCE, ExpenseDraft
from lib.filing.asking import purchase_of
from lib.filing.undo import PAGE
from lib.ids import new_id
from lib.records import Expense, Filing, User
from lib.services import Services
from tests.calls import calls

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))


@pytest.fixture
def add(services: Services, alice: User) -> Callable[..., Expense]:
    def add(payee: str, **changes: object) -> Expense:
        return services.expenses.add_expense(alice, replace(DRAFT, payee=payee, **changes), new_id())

    return add


def test_look_alikes_are_one_group_with_the_best_guess(services, alice, add):
    for payee in ("SHELL 0042", "Shell 0099 Berlin", "REWE"):
        add(payee)
    groups = services.review.groups(alice)
    assert [(group.count, group.suggestion.guess) for group in groups] == [(2, "Transport"), (1, "Groceries")]
    assert groups[0].sums == {"EUR": Decimal("25.00")}
    assert services.review.count(alice) == 3


def test_a_refund_is_no_look_alike_of_a_purchase(services, alice, add):
    add("Zorblatt")
    add("Zorblatt", money_in=True)
    assert len(services.review.groups(alice)) == 2


def test_what_has_no_shop_to_tell_it_by_is_alike_only_in_the_same_words(services, alice, add):
    for payee in ("12345", "12345 ", "4711", "", ""):
        add(payee)
    groups = services.review.groups(alice)
    assert [(group.expenses[0].payee, group.count) for group in groups[:1]] == [("12345", 2)]
    assert sorted((group.expenses[0].payee, group.count) for group in groups[1:]) == [
        ("", 1),
        ("", 1),
        ("4711", 1),
    ]
    assert len(services.review.answer(alice, {groups[0].key: "Education"}).ids) == 2
    assert services.review.count(alice) == 3


def test_one_answer_files_the_group_and_is_learned(services, alice, add):
    for payee in ("ZORBLATT 1", "Zorblatt 2", "Other"):
        add(payee)
    group = services.review.groups(alice)[0]
    assert len(services.review.answer(alice, {group.key: "Education"}).ids) == 2
    assert services.review.count(alice) == 1
    again = services.filing.suggest(alice, purchase_of(group.expenses[0]))
    assert (again.category, again.source) == ("Education", "history")


def test_what_is_filed_but_not_surely_comes_after_what_is_not(services, alice, add):
    wobbly = add("Zorblatt")
    filing = Filing("Education", 55, "general", "it sounded so")
    services.store.save_expenses([replace(wobbly, category="Education", filing=filing)])
    add("Other")
    assert [group.is_filed for group in services.review.groups(alice)] == [False, True]


@pytest.fixture
def two(services, alice, add) -> tuple[Expense, Expense]:
    """Look-alikes: one that waits for the categoriser, one in a category, of which the planner is not sure."""
    unsure = add("Zorblatt 2")
    filing = Filing("Education", 55, "general", "it sounded so")
    [unsure] = services.store.save_expenses([replace(unsure, category="Education", filing=filing)])
    return add("Zorblatt 1", auto=True), unsure


def states(services, user, expenses) -> list[tuple[str, Filing | None]]:
    found = [services.expenses.get_expense(user, each.expense_id) for each in expenses]
    return [(each.category, each.filing) for each in found]


def test_one_answer_files_its_own_group_and_none_beside_it(services, alice, two):
    first, second = services.review.groups(alice)
    assert services.review.answer(alice, {first.key: "Travel"}).ids == [two[0].expense_id]
    assert states(services, alice, two) == [("Travel", None), ("Education", two[1].filing)]
    services.review.answer(alice, {second.key: "Health"})
    assert states(services, alice, two) == [("Travel", None), ("Health", None)]


def test_taking_an_answer_back_restores_what_was_there_to_the_letter(services, alice, two):
    keys = [group.key for group in services.review.groups(alice)]
    answered = services.review.answer(alice, dict.fromkeys(keys, "Travel"))
    services.queue.run(services)
    assert services.filing.memory.learner(alice).total == 2
    assert services.review.take_back(alice, answered.note) == 2
    assert states(services, alice, two) == [(each.category, each.filing) for each in two]
    assert services.filing.memory.learner(alice).total == 0
    assert services.queue.tasks[-1] == ("categorise", alice.user_id, two[0].expense_id)
    assert services.review.take_back(alice, answered.note) == 0


def test_what_a_person_chose_since_the_answer_stays(services, alice, two):
    keys = [group.key for group in services.review.groups(alice)]
    answered = services.review.answer(alice, dict.fromkeys(keys, "Travel"))
    services.expenses.change_expenses(alice, [two[0].expense_id], category="Health")
    assert services.review.take_back(alice, answered.note) == 1
    assert states(services, alice, two) == [("Health", None), ("Education", two[1].filing)]


def test_nobody_else_can_take_an_answer_back(services, alice, bob, two):
    answered = services.review.answer_alike(alice, "-zorblatt", "Travel")
    assert services.review.take_back(bob, answered.note) == 0
    assert states(services, alice, two) == [("Travel", None)] * 2


def test_look_alikes_that_are_there_already_are_not_filed_again(services, alice, two):
    answered = services.review.answer_alike(alice, "-zorblatt", "Education")
    assert answered.ids == [two[0].expense_id]
    services.review.take_back(alice, answered.note)
    assert states(services, alice, two) == [(each.category, each.filing) for each in two]


def test_an_answer_for_very_many_can_be_taken_back(services, alice, add):
    added = [add("Zorblatt") for _ in range(PAGE + 1)]
    answered = services.review.answer_alike(alice, "-zorblatt", "Travel")
    assert services.review.take_back(alice, answered.note) == len(added)
    assert set(states(services, alice, added)) == {(UNCATEGORISED, None)}


def many(services: Services, user: User, number: int) -> list[Expense]:
    """That many, of two shops in turn, which nobody has filed."""
    at, shops = services.now(), ("Zorblatt", "Quuxly")
    found = [
        Expense(
            user.user_id, new_id(), DRAFT.spent_on, DRAFT.amount, "EUR", UNCATEGORISED, at, payee=shops[n % 2]
        )
        for n in range(number)
    ]
    services.store.add_expenses(found)
    return found


def test_an_answer_for_more_than_one_action_may_change_can_be_taken_back(services, alice):
    added = many(services, alice, MAX_AT_ONCE + 20)
    filing = Filing("Education", 55, "general", "it sounded so")
    unsure = [replace(each, category="Education", filing=filing, version=1) for each in added[-20:]]
    services.store.save_expenses(unsure)
    keys = [group.key for group in services.review.groups(alice)]
    answered = services.review.answer(
        alice, dict(zip(keys, ("Travel", "Health", "Housing", "Travel"), strict=True))
    )
    assert len(answered.ids) > MAX_AT_ONCE
    assert services.review.take_back(alice, answered.note) == len(answered.ids)
    assert set(states(services, alice, added)) == {(UNCATEGORISED, None), ("Education", filing)}
    assert services.filing.memory.learner(alice).total == 0


def test_only_groups_that_are_shown_are_looked_up(services, alice, add):
    for number in range(30):
        add(f"{chr(97 + number) if number < 26 else chr(65 + number)}{'bcd' * (1 + number % 3)} shop")
    found = []
    asked = calls(lambda: found.extend(services.review.groups(alice)), of=Categoriser.suggest)
    assert (len(found) > 20, asked) == (True, 0)
    assert (
        calls(lambda: [group.suggestion for group in (*found[:5], *found[:5])], of=Categoriser.suggest) == 5
    )


def test_look_alikes_of_one_are_those_that_one_answer_would_file_too(services, alice, add):
    first, second = add("ZORBLATT 1"), add("Zorblatt 2")
    add("Zorblatt 3", category="Travel")
    assert services.review.look_alikes(alice, first) == [second]
    assert services.review.look_alikes(alice, replace(first, payee="")) == []


def test_confirming_makes_it_the_persons_own(services, alice, add):
    added = add("Shell", auto=True)
    services.queue.run(services)
    assert services.review.confirm(alice, [added.expense_id]) == 1
    found = services.expenses.get_expense(alice, added.expense_id)
    assert (found.category, found.filing) == ("Transport", None)
    assert services.filing.memory.learner(alice).total == 1


def test_an_answer_has_to_be_a_category(services, alice, add):
    add("Zorblatt")
    for category in (UNCATEGORISED, "No such"):
        with pytest.raises(Invalid):
            services.review.answer(alice, {"open-zorblatt": category})
