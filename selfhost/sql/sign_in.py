"""Signing in to a PostgreSQL whose password changes by itself, as RDS changes its own every week."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, event

from lib.settings import Misconfigured
from selfhost.sql.faults import unavailable

Login = Mapping[str, str]  # in libpq's words: "password", and "user" where the URL names none
log = logging.getLogger(__name__)


class SignIn:
    """Reads the login at the first connection, and anew when one is refused for its password. Connections that are open stay."""

    def __init__(self, read: Callable[[], Login]) -> None:
        """`read` asks whoever keeps it. It raises Misconfigured where that cannot be, with a sentence for operators."""
        self._read = read
        self._login: Login | None = None

    def use_for(self, engine: Engine) -> None:
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, dialect: Any, _: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
        login = self._login or self._renewed()
        try:
            return dialect.connect(*arguments, **{**login, **named})
        except dialect.loaded_dbapi.OperationalError as error:
            # Set once the server has asked for a password; an outage or a full server come before that.
            if error.pgconn is None or not error.pgconn.used_password:
                raise
            # Another thread may have read it meanwhile.
            newer = self._login if self._login != login else self._renewed()
            if newer is None or newer == login:
                raise
        return dialect.connect(*arguments, **{**newer, **named})

    def _renewed(self) -> Login:
        """Raises Unavailable, for people; operators read why in the log, or at the start."""
        try:
            self._login = self._read()
        except Misconfigured as problem:
            log.error("Nobody can sign in to the database. %s", problem)
            raise unavailable("away") from problem
        return self._login
