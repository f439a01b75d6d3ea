"""Expenses that file themselves: at once, a moment later, and never against what a person chose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.purchase import Purchase
from lib.errors import Unavailable
from lib.expenses import ExpenseDraft, draft_of
from lib.ids import new_id
from lib.records import Expense, User
from lib.services import Services
from tests.doubles import Waiting
from tests.learned import known

DAY = date(2026, 11, 20)
AUTO = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, DAY, payee="Zorblatt", auto=True)


@pytest.fixture
def add(services: Services, alice: User) -> Callable[..., Expense]:
    def add(payee: str = "Zorblatt", category: str = "", **changes: object) -> Expense:
        draft = replace(AUTO, payee=payee, category=category or UNCATEGORISED, auto=not category, **changes)
        return services.expenses.add_expense(alice, draft, new_id())

    return add


@pytest.fixture
def saved(services: Services, alice: User) -> Callable[[Expense], Expense]:
    return lambda expense: services.expenses.get_expense(alice, expense.expense_id)


def at(payee: str) -> Purchase:
    return Purchase(DAY, payee=payee, amount=Decimal(10), currency="EUR")


def test_what_the_planner_is_to_file_waits_for_the_categoriser(services, add):
    added = add("Shell")
    assert (added.category, added.is_waiting, added.is_open) == (UNCATEGORISED, True, True)
    assert [task[0] for task in services.queue.tasks].count("categorise") == 1


def test_the_worker_files_what_waits_and_says_why(services, add, saved):
    added = add("Shell")
    services.queue.run(services)
    found = saved(added)
    assert (found.category, found.is_waiting) == ("Transport", False)
    assert found.filing.category == "Transport"
    assert "fuel" in found.filing.reason or "petrol" in found.filing.reason


def test_one_choice_of_a_person_teaches_where_the_next_goes(services, alice, add):
    for _ in range(3):
        add("Zorblatt", "Education")
    suggestion = services.filing.suggest(alice, at("ZORBLATT 0042"))
    assert (suggestion.category, suggestion.source) == ("Education", "history")


def test_what_habits_say_surely_is_filed_at_once(services, add):
    for _ in range(8):
        add("Zorblatt", "Education")
    added = add("Zorblatt")
    assert (added.category, added.filing.source) == ("Education", "history")


def test_what_turns_out_to_be_income_came_in(services, add, saved):
    waited = add("", description="Payroll salary")
    services.queue.run(services)
    assert (saved(waited).category, saved(waited).money_in) == ("Income", True)
    for _ in range(8):
        add("Acme Corp", "Income")
    at_once = add("Acme Corp")
    assert (at_once.category, at_once.money_in, at_once.is_waiting) == ("Income", True, False)


def test_deleting_what_taught_it_leaves_no_trace(services, alice, add):
    before = known(services, alice)
    added = add("Zorblatt", "Education")
    assert known(services, alice) != before
    services.expenses.delete_expenses(alice, [added.expense_id])
    assert known(services, alice) == before


def test_changing_a_category_back_leaves_no_trace(services, alice, add):
    added = add("Zorblatt", "Education")
    before = known(services, alice)
    for category in ("Travel", "Education"):
        services.expenses.change_expenses(alice, [added.expense_id], category=category)
    assert known(services, alice) == before


def test_what_a_person_chooses_while_it_waits_stays(services, alice, add, saved):
    added = add("Shell")
    services.expenses.change_expenses(alice, [added.expense_id], category="Travel")
    services.queue.run(services)
    assert (saved(added).category, saved(added).filing) == ("Travel", None)


def test_looking_at_it_twice_changes_nothing(services, alice, add, saved):
    added = add("Shell")
    services.queue.run(services)
    first = saved(added)
    assert services.filing.categorise(alice.user_id, added.expense_id) is None
    assert saved(added) == first


def test_saving_a_form_that_says_the_same_keeps_who_chose(services, alice, add, saved):
    added = add("Shell")
    services.queue.run(services)
    found = saved(added)
    draft = replace(draft_of(found), note="on the way")
    again = services.expenses.update_expense(alice, added.expense_id, draft, found.version)
    assert (again.category, again.filing) == (found.category, found.filing)


def test_other_words_are_looked_at_anew_where_it_had_found_nothing(services, alice, add, saved):
    added = add("Zorblatt")
    services.queue.run(services)
    assert saved(added).category == UNCATEGORISED
    draft = replace(draft_of(saved(added)), payee="REWE")
    services.expenses.update_expense(alice, added.expense_id, draft, saved(added).version)
    services.queue.run(services)
    assert (saved(added).category, saved(added).filing.category) == ("Groceries", "Groceries")


def test_what_a_form_says_is_where_it_is_saved(services, alice, add, saved):
    """The list stands at what the planner found: a word that is put right takes the expense nowhere else."""
    added = add("REWE")
    services.queue.run(services)
    draft = replace(draft_of(saved(added)), payee="Shell")
    again = services.expenses.update_expense(alice, added.expense_id, draft, saved(added).version)
    services.queue.run(services)
    assert (again.category, saved(added).category) == ("Groceries", "Groceries")


def test_a_person_may_leave_it_without_a_category(services, alice, add, saved):
    added = add("REWE")
    services.expenses.change_expenses(alice, [added.expense_id], UNCATEGORISED)
    services.queue.run(services)
    assert saved(added).category == UNCATEGORISED


def test_the_same_again_is_no_choice_of_a_person(services, alice, add):
    added = add("REWE")
    services.queue.run(services)
    again = services.expenses.duplicate_expense(alice, added.expense_id, new_id())
    services.queue.run(services)
    found = services.expenses.get_expense(alice, again.expense_id)
    assert (found.category, found.filing is None) == ("Groceries", False)
    assert not services.filing.memory.learner(alice).total  # nothing was learned of it


class Down(Waiting):
    """A queue that takes nothing."""

    def send(self, task: str, *arguments: str) -> None:
        raise Unavailable(part="queue")


def test_nobody_is_warned_of_what_turns_out_to_be_no_spending(services, alice, add, saved):
    added = add("Transfer to savings account", amount=Decimal(5000))
    assert services.store.list_notifications(alice.user_id).items == []
    services.queue.run(services)
    assert saved(added).category == "Transfers"
    assert services.store.list_notifications(alice.user_id).items == []


def test_one_is_warned_of_large_spending_once_it_is_filed(services, alice, add, saved):
    add("Shell", amount=Decimal(5000))
    assert services.store.list_notifications(alice.user_id).items == []
    services.queue.run(services)
    assert [each.kind for each in services.store.list_notifications(alice.user_id).items] == ["large_expense"]


def test_a_queue_that_is_down_loses_nothing(services, alice, saved, clock):
    added = replace(services, queue=Down()).expenses.add_expense(
        alice, replace(AUTO, payee="Shell"), new_id()
    )
    clock.turn(seconds=31)
    services.jobs.sweep()
    services.queue.run(services)
    assert saved(added).category == "Transport"
