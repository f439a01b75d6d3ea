"""Signing in to a PostgreSQL whose password changes by itself, as RDS changes its own every week."""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event

from lib.settings import Misconfigured
from selfhost.sql.faults import unavailable

Login = Mapping[str, str]  # in libpq's words: "password", and "user" where the URL names none
PAUSE = 2.0  # seconds after a read that brought nothing new, in which nobody reads again
log = logging.getLogger(__name__)


class SignIn:
    """Reads the login at the first connection, and anew when one is refused for its password. Connections that are open stay.

    One thread reads at a time, and the others take what it brings: an answer may take seconds, and costs money.
    """

    def __init__(self, read: Callable[[], Login], now: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            read: Asks whoever keeps it. It raises Misconfigured where that cannot be, with a sentence for operators.
            now: In seconds, from any beginning.
        """
        self._read, self._now = read, now
        self._turn = Lock()
        self._login: Login | None = None
        self._in_vain = -PAUSE  # when the last read brought nothing new

    def use_for(self, engine: Engine) -> None:
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, dialect: Any, _: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
        login = self._login or self._newer_than(None)
        try:
            return dialect.connect(*arguments, **_with(login, named))
        except dialect.loaded_dbapi.OperationalError as error:
            # Set once the server has asked for a password, before it looks whether it has room, or a database of that name: the
            # pause is for these. A server that is away never asks.
            if error.pgconn is None or not error.pgconn.used_password:
                raise
            newer = self._newer_than(login)
            if newer == login:
                raise
        return dialect.connect(*arguments, **_with(newer, named))

    def _newer_than(self, refused: Login | None) -> Login:
        """What another thread has read meanwhile, what is kept now, or again what was refused.

        Raises Unavailable, for people; operators read why in the log, or at the start.
        """
        with self._turn:
            if self._login is not None and self._login != refused:
                return self._login
            if self._now() < self._in_vain + PAUSE:
                return self._again(refused)
            try:
                self._login = self._read()
            except Misconfigured as problem:
                self._in_vain = self._now()
                log.error("Nobody can sign in to the database. %s", problem)
                raise unavailable("away") from problem
            if self._login == refused:
                self._in_vain = self._now()
            return self._login

    def _again(self, refused: Login | None) -> Login:
        """In the pause; whoever has nothing yet cannot come in."""
        if refused is None:
            raise unavailable("away")
        return refused


def _with(login: Login, named: Mapping[str, Any]) -> dict[str, Any]:
    """A user whom the URL names stays; a password is the secret's alone, as it changes."""
    return {**login, **named, "password": login["password"]}
