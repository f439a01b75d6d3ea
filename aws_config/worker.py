"""The worker on AWS: does what the work queue brings, and keeps house. As many may run as there is work for.

    python -m aws_config.worker

A message is deleted when its work is done. What fails, or is cut off, comes back when its visibility timeout ends, and
moves to the dead letters after a few times; its job stays in the store, so that the sweep sends it again even then.
"""

import logging
import signal
import sys
import time
from threading import Event, Thread
from typing import cast

import lib.worker
from aws_config.function_plans import WORKER_VISIBILITY
from aws_config.sqs_client import LONG_POLL, WORK, Message, SQSClient, task_in
from lib.errors import PlannerError, Unavailable
from lib.services import Services

THREADS = 4  # so that an e-mail need not wait for an import, or for a report that a function makes
HEARTBEAT = WORKER_VISIBILITY // 3  # seconds between two times of saying that a message is still in work
PAUSE = 5  # seconds to wait when the queue does not answer
END = 3  # seconds that what is being done has left when the worker is stopped
# Seconds until what is given back shows again: by then the polls that this process leaves behind, which would take it and
# tell nobody, have ended.
GIVEN_BACK = LONG_POLL + 1
log = logging.getLogger("aws_config.worker")  # also when it runs as __main__


def main() -> int:
    return lib.worker.start("aws", run)


def run(services: Services) -> None:
    """Work until SIGTERM or SIGINT. What is not finished then is given back to the queue."""
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads: it is waited for below
    worker = Worker(services, cast(SQSClient, services.queue))
    worker.start()
    log.info("worker is ready")
    signal.sigwait(ends)
    worker.end(END)
    log.info("worker has stopped")


class Worker:
    def __init__(self, services: Services, queue: SQSClient, heartbeat: float = HEARTBEAT) -> None:
        self._services, self._queue, self._stop = services, queue, Event()
        self._heartbeat = heartbeat
        self._in_work: set[str] = set()  # receipts

    def start(self) -> None:
        house = Thread(target=lib.worker.keep_house, args=(self._services, self._stop), daemon=True)
        heart = Thread(target=self._keep_hidden, daemon=True)
        for thread in (house, heart, *(Thread(target=self._poll, daemon=True) for _ in range(THREADS))):
            thread.start()

    def end(self, patience: float) -> None:
        """Let what is being done end, for so many seconds, and give back what has not."""
        self._stop.set()
        until = time.monotonic() + patience
        while self._in_work and time.monotonic() < until:
            time.sleep(0.05)
        for receipt in tuple(self._in_work):
            self._hide(receipt, GIVEN_BACK)

    def work_off(self, wait: int) -> int:
        """Do what the queue has, waiting that many seconds for the first message. Returns how many there were."""
        # One at a time: a second one would wait, hidden from the other threads, for the first to end.
        messages = self._queue.receive_messages(WORK, most=1, wait=wait)
        for message in messages:
            self._take(message)
        return len(messages)

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                self.work_off(LONG_POLL)
            except Unavailable as error:
                log.warning("the queue cannot be read, trying on: %s", error.message)
                self._stop.wait(PAUSE)
            except (
                Exception
            ):  # a message that cannot be worked with goes to the dead letters, the others are done
                log.exception("a message is left to the dead letters")
                self._stop.wait(PAUSE)

    def _take(self, message: Message) -> None:
        if self._stop.is_set():  # came in while we were told to stop
            self._hide(message.receipt, GIVEN_BACK)
            return
        self._in_work.add(message.receipt)
        try:
            if self._do(message):
                self._queue.delete_message(WORK, message.receipt)
        finally:
            self._in_work.discard(message.receipt)

    def _do(self, message: Message) -> bool:
        """Whether the message has had its time."""
        task, *arguments = task_in(message)
        if not self._services.jobs.is_open(task, *arguments):
            log.info("%s was done before", task)  # a second delivery, or the sweep's
            return True
        return lib.worker.work(self._services, task, *arguments)

    def _keep_hidden(self) -> None:
        while not self._stop.wait(self._heartbeat):
            for receipt in tuple(self._in_work):
                self._hide(receipt, WORKER_VISIBILITY)

    def _hide(self, receipt: str, seconds: int) -> None:
        try:
            self._queue.hide_message(WORK, receipt, seconds)
        except PlannerError as error:  # then someone else may do it too, which work must bear anyway
            log.warning("a message cannot be kept hidden: %s", error.message)


if __name__ == "__main__":
    sys.exit(main())
