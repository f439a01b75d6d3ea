"""What is learned is one small write a choice, known at once, and true whoever writes beside it or dies in between."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.state import to_text
from lib.errors import Changed, Unavailable
from lib.expenses import ExpenseDraft
from lib.filing import lessons
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.lately import WINDOW
from lib.filing.lessons import KIND, MOST_LESSONS
from lib.filing.memory import NAME, PAGE
from lib.ids import id_for, new_id
from lib.ports import Store
from lib.records import Expense
from tests.learned import known

DAY = date(2026, 11, 20)


@pytest.fixture
def add(services, alice):
    def add(payee: str, category: str = "Education") -> Expense:
        draft = ExpenseDraft(Decimal(5), "EUR", category, DAY, payee)
        return services.expenses.add_expense(alice, draft, new_id())

    return add


def counted(services, alice, shop: str) -> dict[str, int]:
    return services.filing.memory.learner(alice).counted(shop)


def long_document(services, alice):
    return services.store.get_document(alice.user_id, KIND, NAME)


def test_a_choice_is_known_at_once_and_leaves_the_long_document_alone(services, alice, add):
    assert not services.filing.memory.learner(alice).total
    before = long_document(services, alice)
    for number in range(1, MOST_LESSONS + 1):
        add("Zorblatt")
        assert counted(services, alice, "zorblatt") == {"Education": number}
    assert long_document(services, alice) == before


def test_when_the_short_one_is_full_the_long_one_has_it_all(services, alice, add):
    services.filing.memory.learner(alice)
    for _ in range(MOST_LESSONS + 1):
        add("Zorblatt")
    assert lessons.load(services.store, alice.user_id).noted == ()
    assert counted(services, alice, "zorblatt") == {"Education": MOST_LESSONS + 1}
    anew, _ = services.filing.memory.rebuild(alice)
    assert anew.counted("zorblatt") == {"Education": MOST_LESSONS + 1}


def test_many_at_once_are_learned_and_taken_back_together(services, alice, add):
    before = known(services, alice)
    added = [add(f"Shop {chr(97 + number % 26) * 3} {number}") for number in range(10)]
    more = [
        Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Travel", services.now(), payee="Quillon")
        for _ in range(3 * MOST_LESSONS)
    ]
    services.store.add_expenses(more)
    services.filing.saved(alice, [], more)
    assert counted(services, alice, "quillon") == {"Travel": 3 * MOST_LESSONS}
    services.expenses.delete_expenses(alice, [each.expense_id for each in (*more, *added)])
    assert known(services, alice)[0]["text"] == before[0]["text"]


def test_whoever_was_never_asked_for_costs_nothing_and_is_learned_when_asked(services, alice, add):
    """Two first choices at the same moment: both saved, then both told of. Neither counts double."""
    first, second = add("Zorblatt"), add("Zorblatt")
    assert services.store.list_documents(alice.user_id, KIND) == []
    services.filing.saved(alice, [], [first])
    services.filing.saved(alice, [], [second])
    assert counted(services, alice, "zorblatt") == {"Education": 2}


def test_a_choice_while_the_history_is_read_makes_it_be_read_again(services, alice, add):
    services.filing.memory.learner(alice)
    read, quicker = services.store.list_expenses, [lambda: add("Zorblatt")]

    def meanwhile(*given, **named):
        page = read(*given, **named)
        while quicker:
            quicker.pop()()
        return page

    services.store.list_expenses = meanwhile
    learner, _ = services.filing.memory.rebuild(alice)
    assert learner.counted("zorblatt") == counted(services, alice, "zorblatt") == {"Education": 1}


@pytest.mark.parametrize("writes", range(1, 4))
def test_killed_between_any_two_writes_nothing_is_known_twice_or_not_at_all(services, alice, add, writes):
    """Sealed, written into the long document, taken off the list: cut off after each."""
    services.filing.memory.learner(alice)
    for _ in range(MOST_LESSONS):
        add("Zorblatt")
    put, left = services.store.put_document, iter(range(writes))

    def dies(document):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return put(document)

    services.store.put_document = dies
    one_more = Expense(
        alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Education", services.now(), payee="Zorblatt"
    )
    services.store.add_expenses([one_more])
    with suppress(KeyboardInterrupt):
        services.filing.saved(alice, [], [one_more])
    services.store.put_document = put
    there = MOST_LESSONS + (
        writes > 1
    )  # what died before its lesson was kept is missed until the history is learned anew
    assert counted(services, alice, "zorblatt") == {"Education": there}
    add("Quillon")
    assert counted(services, alice, "zorblatt") == {"Education": there}
    services.expenses.delete_expenses(alice, [one_more.expense_id])
    assert counted(services, alice, "zorblatt") == {"Education": there - 1}


def test_two_who_write_at_once_are_both_learned(services, alice, add):
    services.filing.memory.learner(alice)
    put, quicker = services.store.put_document, [lambda: add("Quillon")]

    def late(document):
        while quicker:
            quicker.pop()()
        return put(document)

    services.store.put_document = late
    add("Zorblatt")
    assert counted(services, alice, "zorblatt") == counted(services, alice, "quillon") == {"Education": 1}


def test_who_never_gets_through_is_told_so(services, alice, add):
    services.filing.memory.learner(alice)
    added = add("Zorblatt")

    def never(document):
        raise Changed

    services.store.put_document = never
    with pytest.raises(Changed):
        services.filing.memory.change(alice, [added], [])


def test_a_long_history_is_learned_in_part_at_once_and_by_the_worker_wholly(services, alice):
    history = [
        Expense(
            alice.user_id, id_for(alice.user_id, str(number)), DAY, Decimal(5), "EUR", "Education", services.now(),
            payee="Zorblatt",
        )
        for number in range(PAGE + 5)
    ]  # fmt: skip
    services.store.add_expenses(history)
    assert counted(services, alice, "zorblatt") == {"Education": PAGE}
    services.queue.run(services)
    assert counted(services, alice, "zorblatt") == {"Education": PAGE + 5}


def test_a_document_of_another_version_is_learned_anew(services, alice, add):
    add("Zorblatt")
    expected = to_text(services.filing.memory.learner(alice))
    kept = long_document(services, alice)
    for data in ({"text": '{"version": 99}', "through": 1}, {"text": kept.data["text"]}):
        kept = services.store.put_document(replace(kept, data=data))
        assert to_text(services.filing.memory.learner(alice)) == expected
        kept = long_document(services, alice)


def test_learning_again_puts_right_what_drifted(services, alice, add):
    services.filing.memory.learner(alice)
    added = add("Zorblatt")
    services.filing.memory.change(alice, [], [replace(added, expense_id=new_id())])  # which is not there
    assert services.filing.learned(alice) == (2, 1, False)
    assert services.filing.start_learning_again(alice) is True
    assert services.filing.learned(alice) == (1, 1, False)
    assert "learn" not in {task[0] for task in services.queue.tasks}


def test_a_long_history_is_learned_again_by_the_worker_once_however_often_asked(services, alice):
    at, many = services.now(), PAGE + 5
    rows = [
        Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Education", at, payee="Zorblatt")
        for _ in range(many)
    ]
    services.store.add_expenses(rows)
    services.filing.memory.rebuild(alice)
    for _ in range(2):
        assert services.filing.start_learning_again(alice) is False
        assert services.filing.learned(alice) == (many, 1, True)
    assert [task[0] for task in services.queue.tasks] == ["learn"]
    services.queue.run(services)
    assert services.filing.learned(alice) == (many, 1, False)


class Lagging:
    """A store whose lists do not show everything yet."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def settled(self, user_id: str) -> bool:
        return False


