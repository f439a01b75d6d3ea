"""What alerts add to an expense on DynamoDB, and what the daily run reads: the same at any history."""

from decimal import Decimal

import pytest

from aws_config.sharing import Share
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.records import Step
from lib.services import Services
from lib.settings import Settings
from selfhost.disk_files import DiskFiles
from selfhost.local_functions import LocalFunctions
from tests.aws.dynamodb.test_dynamodb_units import CATEGORIES, history
from tests.contract.samples import budget
from tests.contract.samples import user as sample
from tests.doubles import Post, Waiting

pytestmark = pytest.mark.aws
ENOUGH = (Step(Month(2026, 1), Decimal(1_000_000)),)


@pytest.fixture
def services(store, alice, clock, tmp_path) -> Services:
    """With a budget for each category that nothing has come near to."""
    settings = Settings(_env_file=None, data_dir=tmp_path, secret_key="only for counting")
    for category in CATEGORIES:
        store.save_budget(budget(category, steps=ENOUGH))
    store.add_expenses(history(100))
    clock.turn(minutes=5)  # nothing was written just now
    return Services(
        settings, store, DiskFiles(tmp_path / "files"), Waiting(), Post(), LocalFunctions({}), now=clock
    )


def spend(services: Services, amount: int, key: str) -> None:
    user = services.store.get_user("id-of-alice")
    day = services.now().date()
    services.expenses.add_expense(user, ExpenseDraft(Decimal(amount), user.currency, "Groceries", day), key)


ADDING = ["GetItem", "TransactWriteItems"]  # who adds it, and the expense itself
LOOKING = ["Query", "Query", "GetItem"]  # totals, budgets, and preferences


def test_adding_an_expense_looks_at_budgets_in_three_small_reads_at_any_history(services, meter, clock):
    meter.start()
    spend(services, 5, "first")
    assert meter.operations == ADDING + LOOKING
    assert meter.read_units <= 4
    few = meter.read_units
    services.store.add_expenses(history(3000))
    clock.turn(minutes=5)
    meter.start()
    spend(services, 5, "second")
    assert (meter.operations, meter.read_units) == (ADDING + LOOKING, few)


def test_news_is_read_and_written_once_and_then_looked_up_in_a_note(services, meter, clock):
    meter.start()
    spend(services, 900_000, "nearly all of it")
    assert len(meter.sent) <= 18  # two alerts: near the budget, and large
    assert meter.read_units <= 13
    assert meter.operations.count("TransactWriteItems") == 3  # the expense, and each alert
    clock.turn(minutes=5)
    meter.start()
    spend(services, 5, "a little more")
    assert len(meter.sent) <= len(ADDING + LOOKING) + 1
    assert "TransactWriteItems" not in meter.operations[2:]


def test_who_has_no_budgets_is_looked_at_as_briefly(store, services, meter):
    for each in store.list_budgets("id-of-alice"):
        store.remove_budget("id-of-alice", each.budget_id)
    meter.start()
    spend(services, 5, "first")
    assert len(meter.sent) <= len(ADDING + LOOKING) + 1  # budgets that were removed just now are looked up


def test_the_daily_run_reads_of_everyone_the_same_at_any_history(services, meter, clock):
    meter.start()
    run = services.daily.check(Share(0, 1).users(services.store, lambda: True, left))
    assert run == (0, [], 1)
    few = (len(meter.sent), meter.read_units)
    assert few[0] <= 7
    assert few[1] <= 7
    services.store.add_expenses(history(3000))
    clock.turn(minutes=5)
    meter.start()
    services.daily.check(Share(0, 1).users(services.store, lambda: True, left))
    assert len(meter.sent) <= few[0] + 1  # expenses of the last two days, of which there are more
    assert meter.read_units <= few[1] + 1
    assert "TransactWriteItems" not in meter.operations


def left(rest: Share) -> None:
    raise AssertionError(f"there was time for all of {rest}")


@pytest.mark.parametrize("segments", [1, 3, 16])
def test_shares_have_everyone_once(store, segments):
    for number in range(60):
        store.create_user(sample(f"person{number}"))
    shares = [Share(number, segments) for number in range(segments)]
    found = [user.user_id for share in shares for user in share.users(store, lambda: True, left)]
    assert sorted(found) == sorted(f"id-of-person{number}" for number in range(60))


def test_a_share_that_is_cut_off_again_and_again_has_everyone_once(store):
    for number in range(20):
        store.create_user(sample(f"person{number}"))
    waiting, found = [Share(number, 3) for number in range(3)], []
    while waiting:
        found += [user.user_id for user in waiting.pop().users(store, lambda: False, waiting.append)]
    assert sorted(found) == sorted(f"id-of-person{number}" for number in range(20))
