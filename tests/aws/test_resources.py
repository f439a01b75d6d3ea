"""What AWS does and no emulator: answers that come late, and refusals that pass."""

from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.dynamodb.tables import BY_WHAT, create_arguments
from aws_config.function_plans import PLANS
from aws_config.packages import Package
from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import look
from aws_config.resources.bucket import BucketResource
from aws_config.resources.functions import FunctionResource
from aws_config.resources.roles import LAMBDA, RoleResource
from aws_config.resources.tables import TableResource
from aws_config.session import AWS
from tests.aws.moto_aws import account, answers


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def refuse_once(aws: AWS, service: str, operation: str, code: str, message: str = "Not yet.") -> list[str]:
    """The next such request is refused with that code. Returns what was refused, as it comes."""
    refused: list[str] = []

    def once(model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        if refused:
            return None
        refused.append(model.name)
        return AWSResponse("https://aws.invalid", 400, {}, None), {
            "Error": {"Code": code, "Message": message}
        }

    aws.client(service).meta.events.register_first(f"before-call.{service}.{operation}", once)
    return refused


def test_a_new_tables_backups_are_waited_for(aws):
    table = TableResource(aws, create_arguments(BY_WHAT["summaries"], Names()))
    refused = refuse_once(aws, "dynamodb", "UpdateContinuousBackups", "ContinuousBackupsUnavailableException")
    ResourceManager([[table]]).apply()
    assert refused == ["UpdateContinuousBackups"]
    assert look(table).is_right


def test_a_new_role_is_waited_for(aws):
    role = RoleResource(aws, account_of(aws), "probe", service=LAMBDA, policy={"Statement": []})
    ResourceManager([[role]]).apply()
    function = FunctionResource(
        aws,
        "probe",
        PLANS["budget-alert-function"],
        role=role.arn,
        environment={},
        package=Package(b"no zip", 6, (), ()),
    )
    # The client that takes its time over a package is another one than the plain one.
    slow = aws.client("lambda", read_timeout=60)
    calls: list[str] = []

    def once(model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        calls.append(model.name)
        new = {"Code": "InvalidParameterValueException", "Message": "The role cannot be assumed by Lambda."}
        answer = {"Error": new} if len(calls) == 1 else {"FunctionName": "probe"}
        return AWSResponse("https://aws.invalid", 400 if len(calls) == 1 else 201, {}, None), answer

    slow.meta.events.register_first("before-call.lambda.CreateFunction", once)
    function.create()
    assert calls == ["CreateFunction", "CreateFunction"]


def test_a_bucket_of_someone_else_is_no_missing_one(aws):
    answers(aws, "s3.HeadBucket", "403", status=403)
    bucket = BucketResource(aws, account_of(aws), "smart-budget-receipts")
    with pytest.raises(aws.client("s3").exceptions.ClientError):
        look(bucket)


def test_nothing_is_asked_of_a_bucket_that_is_not_this_accounts(aws):
    """Emulators do not look; AWS refuses one under our name that someone else owns."""
    said: list[tuple[str, Any]] = []

    def listen(params: Any, model: Any, **_: Any) -> None:
        said.append((model.name, params["headers"].get("x-amz-expected-bucket-owner")))

    aws.client("s3").meta.events.register("before-call.s3", listen)
    whose = account_of(aws)
    bucket = BucketResource(aws, whose, "smart-budget-receipts", origins=("https://budget.example",))
    ours = {"Bucket": bucket.name, "ExpectedBucketOwner": whose.number}
    bucket.create()
    aws.client("s3").put_object(**ours, Key="reports/a/1.pdf", Body=b"1")
    ResourceManager([[bucket]]).apply()
    ResourceManager([[BucketResource(aws, whose, bucket.name)]]).apply()  # no origins: their rule goes
    aws.client("s3").delete_bucket_policy(**ours)  # moto counts every request for a file as one without TLS
    bucket.remove()
    assert {name for name, owner in said if owner != whose.number} == {"CreateBucket"}
    assert len({name for name, _ in said}) >= 20
