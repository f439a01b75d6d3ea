"""Letters by SES: what is refused for good and what only now, by SES's codes."""

import pytest

from aws_config.ses_client import SESClient
from lib.errors import Invalid, Unavailable
from lib.records import Email
from tests.aws.moto_aws import account, answers, says

LETTER = Email("maria@example.com", "Your link", "Hello")


@pytest.fixture
def aws():
    with account() as aws:
        aws.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
        yield aws


@pytest.fixture
def letters(aws):
    return SESClient(aws, "Budget <planner@example.com>")


@pytest.mark.parametrize("paused", [{"SendingEnabled": False}, {}])
def test_a_check_notices_that_sending_is_paused(aws, letters, paused):
    says(aws, "sesv2.GetAccount", **paused)
    with pytest.raises(Unavailable):
        letters.check()


@pytest.mark.parametrize(
    "code",
    [
        "MessageRejected",
        "MailFromDomainNotVerifiedException",
        "SendingPausedException",
        "LimitExceededException",
    ],
)
def test_what_is_wrong_with_our_account_may_be_put_right(aws, letters, caplog, code):
    answers(aws, "sesv2.SendEmail", code)
    with pytest.raises(Unavailable):
        letters.send_email(LETTER)
    assert code in caplog.text
    assert "maria" not in caplog.text


def test_an_address_that_is_refused_is_not_tried_again(aws, letters, caplog):
    answers(aws, "sesv2.SendEmail", "BadRequestException")
    with pytest.raises(Invalid):
        letters.send_email(LETTER)
    assert "maria" not in caplog.text


def test_an_address_in_another_script_is_refused_in_words(letters):
    with pytest.raises(Invalid, match="script"):
        letters.send_email(LETTER._replace(to="maría@example.com"))


def test_a_domain_in_another_script_is_reached(aws, letters):
    letters.send_email(LETTER._replace(to="maria@bücher.example"))


@pytest.mark.aws
def test_a_letter_arrives_at_a_server_that_looks_at_signatures(ministack_server):
    ministack_server.reset()
    root = ministack_server.root()
    root.client("sesv2").create_email_identity(EmailIdentity="planner@example.com")
    letters = SESClient(root, "Budget <planner@example.com>")
    letters.check()
    letters.send_email(LETTER._replace(subject="Für María", html="<p>Hallo</p>"))
    (kept,) = next(iter(ministack_server.get("/_ministack/ses/messages")["messages"].values()))
    assert (kept["To"], kept["CC"], kept["BCC"]) == (["maria@example.com"], [], [])
    assert (kept["Subject"], kept["BodyText"].strip(), kept["BodyHtml"].strip()) == (
        "Für María",
        "Hello",
        "<p>Hallo</p>",
    )