def test_lists_that_lag_are_left_to_the_worker(services, alice, add):
    add("Zorblatt")
    filing = ExpenseCategorizer(Lagging(services.store), services.queue, services.jobs, services.now)
    assert filing.start_learning_again(alice) is False
    with pytest.raises(Unavailable):
        filing.learn_again(alice.user_id)


@pytest.fixture
def save(services, alice):
    """An expense as someone has just saved it, of which nothing is learned yet."""

    def save(payee: str = "Zorblatt", **given) -> Expense:
        at = given.pop("created_at", services.now())
        one = Expense(alice.user_id, new_id(), DAY, Decimal(5), "EUR", "Education", at, payee=payee, **given)
        services.store.add_expenses([one])
        return replace(one, version=1)

    return save


def changed(services, expense: Expense, category: str) -> Expense:
    [saved] = services.store.save_expenses([replace(expense, category=category, updated_at=services.now())])
    return saved


def test_what_was_saved_before_someone_asked_and_is_told_after_counts_once(services, alice, save):
    added = save()
    assert counted(services, alice, "zorblatt") == {"Education": 1}
    services.filing.saved(alice, [], [added])
    assert counted(services, alice, "zorblatt") == {"Education": 1}


def test_a_change_that_is_under_way_while_all_is_learned_anew_counts_once(services, alice, save):
    before = save(created_at=services.now() - timedelta(days=3))
    assert counted(services, alice, "zorblatt") == {"Education": 1}
    after = changed(services, before, "Travel")
    services.filing.learn_again(alice.user_id)
    services.filing.saved(alice, [before], [after])
    assert counted(services, alice, "zorblatt") == {"Travel": 1}
    services.filing.saved(alice, [after], [changed(services, after, UNCATEGORISED)])
    assert counted(services, alice, "zorblatt") == {}


