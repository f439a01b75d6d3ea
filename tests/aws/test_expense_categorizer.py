"""The function that files expenses: once, never against a person, and what it cannot read ends in the dead letters."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from aws_config.function_plans import PLANS, visibility
from lambda_functions.expense_categorizer import lambda_function
from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.jobs import KIND, OWNER
from lib.records import Expense, User
from tests.aws.lambda_in_process import Function, function
from tests.aws.moto_aws import answers, works
from tests.contract.samples import user as sample
from tests.unit.alerting import budget, confirmed, rows

QUEUE = "expense-processing-queue"


@pytest.fixture
def categorizer() -> Iterator[Function]:
    with function(lambda_function, QUEUE) as found:
        yield found


@pytest.fixture
def alice(categorizer: Function) -> User:
    services = categorizer.services
    return confirmed(services, services.store.create_user(sample("alice", created_at=datetime.now(UTC))))


def left(categorizer: Function, user: User, payee: str, amount: int = 12, **changes: object) -> Expense:
    """An expense that is left to the planner."""
    draft = ExpenseDraft(
        Decimal(amount), user.currency, UNCATEGORISED, datetime.now(UTC).date(), payee=payee, auto=True
    )
    return categorizer.services.expenses.add_expense(user, replace(draft, **changes), new_id())


def now(categorizer: Function, expense: Expense) -> Expense:
    found = categorizer.services.store.get_expense(expense.user_id, expense.expense_id)
    assert found is not None
    return found


def message(expense: Expense) -> str:
    return json.dumps({"expense_id": expense.expense_id, "user_id": expense.user_id})


def test_its_message_is_what_the_documents_say(categorizer, alice):
    left(categorizer, alice, "Shell", 12)
    [body] = categorizer.waiting()
    assert set(json.loads(body)) == {"expense_id", "user_id", "description", "amount"}


def test_what_was_left_to_the_planner_is_filed_with_its_reason(categorizer, alice):
    added = left(categorizer, alice, "Shell")
    [answer] = categorizer.serve()
    assert answer == {"categorized": 1, "left_open": 0, "batchItemFailures": []}
    found = now(categorizer, added)
    assert (found.category, found.is_waiting) == ("Transport", False)
    assert found.filing.reason
    assert categorizer.services.store.list_documents(OWNER, KIND) == []


def test_what_nobody_can_tell_stays_open(categorizer, alice):
    added = left(categorizer, alice, "42")
    [answer] = categorizer.serve()
    assert (answer["categorized"], answer["left_open"]) == (0, 1)
    assert (now(categorizer, added).category, now(categorizer, added).is_waiting) == (UNCATEGORISED, False)


def test_a_budget_that_this_breaks_is_told_of_once(categorizer, alice):
    budget(categorizer.services, alice, 100, "Transport")
    added = left(categorizer, alice, "Shell", 120)
    assert [row.kind for row in rows(categorizer.services, alice) if row.kind == "budget_exceeded"] == []
    categorizer.serve()
    categorizer.bring(message(added))
    kinds = [row.kind for row in rows(categorizer.services, alice)]
    assert kinds.count("budget_exceeded") == 1


@pytest.mark.parametrize("bodies", [2, 5])
def test_a_message_that_comes_again_changes_nothing(categorizer, alice, bodies):
    added = left(categorizer, alice, "Shell")
    answer = categorizer.bring(*[message(added)] * bodies)
    assert answer == {"categorized": 1, "left_open": 0, "batchItemFailures": []}
    assert now(categorizer, added).version == 2


def test_what_a_person_chose_meanwhile_stays(categorizer, alice):
    added = left(categorizer, alice, "Shell")
    categorizer.services.expenses.change_expenses(alice, [added.expense_id], category="Travel")
    [answer] = categorizer.serve()
    assert (answer["categorized"], answer["batchItemFailures"]) == (0, [])
    assert (now(categorizer, added).category, now(categorizer, added).filing) == ("Travel", None)


def test_what_is_gone_is_done_with(categorizer, alice):
    added = left(categorizer, alice, "Shell")
    categorizer.services.expenses.delete_expenses(alice, [added.expense_id])
    stranger = json.dumps({"expense_id": "x" * 5000, "user_id": "nobody"})
    answer = categorizer.bring(message(added), stranger)
    assert answer == {"categorized": 0, "left_open": 0, "batchItemFailures": []}
    assert now(categorizer, added).category == UNCATEGORISED


NO_EXPENSES = {
    "no JSON": "{",
    "nothing": "null",
    "a list": '["expense_id", "user_id"]',
    "no ids": "{}",
    "half of it": '{"user_id": "id-of-alice"}',
    "numbers": '{"user_id": 1, "expense_id": 2}',
    "empty": '{"user_id": "", "expense_id": ""}',
}


@pytest.mark.parametrize("what", NO_EXPENSES)
def test_what_names_no_expense_comes_back_alone(categorizer, alice, what):
    added = left(categorizer, alice, "Shell")
    answer = categorizer.bring(NO_EXPENSES[what], message(added))
    assert answer["batchItemFailures"] == [{"itemIdentifier": "0"}]
    assert now(categorizer, added).category == "Transport"


def test_what_cannot_be_read_ends_in_the_dead_letters(categorizer, alice):
    categorizer.put(NO_EXPENSES["no JSON"])
    left(categorizer, alice, "Shell")
    categorizer.serve()
    assert categorizer.dead() == [NO_EXPENSES["no JSON"]]


def test_a_store_that_is_down_leaves_it_to_the_queue(categorizer, alice):
    added = left(categorizer, alice, "Shell")
    aws = categorizer.services.store._database._aws
    answers(aws, "dynamodb", "InternalServerError", 500)
    assert categorizer.bring(message(added))["batchItemFailures"] == [{"itemIdentifier": "0"}]
    works(aws, "dynamodb")
    assert categorizer.bring(message(added))["categorized"] == 1


def test_the_queue_hides_a_batch_for_six_times_as_long_as_it_may_take():
    assert (PLANS["expense-categorizer-function"].timeout, visibility(QUEUE)) == (5, 30)
