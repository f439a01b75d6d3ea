"""Work after the answer: it is done at least once, whatever fails in between."""

import pytest

from lib.errors import Unavailable
from lib.jobs import GIVE_UP, KIND, OWNER, Jobs
from tests.conftest import Clock, Waiting


class Broken:
    """A queue that is down."""

    def check(self) -> None: ...

    def send(self, task: str, *arguments: str) -> None:
        raise Unavailable(part="queue")


@pytest.fixture
def queue() -> Waiting:
    return Waiting()


@pytest.fixture
def jobs(services, queue: Waiting, clock: Clock) -> Jobs:
    return Jobs(services.store, queue, clock)


def test_a_job_is_sent_at_once(jobs, queue):
    jobs.submit("import", "user", "run")
    assert queue.tasks == [("import", "user", "run")]


def test_the_same_job_twice_is_one_job(jobs, queue):
    jobs.submit("import", "user", "run")
    jobs.submit("import", "user", "run")
    jobs.submit("import", "user", "other run")
    assert queue.tasks == [("import", "user", "run"), ("import", "user", "other run")]


def test_arguments_do_not_run_together(jobs, queue):
    jobs.submit("import", "ab", "c")
    jobs.submit("import", "a", "bc")
    assert len(queue.tasks) == 2


def test_a_job_survives_a_queue_that_is_down(services, jobs, queue, clock):
    Jobs(services.store, Broken(), clock).submit("import", "user", "run")
    clock.turn(seconds=31)
    assert jobs.sweep() == 1
    assert queue.tasks == [("import", "user", "run")]


def test_the_sweep_leaves_alone_what_was_just_sent(jobs, queue, clock):
    jobs.submit("import", "user", "run")
    clock.turn(seconds=29)
    assert jobs.sweep() == 0


def test_the_sweep_leaves_alone_what_shows_signs_of_life(jobs, clock):
    jobs.submit("import", "user", "run")
    for _ in range(5):
        clock.turn(seconds=20)
        jobs.alive("import", "user", "run")
        assert jobs.sweep() == 0


def test_the_sweep_waits_longer_each_time(jobs, clock):
    jobs.submit("import", "user", "run")
    waits = []
    for _ in range(10):
        seconds = 0
        while not jobs.sweep():
            clock.turn(seconds=15)
            seconds += 15
        waits.append(seconds)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3840, 3840, 3840]


def test_a_new_worker_takes_up_everything_at_once(jobs, queue):
    jobs.submit("import", "user", "run")
    assert jobs.sweep(everything=True) == 1
    assert queue.tasks == [("import", "user", "run")] * 2


def test_what_is_done_is_not_sent_again(jobs, clock):
    jobs.submit("import", "user", "run")
    jobs.done("import", "user", "run")
    clock.turn(hours=1)
    assert jobs.sweep() == 0


def test_what_is_done_can_be_asked_for_again(jobs, queue):
    for _ in range(2):
        jobs.submit("password-reset", "user")
        jobs.done("password-reset", "user")
    assert len(queue.tasks) == 2


def test_two_sweeps_at_once_send_a_job_once(services, queue, clock):
    other = Jobs(services.store, Waiting(), clock)

    class Meanwhile(Waiting):
        """The other sweep comes between this one's reading and its claim."""

        def send(self, task: str, *arguments: str) -> None:
            super().send(task, *arguments)
            other.sweep()

    mine = Jobs(services.store, Meanwhile(), clock)
    Jobs(services.store, queue, clock).submit("import", "user", "1")
    Jobs(services.store, queue, clock).submit("import", "user", "2")
    clock.turn(seconds=31)
    mine.sweep()
    sent = mine.queue.tasks + other.queue.tasks
    assert sorted(sent) == [("import", "user", "1"), ("import", "user", "2")]


def test_of_someone_who_is_erased_only_the_erasing_stays(services, jobs):
    for task in ("import", "erase"):
        jobs.submit(task, "user", "1")
        jobs.submit(task, "other", "1")
    jobs.forget("user")
    left = {
        (job.data["task"], job.data["arguments"][0]) for job in services.store.list_documents(OWNER, KIND)
    }
    assert left == {("erase", "user"), ("import", "other"), ("erase", "other")}


def test_a_job_is_given_up_in_the_end(services, jobs, clock):
    jobs.submit("import", "user", "run")
    clock.turn(seconds=GIVE_UP.total_seconds() + 1)
    assert jobs.sweep(everything=True) == 0
    assert services.store.list_documents(OWNER, KIND) == []
