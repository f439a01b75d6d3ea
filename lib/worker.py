"""What a worker does in every home: start, do a task and say how it went, keep house."""

import logging
import logging.config
import secrets
import sys
import time
from collections.abc import Callable
from threading import Event

import lib.logs
import lib.work
from lib.errors import PlannerError
from lib.jobs import job_id
from lib.metrics import ERRORS, TASK_TIME, TASKS_FAILED, WORKER
from lib.services import Services, build_services, metrics_of
from lib.settings import Misconfigured, load_settings

SWEEP_EVERY = 15  # seconds
MEASURE_EVERY = 60  # seconds
TIDY_EVERY = 3600  # seconds
OF_NOBODY = frozenset({"daily"})  # tasks that are not about one person
log = logging.getLogger(__name__)


def start(backend: str, run: Callable[[Services], None]) -> int:
    """Run the worker of that backend until it is stopped. Returns what the process ends with."""
    try:
        settings = load_settings(needs_secret=False)
        if settings.backend != backend:
            raise Misconfigured(f"This worker is for BACKEND={backend}; it is set to {settings.backend}.")
    except Misconfigured as problems:
        print(problems, file=sys.stderr)  # noqa: T201  # there is no log yet
        return 2
    logging.config.dictConfig(lib.logs.config(settings))
    lib.logs.say_what_nobody_caught()
    run(build_services(settings, metrics_of(settings, WORKER)))
    return 0


def work(services: Services, task: str, *arguments: str) -> bool:
    """Do one task and say how it went. What fails stays in the store for the sweep."""
    started = time.monotonic()
    who = services.pseudonyms.of(arguments[0]) if arguments and task not in OF_NOBODY else lib.logs.NOTHING
    with lib.logs.doing(f"task {task}", job_id(task, arguments), who):
        try:
            lib.work.do(services, task, *arguments)
        except PlannerError as error:
            log.warning("%s failed and will be tried again: %s", task, lib.logs.why(error))
            services.metrics.record(TASKS_FAILED, by=task)
            return False
        except Exception:  # whoever brings it again, or gives it up, does not know whose it is
            log.exception("%s failed", task)
            services.metrics.record(TASKS_FAILED, by=task)
            services.metrics.record(ERRORS)
            raise
        seconds = time.monotonic() - started
        services.metrics.record(TASK_TIME, seconds * 1000, by=task)
        log.info("%s done in %.2f s", task, seconds)
        return True


def keep_house(services: Services, stop: Event) -> None:
    """Sweep and tidy on time until `stop`, whatever happens."""
    tidy_at = measure_at = 0.0  # on the clock that only goes forward: at the first round
    lib.logs.route.set("house")
    while not stop.wait(SWEEP_EVERY):
        lib.logs.request_id.set(secrets.token_hex(8))
        try:
            services.jobs.sweep()
            services.deliveries.sweep()
            if not services.settings.is_on_aws:  # EventBridge keeps the time there
                services.daily.begin()
            if time.monotonic() >= measure_at:
                lib.work.measure(services)
                measure_at = time.monotonic() + MEASURE_EVERY
            if time.monotonic() >= tidy_at:
                lib.work.tidy(services)
                tidy_at = time.monotonic() + TIDY_EVERY
        except Exception:  # the next round may go well, and the worker's other work goes on
            log.exception("keeping house failed")
            services.metrics.record(ERRORS)
