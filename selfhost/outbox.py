"""On a machine without SMTP, each e-mail is a file in the outbox folder."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from secrets import token_hex

from lib.composing import compose
from lib.errors import Unavailable
from lib.logs import why
from lib.periods import utc_now
from lib.records import Email

KEPT_FOR = timedelta(days=30)
log = logging.getLogger(__name__)


class Outbox:
    """A folder of `.eml` files that any mail program opens. Only the planner's own user can read them: links are secret."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        with self._translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK | os.X_OK):
                raise PermissionError(f"cannot write to {self._folder}")

    def send_email(self, email: Email) -> None:
        # Eight bits, so that it can be read and its links copied without a mail program.
        message = compose(email, "planner@localhost", "8bit")
        name = f"{utc_now():%Y-%m-%dT%H-%M-%S}-{token_hex(4)}-{_mark(email.to)}.eml"
        with self._translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{name}"
            try:
                draft.touch(mode=0o600)
                with draft.open("wb") as file:
                    file.write(message.as_bytes(policy=SMTPUTF8 if not email.to.isascii() else SMTP))
                    file.flush()
                    os.fsync(file.fileno())
                draft.rename(self._folder / name)
            finally:
                draft.unlink(missing_ok=True)
            self._clear()
        # Not its subject: of an alert, that is about money.
        log.info("no SMTP_HOST is set: an e-mail is in %s", self._folder / name)

    def forget(self, address: str) -> None:
        with self._translated():
            for path in self._folder.glob(f"*-{_mark(address)}.eml"):
                path.unlink(missing_ok=True)

    def _clear(self) -> None:
        """Letters go after a month: their links have long ended, but they name people."""
        for path in self._folder.glob("*.eml"):
            with suppress(FileNotFoundError):  # another process was quicker
                if path.stat().st_mtime < (utc_now() - KEPT_FOR).timestamp():
                    path.unlink()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            log.warning("outbox: %s", why(error))
            raise Unavailable("E-mail cannot be written to the outbox right now.", "messenger") from error


def _mark(address: str) -> str:
    """What finds the letters to an address by their names, without naming it."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:12]
