"""The worker: does what takes longer than an answer may, and keeps house.

python -m selfhost.worker
"""

import logging
import logging.config
import sys
import time
from threading import Event, Thread
from typing import cast

import lib.logs
import lib.work
from lib.errors import PlannerError, Unavailable
from lib.services import Services, build_services
from lib.settings import Misconfigured, load_settings
from selfhost.task_queue import TaskQueue

THREADS = 2  # so that an e-mail need not wait for an import
SWEEP_EVERY = 15  # seconds
TIDY_EVERY = 3600  # seconds
log = logging.getLogger("selfhost.worker")  # also when it runs as __main__


def main() -> int:
    try:
        settings = load_settings()
    except Misconfigured as problems:
        print(problems, file=sys.stderr)  # noqa: T201  # there is no log yet
        return 2
    logging.config.dictConfig(lib.logs.config(settings))
    run(build_services(settings))
    return 0


def run(services: Services) -> None:
    """Work until SIGTERM or SIGINT. What is cut off then is done again by the next worker."""

    def do(task: str, *arguments: str) -> None:
        work(services, task, *arguments)

    queue = cast(TaskQueue, services.queue)
    consumer = queue.consumer(do, THREADS)
    take_up(services, queue)
    Thread(target=keep_house, args=(services, consumer.stop_flag), daemon=True).start()
    log.info("worker is ready")
    consumer.run()
    log.info("worker has stopped")


def work(services: Services, task: str, *arguments: str) -> None:
    """Do one task and say how it went. What fails stays in the store for the sweep."""
    started = time.monotonic()
    try:
        lib.work.do(services, task, *arguments)
    except PlannerError as error:
        log.warning("%s failed and will be tried again: %s", task, error.message)
    else:
        log.info("%s done in %.2f s", task, time.monotonic() - started)


def take_up(services: Services, queue: TaskQueue) -> None:
    """Start with everything an earlier worker left, in the queue or in the middle."""
    try:
        queue.empty()
        services.jobs.sweep(everything=True)
    except Unavailable as error:
        log.warning("cannot take up earlier work yet, the sweep will: %s", error.message)


def keep_house(services: Services, stop: Event) -> None:
    """Sweep and tidy on time until `stop`, whatever happens."""
    tidy_at = 0.0  # on the clock that only goes forward: at the first round
    while not stop.wait(SWEEP_EVERY):
        try:
            services.jobs.sweep()
            if time.monotonic() >= tidy_at:
                lib.work.tidy(services)
                tidy_at = time.monotonic() + TIDY_EVERY
        except Exception:  # the next round may go well, and the worker's other work goes on
            log.exception("keeping house failed")


if __name__ == "__main__":
    sys.exit(main())
