"""Imports that are cut off, stopped, taken back and brought back: every row comes in once, or none stays."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from lib.errors import Unavailable
from lib.importing import runs
from lib.importing.imports import Imports
from lib.importing.work import CHUNK, ImportWork
from lib.jobs import KIND, OWNER
from lib.services import Services
from tests.unit.import_steps import bring, confirm, done, expenses, many, work


class Breaking:
    """A store that fails at the given call of a method, before or after doing it, and then never again."""

    def __init__(self, store: Any, method: str, at: int, after: bool) -> None:
        self._store, self._method, self._left, self._after = store, method, at, after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        return self._failing(real) if name == self._method else real

    def _failing(self, real: Any) -> Any:
        def call(*arguments: Any) -> Any:
            self._left -= 1
            if self._left:
                return real(*arguments)
            if self._after:
                real(*arguments)
            raise Unavailable(part="store")

        return call


def with_store(services: Services, store: Any) -> ImportWork:
    return ImportWork(
        store, Imports(store, services.files, services.jobs, services.now, services.filing), services.now
    )


@pytest.mark.parametrize("method", ["add_expenses", "put_document"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_import_that_is_cut_off_anywhere_goes_on_where_it_stopped(services, alice, method, after, at):
    data = many(3 * CHUNK - 7)
    run = confirm(services, alice, bring(services, alice, data))
    breaking = with_store(services, Breaking(services.store, method, at, after))
    if method == "put_document" or at <= 3:
        with pytest.raises(Unavailable):
            breaking.run(alice.user_id, run.run_id)
    services.import_work.run(alice.user_id, run.run_id)
    found = expenses(services, alice)
    assert sorted(e.description for e in found) == sorted(f"Thing {i}" for i in range(3 * CHUNK - 7))
    assert services.store.repair_totals(alice.user_id) == []
    run = services.imports.get_run(alice, run.run_id)
    assert (run.state, run.done, run.sums["EUR"].count) == (runs.DONE, len(found), len(found))
    assert run.sums["EUR"].out == sum(e.amount for e in found)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_taking_back_that_is_cut_off_goes_on_too(services, alice, after):
    run = done(services, alice, many(2 * CHUNK + 5))
    services.imports.revert(alice, run.run_id)
    with pytest.raises(Unavailable):
        with_store(services, Breaking(services.store, "remove_expenses", 2, after)).run_revert(
            alice.user_id, run.run_id
        )
    work(services)
    assert (expenses(services, alice), services.imports.get_run(alice, run.run_id).state) == (
        [],
        runs.REVERTED,
    )
    assert services.store.repair_totals(alice.user_id) == []


def test_doing_the_work_twice_is_doing_it_once(services, alice):
    run = done(services, alice)
    services.import_work.run(alice.user_id, run.run_id)
    services.import_work.run_revert(alice.user_id, run.run_id)
    assert len(expenses(services, alice)) == 3


def test_two_workers_on_one_run_do_no_harm(services, alice):
    run = confirm(services, alice, bring(services, alice, many(2 * CHUNK)))

    class Overtaking(Breaking):
        def _failing(self, real: Any) -> Any:
            def call(*arguments: Any) -> Any:
                self._left -= 1
                if not self._left:
                    services.import_work.run(alice.user_id, run.run_id)
                return real(*arguments)

            return call

    with_store(services, Overtaking(services.store, "add_expenses", 2, False)).run(alice.user_id, run.run_id)
    run = services.imports.get_run(alice, run.run_id)
    assert (run.state, run.done, len(expenses(services, alice))) == (runs.DONE, 2 * CHUNK, 2 * CHUNK)


def test_a_whole_import_is_taken_back_and_brought_back(services, alice):
    run = done(services, alice)
    services.imports.revert(alice, run.run_id)
    work(services)
    assert (expenses(services, alice), len(expenses(services, alice, removed=True))) == ([], 3)
    services.imports.restore(alice, run.run_id)
    work(services)
    back = services.imports.get_run(alice, run.run_id)
    assert (back.state, back.done, back.sums) == (runs.DONE, 3, run.sums)
    assert len(expenses(services, alice)) == 3


def test_what_the_person_deleted_before_stays_deleted(services, alice, clock):
    run = done(services, alice)
    rewe = expenses(services, alice)[0]
    services.expenses.delete_expenses(alice, [rewe.expense_id])
    clock.turn(minutes=5)
    services.imports.revert(alice, run.run_id)
    work(services)
    services.imports.restore(alice, run.run_id)
    work(services)
    assert rewe.expense_id not in [e.expense_id for e in expenses(services, alice)]
    assert services.imports.get_run(alice, run.run_id).done == 2


def test_a_file_taken_back_can_be_brought_anew(services, alice):
    run = done(services, alice)
    services.imports.revert(alice, run.run_id)
    work(services)
    assert done(services, alice).done == 3


def test_an_import_is_stopped_on_its_way_and_goes_on_when_it_is_brought_back(services, alice):
    run = confirm(services, alice, bring(services, alice, many(3 * CHUNK)))

    class Stopping(Breaking):
        def _failing(self, real: Any) -> Any:
            def call(*arguments: Any) -> Any:
                self._left -= 1
                if not self._left:
                    services.imports.revert(alice, run.run_id)
                return real(*arguments)

            return call

    with_store(services, Stopping(services.store, "add_expenses", 2, False)).run(alice.user_id, run.run_id)
    assert expenses(services, alice) == [], "also what was written after the person had stopped it"
    work(services)
    assert services.imports.get_run(alice, run.run_id).state == runs.REVERTED
    services.imports.restore(alice, run.run_id)
    work(services)
    back = services.imports.get_run(alice, run.run_id)
    assert (back.state, back.done, len(expenses(services, alice))) == (runs.DONE, 3 * CHUNK, 3 * CHUNK)


def test_an_import_taken_back_before_it_began_brings_nothing(services, alice):
    run = confirm(services, alice, bring(services, alice))
    services.imports.revert(alice, run.run_id)
    work(services)
    assert (expenses(services, alice), services.imports.get_run(alice, run.run_id).state) == (
        [],
        runs.REVERTED,
    )


def test_a_file_that_is_gone_fails_in_words(services, alice):
    run = confirm(services, alice, bring(services, alice))
    services.files.remove(f"imports/{alice.user_id}/{run.run_id}.csv")
    work(services)
    run = services.imports.get_run(alice, run.run_id)
    assert run.state == runs.FAILED
    assert "Bring it again" in run.error


def test_a_file_that_cannot_come_in_fails_in_words_and_what_came_is_taken_back(services, alice):
    run = confirm(services, alice, bring(services, alice, many(CHUNK)))
    worse = many(CHUNK) + "2026-11-03,Shop," + "x" * 10_001 + ",-1.00\n"
    services.files.put(f"imports/{alice.user_id}/{run.run_id}.csv", BytesIO(worse.encode()))
    work(services)
    run = services.imports.get_run(alice, run.run_id)
    assert (run.state, run.done, services.jobs.sweep(everything=True)) == (runs.FAILED, CHUNK, 0)
    assert "no list of payments. The rest of the file does not come in." in run.error
    services.imports.revert(alice, run.run_id)
    work(services)
    assert expenses(services, alice) == []


def lose_jobs(services: Services) -> None:
    services.queue.tasks.clear()  # type: ignore[attr-defined]
    for job in services.store.list_documents(OWNER, KIND):
        services.store.remove_document(OWNER, KIND, job.id)


def test_asking_again_gets_a_move_going_whose_job_was_lost(services, alice):
    run = done(services, alice)
    for move, state in (
        (services.imports.revert, runs.REVERTED),
        (services.imports.restore, runs.DONE),
    ):
        move(alice, run.run_id)
        lose_jobs(services)
        move(alice, run.run_id)
        work(services)
        assert services.imports.get_run(alice, run.run_id).state == state


def test_a_queue_that_is_down_delays_an_import_and_loses_nothing(services, alice, clock):
    class Down:
        def send(self, task: str, *arguments: str) -> None:
            raise Unavailable(part="queue")

    run = bring(services, alice)
    jobs = replace(services, queue=Down()).jobs
    Imports(services.store, services.files, jobs, services.now, services.filing).confirm(
        alice, run.run_id, (), (), run.version
    )
    assert services.imports.get_run(alice, run.run_id).state == runs.QUEUED
    clock.turn(seconds=31)
    assert services.jobs.sweep() == 1
    work(services)
    assert len(expenses(services, alice)) == 3
