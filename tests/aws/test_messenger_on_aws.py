"""SES and SNS as one messenger: letters about accounts go by SES, alerts by the way that was chosen, heard by who wants them."""

import json
from collections.abc import Iterator
from email import message_from_string
from typing import NamedTuple

import pytest
from botocore import exceptions as vendor
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends
from moto.sns.models import Subscription as Kept
from moto.sns.models import sns_backends

from aws_config.config import Names
from aws_config.messenger import AWSMessenger
from aws_config.ses_client import SESClient
from aws_config.session import AWS
from aws_config.sns_client import SNSClient
from lib.errors import Invalid, Unavailable, Uncertain
from lib.records import Email
from lib.services import build_services
from lib.settings import Settings
from tests.aws.moto_aws import REGION, account, answers, breaks, forget_where_we_are, says, works
from tests.receiving import receiver, saying

NAMES = Names()
SENDER = "Budget <planner@example.com>"
ALERT = Email(
    "alice@example.com", "Groceries\nis over", "412.00 of 400.00", "<p>412.00 of 400.00</p>", key="a/1"
)
PHONE = "+4915112345678"


class Home(NamedTuple):
    aws: AWS
    messenger: AWSMessenger

    @property
    def letters(self) -> list[str]:
        """Who got a letter."""
        sent = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages
        return [str(message_from_string(letter.raw_data)["To"]) for letter in sent]

    @property
    def published(self) -> list[tuple[str, str, str]]:
        """For whom (the attribute that filters look at), subject, text."""
        topics = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics.values()
        notes = [note for topic in topics for note in topic.sent_notifications]
        return [(note[3]["user_id"]["Value"], str(note[2]), note[1]) for note in notes]

    def kept(self, ref: str) -> Kept:
        return sns_backends[DEFAULT_ACCOUNT_ID][REGION].subscriptions[ref]

    def pending(self, ref: str) -> None:
        """What AWS says until the click in its e-mail; moto confirms at once."""
        self.kept(ref).attributes["PendingConfirmation"] = "true"


def made(aws: AWS, channel: str) -> Home:
    aws.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
    aws.client("sns").create_topic(Name=NAMES.topic())
    says(aws, "sesv2.GetAccount", SendingEnabled=True)
    messenger = AWSMessenger(SESClient(aws, SENDER), SNSClient(aws, NAMES), alerts_by_letter=channel == "ses")
    return Home(aws, messenger)


@pytest.fixture
def by_sns() -> Iterator[Home]:
    with account() as aws:
        yield made(aws, "sns")


@pytest.fixture
def by_ses() -> Iterator[Home]:
    with account() as aws:
        yield made(aws, "ses")


def test_a_letter_about_an_account_goes_by_ses_whatever_the_alerts_do(by_sns):
    by_sns.messenger.send_email(Email("stranger@example.com", "Choose a new password", "link"))
    assert (by_sns.letters, by_sns.published) == (["stranger@example.com"], [])


def test_an_alert_by_sns_is_its_words_for_one_user(by_sns):
    wanted = by_sns.messenger.subscribe("alice-id", "alice@example.com")
    by_sns.messenger.subscribe("bob-id", "bob@example.com")
    by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    assert by_sns.published == [("alice-id", "Groceries is over", "412.00 of 400.00")]
    assert by_sns.letters == []
    assert json.loads(by_sns.kept(wanted.ref).attributes["FilterPolicy"]) == {"user_id": ["alice-id"]}


def test_an_alert_by_ses_is_a_letter_that_nobody_subscribes_to(by_ses):
    wanted = by_ses.messenger.subscribe("alice-id", "alice@example.com")
    assert (wanted.ref, wanted.state, by_ses.messenger.status("").state) == ("", "link", "link")
    by_ses.messenger.send_alert("alice-id", ALERT._replace(subject="Over"), wanted.ref)
    assert (by_ses.letters, by_ses.published) == (["alice@example.com"], [])
    assert list(SNSClient(by_ses.aws, NAMES).list_subscriptions()) == []


def test_who_has_not_clicked_yet_is_not_said_to_have_heard(by_sns):
    wanted = by_sns.messenger.subscribe("alice-id", "alice@example.com")
    by_sns.pending(wanted.ref)
    assert by_sns.messenger.status(wanted.ref) == (wanted.ref, "pending")
    with pytest.raises(Invalid, match="not confirmed yet") as refused:
        by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    assert (refused.value.field, by_sns.published) == ("subscription", [])
    by_sns.kept(wanted.ref).attributes["PendingConfirmation"] = "false"
    by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    assert len(by_sns.published) == 1


