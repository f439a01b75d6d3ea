"""Whether the planner on AWS is well: alive whatever AWS does, ready when each part is, and in words when one is not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from aws_config.config import Names
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.lambda_client import LambdaClient
from aws_config.messenger import AWSMessenger
from aws_config.s3_client import S3Client
from aws_config.ses_client import SESClient
from aws_config.session import AWS
from aws_config.sns_client import SNSClient
from aws_config.sqs_client import WORK, SQSClient
from lib.services import Services
from lib.settings import Settings
from tests.aws import dynamodb_local
from tests.aws.moto_aws import account, answers, says, works
from tests.conftest import PASSWORD, Clock
from tests.pages import PageClient

NAMES = Names()
SETTINGS = Settings(
    _env_file=None, backend="aws", ses_from="planner@example.com", secret_key="a secret for tests only"
)


@pytest.fixture
def aws() -> Iterator[AWS]:
    with account() as aws:
        yield aws


@pytest.fixture
def services(aws: AWS, clock: Clock) -> Services:
    return Services(
        settings=SETTINGS,
        store=DynamoDBClient(aws, NAMES, clock),
        files=S3Client(aws, NAMES.bucket),
        queue=SQSClient(aws, NAMES),
        messenger=AWSMessenger(
            SESClient(aws, SETTINGS.ses_from), SNSClient(aws, NAMES), alerts_by_letter=False
        ),
        functions=LambdaClient(aws, NAMES),
        now=clock,
    )


@pytest.fixture
def app(services: Services) -> Flask:
    app = create_app(SETTINGS, services)
    app.test_client_class = PageClient
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def set_up(aws: AWS) -> None:
    dynamodb_local.set_up(aws, NAMES)
    aws.client("s3").create_bucket(Bucket=NAMES.bucket)
    aws.client("sqs").create_queue(QueueName=NAMES.queue(WORK))
    aws.client("sns").create_topic(Name=NAMES.topic())
    says(aws, "sesv2.GetAccount", SendingEnabled=True)


def test_each_part_is_named_until_it_is_there_without_a_restart(aws: AWS, app: Flask, clock: Clock) -> None:
    client = app.test_client()
    answers(aws, "sesv2.GetAccount", "AccessDeniedException", 403)
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json["parts"].values())) == (503, {"unavailable"})
    assert client.get("/health").status_code == 200
    set_up(aws)
    clock.turn(seconds=31)
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json["parts"].values())) == (200, {"ok"})


@pytest.mark.parametrize(
    ("service", "part"),
    [
        ("dynamodb", "store"),
        ("s3", "files"),
        ("sqs", "queue"),
        ("sesv2", "messenger"),
        ("sns", "messenger"),
    ],
)
def test_the_one_part_that_is_down_is_named(aws: AWS, app: Flask, service: str, part: str) -> None:
    set_up(aws)
    answers(aws, "sesv2.GetAccount" if service == "sesv2" else service, "InternalError", 500)
    answer = app.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert [name for name, state in answer.json["parts"].items() if state != "ok"] == [part]
    assert app.test_client().get("/health").status_code == 200


def test_who_asks_a_planner_that_aws_refuses_reads_so(aws: AWS, app: Flask, services: Services) -> None:
    set_up(aws)
    services.accounts.register("alice", "alice@example.com", PASSWORD)
    client = app.test_client()
    client.post_form("/login", {"login": "alice", "password": PASSWORD})  # type: ignore[attr-defined]
    answers(aws, "dynamodb", "ExpiredTokenException")
    page = client.page("/expenses", 503)  # type: ignore[attr-defined]
    assert "Nothing you saved before is lost" in page.get_text()
    answer = client.get("/expenses")
    assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)
    works(aws, "dynamodb")
    client.page("/expenses")  # type: ignore[attr-defined]
