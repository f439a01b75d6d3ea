"""The operator's commands as they are called, against emulators: what they do, say, and end with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.function_home import function_stages
from aws_config.packages import build
from aws_config.resource_manager import ResourceManager
from lib.settings import load_settings
from scripts import (
    create_lambda_role,
    deploy_lambda_functions,
    redrive_queue,
    setup_aws_resources,
    setup_budget_alert_schedule,
    teardown_aws_resources,
    verify_aws_resources,
)
from tests.aws.ministack import Emulator, until
from tests.aws.test_setup_on_emulators import Writes, until_done

pytestmark = pytest.mark.aws
NAMES = Names()
ROOT = Path(__file__).resolve().parents[2]
FUNCTION = """
import json
import os

import boto3

from lib.errors import Invalid


def lambda_handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            note(json.loads(record["body"]))
        except (ValueError, Invalid):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def note(message):
    if "id" not in message:
        raise Invalid
    table = os.environ["AWS_PREFIX"] + "-notifications"
    boto3.client("dynamodb").put_item(TableName=table, Item={"notification_id": {"S": message["id"]}})
"""
ALERTS = """
def lambda_handler(event, context):
    return {"alerts_sent": 0, "errors": []}
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls a command's main with arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BASE_URL", "https://budget.example")
    monkeypatch.setenv("SES_FROM", "planner@budget.example")

    def call(main: Callable[[list[str]], int], *arguments: str) -> Ended:
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> Emulator:
    """Commands go to this emulator, as root."""
    lead_to(monkeypatch, emulator)
    return emulator


@pytest.fixture
def on_ministack(monkeypatch: pytest.MonkeyPatch, ministack_server: Emulator) -> Emulator:
    ministack_server.reset()
    lead_to(monkeypatch, ministack_server)
    return ministack_server


def lead_to(patch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    patch.delenv("AWS_PROFILE", raising=False)
    for name, value in emulator.environment().items():
        patch.setenv(name, value)


def write(folder: Path, function: str, text: str) -> Path:
    path = folder / "functions" / function / "lambda_function.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder / "functions"


def test_from_an_empty_account_and_back(run, here):
    assert run(verify_aws_resources.main, "--without-functions").code == 1
    plan = run(setup_aws_resources.main)
    assert plan.code == 1
    assert "To do it: .venv/bin/python -m scripts.setup_aws_resources --apply" in plan.out
    applied = run(setup_aws_resources.main, "--apply")
    assert (applied.code, applied.err) == (0, "")
    assert "Creating table smart-budget-users" in applied.out
    again = run(setup_aws_resources.main, "--apply", "--json")
    assert (again.code, again.json["right"], again.json["changed"]) == (0, True, [])
    assert run(verify_aws_resources.main, "--without-functions").code == 0
    dry = run(teardown_aws_resources.main, "--dry-run")
    assert dry.code == 1
    assert "table smart-budget-users" in dry.out
    gone = run(teardown_aws_resources.main, "--confirm", "smart-budget")
    assert (gone.code, gone.err) == (0, "")
    assert run(teardown_aws_resources.main, "--dry-run").code == 0


def test_teardown_wants_the_right_name(run, here):
    run(setup_aws_resources.main, "--apply")
    refused = run(teardown_aws_resources.main, "--confirm", "smart-budget-prod")
    assert refused.code == 2
    assert "Nothing was removed" in refused.err
    assert run(verify_aws_resources.main, "--without-functions").code == 0


def test_teardown_of_production_needs_the_protection_lifted(run, here, monkeypatch):
    monkeypatch.setenv("APP_ENV", "prod")
    monkeypatch.setenv("SECRET_KEY", "made up for tests")
    run(setup_aws_resources.main, "--apply")
    refused = run(teardown_aws_resources.main, "--confirm", "smart-budget")
    assert refused.code == 2
    assert "table smart-budget-users" in refused.err
    assert "Nothing was removed" in refused.err
    assert run(verify_aws_resources.main, "--without-functions").code == 0
    assert run(teardown_aws_resources.main, "--confirm", "smart-budget", "--unprotect").code == 0


def test_teardown_can_leave_what_people_entered(run, here):
    run(setup_aws_resources.main, "--apply")
    assert run(teardown_aws_resources.main, "--confirm", "smart-budget", "--keep-data").code == 0
    left = run(verify_aws_resources.main, "--without-functions", "--json").json["findings"]
    assert {each["kind"] for each in left if each["state"] == "right"} == {"table", "bucket", "email address"}


def test_verify_names_what_is_missing_wrong_and_open(run, here):
    run(setup_aws_resources.main, "--apply")
    s3, dynamodb = here.root().client("s3"), here.root().client("dynamodb")
    s3.delete_public_access_block(Bucket=NAMES.bucket)
    dynamodb.delete_table(TableName=NAMES.table("records"))
    found = run(verify_aws_resources.main, "--without-functions")
    assert found.code == 1
    assert "1 missing, 1 open" in found.out
    assert "PublicAccessBlock: is not there" in found.out


def test_roles_can_be_made_alone(run, here):
    assert run(create_lambda_role.main, "--apply").code == 0
    assert run(create_lambda_role.main).code == 0
    shown = run(create_lambda_role.main, "--show", "report-generator-function")
    assert {each["Effect"] for each in shown.json["Statement"]} == {"Allow"}
    roles = [each["RoleName"] for each in here.root().client("iam").list_roles()["Roles"]]
    assert {NAMES.function_role(what) for what in NAMES.functions} <= set(roles)
    assert NAMES.web_role not in roles


def test_a_function_serves_its_queue(run, on_ministack, tmp_path):
    """What can be done is done under the function's own role; what cannot comes back, and nothing else does."""
    code = str(write(tmp_path, "notification_processor", FUNCTION))
    run(setup_aws_resources.main, "--apply")
    planned = run(deploy_lambda_functions.main, "--functions-folder", code)
    assert planned.code == 1
    assert "MB unzipped" in planned.out
    deployed = run(deploy_lambda_functions.main, "--functions-folder", code, "--apply")
    assert (deployed.code, deployed.err) == (0, "")
    assert run(verify_aws_resources.main, "--functions", code).code == 0

    root = on_ministack.root()
    sqs, table = root.client("sqs"), NAMES.table("notifications")
    queue = sqs.get_queue_url(QueueName=NAMES.queue("notification-queue"))["QueueUrl"]
    for body in ('{"id": "one"}', "no note at all", '{"id": "two"}'):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    until(lambda: root.client("dynamodb").scan(TableName=table)["Count"] == 2)
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def waiting() -> int:
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=counts)["Attributes"]
        return sum(int(found[name]) for name in counts)

    until(lambda: waiting() == 1)


