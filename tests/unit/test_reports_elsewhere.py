"""Reports that a function makes: asked for once, and never left without an end."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lib.errors import Crashed, NotFound, Unavailable, Uncertain
from lib.periods import Month
from lib.reporting import runs
from lib.reporting.elsewhere import CUT_OFF
from lib.reporting.periods import month_period
from lib.reporting.work import ReportWork

NOVEMBER = month_period(Month(2026, 11))


class Function:
    """The function as the worker sees it: it makes the report, or `goes_wrong` before or after that."""

    def __init__(self, services) -> None:
        self.work = ReportWork(services.store, services.files, services.now)
        self.asked: list[dict] = []
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def invoke_report_generator(self, request):
        self.asked.append(request)
        self.before()
        self.work.make(request["user_id"], request["report_id"])
        self.after()


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.fixture
def services(services):
    """As on AWS, where functions make reports; all else is at home."""
    settings = services.settings.model_copy(update={"backend": "aws"})
    return replace(services, settings=settings, functions=Function(services))


@pytest.fixture
def function(services) -> Function:
    return services.functions


def made(services, user):
    run = services.reports.ask(user, NOVEMBER, (runs.CSV,), "one")
    services.queue.run(services)
    return services.reports.get(user, run.report_id)


def test_the_function_is_told_which_report_and_makes_it(services, alice, function):
    run = made(services, alice)
    assert (run.state, set(run.sizes)) == (runs.DONE, {runs.PDF, runs.CSV, runs.PICTURE})
    assert function.asked == [
        {
            "user_id": alice.user_id,
            "report_id": run.report_id,
            "report_type": "monthly",
            "start_date": "2026-11-01",
            "end_date": "2026-11-30",
            "year": 2026,
            "month": 11,
        }
    ]


def test_a_job_that_comes_twice_asks_once(services, alice, function):
    run = made(services, alice)
    services.report_work.make(alice.user_id, run.report_id)
    assert len(function.asked) == 1


@pytest.mark.parametrize("error", [Crashed(), Uncertain(), NotFound()])
def test_a_function_that_breaks_off_leaves_one_report_that_says_so(services, alice, function, error):
    function.before = failing(error)
    run = made(services, alice)
    assert (run.state, run.error) == (runs.FAILED, CUT_OFF)
    assert len(services.reports.list(alice)) == 1
    assert services.jobs.sweep(everything=True) == 0  # nobody begins it again by itself


def test_the_same_report_is_made_again_where_it_was_not_made(services, alice, function):
    function.before = failing(Crashed())
    failed = made(services, alice)
    function.before = lambda: None
    again = services.reports.again(alice, failed.report_id, "two")
    assert (again.report_id, again.state, again.error) == (failed.report_id, runs.QUEUED, "")
    services.queue.run(services)
    [run] = services.reports.list(alice)
    assert (run.state, run.key) == (runs.DONE, failed.key)


@pytest.mark.parametrize("error", [Crashed(), Uncertain(), Unavailable()])
def test_what_was_made_is_there_whatever_became_of_the_answer(services, alice, function, error):
    function.after = failing(error)
    if not isinstance(error, Crashed | Uncertain):
        with pytest.raises(Unavailable):
            made(services, alice)
    else:
        made(services, alice)
    [run] = services.reports.list(alice)
    assert run.state == runs.DONE


def test_a_function_that_cannot_be_reached_only_delays_it(services, alice, function):
    function.before = failing(Unavailable(part="functions"))
    run = services.reports.ask(alice, NOVEMBER, (), "one")
    with pytest.raises(Unavailable):
        services.queue.run(services)
    assert services.reports.get(alice, run.report_id).state == runs.QUEUED
    function.before = lambda: None
    services.jobs.sweep(everything=True)
    services.queue.run(services)
    assert services.reports.get(alice, run.report_id).state == runs.DONE


def test_a_report_that_was_deleted_meanwhile_is_not_asked_for(services, alice, function):
    run = services.reports.ask(alice, NOVEMBER, (), "one")
    services.reports.remove(alice, run.report_id)
    services.queue.run(services)
    assert function.asked == []