def test_who_left_or_never_came_is_not_said_to_have_heard(by_sns):
    wanted = by_sns.messenger.subscribe("alice-id", "alice@example.com")
    by_sns.messenger.unsubscribe(wanted.ref)
    for ref in (wanted.ref, ""):
        assert by_sns.messenger.status(ref) == (ref, "gone")
        with pytest.raises(Invalid, match="left the alerts"):
            by_sns.messenger.send_alert("alice-id", ALERT, ref)
    assert by_sns.published == []


def test_a_state_that_cannot_be_asked_is_tried_again(by_sns):
    wanted = by_sns.messenger.subscribe("alice-id", "alice@example.com")
    for code in ("Throttled", "ThrottlingException", "InternalError", "AuthorizationError"):
        answers(by_sns.aws, "sns.GetSubscriptionAttributes", code, 400)
        with pytest.raises(Unavailable):
            by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    works(by_sns.aws, "sns.GetSubscriptionAttributes")
    by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    assert len(by_sns.published) == 1


@pytest.mark.parametrize("code", ["Throttled", "KMSThrottling", "InternalError"])
def test_what_sns_holds_back_is_sent_later(by_sns, code):
    wanted = by_sns.messenger.subscribe("alice-id", "alice@example.com")
    answers(by_sns.aws, "sns.Publish", code)
    for send in (
        lambda: by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref),
        lambda: by_sns.messenger.send_sms(PHONE, "80%"),
    ):
        with pytest.raises(Unavailable):
            send()
    works(by_sns.aws, "sns.Publish")
    by_sns.messenger.send_alert("alice-id", ALERT, wanted.ref)
    assert len(by_sns.published) == 1


def test_who_is_erased_is_no_subscriber_any_more(by_sns):
    refs = {
        who: by_sns.messenger.subscribe(f"{who}-id", f"{who}@example.com").ref for who in ("alice", "bob")
    }
    by_sns.messenger.forget("Alice@example.com")
    by_sns.messenger.forget("Alice@example.com")
    states = {who: by_sns.messenger.status(ref).state for who, ref in refs.items()}
    assert states == {"alice": "gone", "bob": "confirmed"}


def test_who_subscribed_before_alerts_became_letters_can_still_leave(by_ses):
    before = AWSMessenger(SESClient(by_ses.aws, SENDER), SNSClient(by_ses.aws, NAMES), alerts_by_letter=False)
    refs = [before.subscribe(f"{who}-id", f"{who}@example.com").ref for who in ("alice", "bob")]
    by_ses.messenger.unsubscribe(refs[0])
    by_ses.messenger.forget("bob@example.com")
    assert [before.status(ref).state for ref in refs] == ["gone", "gone"]


def test_who_answered_stop_is_told_apart_from_a_wrong_number(by_ses):
    stopped = "+4915112345699"  # moto: a number that ends so has opted out
    for phone, field in ((stopped, "stopped"), ("0151", "phone")):
        with pytest.raises(Invalid) as refused:
            by_ses.messenger.send_sms(phone, "80%")
        assert refused.value.field == field
    assert sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages == {}


@pytest.mark.parametrize("code", ["OptedOut", "InvalidParameter"])
def test_an_sms_that_sns_refuses_for_good_is_not_tried_again(by_ses, code):
    answers(by_ses.aws, "sns.Publish", code)
    with pytest.raises(Invalid) as refused:
        by_ses.messenger.send_sms(PHONE, "80%")
    assert refused.value.field == ("stopped" if code == "OptedOut" else "to")


def test_a_check_looks_at_the_way_that_alerts_take(by_sns):
    by_sns.messenger.check()
    by_sns.aws.client("sns").delete_topic(
        TopicArn=f"arn:aws:sns:us-east-1:{DEFAULT_ACCOUNT_ID}:{NAMES.topic()}"
    )
    with pytest.raises(Unavailable):
        by_sns.messenger.check()
    letters_only = AWSMessenger(
        SESClient(by_sns.aws, SENDER), SNSClient(by_sns.aws, NAMES), alerts_by_letter=True
    )
    letters_only.check()