def test_what_changed_becomes_a_version_that_can_be_gone_back_from(run, on_ministack, tmp_path):
    code = str(write(tmp_path, "budget_alert", ALERTS))
    deploy = (deploy_lambda_functions.main, "--functions-folder", code, "--apply")
    run(setup_aws_resources.main, "--apply")
    assert run(*deploy).code == 0
    functions, name = on_ministack.root().client("lambda"), NAMES.function("budget-alert-function")

    def live() -> str:
        return str(functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"])

    assert (run(*deploy).code, live()) == (0, "1")
    write(tmp_path, "budget_alert", ALERTS.replace("0", "7"))
    assert (run(*deploy).code, live()) == (0, "2")
    answer = functions.invoke(FunctionName=name, Qualifier="live")
    assert json.loads(answer["Payload"].read())["alerts_sent"] == 7
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion="1")
    found = run(verify_aws_resources.main, "--functions", code, "--json").json["findings"]
    (behind,) = [each for each in found if each["name"] == name]
    assert behind["differences"][0]["now"] == "other CodeSha256"


def test_a_deployment_that_is_cut_off_is_continued(run, on_ministack, tmp_path):
    code = write(tmp_path, "notification_processor", FUNCTION)
    run(setup_aws_resources.main, "--apply")
    package = {"notification-processor-function": build(ROOT, code / "notification_processor")}
    aws = on_ministack.root()
    where = (aws, account_of(aws), load_settings())
    writes = Writes(aws, deadly=True)
    runs = until_done(
        lambda: ResourceManager(function_stages(*where, list(package), packages=package)).apply()
    )
    assert len(writes.names) == runs - 1
    assert {"CreateFunction", "PublishVersion", "CreateAlias", "CreateEventSourceMapping"} <= {*writes.names}
    assert run(verify_aws_resources.main, "--functions", str(code)).code == 0


def test_alerts_run_on_time(run, on_ministack, tmp_path, monkeypatch):
    code = str(write(tmp_path, "budget_alert", ALERTS))
    run(setup_aws_resources.main, "--apply")
    early = run(setup_budget_alert_schedule.main, "--apply")
    assert early.code == 2
    assert "Deploy budget-alert-function first" in early.err
    run(deploy_lambda_functions.main, "--functions-folder", code, "--apply")
    assert run(setup_budget_alert_schedule.main, "--apply").code == 0
    assert run(setup_budget_alert_schedule.main).code == 0
    rule = on_ministack.root().client("events").describe_rule(Name="budget-alert-function-schedule")
    assert (rule["ScheduleExpression"], rule["State"]) == ("cron(0 8 * * ? *)", "ENABLED")
    monkeypatch.setenv("BUDGET_ALERT_SCHEDULE", "cron(30 6 * * ? *)")
    assert run(verify_aws_resources.main, "--functions", code).code == 1
    assert run(setup_budget_alert_schedule.main, "--apply").code == 0
    assert run(verify_aws_resources.main, "--functions", code).code == 0
    assert run(setup_budget_alert_schedule.main, "--off").code == 0
    assert run(setup_budget_alert_schedule.main).code == 1


