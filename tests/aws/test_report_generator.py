"""The function that makes reports, over moto: what it takes, what it answers, and that one request is one report."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aws_config.dynamodb_client import DynamoDBClient
from lambda_functions.report_generator import lambda_function
from lib.errors import Unavailable
from lib.periods import Month
from lib.records import Expense
from lib.reporting import runs
from lib.reporting.periods import month_period
from lib.reporting.runs import new_run
from tests.aws.lambda_in_process import NAMES, Context, installed, said
from tests.aws.moto_aws import answers, works
from tests.contract.samples import user as sample
from tests.doubles import Clock

OCTOBER = {"report_type": "monthly", "year": 2026, "month": 10}


class Generator:
    """The function, a person with one expense, and the bucket."""

    def __init__(self, aws: Any) -> None:
        self.aws = aws
        self.store: DynamoDBClient = lambda_function.answers().store  # type: ignore[assignment]
        self.user = self.store.create_user(sample("alice", created_at=datetime.now(UTC)))
        self.spend("12.50")

    def spend(self, amount: str) -> None:
        day = date(2026, 10, 3)
        made = Expense(
            self.user.user_id, f"{amount:0>32}", day, Decimal(amount), "EUR", "Groceries", datetime.now(UTC)
        )
        self.store.add_expenses([made])

    def __call__(self, **request: Any) -> tuple[int, dict[str, Any]]:
        answer = lambda_function.lambda_handler({"user_id": self.user.user_id, **request}, Context())
        return answer["statusCode"], said(answer)

    def made(self, **request: Any) -> str:
        """The key of the report that is made."""
        status, body = self(**request)
        assert status == 200, body
        return str(body["report_key"])

    def content(self, key: str) -> bytes:
        found: bytes = self.aws.client("s3").get_object(Bucket=NAMES.bucket, Key=key)["Body"].read()
        return found

    def reports(self) -> list[str]:
        """The reports' files."""
        found = self.aws.client("s3").list_objects_v2(Bucket=NAMES.bucket, Prefix="reports/")
        return [each["Key"] for each in found.get("Contents", ()) if each["Key"].endswith(".pdf")]


@pytest.fixture
def generator() -> Iterator[Generator]:
    with installed(lambda_function, "answers", "pseudonyms") as aws:
        aws.client("s3").create_bucket(Bucket=NAMES.bucket)
        yield Generator(aws)


def test_it_makes_a_report_and_says_where_it_is(generator):
    status, body = generator(**OCTOBER)
    assert status == 200
    assert set(body) == {"report_url", "report_key", "file_name"}
    assert body["report_key"].startswith(f"reports/{generator.user.user_id}/monthly_report_")
    assert body["file_name"] == "report-2026-10.pdf"
    link = urlsplit(body["report_url"])
    assert link.path.endswith(body["report_key"])
    assert parse_qs(link.query)["X-Amz-Expires"] == ["86400"]
    assert generator.content(body["report_key"]).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("asked", "kind", "name"),
    [
        ({"report_type": "yearly", "year": "2026"}, "yearly", "report-2026.pdf"),
        (
            {"report_type": "weekly", "start_date": "2026-12-31"},
            "weekly",
            "report-2026-12-28-to-2027-01-03.pdf",
        ),
        (
            {"report_type": "custom", "start_date": "2028-02-29", "end_date": "2028-02-29"},
            "custom",
            "report-2028-02-29-to-2028-02-29.pdf",
        ),
        ({**OCTOBER, "start_date": None, "end_date": ""}, "monthly", "report-2026-10.pdf"),
    ],
)
def test_it_takes_every_kind(generator, asked, kind, name):
    status, body = generator(**asked)
    assert (status, body["file_name"]) == (200, name)
    assert f"/{kind}_report_" in body["report_key"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "report_type"),
        ({"report_type": "daily"}, "report_type"),
        ({"report_type": 7}, "report_type"),
        ({**OCTOBER, "user_id": ""}, "user_id"),
        ({**OCTOBER, "user_id": None}, "user_id"),
        ({**OCTOBER, "month": 13}, "month"),
        ({**OCTOBER, "month": True}, "month"),
        ({**OCTOBER, "year": "soon"}, "year"),
        ({**OCTOBER, "year": 20260}, "year"),
        ({"report_type": "weekly", "start_date": "2026-02-30"}, "start_date"),
        ({"report_type": "custom", "start_date": "2026-10-01"}, "end_date"),
        ({"report_type": "custom", "start_date": "2026-10-02", "end_date": "2026-10-01"}, "end_date"),
        ({"report_type": "custom", "start_date": ["2026-10-02"], "end_date": "2026-10-01"}, "start_date"),
        ({"user_id": "alice", "report_id": 7}, "report_id"),
    ],
)
def test_what_it_cannot_use_is_said_with_its_field(generator, asked, field):
    status, body = generator(**asked)
    assert (status, body["field"]) == (400, field)
    assert len(body["error"]) > 10
    assert generator.reports() == []


def test_whom_or_what_it_does_not_know_is_not_found(generator):
    assert generator(**{**OCTOBER, "user_id": "nobody"})[0] == 404
    assert generator(report_id="none")[0] == 404


@pytest.fixture
def clock(generator) -> Clock:
    """What the function goes by, where a test turns it: from today's noon, as its store goes by the real one."""
    clock = Clock()
    clock.moment = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    lambda_function.answers().now = clock
    return clock


def test_a_request_that_is_retried_is_the_same_report(generator, clock):
    first = generator.made(**OCTOBER)
    generator.spend("99")
    clock.turn(minutes=29)
    assert generator.made(**OCTOBER) == first
    assert generator.reports() == [first]
    clock.turn(minutes=61)
    assert generator.made(**OCTOBER) != first


def test_a_request_with_a_key_is_the_same_report_whatever_changes(generator, clock):
    first = generator.made(**OCTOBER, key="one")
    generator.spend("99")
    clock.turn(days=3)
    assert generator.made(**OCTOBER, key="one") == first
    assert generator.made(**OCTOBER, key="two") != first


def asked_for(generator: Generator, **fields: Any) -> runs.ReportRun:
    """As the planner's own worker has written it down."""
    now = datetime.now(UTC)
    run = new_run(generator.user.user_id, "r1", month_period(Month(2026, 10)), now, timedelta(days=90))
    return lambda_function.answers().kept.save(replace(run, **fields))


def test_a_report_that_was_written_down_is_made_with_all_its_files(generator):
    run = asked_for(generator, formats=runs.FORMATS)
    for _ in range(2):  # a request that comes twice
        assert generator.made(report_id=run.report_id) == run.key
    done = lambda_function.answers().kept.get(run.user_id, run.report_id)
    assert (done.state, set(done.sizes)) == (runs.DONE, {*runs.FORMATS, runs.PICTURE})
    for form, size in done.sizes.items():
        assert len(generator.content(run.file_key(form))) == size


def test_a_report_that_was_deleted_meanwhile_is_not_made(generator):
    run = asked_for(generator, removed_at=datetime.now(UTC))
    assert generator(report_id=run.report_id)[0] == 404
    assert generator.reports() == []


def test_where_files_are_away_it_says_so_and_can_be_asked_again(generator):
    run = asked_for(generator)
    aws = lambda_function.answers().work.files._aws
    answers(aws, "s3.PutObject", "SlowDown", 503)
    status, body = generator(report_id=run.report_id)
    assert status == Unavailable.status
    assert "files" in body["error"]
    works(aws, "s3.PutObject")
    assert generator.made(report_id=run.report_id) == run.key
