"""What waits for the categoriser is looked at, whatever was lost on the way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft, draft_of
from lib.filing.categorizer import ON_A_PAGE, ExpenseCategorizer
from lib.ids import new_id
from lib.jobs import CATEGORISE, GIVE_UP, KIND, OWNER
from lib.records import Expense, Filing, User
from lib.services import Services
from lib.watching import NOBODY
from lib.work import do
from tests.conftest import signed_in

AUTO = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20), payee="Shell", auto=True)


@pytest.fixture
def add(services: Services, alice: User) -> Callable[..., Expense]:
    def add(**changes: object) -> Expense:
        return services.expenses.add_expense(alice, replace(AUTO, **changes), new_id())

    return add


@pytest.fixture
def lose(services: Services) -> Callable[[], None]:
    """Nobody knows of any work any more: as after a crash between saving and submitting."""

    def lose() -> None:
        services.queue.tasks.clear()
        for job in services.store.list_documents(OWNER, KIND):
            services.store.remove_document(OWNER, KIND, job.id)

    return lose


def saved(services: Services, user: User, expense: Expense) -> Expense:
    return services.expenses.get_expense(user, expense.expense_id)


def test_what_waits_again_after_a_replay_is_taken_back_is_looked_at(services, alice, add):
    added = add()
    services.queue.tasks.clear()
    services.jobs.done(CATEGORISE, alice.user_id, added.expense_id)
    run = services.replays.start(alice, new_id())
    services.queue.run(services)
    services.replays.apply(alice, run.replay_id)
    services.queue.run(services)
    assert saved(services, alice, added).category == "Transport"
    services.replays.take_back(alice, run.replay_id)
    do(services, *services.queue.tasks.pop())
    assert saved(services, alice, added).is_waiting
    services.queue.run(services)
    assert not saved(services, alice, added).is_waiting


class Edits(type(NOBODY)):
    """Whoever is told of a change makes one more, once: as someone may who saves just then."""

    def __init__(self, services: Services) -> None:
        self.services, self.is_done = services, False

    def written(self, user: User, expenses: Sequence[Expense]) -> None:
        if not self.is_done:
            self.is_done = True
            draft = replace(draft_of(expenses[0]), payee="REWE", category=UNCATEGORISED, auto=True)
            self.services.expenses.update_expense(user, expenses[0].expense_id, draft, expenses[0].version)


def test_what_waits_again_before_its_job_is_let_go_is_looked_at_again(services, alice, add):
    added = add()
    filing = services.filing
    busy = ExpenseCategorizer(filing.store, filing.queue, filing.jobs, filing.now, Edits(services))
    services.queue.tasks.clear()
    busy.work(alice.user_id, added.expense_id)
    assert saved(services, alice, added).is_waiting
    services.queue.run(services)
    assert saved(services, alice, added).category == "Groceries"
    assert not services.jobs.is_open(CATEGORISE, alice.user_id, added.expense_id)


class Killed(BaseException):
    """The process ends here."""


class Dies(type(NOBODY)):
    """Is told, but the first time nobody lives to hear of it."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def written(self, user: User, expenses: Sequence[Expense]) -> None:
        self.told += [each.category for each in expenses]
        if len(self.told) == 1:
            raise Killed


def test_who_was_cut_off_before_telling_of_it_tells_the_next_time_and_then_never(services, alice, add):
    added, watch, filing = add(), Dies(), services.filing
    cut_off = ExpenseCategorizer(filing.store, filing.queue, filing.jobs, filing.now, watch)
    with pytest.raises(Killed):
        cut_off.work(alice.user_id, added.expense_id)
    for _ in range(2):
        assert cut_off.work(alice.user_id, added.expense_id) is None
    assert watch.told == ["Transport", "Transport"]


def test_what_is_filed_leaves_no_job(services, alice, add):
    added = add()
    services.queue.run(services)
    assert not services.jobs.is_open(CATEGORISE, alice.user_id, added.expense_id)


@pytest.mark.parametrize("address", ["/expenses", "/expenses/{}", "/api/expenses", "/api/expenses/{}"])
def test_whoever_shows_it_sees_to_what_was_lost(services, app: Flask, alice, add, lose, address):
    added = add()
    lose()
    assert signed_in(app, alice).get(address.format(added.expense_id)).status_code == 200
    services.queue.run(services)
    assert saved(services, alice, added).category == "Transport"


def test_a_page_sees_to_a_few_of_them(services, app: Flask, alice, add, lose):
    for _ in range(ON_A_PAGE + 2):
        add()
    lose()
    signed_in(app, alice).get("/expenses")
    assert len(services.queue.tasks) == ON_A_PAGE


def test_what_was_given_up_is_looked_at_when_it_is_shown(services, app: Flask, alice, add, clock):
    added = add()
    services.queue.tasks.clear()
    clock.turn(seconds=GIVE_UP.total_seconds() + 1)
    services.store.purge_documents()
    signed_in(app, alice).get(f"/expenses/{added.expense_id}")
    services.queue.run(services)
    assert saved(services, alice, added).category == "Transport"


def test_what_is_filed_or_in_the_trash_is_not_seen_to(services, alice, add, lose):
    filed, gone = add(), add()
    services.expenses.delete_expenses(alice, [gone.expense_id])
    lose()
    waits_in_trash = services.store.get_expense(alice.user_id, gone.expense_id)
    services.filing.see_to([replace(filed, filing=Filing("Transport", 90, "brand")), waits_in_trash])
    assert services.queue.tasks == []
