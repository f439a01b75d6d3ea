"""E-mail by SMTP."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from lib.composing import compose
from lib.errors import Invalid, Unavailable, Uncertain
from lib.logs import why
from lib.records import Email
from lib.settings import Settings

PATIENCE = 10  # seconds for each step of the conversation
VERDICT = 60  # seconds for what the server says to a whole letter: some look for viruses first
log = logging.getLogger(__name__)


class SMTPMailer:
    def __init__(
        self,
        settings: Settings,
        tls: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
        verdict: float = VERDICT,
    ) -> None:
        self._settings, self._patience, self._verdict = settings, patience, verdict
        self._tls = tls or ssl.create_default_context()

    def check(self) -> None:
        with self._connected() as server:
            server.noop()

    def send_email(self, email: Email) -> None:
        """Raises Uncertain, too, where the server had all of it and did not say what became of it."""
        message = compose(email, self._settings.smtp_from)
        with self._connected() as server:
            server.verdict = self._verdict
            try:
                server.send_message(message)
            except smtplib.SMTPNotSupportedError as error:
                raise Invalid("The mail server cannot send to an address in this script.", "to") from error
            except OSError as error:  # smtplib's own errors too
                if server.is_out and not _is_refusal(error):
                    raise _uncertain(type(error).__name__) from error
                raise

    def forget(self, address: str) -> None:
        """Nothing is kept here: what was sent is sent."""

    @contextmanager
    def _connected(self) -> Iterator["_Conversation"]:
        try:
            with _ended(self._connect()) as server:
                if self._settings.smtp_user:
                    server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())
                yield server
        except smtplib.SMTPRecipientsRefused as error:
            raise _answer(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPDataError as error:
            raise _answer(error.smtp_code) from error
        except smtplib.SMTPAuthenticationError as error:
            raise _unavailable("it refuses our user name and password") from error
        except smtplib.SMTPResponseException as error:
            # Its greeting, or what it says to our name and sender: about us, not about this letter, and put right one day.
            raise _unavailable(f"it answers {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:  # smtplib's own errors are OSErrors too
            raise _unavailable(why(error)) from error

    def _connect(self) -> "_Conversation":
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if self._settings.smtp_security == "tls":
            return _SecretConversation(host, port, timeout=self._patience, context=self._tls)
        server = _Conversation(host, port, timeout=self._patience)
        if self._settings.smtp_security == "starttls":
            try:
                server.starttls(context=self._tls)
            except BaseException:
                server.close()
                raise
        return server


class _Conversation(smtplib.SMTP):
    """One that knows whether its letter is out: from then on the server may have taken it, whatever becomes of the line."""

    is_out = False
    verdict: float = VERDICT

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(b"\r\n.\r\n"):
            self.is_out = True
            if self.sock is not None:
                self.sock.settimeout(self.verdict)

    def data(self, msg: Any) -> tuple[int, bytes]:
        answer = super().data(msg)
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        return answer


class _SecretConversation(_Conversation, smtplib.SMTP_SSL):
    """The same, over TLS from its first byte."""


@contextmanager
def _ended(server: _Conversation) -> Iterator[_Conversation]:
    """However it says goodbye: what became of the letter is said by then."""
    try:
        yield server
    finally:
        with suppress(OSError):
            server.quit()
        server.close()


def _is_refusal(error: OSError) -> bool:
    return isinstance(error, smtplib.SMTPDataError) and 400 <= error.smtp_code < 600


def _answer(code: int) -> Unavailable | Invalid:
    """What it says to a recipient or a letter. By RFC 5321: 5xx is for good, 4xx may go away. The server's words are not logged: they often name the recipient."""
    if 500 <= code < 600:
        log.warning("mail server refuses for good: %d", code)
        return Invalid("The mail server does not accept this message.", "to")
    return _unavailable(f"it answers {code}")


def _unavailable(why: str) -> Unavailable:
    log.warning("mail server: %s", why)
    return Unavailable("E-mail cannot be sent right now; it is tried again.", "messenger")


def _uncertain(why: str) -> Uncertain:
    log.warning("mail server: it had a whole letter and did not say what became of it (%s)", why)
    return Uncertain("The mail server did not say whether it took this.", "messenger")
