"""Letters: each reaches the one address it is for, says what it should, and is tried again or never, as its fate is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import pytest
from aiosmtpd.controller import Controller
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from aws_config.ses_client import SESClient
from lib.errors import Invalid, Unavailable
from lib.ports import Messenger
from lib.records import Email
from lib.settings import Settings
from selfhost.mailer import Outbox, SMTPMailer
from tests.aws.moto_aws import REGION, account, answers, says
from tests.live import free_port

SENDER = "Budget <planner@example.com>"
LETTER = Email(
    "maria@example.com", "Dein Link für María", "Hallo María,\n\nhttps://budget.example/reset/abc\n"
)


class Home(NamedTuple):
    messenger: Messenger
    sent: Callable[[], list[EmailMessage]]
    break_down: Callable[[], None]


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)  # type: ignore[return-value]


@contextmanager
def in_the_outbox(folder: Path) -> Iterator[Home]:
    outbox = folder / "outbox"
    yield Home(
        Outbox(outbox),
        lambda: [_read(file.read_bytes()) for file in outbox.glob("*.eml")],
        lambda: outbox.rmdir() or outbox.write_text(""),  # type: ignore[func-returns-value]
    )


@contextmanager
def by_smtp(_: Path) -> Iterator[Home]:
    class Mailbox:
        def __init__(self) -> None:
            self.received: list[bytes] = []

        async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
            self.received.append(envelope.original_content)  # type: ignore[attr-defined]
            return "250 OK"

    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    settings = Settings(
        _env_file=None,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_from=SENDER,
    )
    try:
        mailer = SMTPMailer(settings, patience=2)
        yield Home(mailer, lambda: [_read(each) for each in mailbox.received], server.stop)
    finally:
        if server.loop.is_running():
            server.stop()


@contextmanager
def by_ses(_: Path) -> Iterator[Home]:
    with account() as aws:
        aws.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
        says(aws, "sesv2.GetAccount", SendingEnabled=True)
        kept = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION]

        def break_down() -> None:
            for what in ("GetAccount", "SendEmail"):
                answers(aws, f"sesv2.{what}", "InternalFailure", 500)

        yield Home(
            SESClient(aws, SENDER),
            lambda: [_read(each.raw_data.encode()) for each in kept.core_backend.sent_messages],
            break_down,
        )


@pytest.fixture(params=[in_the_outbox, by_smtp, by_ses], ids=["outbox", "smtp", "ses"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    with request.param(tmp_path) as home:
        yield home


def test_a_letter_is_what_was_written(home: Home) -> None:
    home.messenger.send_email(LETTER)
    (letter,) = home.sent()
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_letter_reaches_one_address(home: Home) -> None:
    home.messenger.send_email(LETTER)
    home.messenger.send_email(LETTER._replace(to="bob@example.com"))
    assert sorted(letter["To"] for letter in home.sent()) == ["bob@example.com", "maria@example.com"]
    assert not any(letter[other] for letter in home.sent() for other in ("Cc", "Bcc"))


def test_a_letter_with_html_has_its_text_too(home: Home) -> None:
    home.messenger.send_email(LETTER._replace(html="<p>Hallo María</p>"))
    (letter,) = home.sent()
    kinds = {part.get_content_type(): part.get_content().strip() for part in letter.iter_parts()}
    assert kinds["text/html"] == "<p>Hallo María</p>"
    assert kinds["text/plain"].startswith("Hallo María,")


def test_a_letters_own_headers_are_there(home: Home) -> None:
    home.messenger.send_email(
        LETTER._replace(headers=(("List-Unsubscribe", "<https://budget.example/off>"),))
    )
    assert home.sent()[0]["List-Unsubscribe"] == "<https://budget.example/off>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "maria"},
        {"to": "maria@example.com, bob@example.com"},
        {"to": "maria@example.com\nBcc: bob@example.com"},
        {"subject": "Hello\r\nBcc: bob@example.com"},
        {"headers": (("X-Mine", "a\nBcc: bob@example.com"),)},
        {"headers": (("Bcc: bob@example.com", "a"),)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_nobody_slips_an_address_in(home: Home, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        home.messenger.send_email(LETTER._replace(**wrong))
    assert home.sent() == []


def test_what_does_not_work_now_is_tried_again(home: Home) -> None:
    home.messenger.check()
    home.break_down()
    for use in (home.messenger.check, lambda: home.messenger.send_email(LETTER)):
        with pytest.raises(Unavailable) as raised:
            use()
        assert raised.value.part == "messenger"


def test_forgetting_a_stranger_is_nothing(home: Home) -> None:
    home.messenger.forget("stranger@example.com")
    assert home.sent() == []
