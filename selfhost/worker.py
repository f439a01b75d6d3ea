"""The worker: does what takes longer than an answer may, and keeps house.

python -m selfhost.worker
"""

import logging
import sys
from threading import Thread
from typing import cast

import lib.worker
from lib.errors import Unavailable
from lib.services import Services
from selfhost.task_queue import TaskQueue

THREADS = 2  # so that an e-mail need not wait for an import
log = logging.getLogger("selfhost.worker")  # also when it runs as __main__


def main() -> int:
    return lib.worker.start("selfhost", run)


def run(services: Services) -> None:
    """Work until SIGTERM or SIGINT. What is cut off then is done again by the next worker."""

    def do(task: str, *arguments: str) -> None:
        lib.worker.work(services, task, *arguments)

    queue = cast(TaskQueue, services.queue)
    consumer = queue.consumer(do, THREADS, lambda: log.info("worker is ready"))
    take_up(services, queue)
    Thread(target=lib.worker.keep_house, args=(services, consumer.stop_flag), daemon=True).start()
    consumer.run()
    log.info("worker has stopped")


def take_up(services: Services, queue: TaskQueue) -> None:
    """Start with everything an earlier worker left, in the queue or in the middle; where there are others, with what nobody
    works on."""
    try:
        if not queue.is_shared:
            queue.empty()
        services.jobs.sweep(everything=not queue.is_shared)
        services.deliveries.sweep(everything=not queue.is_shared)
    except Unavailable as error:
        log.warning("cannot take up earlier work yet, the sweep will: %s", error.message)


if __name__ == "__main__":
    sys.exit(main())