class Nowhere(NamedTuple):
    """AWS is a server on this machine that takes every request and answers as told."""

    aws: AWS
    letters: SESClient
    notes: SNSClient

    def send(self, what: str) -> object:
        if what == "letter":
            return self.letters.send_email(ALERT._replace(subject="Over"))
        return self.notes.publish_message("alice-id", "Over", "412.00", [f"{TOPIC}:one"])


TOPIC = f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:{NAMES.topic()}"


@pytest.fixture
def nowhere(monkeypatch):
    forget_where_we_are(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    def at(port: int) -> Nowhere:
        aws = AWS(REGION, endpoint=f"http://127.0.0.1:{port}")
        return Nowhere(aws, SESClient(aws, SENDER, patience=1), SNSClient(aws, NAMES, patience=1))

    return at


@pytest.mark.parametrize("what", ["letter", "note"])
def test_what_aws_had_and_did_not_answer_is_handed_over_once(nowhere, caplog, what):
    """It hangs up, or stops within its answer."""
    for answer, pause in ((b"", 0.0), (saying(200), 5.0)):
        with receiver(answer, pause=pause) as server, pytest.raises(Uncertain) as said:
            nowhere(server.port).send(what)
        assert (server.connections, len(server.requests), said.value.part) == (1, 1, "messenger")
    assert "alice" not in "".join(each.getMessage() for each in caplog.records if "aws_config" in each.name)


def test_an_answer_that_nobody_can_read_is_none(nowhere):
    noise = saying(200).replace(b"Length: 0", b"Length: 5") + b"<<<<<"
    with receiver(noise) as server, pytest.raises(Uncertain):
        nowhere(server.port).send("note")
    assert server.connections == 1


@pytest.mark.parametrize("what", ["letter", "note"])
@pytest.mark.parametrize("status", [500, 503])
def test_what_aws_refuses_for_now_is_tried_later_and_not_at_once(nowhere, what, status):
    with receiver(saying(status)) as server, pytest.raises(Unavailable) as said:
        nowhere(server.port).send(what)
    assert (server.connections, isinstance(said.value, Uncertain)) == (1, False)


@pytest.mark.parametrize("what", ["letter", "note"])
def test_what_never_left_is_tried_again(nowhere, what):
    with receiver() as server:
        gone = server.port
    with pytest.raises(Unavailable) as said:
        nowhere(gone).send(what)
    assert not isinstance(said.value, Uncertain)


def test_an_sms_without_an_answer_may_have_gone_and_a_question_before_it_has_not(by_ses):
    lost = vendor.ReadTimeoutError(endpoint_url="https://sns.invalid")
    for operation, may_have_gone in (("sns.CheckIfPhoneNumberIsOptedOut", False), ("sns.Publish", True)):
        breaks(by_ses.aws, operation, lost)
        with pytest.raises(Unavailable) as said:
            by_ses.messenger.send_sms(PHONE, "80%")
        works(by_ses.aws, operation)
        assert isinstance(said.value, Uncertain) == may_have_gone, operation


@pytest.mark.parametrize(("channel", "state"), [("ses", "link"), ("sns", "confirmed")])
def test_the_settings_choose_the_way(channel, state):
    with account() as aws:
        aws.client("sns").create_topic(Name=NAMES.topic())
        settings = Settings(_env_file=None, backend="aws", ses_from=SENDER, email_channel=channel)
        messenger = build_services(settings).messenger
        assert messenger.subscribe("alice-id", "alice@example.com").state == state
        assert messenger.sms_works


@pytest.mark.aws
def test_alerts_leave_through_a_server_that_looks_at_signatures(ministack_server):
    ministack_server.reset()
    root = ministack_server.root()
    root.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
    root.client("sns").create_topic(Name=NAMES.topic())
    messenger = AWSMessenger(SESClient(root, SENDER), SNSClient(root, NAMES), alerts_by_letter=False)
    messenger.check()
    wanted = messenger.subscribe("alice-id", "alice@example.com")
    assert messenger.status(wanted.ref).state in ("pending", "confirmed")
    messenger.send_alert("alice-id", ALERT, wanted.ref)
    messenger.unsubscribe(wanted.ref)
    assert messenger.status(wanted.ref).state == "gone"
    by_letter = AWSMessenger(SESClient(root, SENDER), SNSClient(root, NAMES), alerts_by_letter=True)
    by_letter.send_alert("alice-id", ALERT._replace(subject="Over"), "")
    (kept,) = next(iter(ministack_server.get("/_ministack/ses/messages")["messages"].values()))
    assert (kept["To"], kept["Subject"]) == (["alice@example.com"], "Over")
