"""E-mail over SMTP, against a real server on this machine."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, Envelope

from lib.composing import compose
from lib.errors import Invalid, Unavailable, Uncertain
from lib.records import Email
from lib.settings import Settings
from selfhost.mailer import SMTPMailer
from selfhost.messenger import make_messenger
from tests.engines import free_port
from tests.post_office import post_office

LETTER = Email("maria@example.com", "Your link", "Hello María,\n\nhttp://localhost/reset/abc.secret\n")
SENDER = "Budget <planner@example.com>"


class Mailbox:
    """What an SMTP server does with its mail: keep it, or answer as told."""

    def __init__(self, answer: str = "250 OK", to_recipient: str = "250 OK") -> None:
        self.received: list[Envelope] = []
        self.answer, self.to_recipient = answer, to_recipient

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, to: str, _options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.received.append(envelope)
        return self.answer

    def message(self) -> EmailMessage:
        content = self.received[-1].original_content
        assert content is not None
        return message_from_bytes(content, policy=default)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a client knows that trusts our certificate."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def certified(authority: trustme.CA) -> ssl.SSLContext:
    """What a server has that proves to be localhost."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@contextmanager
def served(mailbox: Mailbox, **how: Any) -> Iterator[int]:
    """A server on this machine; gives its port."""
    with post_office(mailbox, **how) as server:
        yield server.port


def mailer(
    port: int,
    security: str = "none",
    tls: ssl.SSLContext | None = None,
    patience: float = 20,
    verdict: float = 20,
    **more: Any,
) -> SMTPMailer:
    settings = Settings(
        _env_file=None,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=security,
        smtp_from=SENDER,
        **more,
    )
    return SMTPMailer(settings, tls, patience, verdict)


