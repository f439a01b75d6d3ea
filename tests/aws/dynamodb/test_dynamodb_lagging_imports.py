"""Imports are taken back, brought back and looked over whole, though no index shows what was written last."""

from collections.abc import Iterator
from functools import partial

import pytest

from lib.errors import Unavailable
from lib.importing import runs
from lib.services import Services
from lib.work import do
from selfhost.disk_files import DiskFiles
from selfhost.local_functions import LocalFunctions
from tests.conftest import Post, Waiting
from tests.contract.behind import BehindDynamoDB
from tests.contract.samples import EVER
from tests.unit.import_steps import bring, confirm, many

pytestmark = pytest.mark.aws
ROWS = 130  # more than is noted


@pytest.fixture
def services(store, settings, tmp_path, clock) -> Iterator[Services]:
    return Services(
        settings, store, DiskFiles(tmp_path / "files"), Waiting(), Post(), LocalFunctions({}), now=clock
    )


@pytest.fixture
def imported(services, alice, lagging, clock):
    """A run that is in, and that no index shows."""
    run = confirm(services, alice, bring(services, alice, many(ROWS)))
    lagging.freeze()
    services.import_work.run(alice.user_id, run.run_id)
    return services.imports.get_run(alice, run.run_id)


def count(services, user) -> int:
    return sum(total.count for total in services.store.month_totals(user.user_id, *EVER))


def test_a_run_is_not_back_before_lists_can_show_all_of_it(services, alice, imported, lagging, clock):
    services.imports.revert(alice, imported.run_id)
    with pytest.raises(Unavailable):
        services.import_work.run_revert(alice.user_id, imported.run_id)
    assert services.imports.get_run(alice, imported.run_id).state == runs.REVERTING
    assert count(services, alice) > 0  # what is not shown yet
    lagging.follow()
    for _ in range(3):  # the sweep comes again
        clock.turn(seconds=40)
        try:
            services.import_work.run_revert(alice.user_id, imported.run_id)
            break
        except Unavailable:
            continue
    assert services.imports.get_run(alice, imported.run_id).state == runs.REVERTED
    assert count(services, alice) == 0


def test_what_was_taken_back_comes_in_again_whole(services, alice, imported, lagging, clock):
    lagging.follow()
    services.imports.revert(alice, imported.run_id)
    clock.turn(seconds=40)
    with pytest.raises(Unavailable):  # it has just removed many
        services.import_work.run_revert(alice.user_id, imported.run_id)
    clock.turn(seconds=40)
    services.import_work.run_revert(alice.user_id, imported.run_id)
    services.imports.restore(alice, imported.run_id)
    clock.turn(seconds=40)
    for _ in range(3):
        try:
            services.import_work.run_revert(alice.user_id, imported.run_id)
            break
        except Unavailable:
            clock.turn(seconds=40)
    run = services.imports.get_run(alice, imported.run_id)
    assert (run.state, count(services, alice), run.sums["EUR"].count) == (runs.DONE, ROWS, ROWS)


def test_what_no_list_showed_when_its_account_was_erased_is_erased_soon(
    services, alice, imported, dynamodb, lagging, clock
):
    left = partial(BehindDynamoDB(*dynamodb).traces_of, alice.user_id)
    services.accounts.erase(alice.user_id)
    assert services.store.get_user(alice.user_id) is None
    assert len(left()) >= ROWS
    [task] = [task for task in services.queue.tasks if task[0] == "erase"]
    with pytest.raises(Unavailable):
        do(services, *task)
    services.accounts.erase(alice.user_id)  # again: what is to be finished is not forgotten
    lagging.follow()
    clock.turn(minutes=15)
    services.queue.tasks.clear()
    assert services.jobs.sweep() == 1
    services.queue.run(services)
    assert left() == []


def test_an_account_that_has_settled_is_erased_at_once(services, alice, imported, dynamodb, lagging, clock):
    lagging.follow()
    clock.turn(seconds=40)
    services.queue.tasks.clear()
    services.accounts.erase(alice.user_id)
    assert BehindDynamoDB(*dynamodb).traces_of(alice.user_id) == []
    assert services.queue.tasks == []


def test_no_repair_believes_an_index_that_is_behind(services, alice, imported, lagging, clock):
    with pytest.raises(Unavailable):
        services.store.repair_totals(alice.user_id)
    assert count(services, alice) == ROWS
    lagging.follow()
    clock.turn(seconds=40)
    assert services.store.repair_totals(alice.user_id) == []
