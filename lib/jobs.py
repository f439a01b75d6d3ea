"""Work that goes on after the answer.

The job's document is the outbox: it is written before anything is sent and removed when the work is done. So a queue that is
down, or a worker that is killed, loses nothing: the sweep sends again what has stayed. Work must be able to happen twice.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from lib.errors import Changed, Unavailable
from lib.ports import Queue, Store
from lib.records import Document

OWNER, KIND = "-jobs", "job"
STALE = timedelta(seconds=30)  # a job that has not shown a sign of life for so long is sent again
MOST_DOUBLINGS = 7  # and then after twice as long each time
LONGEST = timedelta(minutes=64)
GIVE_UP = timedelta(days=3)
ERASE = "erase"  # the task that finishes erasing an account
REPLAY = "replay"  # the task that looks through a history, or changes it
CATEGORISE = "categorise"  # the task that files one expense
LEARN = "learn"  # the task that learns anew from a history
log = logging.getLogger(__name__)


class Jobs:
    def __init__(
        self, store: Store, queue: Queue, now: Callable[[], datetime], stale: timedelta = STALE
    ) -> None:
        """`stale` is when a job that shows no sign of life is sent again: longer where the queue does so itself."""
        self.store, self.queue, self.now, self.stale = store, queue, now, stale

    def submit(self, task: str, *arguments: str, ring: Callable[[], None] | None = None) -> None:
        """See to it that `task` is done with these arguments, soon and at least once. The same job twice is one job.

        `ring` sends for it in another way than the queue's usual one; should that be lost, the sweep sends in the usual one.
        """
        name = job_id(task, arguments)
        if self.store.get_document(OWNER, KIND, name) is not None:
            return  # asked first: a page that looks again and again does not wait for whoever writes
        job = Document(
            OWNER,
            KIND,
            name,
            {"task": task, "arguments": list(arguments), "seen_at": self.now().isoformat(), "tries": 0},
            expires_at=self.now() + GIVE_UP,
        )
        try:
            self.store.put_document(job)
        except Changed:
            return  # someone submitted it just now
        log.info("%s is to be done as %s", task, name)
        self._send(task, arguments, ring)

    def alive(self, task: str, *arguments: str) -> None:
        """Say that a long job is still being worked on, so that the sweep leaves it alone."""
        job = self.store.get_document(OWNER, KIND, job_id(task, arguments))
        if job is not None:
            try:
                self.store.put_document(_seen(job, self.now(), tries=0))
            except Changed:
                log.info("job is also being swept: %s", job.id)

    def is_open(self, task: str, *arguments: str) -> bool:
        """Whether that still has to be done: a queue may bring it a second time."""
        return self.store.get_document(OWNER, KIND, job_id(task, arguments)) is not None

    def done(self, task: str, *arguments: str) -> None:
        self.store.remove_document(OWNER, KIND, job_id(task, arguments))

    def waiting(self) -> tuple[int, timedelta]:
        """How many there are, and since when the oldest: what nobody has begun, what is at work, and what failed so far."""
        jobs = self.store.list_documents(OWNER, KIND)
        asked = min((job.expires_at - GIVE_UP for job in jobs if job.expires_at), default=self.now())
        return len(jobs), self.now() - asked

    def forget(self, user_id: str) -> None:
        """Let go of what waits to be done for someone whose account is erased; not of the erasing itself."""
        for job in self.store.list_documents(OWNER, KIND):
            if user_id in job.data["arguments"] and job.data["task"] != ERASE:
                self.store.remove_document(OWNER, KIND, job.id)

    def sweep(self, *, everything: bool = False) -> int:
        """Send again what nobody has worked on for a while, or `everything`. Returns how many jobs that were."""
        sent = 0
        for job in self.store.list_documents(OWNER, KIND):
            if not everything and self.now() < self._due(job):
                continue
            try:
                self.store.put_document(_seen(job, self.now(), tries=job.data["tries"] + 1))
            except Changed:
                continue  # another sweep has it
            self._send(job.data["task"], tuple(job.data["arguments"]))
            sent += 1
        return sent

    def _due(self, job: Document) -> datetime:
        """When to send it again: later each time, so that what cannot work yet does not keep the worker from what can."""
        wait: timedelta = min(self.stale * 2 ** min(job.data["tries"], MOST_DOUBLINGS), LONGEST)
        return datetime.fromisoformat(job.data["seen_at"]) + wait

    def _send(self, task: str, arguments: tuple[str, ...], ring: Callable[[], None] | None = None) -> None:
        try:
            if ring is None:
                self.queue.send(task, *arguments)
            else:
                ring()
        except Unavailable as error:
            log.warning("queue is down, the sweep will send %s: %s", task, error.message)


def job_id(task: str, arguments: tuple[str, ...] | list[str]) -> str:
    return f"{task}-{hashlib.sha256(chr(10).join(arguments).encode()).hexdigest()[:32]}"


def _seen(job: Document, at: datetime, tries: int) -> Document:
    data = {**job.data, "seen_at": at.isoformat(), "tries": tries}
    return Document(OWNER, KIND, job.id, data, job.expires_at, job.version)