def test_teardown_takes_functions_and_their_schedule_too(run, on_ministack, tmp_path):
    code = str(write(tmp_path, "budget_alert", ALERTS))
    write(tmp_path, "notification_processor", FUNCTION)
    run(setup_aws_resources.main, "--apply")
    run(deploy_lambda_functions.main, "--functions-folder", code, "--apply")
    run(setup_budget_alert_schedule.main, "--apply")
    gone = run(teardown_aws_resources.main, "--confirm", "smart-budget", "--json")
    assert (gone.code, gone.json) == (0, {"left": []})
    root = on_ministack.root()
    assert root.client("lambda").list_functions()["Functions"] == []
    assert root.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    assert root.client("logs").describe_log_groups()["logGroups"] == []
    assert root.client("events").list_rules()["Rules"] == []


def test_dead_letters_are_shown_before_they_are_moved(run, here):
    run(setup_aws_resources.main, "--apply")
    sqs = here.root().client("sqs")
    dead = sqs.get_queue_url(QueueName=NAMES.dead_letters("work-queue"))["QueueUrl"]
    alive = sqs.get_queue_url(QueueName=NAMES.queue("work-queue"))["QueueUrl"]
    for number in range(12):
        sqs.send_message(QueueUrl=dead, MessageBody=f"secret {number}")
    shown = run(redrive_queue.main, "work-queue")
    assert shown.code == 1
    assert "12 dead letters" in shown.out
    assert "secret" not in shown.out
    assert "secret 7" in run(redrive_queue.main, "work-queue", "--with-contents").out
    some = run(redrive_queue.main, "work-queue", "--move", "--most", "3")
    assert (some.code, "3 dead letters are in their queue again" in some.out) == (1, True)
    assert "About 9 more" in some.out
    rest = run(redrive_queue.main, "work-queue", "--move", "--json")
    assert (rest.code, rest.json["moved"], rest.json["dead"]) == (0, 9, 0)
    counted = sqs.get_queue_attributes(QueueUrl=alive, AttributeNames=["ApproximateNumberOfMessages"])
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "12"
    assert "There are none" in run(redrive_queue.main, "work-queue").out


def test_dead_letters_move_as_they_are_however_large(run, here):
    run(setup_aws_resources.main, "--apply")
    sqs = here.root().client("sqs")
    dead = sqs.get_queue_url(QueueName=NAMES.dead_letters("work-queue"))["QueueUrl"]
    alive = sqs.get_queue_url(QueueName=NAMES.queue("work-queue"))["QueueUrl"]
    mark = {"from": {"DataType": "String", "StringValue": "alice"}}
    bodies = [letter * 120_000 for letter in "abc"]  # three of them are more than SQS takes at once
    for body in bodies:
        sqs.send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=mark)
    assert run(redrive_queue.main, "work-queue", "--move").code == 0
    came = []
    while answer := sqs.receive_message(
        QueueUrl=alive, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
    ).get("Messages"):
        came += [(each["Body"], each["MessageAttributes"]["from"]["StringValue"]) for each in answer]
    assert sorted(came) == [(body, "alice") for body in bodies]


def test_a_role_that_may_not_is_told_so_in_words(run, on_ministack, monkeypatch):
    run(setup_aws_resources.main, "--apply")
    lesser = on_ministack.under(NAMES.web_role).session.get_credentials()
    for name, value in (
        ("AWS_ACCESS_KEY_ID", lesser.access_key),
        ("AWS_SECRET_ACCESS_KEY", lesser.secret_key),
        ("AWS_SESSION_TOKEN", lesser.token),
    ):
        monkeypatch.setenv(name, value)
    refused = run(verify_aws_resources.main, "--without-functions")
    assert refused.code == 2
    assert "may not do that" in refused.err
    assert "Traceback" not in refused.out + refused.err


def test_credentials_that_nobody_knows_are_told_so_in_words(run, on_ministack, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASTRANGERSTRANGER")
    refused = run(setup_aws_resources.main, "--apply", "--json")
    assert refused.code == 2
    assert "does not know these credentials" in refused.json["error"]