def test_a_letter_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    with served(mailbox) as port:
        mailer(port).send_email(LETTER)
    message = mailbox.message()
    assert mailbox.received[0].rcpt_tos == ["maria@example.com"]
    assert mailbox.received[0].mail_from == "planner@example.com"
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, LETTER.to, LETTER.subject)
    assert message["Date"] and message["Message-ID"].endswith("@example.com>")  # noqa: PT018
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_letter_in_two_forms_and_with_headers_of_its_own() -> None:
    mailbox = Mailbox()
    with served(mailbox) as port:
        mailer(port).send_email(
            LETTER._replace(html="<p>Hello</p>", headers=(("List-Unsubscribe", "<http://localhost/stop>"),))
        )
    forms = [part.get_content_type() for part in mailbox.message().iter_parts()]
    assert forms == ["text/plain", "text/html"]
    assert mailbox.message()["List-Unsubscribe"] == "<http://localhost/stop>"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_is_sent_over_a_protected_line_after_signing_in(
    security: str, trusting: ssl.SSLContext, certified: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox, said = Mailbox(), []

    def check(_server: Any, session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        said.append((login.login, login.password, session.ssl is not None or security == "tls"))
        # Not "handled": else the server leaves it to us to say that it was wrong.
        return AuthResult(success=login.password == b"secret of the planner", handled=False)

    how: dict[str, Any] = {"authenticator": check}
    how |= (
        {"tls_context": certified, "require_starttls": True, "auth_required": True}
        if security == "starttls"
        else {}
    )
    how |= {"ssl_context": certified, "auth_require_tls": False} if security == "tls" else {}
    with served(mailbox, **how) as port:
        right = {"smtp_user": "planner", "smtp_password": "secret of the planner"}
        mailer(port, security, trusting, **right).check()
        mailer(port, security, trusting, **right).send_email(LETTER)
        with pytest.raises(Unavailable):
            mailer(port, security, trusting, **right | {"smtp_password": "wrong"}).send_email(LETTER)
    assert "it refuses our user name and password" in caplog.text
    assert len(mailbox.received) == 1
    assert set(said) >= {(b"planner", b"secret of the planner", True)}


def test_a_server_that_cannot_prove_its_name_gets_nothing(certified: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with served(mailbox, tls_context=certified) as port, pytest.raises(Unavailable):
        mailer(port, "starttls").send_email(LETTER)
    assert mailbox.received == []


def test_without_protection_nothing_is_sent_where_it_was_asked_for() -> None:
    mailbox = Mailbox()
    with served(mailbox) as port, pytest.raises(Unavailable):
        mailer(port, "starttls").send_email(LETTER)
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"answer": "451 busy"}, Unavailable),
        ({"answer": "554 looks like junk"}, Invalid),
        ({"to_recipient": "450 <maria@example.com> busy"}, Unavailable),
        ({"to_recipient": "550 <maria@example.com> unknown"}, Invalid),
    ],
)
def test_what_may_go_away_is_told_from_what_is_for_good(
    answers: dict[str, str], error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    with served(Mailbox(**answers)) as port, pytest.raises(error):
        mailer(port).send_email(LETTER)
    assert "maria" not in "".join(record.getMessage() for record in caplog.records if "mailer" in record.name)


def test_a_server_that_refuses_its_sender_is_tried_again() -> None:
    class Choosy(Mailbox):
        async def handle_MAIL(self, *_: Any) -> str:
            return "550 not from you"

    with served(Choosy()) as port, pytest.raises(Unavailable):
        mailer(port).send_email(LETTER)


def test_a_server_that_refuses_everyone_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        refusing = Thread(target=_refuse, args=(server, 2))
        refusing.start()
        with pytest.raises(Unavailable):
            mailer(server.getsockname()[1]).send_email(LETTER)
        with pytest.raises(Unavailable):
            mailer(server.getsockname()[1]).check()
        refusing.join()


def _refuse(server: socket.socket, calls: int) -> None:
    for _ in range(calls):
        line, _address = server.accept()
        with line:
            line.sendall(b"554 no service here\r\n")
            line.recv(100)


def test_no_server_is_a_part_that_is_unavailable() -> None:
    with pytest.raises(Unavailable) as failure:
        mailer(free_port()).send_email(LETTER)
    assert failure.value.part == "messenger"
    with pytest.raises(Unavailable):
        mailer(free_port()).check()


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(
            _env_file=None,
            smtp_host="127.0.0.1",
            smtp_port=silent.getsockname()[1],
            smtp_from=SENDER,
        )
        with pytest.raises(Unavailable):
            SMTPMailer(settings, patience=0.1).send_email(LETTER)


class Scanning(Mailbox):
    """Looks through a letter before it says that it takes it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_scans_longer_than_it_talks_gets_the_letter_once(
    security: str, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    mailbox, how = Scanning(2), {"ssl_context": certified} if security == "tls" else {}
    with served(mailbox, **how) as port:
        mailer(port, security, trusting, patience=1.5).send_email(LETTER)
    assert len(mailbox.received) == 1


class Mute(Mailbox):
    """Takes a letter and never says so."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        await super().handle_DATA(server, session, envelope)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


class HangingUp(Mailbox):
    """Takes a letter and hangs up."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        server.transport.close()
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("security", ["none", "tls"])
@pytest.mark.parametrize(
    "mailbox", [Mute, HangingUp, lambda: Mailbox(answer="hello"), lambda: Mailbox("251 ok")]
)
def test_who_had_the_whole_letter_may_have_taken_it(
    security: str, mailbox: Any, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    box, how = mailbox(), {"ssl_context": certified} if security == "tls" else {}
    with served(box, **how) as port, pytest.raises(Uncertain) as said:
        mailer(port, security, trusting, verdict=1).send_email(LETTER)
    assert (len(box.received), said.value.part) == (1, "messenger")


class LeavingEarly(Mailbox):
    async def handle_RCPT(self, server: Any, *_: Any) -> str:
        server.transport.close()
        return "250 OK"


@pytest.mark.parametrize(
    "mailbox", [LeavingEarly, lambda: Mailbox("451 busy"), lambda: Mailbox("421 closing")]
)
def test_who_had_no_whole_letter_or_refused_it_has_none(mailbox: Any) -> None:
    with served(mailbox()) as port, pytest.raises(Unavailable) as said:
        mailer(port).send_email(LETTER)
    assert not isinstance(said.value, Uncertain)


def test_a_line_that_breaks_within_the_letter_leaves_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        talking = Thread(target=_stop_reading, args=(server,))
        talking.start()
        with pytest.raises(Unavailable) as said:
            mailer(server.getsockname()[1]).send_email(LETTER._replace(text="more\n" * 4_000_000))
        talking.join()
    assert not isinstance(said.value, Uncertain)


def _stop_reading(server: socket.socket) -> None:
    line, _address = server.accept()
    with line, line.makefile("rb") as said:
        line.sendall(b"220 here\r\n")
        for answer in (b"250 hello", b"250 from", b"250 to", b"354 go on"):
            said.readline()
            line.sendall(answer + b"\r\n")
        said.readline()


@pytest.mark.parametrize("goodbye", ["500 what?", "421 bye", "hello"])
def test_a_letter_that_was_taken_is_sent_however_the_talk_ends(goodbye: str) -> None:
    class Rude(Mailbox):
        async def handle_QUIT(self, *_: Any) -> str:
            return goodbye

    box = Rude()
    with served(box) as port:
        mailer(port).send_email(LETTER)
    assert len(box.received) == 1


def test_addresses_of_every_script_are_written_to_where_the_server_can() -> None:
    abroad = LETTER._replace(to="jörg@münchen.example")
    mailbox = Mailbox()
    with served(mailbox, enable_SMTPUTF8=True) as port:
        mailer(port).send_email(abroad)
    assert mailbox.received[0].rcpt_tos == ["jörg@xn--mnchen-3ya.example"]
    with served(Mailbox(), enable_SMTPUTF8=False) as port, pytest.raises(Invalid):
        mailer(port).send_email(abroad)


@pytest.mark.parametrize(
    "hostile",
    [
        LETTER._replace(to="maria@example.com\r\nBcc: all@example.com"),
        LETTER._replace(to="maria@example.com, all@example.com"),
        LETTER._replace(to="maria@example.com\x00"),
        LETTER._replace(to="<maria@example.com>"),
        LETTER._replace(to=""),
        LETTER._replace(subject="Hello\nBcc: all@example.com"),
        LETTER._replace(subject="Hello\r\n\r\nA body of mine"),
        LETTER._replace(headers=(("X-One", "two\nBcc: all@example.com"),)),
        LETTER._replace(headers=(("X-One\nBcc", "all@example.com"),)),
    ],
)
def test_nobody_smuggles_headers_in(hostile: Email) -> None:
    with pytest.raises(Invalid):
        compose(hostile, SENDER)


def test_a_line_with_a_dot_does_not_end_the_letter() -> None:
    mailbox = Mailbox()
    sly = "First\n.\nMAIL FROM:<x@example.com>\n"
    with served(mailbox) as port:
        mailer(port).send_email(LETTER._replace(text=sly))
    assert len(mailbox.received) == 1
    assert mailbox.message().get_content().replace("\r\n", "\n") == sly


def test_a_host_that_is_set_means_smtp(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with served(mailbox) as port:
        how = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": SENDER}
        make_messenger(Settings(_env_file=None, data_dir=tmp_path, **how)).send_email(LETTER)
    assert mailbox.message()["To"] == LETTER.to
    assert not (tmp_path / "outbox").exists()
