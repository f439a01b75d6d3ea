"""What AWS does and no emulator: answers that come late, and refusals that pass."""

import io
import zipfile
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.dynamodb.tables import BY_WHAT, create_arguments
from aws_config.function_plans import PLANS, FunctionPlan
from aws_config.packages import Package
from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import look
from aws_config.resources.bucket import BucketResource
from aws_config.resources.functions import FunctionResource
from aws_config.resources.mappings import MappingResource
from aws_config.resources.queues import QueueResource
from aws_config.resources.roles import LAMBDA, RoleResource
from aws_config.resources.tables import TableResource
from aws_config.session import AWS
from tests.aws.moto_aws import account, answers

PLAN = FunctionPlan(timeout=5, memory=128)


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


def test_a_table_that_another_run_has_just_made_is_taken_as_it_is(aws):
    """Two set-ups at once: both find it missing, and both begin."""
    first, second = (TableResource(aws, create_arguments(BY_WHAT["summaries"], Names())) for _ in range(2))
    first.create()
    second.create()
    ResourceManager([[second]]).apply()
    assert look(first).is_right


def test_a_new_role_is_waited_for(aws):
    role = RoleResource(aws, account_of(aws), "probe", service=LAMBDA, grants=())
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


def test_a_queue_of_that_name_that_was_just_removed_is_waited_for(aws):
    code = "AWS.SimpleQueueService.QueueDeletedRecently"
    refused = refuse_once(aws, "sqs", "CreateQueue", code, "You must wait 60 seconds.")
    queue = QueueResource(aws, account_of(aws), "work-queue")
    ResourceManager([[queue]]).apply()
    assert refused == ["CreateQueue"]
    assert look(queue).is_right


def test_a_role_that_may_not_read_its_queue_yet_is_waited_for(aws):
    """IAM takes seconds to tell everyone of a policy; Lambda looks at it before it takes the queue."""
    calls: list[str] = []
    words = "The function execution role does not have permissions to call ReceiveMessage on SQS"

    def once(model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        calls.append(model.name)
        if len(calls) > 1:
            return AWSResponse("https://aws.invalid", 202, {}, None), {}
        answer = {"Error": {"Code": "InvalidParameterValueException", "Message": words}}
        return AWSResponse("https://aws.invalid", 400, {}, None), answer

    slow = aws.client("lambda", read_timeout=60)
    slow.meta.events.register_first("before-call.lambda.CreateEventSourceMapping", once)
    MappingResource(aws, account_of(aws), "work-queue", "probe", PLAN).create()
    assert calls == ["CreateEventSourceMapping"] * 2


def test_what_lambda_refuses_for_another_reason_is_not_asked_again(aws):
    slow = aws.client("lambda", read_timeout=60)
    calls: list[str] = []

    def refuse(model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        calls.append(model.name)
        wrong = {"Code": "InvalidParameterValueException", "Message": "Queue visibility timeout is too short"}
        return AWSResponse("https://aws.invalid", 400, {}, None), {"Error": wrong}

    slow.meta.events.register_first("before-call.lambda.CreateEventSourceMapping", refuse)
    with pytest.raises(slow.exceptions.ClientError):
        MappingResource(aws, account_of(aws), "work-queue", "probe", PLAN).create()
    assert len(calls) == 1


@pytest.mark.aws
def test_the_newest_versions_of_a_function_stay_and_those_that_are_in_use(ministack_server):
    ministack_server.reset()
    root = ministack_server.root()
    role = RoleResource(root, account_of(root), "probe", service=LAMBDA, grants=())
    ResourceManager([[role]]).apply()
    functions = root.client("lambda")
    for deployment in range(1, 9):
        package, plan = coded(f"DEPLOYMENT = {deployment}"), PLANS["budget-alert-function"]
        function = FunctionResource(root, "probe", plan, role=role.arn, environment={}, package=package)
        ResourceManager([[function]]).apply()
        if deployment == 2:
            functions.create_alias(FunctionName="probe", Name="trusted", FunctionVersion="2")
    versions = functions.list_versions_by_function(FunctionName="probe")["Versions"]
    assert {each["Version"] for each in versions} == {"$LATEST", "2", "4", "5", "6", "7", "8"}
    assert functions.get_alias(FunctionName="probe", Name="live")["FunctionVersion"] == "8"


def coded(text: str) -> Package:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("lambda_function.py", text)
    return Package(kept.getvalue(), 6, (), ())
