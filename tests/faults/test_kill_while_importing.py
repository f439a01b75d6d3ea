"""`kill -9` of web and worker in the middle of an import of ten thousand rows, and while it is taken back."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lib.importing.runs import ImportRun
from lib.periods import Month
from lib.records import Filters
from lib.services import Services
from tests.faults.conftest import assert_totals_agree, broken_queue, owner, saved, wait_until_idle
from tests.live import Planner, Visitor, wait_until

ROWS, KILLS = 10_000, 3
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def statement() -> list[tuple[date, str, Decimal]]:
    """What the bank says: a payment a row, no two alike."""
    chance = random.Random(10_000)
    return [
        (TODAY - timedelta(days=n % 700), f"Corner Shop {n:05d}", Decimal(chance.randint(100, 99_999)) / 100)
        for n in range(ROWS)
    ]


@pytest.fixture(scope="module")
def bank_file(statement) -> bytes:
    lines = [f"{day};{payee};-{amount}" for day, payee, amount in statement]
    return "\n".join(["Date;Payee;Amount", *lines]).encode()


def the_run(services: Services) -> ImportRun:
    return services.imports.list_runs(owner(services))[0]


def kill_and_start(planner: Planner, services: Services) -> bool:
    """Kill everything and start it again. Returns whether the worker was in the middle of it."""
    planner.kill()
    caught = not the_run(services).is_finished
    assert_totals_agree(services)
    planner.start()
    return caught


def assert_all_there_once(services: Services, statement: list[tuple[date, str, Decimal]]) -> None:
    assert Counter(saved(services).values()) == Counter(payee for _, payee, _ in statement)
    user = owner(services)
    totals = services.store.month_totals(user.user_id, Month(2024, 1), Month(2027, 1))
    spent: Counter[Month] = Counter()
    for day, _, amount in statement:
        spent[Month.of(day)] += amount  # type: ignore[assignment]
    kept: Counter[Month] = Counter()
    for total in totals:
        kept[total.month] += total.spent  # type: ignore[assignment]
    assert kept == spent
    assert_totals_agree(services)


def test_an_import_that_is_cut_off_goes_on(planner, anna, statement, bank_file, round):
    services = planner.services()
    anna.bring("bank.csv", bank_file)
    caught = 0
    for done in sorted(random.Random(round).sample(range(0, ROWS - 1000, 500), KILLS)):
        wait_until(lambda done=done: the_run(services).done >= done, f"{done} rows", 60)
        caught += kill_and_start(planner, services)
    assert caught
    wait_until(lambda: the_run(services).is_finished, "the import to be done", 60)
    run = the_run(services)
    assert (run.state, run.done, run.error) == ("done", ROWS, "")
    assert sum(sums.out for sums in run.sums.values()) == sum(amount for _, _, amount in statement)
    assert_all_there_once(services, statement)


def test_an_import_that_is_cut_off_while_it_is_taken_back_is_undone_in_the_end(
    planner, anna, bank_file, round
):
    services = planner.services()
    address = anna.bring("bank.csv", bank_file)
    wait_until(lambda: the_run(services).is_finished, "the import to be done", 60)
    assert anna.submit(address, f"{address}/revert").status_code == 303
    user, counting = owner(services), Filters(import_id=the_run(services).run_id)

    def left() -> int:
        return sum(each.count for each in services.store.sum_expenses(user.user_id, counting))

    caught = 0
    for kept in sorted(random.Random(round).sample(range(1000, ROWS, 500), KILLS), reverse=True):
        wait_until(lambda kept=kept: left() <= kept, f"all but {kept} to be gone", 60)
        caught += kill_and_start(planner, services)
    assert caught
    wait_until(lambda: the_run(services).is_finished, "the import to be taken back", 60)
    assert (the_run(services).state, left()) == ("reverted", 0)
    assert services.store.month_totals(user.user_id, Month(2024, 1), Month(2027, 1)) == []
    assert_totals_agree(services)


def test_a_run_taken_back_while_it_comes_in_leaves_nothing(planner, anna, bank_file):
    services = planner.services()
    address = anna.bring("bank.csv", bank_file)
    wait_until(lambda: the_run(services).done >= 1000, "a thousand rows", 60)
    assert anna.submit(address, f"{address}/revert").status_code == 303
    wait_until(lambda: the_run(services).is_finished, "the import to be taken back", 60)
    wait_until_idle(services)
    assert services.store.month_totals(owner(services).user_id, Month(2024, 1), Month(2027, 1)) == []
    assert_totals_agree(services)


def test_a_queue_that_is_down_delays_an_import_and_loses_none(planner, anna, statement, bank_file):
    services = planner.services()
    with broken_queue(planner):
        anna.bring("bank.csv", bank_file)
        assert the_run(services).state == "queued"
    wait_until(lambda: the_run(services).is_finished, "the sweep to find it", 90)
    assert_all_there_once(services, statement)


def test_two_workers_on_one_import_bring_every_row_once(planner, anna, statement, bank_file):
    services = planner.services()
    anna.bring("bank.csv", bank_file)
    wait_until(lambda: the_run(services).done >= 500, "the first rows", 60)
    other = Planner(planner.folder)
    try:
        other.start("worker")  # takes up everything at once, what the first one is at too
        wait_until(lambda: the_run(services).is_finished, "the import to be done", 60)
        assert_all_there_once(services, statement)
    finally:
        other.kill()


def test_an_import_goes_on_after_a_clean_stop(planner, anna: Visitor, statement, bank_file):
    services = planner.services()
    anna.bring("bank.csv", bank_file)
    wait_until(lambda: the_run(services).done >= 500, "the first rows", 60)
    planner.stop()
    planner.start()
    wait_until(lambda: the_run(services).is_finished, "the import to be done", 60)
    assert_all_there_once(services, statement)
