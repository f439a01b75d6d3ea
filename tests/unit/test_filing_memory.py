"""What is learned of a person: once each, whoever does what at the same moment, and never with a whole history read while someone waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lib.categories import UNCATEGORISED
from lib.errors import Unavailable
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.lately import WINDOW
from lib.filing.memory import KIND, LATELY, MOST_TAUGHT, NAME, PAGE
from lib.ids import new_id
from lib.jobs import LEARN
from lib.ports import Store
from lib.records import Document, Expense, User
from lib.services import Services

DAY = date(2026, 11, 20)
DAYS_AGO = timedelta(days=3)


@pytest.fixture
def save(services: Services, alice: User) -> Callable[..., Expense]:
    """An expense as someone has just saved it, of which nothing is learned yet."""

    def save(payee: str = "Zorblatt", category: str = "Education", **given: Any) -> Expense:
        at = given.pop("created_at", services.now())
        one = Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", category, at, payee=payee, **given)
        services.store.add_expenses([one])
        return replace(one, version=1)

    return save


def learned(services: Services, user: User, shop: str = "zorblatt") -> dict[str, int]:
    return services.filing.memory.learner(user).counted(shop)


def test_two_first_choices_at_once_count_once_each(services, alice, save):
    first, second = save(), save()
    services.filing.saved(alice, [], [first])
    services.filing.saved(alice, [], [second])
    assert learned(services, alice) == {"Education": 2}


def test_what_was_saved_before_someone_asked_and_is_learned_after_counts_once(services, alice, save):
    added = save()
    assert learned(services, alice) == {"Education": 1}
    services.filing.saved(alice, [], [added])
    assert learned(services, alice) == {"Education": 1}


def changed(services: Services, expense: Expense, category: str) -> Expense:
    [saved] = services.store.save_expenses([replace(expense, category=category, updated_at=services.now())])
    return saved


def test_a_change_that_is_under_way_while_all_is_learned_anew_counts_once(services, alice, save):
    before = save(created_at=services.now() - DAYS_AGO)
    services.filing.saved(alice, [], [before])
    after = changed(services, before, "Travel")
    services.filing.learn_again(alice.user_id)
    services.filing.saved(alice, [before], [after])
    assert learned(services, alice) == {"Travel": 1}
    services.filing.saved(alice, [after], [changed(services, after, UNCATEGORISED)])
    assert learned(services, alice) == {}


def test_a_change_after_all_was_learned_anew_is_learned(services, alice, save):
    before = save()
    services.filing.learn_again(alice.user_id)
    services.filing.saved(alice, [before], [changed(services, before, "Travel")])
    assert learned(services, alice) == {"Travel": 1}


def test_what_is_deleted_while_all_is_learned_anew_is_forgotten_once(services, alice, save):
    gone, stays = save(), save()
    for each in (gone, stays):
        services.filing.saved(alice, [], [each])
    services.store.remove_expenses(alice.user_id, [gone.expense_id], services.now())
    services.filing.learn_again(alice.user_id)
    removed = services.store.get_expense(alice.user_id, gone.expense_id)
    services.filing.saved(alice, [replace(removed, removed_at=None)], [])
    assert learned(services, alice) == {"Education": 1}


def test_what_was_going_on_is_forgotten_when_it_is_over(services, alice, save, clock):
    save()
    services.filing.learn_again(alice.user_id)
    assert services.store.get_document(alice.user_id, KIND, LATELY)
    clock.turn(seconds=WINDOW.total_seconds() + 1)
    assert services.store.get_document(alice.user_id, KIND, LATELY) is None
    services.filing.learn_again(alice.user_id)
    assert services.store.get_document(alice.user_id, KIND, LATELY) is None


class Meanwhile:
    """A store in which someone else adds an expense, and has it learned, while the history is read for the first time."""

    def __init__(self, store: Store, act: Callable[[], object]) -> None:
        self._store, self._act = store, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def list_expenses(self, *arguments: Any, **named: Any) -> Any:
        page, act = self._store.list_expenses(*arguments, **named), self._act
        self._act = lambda: None
        act()
        return page


def test_what_is_learned_while_all_is_learned_anew_is_not_lost(services, alice, save):
    services.filing.saved(alice, [], [save()])
    filing = services.filing
    store = Meanwhile(services.store, lambda: filing.saved(alice, [], [save(payee="Quuxly")]))
    ExpenseCategorizer(store, filing.queue, filing.jobs, filing.now).learn_again(alice.user_id)
    assert learned(services, alice) == {"Education": 1}
    assert learned(services, alice, "quuxly") == {"Education": 1}


class Counting:
    """A store that counts the pages it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store, self.pages = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def list_expenses(self, user_id: str, filters: Any, *arguments: Any, **named: Any) -> Any:
        self.pages += not filters.removed
        return self._store.list_expenses(user_id, filters, *arguments, **named)


