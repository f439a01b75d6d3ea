"""What goes wrong with AWS: a sentence for people, a line with the request's id for operators, nothing of the content."""

import io

import pytest
from botocore import exceptions as vendor

from aws_config.config import Names
from aws_config.s3_client import S3Client
from aws_config.ses_client import SESClient
from aws_config.session import AWS
from aws_config.sns_client import SNSClient
from aws_config.sqs_client import SQSClient
from lib.errors import Unavailable
from lib.records import Email
from tests.aws.moto_aws import REGION, account, answers, breaks, forget_where_we_are

LETTER = Email("maria@example.com", "Your link", "Hello")
USES = {  # a service, the port it is, and a use of it
    "s3": ("files", lambda aws: S3Client(aws, "bucket").put("a/1", io.BytesIO(b"x"))),
    "sqs": ("queue", lambda aws: SQSClient(aws, Names()).send("import", "user", "run")),
    "sesv2": ("messenger", lambda aws: SESClient(aws, "planner@example.com").send_email(LETTER)),
    "sns": ("messenger", lambda aws: SNSClient(aws, Names()).check()),
}
CHECKS = {
    "s3": lambda aws: S3Client(aws, "bucket").check(),
    "sqs": lambda aws: SQSClient(aws, Names()).check(),
    "sesv2": lambda aws: SESClient(aws, "planner@example.com").check(),
    "sns": lambda aws: SNSClient(aws, Names()).check(),
}
REFUSALS = {  # code, status: what the log says to do
    ("AccessDenied", 403): "our role may not do this",
    ("ThrottlingException", 400): "AWS holds us back",
    ("InternalError", 500): "AWS reports a failure",
    ("ServiceUnavailable", 503): "AWS reports a failure",
    ("ExpiredToken", 400): "our credentials have expired",
    ("RequestTimeTooSkewed", 403): "clock may be wrong",
    ("InvalidSignatureException", 403): "clock may be wrong",
    ("UnrecognizedClientException", 400): "AWS does not know our credentials",
    ("PermanentRedirect", 301): "another region",
    ("SomethingNew", 418): "AWS reports a failure",
}
BREAKS = [
    vendor.EndpointConnectionError(endpoint_url="https://aws.invalid"),
    vendor.ConnectTimeoutError(endpoint_url="https://aws.invalid"),
    vendor.ReadTimeoutError(endpoint_url="https://aws.invalid"),
    vendor.ConnectionClosedError(endpoint_url="https://aws.invalid"),
    vendor.CredentialRetrievalError(provider="iam-role", error_msg="expired"),
]


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


@pytest.mark.parametrize("service", USES)
@pytest.mark.parametrize(("refusal", "hint"), REFUSALS.items(), ids=lambda case: str(case)[:30])
def test_a_refusal_is_said_to_people_and_explained_in_the_log(aws, caplog, service, refusal, hint):
    code, status = refusal
    answers(aws, service, code, status)
    part, use = USES[service]
    with pytest.raises(Unavailable) as raised:
        use(aws)
    assert raised.value.part == part
    assert code not in raised.value.message
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("aws_config"))
    assert hint in said
    assert all(word in said for word in (code, str(status), "REQUEST-1"))
    assert "secret" not in said


@pytest.mark.parametrize("service", USES)
@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
def test_a_way_that_breaks_is_no_surprise(aws, service, error):
    breaks(aws, service, error)
    part, use = USES[service]
    with pytest.raises(Unavailable) as raised:
        use(aws)
    assert raised.value.part == part


@pytest.mark.parametrize("service", CHECKS)
@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "NotFound", "QueueDoesNotExist"])
def test_a_check_notices(aws, service, code):
    answers(aws, service, code)
    with pytest.raises(Unavailable):
        CHECKS[service](aws)


@pytest.mark.parametrize("service", USES)
def test_nobody_without_credentials_gets_past_the_door(monkeypatch, caplog, service):
    forget_where_we_are(monkeypatch)
    with pytest.raises(Unavailable):
        USES[service][1](AWS(REGION))
    assert "no credentials (NoCredentialsError)" in caplog.text


def test_a_profile_that_is_not_there_is_said(monkeypatch, caplog):
    forget_where_we_are(monkeypatch)
    with pytest.raises(Unavailable):
        S3Client(AWS(REGION, profile="typo"), "bucket").check()
    assert "no credentials (ProfileNotFound)" in caplog.text


def test_an_address_nobody_answers_at_is_said(monkeypatch, caplog):
    forget_where_we_are(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(Unavailable):
        SQSClient(AWS(REGION, endpoint="http://127.0.0.1:1"), Names()).check()
    assert "AWS does not answer (EndpointConnectionError)" in caplog.text


@pytest.mark.parametrize("service", ["s3", "sqs", "sns"])
def test_what_was_never_set_up_is_said_with_what_helps(aws, caplog, service):
    with pytest.raises(Unavailable):
        CHECKS[service](aws)
    assert "run .venv/bin/python -m scripts.setup_aws_resources" in caplog.text


@pytest.mark.parametrize("service", USES)
def test_what_we_asked_wrongly_is_a_mistake_and_no_outage(aws, service):
    answers(aws, service, "ValidationError" if service == "sns" else "ValidationException")
    with pytest.raises(vendor.ClientError):
        USES[service][1](aws)


def test_aws_is_used_again_as_soon_as_it_answers(aws):
    files = S3Client(aws, "bucket")
    with pytest.raises(Unavailable):
        files.check()
    aws.client("s3").create_bucket(Bucket="bucket")
    files.check()
