"""Connections: how many, how they are set up, when a transaction begins and ends."""

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from selfhost.sql.faults import is_busy, translated, unavailable
from selfhost.sql.sign_in import SignIn

PATIENCE = 10  # seconds to wait for the database's lock; the URL's `timeout` says otherwise

# WAL lets people read while someone writes. With synchronous=NORMAL a power cut could take back the last transactions that were
# already acknowledged; FULL waits for the disk once a commit (a millisecond or so), and "saved" means saved.
_SQLITE_SETUP = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",  # a large import leaves no large log behind
)
_LOOK_ANEW = 50  # milliseconds


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


class Database:
    """One database: `read` for looking, `write` for one transaction."""

    def __init__(self, url: str, sign_in: SignIn | None = None) -> None:
        """`sign_in`: what knows the password, where the URL does not."""
        parsed = make_url(url)
        self.patience = float(str(parsed.query.get("timeout", PATIENCE)))
        parsed = parsed.difference_update_query(["timeout"])
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = (_sqlite_engine if self.is_sqlite else _postgresql_engine)(parsed, self.patience)
        if sign_in:
            sign_in.use_for(self.engine)
        self._turn = threading.Lock()
        _keep_out_of_forks(self)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection where each statement sees what is committed: no BEGIN and COMMIT around a look-up."""
        with translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: kept when the block ends, undone when it raises."""
        with translated(), self._queue(), self.engine.connect() as connection:
            if self.is_sqlite:
                self._begin_immediate(connection)
            else:
                connection.exec_driver_sql("BEGIN")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        """SQLite has one writer, and those who wait for it look again by chance: our own threads rather queue up here."""
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=3 * self.patience):
            raise unavailable("busy")
        try:
            yield
        finally:
            self._turn.release()

    def _begin_immediate(self, connection: Connection) -> None:
        """Take SQLite's lock now, not in the middle, where SQLite could only give up.

        Left to itself it looks for the lock more and more rarely, in the end ten times a second, and an import in another
        process would be quicker every time. So it is sent to look anew before it becomes that slow.
        """
        driver: Any = connection.connection.driver_connection
        give_up = time.monotonic() + self.patience
        driver.execute(f"PRAGMA busy_timeout = {min(_LOOK_ANEW, _milliseconds(self.patience))}")
        try:
            while True:
                try:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    return
                except OperationalError as error:
                    if not is_busy(error) or time.monotonic() > give_up:
                        raise
        finally:
            driver.execute(f"PRAGMA busy_timeout = {_milliseconds(self.patience)}")

    def _before_fork(self) -> None:
        self.engine.dispose()

    def _after_fork(self) -> None:
        # Connections of other threads that came along belong to the parent: they are forgotten, and never closed from here.
        self._inherited = self.engine.pool
        self.engine.dispose(close=False)
        self._turn = threading.Lock()


def _keep_out_of_forks(database: Database) -> None:
    """No connection may be used on both sides of a fork (gunicorn with preload forks a running program)."""
    known = weakref.ref(database)

    def call(step: str) -> None:
        if (found := known()) is not None:
            getattr(found, step)()

    os.register_at_fork(before=lambda: call("_before_fork"), after_in_child=lambda: call("_after_fork"))


def _sqlite_engine(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        # The driver begins nothing by itself; `write` does.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": patience},
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # errors are logged, and what people write down is in no log
        paramstyle="named",
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_use_lifo=True,  # the same few connections, whose caches are warm
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        for statement in _SQLITE_SETUP:
            connection.execute(statement)

    return engine


def _postgresql_engine(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": PATIENCE},
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,  # what a restart or a firewall cut is replaced before anyone notices
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        # A writer that hangs must not hang everyone who waits for it.
        connection.execute(f"SET lock_timeout = {_milliseconds(patience)}")
        connection.execute("SET idle_in_transaction_session_timeout = '60s'")
        connection.commit()

    return engine
