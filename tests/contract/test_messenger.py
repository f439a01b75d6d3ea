"""Letters, alerts and SMS: each reaches who it is for, says what it should, and is tried again or never, as its fate is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends

from aws_config.config import Names
from aws_config.messenger import AWSMessenger
from aws_config.ses_client import SESClient
from aws_config.sns_client import SNSClient
from lib.errors import Invalid, Unavailable
from lib.ports import Messenger
from lib.records import Email
from lib.settings import Settings
from selfhost.mailer import SMTPMailer
from selfhost.messenger import HomeMessenger
from selfhost.outbox import Outbox
from selfhost.sms_gateway import SMSGateway
from tests.aws.moto_aws import REGION, account, answers, says
from tests.post_office import post_office
from tests.receiving import receiver, saying

SENDER = "Budget <planner@example.com>"
PHONE = "+4915112345678"
LETTER = Email(
    "maria@example.com", "Dein Link für María", "Hallo María,\n\nhttps://budget.example/reset/abc\n"
)


class Home(NamedTuple):
    messenger: Messenger
    sent: Callable[[], list[EmailMessage]]
    alerts: Callable[[], list[tuple[str, str]]]  # subjects and texts, however they went
    texts: Callable[[], list[tuple[str, str]]]  # numbers and SMS
    break_down: Callable[[], None]


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)  # type: ignore[return-value]


def _in_letters(sent: Callable[[], list[EmailMessage]]) -> list[tuple[str, str]]:
    return [(letter["Subject"], letter.get_content().replace("\r\n", "\n")) for letter in sent()]


@contextmanager
def in_the_outbox(folder: Path) -> Iterator[Home]:
    outbox = folder / "outbox"

    def sent() -> list[EmailMessage]:
        return [_read(file.read_bytes()) for file in outbox.glob("*.eml")]

    def break_down() -> None:
        outbox.rmdir()
        outbox.write_text("")

    yield Home(HomeMessenger(Outbox(outbox)), sent, lambda: _in_letters(sent), list, break_down)


@contextmanager
def by_smtp(_: Path) -> Iterator[Home]:
    """With a gateway for SMS."""

    class Mailbox:
        def __init__(self) -> None:
            self.received: list[bytes] = []

        async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
            self.received.append(envelope.original_content)  # type: ignore[attr-defined]
            return "250 OK"

    mailbox = Mailbox()

    def sent() -> list[EmailMessage]:
        return [_read(each) for each in mailbox.received]

    def texts() -> list[tuple[str, str]]:
        forms = [dict(parse_qsl(request.body.decode())) for request in gateway.requests]
        return [(form["To"], form["Body"]) for form in forms]

    def break_down() -> None:
        server.stop()
        gateway.answer = saying(503)

    with post_office(mailbox) as server, receiver() as gateway:
        settings = Settings(
            _env_file=None,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security="none",
            smtp_from=SENDER,
            sms_url=f"http://127.0.0.1:{gateway.port}/",
            sms_from="Budget",
        )
        messenger = HomeMessenger(SMTPMailer(settings, patience=20), SMSGateway(settings))
        yield Home(messenger, sent, lambda: _in_letters(sent), texts, break_down)


@contextmanager
def on_moto(*, alerts_by_letter: bool) -> Iterator[Home]:
    with account() as aws:
        aws.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
        says(aws, "sesv2.GetAccount", SendingEnabled=True)
        aws.client("sns").create_topic(Name=Names().topic())
        letters, notes = (backends[DEFAULT_ACCOUNT_ID][REGION] for backends in (sesv2_backends, sns_backends))

        def sent() -> list[EmailMessage]:
            return [_read(each.raw_data.encode()) for each in letters.core_backend.sent_messages]

        def alerts() -> list[tuple[str, str]]:
            if alerts_by_letter:
                return _in_letters(sent)
            return [
                (note[2], note[1]) for topic in notes.topics.values() for note in topic.sent_notifications
            ]

        def texts() -> list[tuple[str, str]]:
            return [(message[0], message[1]) for message in notes.sms_messages.values()]

        def break_down() -> None:
            for what in ("sesv2.GetAccount", "sesv2.SendEmail", "sns"):
                answers(aws, what, "InternalFailure", 500)

        messenger = AWSMessenger(
            SESClient(aws, SENDER), SNSClient(aws, Names()), alerts_by_letter=alerts_by_letter
        )
        yield Home(messenger, sent, alerts, texts, break_down)


@contextmanager
def by_ses(_: Path) -> Iterator[Home]:
    with on_moto(alerts_by_letter=True) as home:
        yield home


@contextmanager
def by_sns(_: Path) -> Iterator[Home]:
    with on_moto(alerts_by_letter=False) as home:
        yield home


@pytest.fixture(params=[in_the_outbox, by_smtp, by_ses, by_sns], ids=["outbox", "smtp", "ses", "sns"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    with request.param(tmp_path) as home:
        yield home


@pytest.fixture(params=[by_smtp, by_ses], ids=["gateway", "sns"])
def with_sms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    with request.param(tmp_path) as home:
        assert home.messenger.sms_works
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


def test_a_letter_that_comes_twice_can_be_known_again(home: Home) -> None:
    for key in ("alice-id/one", "alice-id/one", "alice-id/two", "", ""):
        home.messenger.send_email(LETTER._replace(key=key))
    keys = Counter(str(letter["Message-ID"]) for letter in home.sent())
    assert sorted(keys.values()) == [1, 1, 1, 2]
    assert all(re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", key) for key in keys)
    assert not any("alice" in key for key in keys)  # whose it is, is nobody's to read
    # SES puts a Message-ID of its own in the place of ours, so there is a second mark.
    assert sorted(Counter(letter["Smart-Budget-Id"] for letter in home.sent()).values()) == [1, 2, 2]


def test_an_alert_reaches_whoever_wants_it(home: Home) -> None:
    wanted = home.messenger.subscribe("alice-id", LETTER.to)
    assert home.messenger.status(wanted.ref).state in ("link", "confirmed")
    home.messenger.send_alert("alice-id", LETTER, wanted.ref)
    assert home.alerts() == [(LETTER.subject, LETTER.text)]


def test_who_wants_no_more_alerts_may_say_so_twice(home: Home) -> None:
    wanted = home.messenger.subscribe("alice-id", LETTER.to)
    for ref in (wanted.ref, wanted.ref, ""):
        home.messenger.unsubscribe(ref)
    assert home.messenger.status(wanted.ref).state in ("link", "gone")


def test_an_sms_is_for_one_phone(with_sms: Home) -> None:
    with_sms.messenger.send_sms(PHONE, "María: 80% & 20,00 €")
    with_sms.messenger.send_sms("+15005550006", "100%")
    assert sorted(with_sms.texts()) == [("+15005550006", "100%"), (PHONE, "María: 80% & 20,00 €")]


@pytest.mark.parametrize(
    ("phone", "text"), [("015112345678", "80%"), ("", "80%"), (PHONE, ""), (PHONE, "x" * 1601)]
)
def test_what_is_no_sms_is_never_tried_again(with_sms: Home, phone: str, text: str) -> None:
    with pytest.raises(Invalid):
        with_sms.messenger.send_sms(phone, text)
    assert with_sms.texts() == []


def test_what_does_not_work_now_is_tried_again(home: Home) -> None:
    messenger = home.messenger
    messenger.check()
    wanted = messenger.subscribe("alice-id", LETTER.to)
    home.break_down()
    uses: list[Callable[[], object]] = [
        messenger.check,
        lambda: messenger.send_email(LETTER),
        lambda: messenger.send_alert("alice-id", LETTER, wanted.ref),
    ]
    if messenger.sms_works:
        uses.append(lambda: messenger.send_sms(PHONE, "80%"))
    for use in uses:
        with pytest.raises(Unavailable) as raised:
            use()
        assert raised.value.part == "messenger"


def test_forgetting_a_stranger_is_nothing(home: Home) -> None:
    home.messenger.forget("stranger@example.com")
    assert home.sent() == []