def test_a_change_after_all_was_learned_anew_is_learned(services, alice, save):
    before = save()
    services.filing.learn_again(alice.user_id)
    services.filing.saved(alice, [before], [changed(services, before, "Travel")])
    assert counted(services, alice, "zorblatt") == {"Travel": 1}


def test_what_is_deleted_while_all_is_learned_anew_is_forgotten_once(services, alice, save):
    gone, stays = save(), save()
    assert counted(services, alice, "zorblatt") == {"Education": 2}
    services.store.remove_expenses(alice.user_id, [gone.expense_id], services.now())
    services.filing.learn_again(alice.user_id)
    removed = services.store.get_expense(alice.user_id, gone.expense_id)
    services.filing.saved(alice, [replace(removed, removed_at=None)], [])
    assert counted(services, alice, "zorblatt") == {"Education": 1}
    services.filing.saved(alice, [], [stays])  # told late, too
    assert counted(services, alice, "zorblatt") == {"Education": 1}


def test_who_was_telling_when_all_was_learned_anew_is_forgotten_soon(services, alice, save, clock):
    save()
    services.filing.learn_again(alice.user_id)
    assert lessons.load(services.store, alice.user_id).seen
    clock.turn(seconds=WINDOW.total_seconds() + 1)
    services.filing.saved(alice, [], [save("Quillon")])
    assert not lessons.load(services.store, alice.user_id).seen
    assert counted(services, alice, "quillon") == {"Education": 1}


@pytest.mark.parametrize(
    "data", [{"following": 9, "sealed": 1, "noted": []}, {"following": 9, "noted": [["?"]]}, {}]
)
def test_lessons_of_another_version_are_learned_anew(services, alice, add, data):
    services.filing.memory.learner(alice)
    add("Zorblatt")
    kept = services.store.get_document(alice.user_id, KIND, lessons.NAME)
    services.store.put_document(replace(kept, data=data))
    add("Zorblatt")
    assert counted(services, alice, "zorblatt") == {"Education": 2}
    add("Zorblatt")
    assert counted(services, alice, "zorblatt") == {"Education": 3}
