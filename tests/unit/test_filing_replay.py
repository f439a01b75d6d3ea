"""A history filed again with what is known by now: shown first, then applied, and taken back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.errors import Changed, Invalid
from lib.expenses import ExpenseDraft
from lib.filing import replay as states
from lib.filing.replay import Replay
from lib.filing.replays import NOTES
from lib.ids import new_id
from lib.records import Expense, Filing, Filters, User
from lib.services import Services
from tests.unit.import_steps import HEAD, bring, work

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))


@pytest.fixture
def history(services: Services, alice: User) -> list[Expense]:
    """Two that nobody filed, one of them a person's choice, and one the planner was wrong about."""
    for payee, category in (("Shell", UNCATEGORISED), ("REWE", UNCATEGORISED), ("Aral", "Travel")):
        draft = replace(DRAFT, payee=payee, category=category)
        services.expenses.add_expense(alice, draft, new_id())
    wrong = services.expenses.add_expense(alice, replace(DRAFT, payee="Esso"), new_id())
    filing = Filing("Education", 55, "general", "it sounded so")
    services.store.save_expenses([replace(wrong, category="Education", filing=filing)])
    return everything(services, alice)


def everything(services: Services, user: User) -> list[Expense]:
    return services.expenses.list_expenses(user, Filters(sort="oldest")).items


def looked(services: Services, user: User) -> Replay:
    run = services.replays.start(user, new_id())
    services.queue.run(services)
    return services.replays.get_replay(user, run.replay_id)


def categories(services: Services, user: User) -> dict[str, str]:
    return {each.payee: each.category for each in everything(services, user)}


def test_looking_shows_what_would_change_and_changes_nothing(services, alice, history):
    run = looked(services, alice)
    assert (run.state, run.changes, run.seen) == (states.READY, 3, 4)
    assert {(move.before, move.after, move.number) for move in run.moves} == {
        (UNCATEGORISED, "Transport", 1),
        (UNCATEGORISED, "Groceries", 1),
        ("Education", "Transport", 1),
    }
    assert everything(services, alice) == history


def test_applying_files_what_no_person_decided(services, alice, history):
    run = looked(services, alice)
    services.replays.apply(alice, run.replay_id)
    services.queue.run(services)
    found = categories(services, alice)
    assert found == {"Shell": "Transport", "REWE": "Groceries", "Aral": "Travel", "Esso": "Transport"}
    done = services.replays.get_replay(alice, run.replay_id)
    assert (done.state, done.changed) == (states.DONE, 3)


def test_taking_it_back_restores_what_was_there_to_the_letter(services, alice, history):
    run = looked(services, alice)
    services.replays.apply(alice, run.replay_id)
    services.queue.run(services)
    services.replays.take_back(alice, run.replay_id)
    services.queue.run(services)
    now = everything(services, alice)
    assert [(e.category, e.filing) for e in now] == [(e.category, e.filing) for e in history]
    assert services.replays.get_replay(alice, run.replay_id).state == states.TAKEN_BACK
    assert services.store.list_documents(alice.user_id, NOTES) == []


def test_what_a_person_chose_since_is_not_taken_back(services, alice, history):
    run = looked(services, alice)
    services.replays.apply(alice, run.replay_id)
    services.queue.run(services)
    shell = next(each for each in everything(services, alice) if each.payee == "Shell")
    services.expenses.change_expenses(alice, [shell.expense_id], category="Travel")
    services.replays.take_back(alice, run.replay_id)
    services.queue.run(services)
    assert categories(services, alice)["Shell"] == "Travel"


def test_what_was_not_in_the_diff_is_not_changed(services, alice, history):
    run = looked(services, alice)
    services.expenses.add_expense(alice, replace(DRAFT, payee="Netflix"), new_id())
    services.replays.apply(alice, run.replay_id)
    services.queue.run(services)
    assert categories(services, alice)["Netflix"] == UNCATEGORISED


def test_work_that_was_cut_off_is_taken_back_wholly_all_the_same(services, alice, history):
    """The notes are written before the change, so a worker that dies in between has left them."""
    run = looked(services, alice)
    services.replays.apply(alice, run.replay_id)
    services.replays.work(alice.user_id, run.replay_id)
    done = services.replays.get_replay(alice, run.replay_id)
    beginning = replace(done, state=states.APPLYING, cursor="", page=0, changed=0, seen=0)
    services.store.put_document(beginning.document())
    services.replays.work(alice.user_id, run.replay_id)
    assert services.replays.get_replay(alice, run.replay_id).changed == 3
    services.replays.take_back(alice, run.replay_id)
    services.queue.run(services)
    assert [(e.category, e.filing) for e in everything(services, alice)] == [
        (e.category, e.filing) for e in history
    ]


def test_one_look_is_at_work_at_a_time(services, alice, history):
    first = services.replays.start(alice, new_id())
    assert services.replays.start(alice, new_id()).replay_id == first.replay_id


def test_a_look_that_found_nothing_cannot_be_applied(services, alice):
    run = looked(services, alice)
    with pytest.raises(Invalid, match="nothing"):
        services.replays.apply(alice, run.replay_id)


def test_what_was_not_applied_cannot_be_taken_back(services, alice, history):
    run = looked(services, alice)
    with pytest.raises(Changed):
        services.replays.take_back(alice, run.replay_id)


def test_what_only_a_file_could_tell_stands_until_something_is_surer(services, alice):
    """Money from a stranger is income: by itself, a name and a direction say less."""
    run = bring(services, alice, HEAD + "2026-11-05,Zorblatt Works,,900.00\n2026-11-06,Shell,,-50.00\n")
    services.imports.confirm(alice, run.run_id, (), (), run.version)
    work(services)
    assert categories(services, alice) == {"Zorblatt Works": "Income", "Shell": "Transport"}
    assert looked(services, alice).moves == ()
    rule = Rule("", "works", "Gifts & Donations", "words", "works")
    kept = services.rules.add_rule(alice, rule, new_id())
    assert [(move.before, move.after) for move in looked(services, alice).moves] == [
        ("Income", "Gifts & Donations")
    ]
    services.rules.remove_rule(alice, kept.rule.rule_id)
    assert looked(services, alice).moves == ()


def test_what_a_rule_filed_that_is_gone_is_filed_anew(services, alice, history):
    kept = services.rules.add_rule(alice, Rule("", "s", "Housing", "words", "shell"), new_id())
    services.replays.apply(alice, looked(services, alice).replay_id)
    services.queue.run(services)
    assert categories(services, alice)["Shell"] == "Housing"
    services.rules.remove_rule(alice, kept.rule.rule_id)
    assert [(move.before, move.after) for move in looked(services, alice).moves] == [("Housing", "Transport")]
