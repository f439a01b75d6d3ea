"""The Queue on one machine: Huey over one SQLite file.

The queue only rings the bell. What is to be done is kept in the store (lib/jobs.py), so this file may be lost at any time.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from huey import Huey
from huey.consumer import Consumer
from huey.storage import SqliteStorage

from lib.errors import Unavailable
from lib.jobs import CATEGORISE
from lib.logs import why
from lib.records import Expense
from selfhost.task_messages import Bell

WAIT = 2  # seconds to wait for another process's lock
SAY_AGAIN = 60  # seconds between two log lines about the same outage
log = logging.getLogger(__name__)


class TaskQueue:
    """Opens its file at the first use, so that nothing of it crosses a fork."""

    is_shared = False  # with workers elsewhere, which may be in the middle of something

    def __init__(self, path: Path) -> None:
        self._path = path
        self._do: Callable[..., None] = _nobody

    def check(self) -> None:
        self._try(self._huey.storage.check)

    def send(self, task: str, *arguments: str) -> None:
        self._try(lambda: self._work(task, *arguments))

    def send_expense_message(self, expense: Expense) -> None:
        self.send(CATEGORISE, expense.user_id, expense.expense_id)

    def send_notification(self, message: Mapping[str, str]) -> None:
        self.send("notify", message["user_id"], message["notification_id"])

    def empty(self) -> None:
        """Forget everything that was sent."""
        self._try(self._huey.storage.flush_queue)

    def close(self) -> None:
        """Let go of the file. The next use opens it again."""
        self._huey.storage.close()

    def consumer(
        self, do: Callable[..., None], threads: int, ready: Callable[[], None] = lambda: None
    ) -> Consumer:
        """What calls `do(task, *arguments)` for each task until SIGTERM; then running ones have three seconds to end.

        Args:
            ready: Called once it works, and hears signals.
        """
        self._do = do
        return Announced(
            self._work.huey,  # the task is known before the first message is read
            ready,
            workers=threads,
            periodic=False,
            initial_delay=0.05,
            max_delay=0.5,
            shutdown_timeout=3,
            graceful_signal="TERM",
        )

    @cached_property
    def _huey(self) -> Huey:
        return Bell(QueueFile, path=self._path)

    @cached_property
    def _work(self) -> Any:
        def work(task: str, *arguments: str) -> None:
            self._do(task, *arguments)

        return self._huey.task(name="work")(work)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (sqlite3.Error, OSError) as error:
            log.warning("queue does not work: %s", why(error))
            raise Unavailable(part="queue") from error


class Announced(Consumer):  # type: ignore[misc]  # Huey has no types
    def __init__(self, huey: Huey, ready: Callable[[], None], **options: Any) -> None:
        super().__init__(huey, **options)
        self._ready = ready

    def start(self) -> None:
        super().start()
        self._ready()


class QueueFile(SqliteStorage):  # type: ignore[misc]  # Huey has no types
    """Huey's file, which may be removed or replaced under a running process: by a restored backup, or someone tidying up."""

    def __init__(self, name: str, path: Path, **others: Any) -> None:
        self._conn: Any = None
        self._inode, self._said_at = 0, 0.0
        super().__init__(
            name,
            filename=str(path),
            timeout=WAIT,
            journal_mode=None,  # what is set is set below
            cache_mb=0,
            create_tables=False,  # nothing is opened yet
            **others,
        )

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        try:
            # A write-ahead log beside it would outlive a file that is removed or replaced.
            for statement in ("PRAGMA journal_mode = DELETE", *self.ddl):
                connection.execute(statement)
            self._inode = Path(self.filename).stat().st_ino
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def conn(self) -> Any:
        if self._conn is not None and not self._is_in_place():
            self._conn.close()
            self._conn = None
        return super().conn

    def _is_in_place(self) -> bool:
        try:
            return Path(self.filename).stat().st_ino == self._inode
        except OSError:
            return False

    def check(self) -> None:
        """Raise what writing would raise."""
        with self.db() as cursor:
            cursor.execute("begin immediate")
            cursor.execute("rollback")

    def dequeue(self) -> Any:
        """The next task, or None. A file that cannot be read counts as empty, said once a minute."""
        try:
            return super().dequeue()
        except (sqlite3.Error, OSError) as error:
            if time.monotonic() > self._said_at + SAY_AGAIN:
                self._said_at = time.monotonic()
                log.error("queue cannot be read, trying on: %s", why(error))
            return None


def _nobody(task: str, *arguments: str) -> None:
    raise NotImplementedError("tasks are done by the worker")