@pytest.fixture
def long(services: Services, alice: User) -> int:
    """A history of a few pages that nobody has learned from."""
    number = 2 * PAGE + 5
    at = services.now() - DAYS_AGO
    services.store.add_expenses(
        [
            Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Education", at, payee="Zorblatt")
            for _ in range(number)
        ]
    )
    return number


@pytest.mark.parametrize("text", [None, '{"version": 99}'], ids=["none yet", "of another version"])
def test_who_waits_for_an_answer_waits_for_one_page_and_the_worker_learns_the_rest(
    services, alice, long, text
):
    if text:
        services.store.put_document(Document(alice.user_id, KIND, NAME, {"text": text}))
    store = Counting(services.store)
    filing = ExpenseCategorizer(store, services.queue, services.jobs, services.now)
    for _ in range(3):
        assert filing.memory.learner(alice).counted("zorblatt") == {"Education": PAGE}
    assert store.pages == 1
    assert [task[0] for task in services.queue.tasks] == [LEARN]
    services.queue.run(services)
    assert learned(services, alice) == {"Education": long}


def test_a_first_choice_reads_one_page_too(services, alice, long, save):
    store = Counting(services.store)
    filing = ExpenseCategorizer(store, services.queue, services.jobs, services.now)
    filing.saved(alice, [], [save(payee="Quuxly")])
    assert store.pages == 1
    services.queue.run(services)
    assert learned(services, alice, "quuxly") == {"Education": 1}
    assert learned(services, alice) == {"Education": long}


def test_learning_again_puts_right_what_drifted(services, alice, save):
    added = save()
    services.filing.saved(alice, [], [added])
    services.filing.memory.change(alice, [], [replace(added, expense_id=new_id())])  # which is not there
    assert services.filing.learned(alice) == (2, 1, False)
    assert services.filing.start_learning_again(alice) is True
    assert services.filing.learned(alice) == (1, 1, False)
    assert services.queue.tasks == []


def test_a_long_history_is_learned_again_by_the_worker(services, alice, long):
    store = Counting(services.store)
    filing = ExpenseCategorizer(store, services.queue, services.jobs, services.now)
    filing.memory.rebuild(alice)
    store.pages = 0
    for _ in range(2):
        assert filing.start_learning_again(alice) is False
        assert filing.learned(alice) == (long, 1, True)
    assert store.pages == 0
    assert len(services.queue.tasks) == 1
    services.queue.run(services)
    assert services.filing.learned(alice) == (long, 1, False)


def test_what_is_read_of_a_very_long_history_is_bounded(services, alice):
    at, many = services.now() - DAYS_AGO, MOST_TAUGHT + PAGE
    rows = (
        Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Education", at, payee="X y")
        for _ in range(many)
    )
    services.store.add_expenses(list(rows))
    assert services.filing.memory.rebuild(alice).total == MOST_TAUGHT


def test_lists_that_lag_are_left_to_the_worker(services, alice, save):
    class Lagging(Counting):
        def settled(self, user_id: str) -> bool:
            return False

    filing = ExpenseCategorizer(Lagging(services.store), services.queue, services.jobs, services.now)
    assert filing.start_learning_again(alice) is False
    with pytest.raises(Unavailable):
        filing.learn_again(alice.user_id)
