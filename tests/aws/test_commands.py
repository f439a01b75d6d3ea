"""The operator's commands without any AWS, and on one in this process: what stops them is said in words."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as vendor

from aws_config.account import account_of
from aws_config.config import QUEUES, Names
from aws_config.function_plans import PLANS, folder, function_in, visibility
from aws_config.installation import web_role
from aws_config.resources.base import statements
from lib.settings import Settings
from scripts import (
    create_lambda_role,
    deploy_lambda_functions,
    redrive_queue,
    setup_aws_resources,
    setup_budget_alert_schedule,
    setup_cloudwatch_alarms,
    teardown_aws_resources,
    verify_aws_resources,
)
from scripts.operating import Bench, Screen, explained
from tests.aws.moto_aws import account, answers, forget_where_we_are, says, works

COMMANDS: dict[str, tuple[Callable[[list[str]], int], list[str]]] = {
    "setup": (setup_aws_resources.main, ["--apply"]),
    "verify": (verify_aws_resources.main, []),
    "teardown": (teardown_aws_resources.main, ["--confirm", "smart-budget"]),
    "roles": (create_lambda_role.main, ["--apply"]),
    "deploy": (deploy_lambda_functions.main, ["--apply"]),
    "schedule": (setup_budget_alert_schedule.main, ["--apply"]),
    "alarms": (setup_cloudwatch_alarms.main, ["--apply"]),
    "redrive": (redrive_queue.main, ["work-queue", "--move"]),
}
ROOT = Path(__file__).resolve().parents[2]
each_command = pytest.mark.parametrize("command", COMMANDS)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty folder on a machine that knows nothing of AWS."""
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@each_command
def test_without_credentials_it_says_so(command, nowhere, capsys):
    main, arguments = COMMANDS[command]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert "There are no AWS credentials to use: set AWS_PROFILE" in said.err
    assert "Traceback" not in said.out + said.err


@each_command
def test_a_profile_that_is_none_is_named(command, nowhere, capsys):
    nowhere.setenv("AWS_PROFILE", "nobody")
    main, arguments = COMMANDS[command]
    assert main(arguments) == 2
    assert "nobody" in capsys.readouterr().err


@each_command
def test_settings_that_make_no_sense_stop_it(command, nowhere, capsys):
    nowhere.setenv("AWS_PREFIX", "Not A Prefix")
    main, arguments = COMMANDS[command]
    assert main(arguments) == 2
    assert "AWS_PREFIX" in capsys.readouterr().err


@each_command
def test_wrong_usage_ends_with_two(command, nowhere):
    with pytest.raises(SystemExit) as ended:
        COMMANDS[command][0](["--no-such-option"])
    assert ended.value.code == 2


def test_where_nobody_answers_it_says_so_and_tells_programs_too(nowhere, capsys):
    nowhere.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    nowhere.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    nowhere.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert verify_aws_resources.main(["--json"]) == 2
    assert "AWS cannot be reached" in json.loads(capsys.readouterr().out)["error"]


def test_setup_then_verify_then_nothing_to_do(nowhere, capsys):
    with account():
        assert verify_aws_resources.main([]) == 1
        assert setup_aws_resources.main(["--apply"]) == 0
        capsys.readouterr()
        assert setup_aws_resources.main(["--json"]) == 0
        assert json.loads(capsys.readouterr().out)["right"]
        assert verify_aws_resources.main(["--without-functions"]) == 0


@pytest.mark.parametrize("command", [*COMMANDS, "show"])
def test_from_the_wrong_region_nothing_is_touched(command, nowhere, capsys):
    """Roles are the whole account's, and the bucket answers everywhere: they would be changed, or go."""
    main, arguments = {**COMMANDS, "show": (setup_aws_resources.main, [])}[command]
    with account() as aws:
        assert setup_aws_resources.main(["--apply"]) == 0
        before = aws.client("iam").get_role_policy(RoleName="smart-budget-web-role", PolicyName="planner")
        nowhere.setenv("AWS_REGION", "eu-west-1")
        assert main(arguments) == 2
        assert "smart-budget is in us-east-1" in capsys.readouterr().err
        after = aws.client("iam").get_role_policy(RoleName="smart-budget-web-role", PolicyName="planner")
        assert after["PolicyDocument"] == before["PolicyDocument"]
        nowhere.setenv("AWS_REGION", "us-east-1")
        assert verify_aws_resources.main(["--without-functions"]) == 0


def test_what_differs_late_in_a_long_value_is_shown(nowhere, capsys):
    with account() as aws:
        assert setup_aws_resources.main(["--apply"]) == 0
        where = {"RoleName": "smart-budget-web-role", "PolicyName": "planner"}
        policy = aws.client("iam").get_role_policy(**where)["PolicyDocument"]
        policy["Statement"][0]["Resource"].append("arn:aws:dynamodb:us-east-1:123456789012:table/another")
        aws.client("iam").put_role_policy(**where, PolicyDocument=json.dumps(policy))
        capsys.readouterr()
        assert verify_aws_resources.main([]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "table/another" in told


def test_a_queue_hides_messages_six_times_as_long_as_its_function_takes(nowhere):
    """AWS refuses a function whose timeout is longer than its queue's; emulators do not."""
    names = Names()
    with account() as aws:
        setup_aws_resources.main(["--apply"])
        sqs, hidden = aws.client("sqs"), {}
        for what in QUEUES:
            url = sqs.get_queue_url(QueueName=names.queue(what))["QueueUrl"]
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
            hidden[what] = int(found["Attributes"]["VisibilityTimeout"])
    served = {plan.queue: plan.timeout for plan in PLANS.values() if plan.queue}
    assert served.keys() == {"expense-processing-queue", "notification-queue", "budget-check-queue"}
    assert all(hidden[queue] >= 6 * timeout for queue, timeout in served.items())
    assert hidden == {what: visibility(what) for what in QUEUES}


def test_every_function_has_its_folder():
    assert {function_in(folder(what)) for what in PLANS} == set(PLANS)
    with pytest.raises(ValueError, match="none of expense_categorizer"):
        function_in("another_one")


def test_a_folder_that_is_no_functions_stops_the_deployment(nowhere, tmp_path, capsys):
    (tmp_path / "functions" / "another_one").mkdir(parents=True)
    with account():
        assert deploy_lambda_functions.main(["--functions-folder", str(tmp_path / "functions")]) == 2
    assert "lambda_functions/another_one/ is none of" in capsys.readouterr().err


def refusal(code: str, message: str = "said so", *, operation: str = "CreateTable") -> vendor.ClientError:
    return vendor.ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refusal("AccessDeniedException"), "CreateTable was refused"),
        (refusal("ExpiredTokenException"), "have expired"),
        (refusal("RequestTimeTooSkewed"), "clock may be wrong"),
        (refusal("LimitExceededException", "too many tables"), "too many tables (LimitExceededException)"),
        (refusal("AWS.SimpleQueueService.NonExistentQueue"), "set it up first"),
        (vendor.EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
        (vendor.ProfileNotFound(profile="me"), "no AWS credentials"),
    ],
)
def test_what_stops_us_is_put_into_words(error, words):
    assert words in explained(error)


@pytest.mark.parametrize(("operation", "is_hinted"), [("HeadBucket", True), ("DescribeTable", False)])
def test_only_a_bucket_may_be_someone_elses(operation, is_hinted):
    assert ("S3_BUCKET_NAME" in explained(refusal("AccessDenied", operation=operation))) == is_hinted


def test_alarms_that_are_off_cannot_be_turned_off(nowhere, capsys):
    with account():
        assert setup_cloudwatch_alarms.main(["--off"]) == 1
    said = capsys.readouterr()
    assert "There was nothing to remove" in said.err
    assert (said.out, "Nobody is told" in said.err) == ("", False)


def test_whoever_reads_the_answer_may_stop_early(nowhere):
    """Such as `head`. Then nobody wants to know how far it came."""
    reader, writer = os.pipe()
    os.close(reader)
    script = (
        "import sys; from tests.aws.moto_aws import account; from scripts import create_lambda_role\n"
        "with account(): sys.exit(create_lambda_role.main(['--show', 'web']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "")


def test_what_cannot_be_changed_in_place_is_said(nowhere, capsys):
    with account() as aws:
        aws.client("dynamodb").create_table(
            TableName=Names().table("summaries"),
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        assert setup_aws_resources.main(["--apply"]) == 1
    assert "The keys of table smart-budget-summaries differ" in capsys.readouterr().err


@pytest.fixture
def dead_letters(nowhere):
    """Two of them, on the way that every command takes."""
    nowhere.setenv("SES_FROM", "planner@budget.example")
    with account() as aws:
        sqs = aws.client("sqs")
        sqs.create_queue(QueueName=Names().queue("work-queue"))
        dead = sqs.create_queue(QueueName=Names().dead_letters("work-queue"))["QueueUrl"]
        for number in range(2):
            sqs.send_message(QueueUrl=dead, MessageBody=f"job {number}")
        yield aws


def redriven(aws, capsys, *arguments: str) -> dict[str, Any]:
    options = redrive_queue.start([*arguments, "--json"], redrive_queue.usage())
    bench = Bench(Settings(_env_file=None), aws, account_of(aws), Screen(as_json=True))
    redrive_queue.redrive(bench, options)
    return json.loads(capsys.readouterr().out)


def test_a_dead_letter_that_its_queue_refuses_stays(dead_letters, capsys):
    refused = {"Id": "0", "Code": "InternalError", "SenderFault": False}
    says(dead_letters, "sqs.SendMessageBatch", Successful=[{"Id": "1"}], Failed=[refused])
    assert redriven(dead_letters, capsys, "work-queue", "--move") == {
        "queue": "work-queue",
        "moved": 1,
        "dead": 1,
    }
    works(dead_letters, "sqs.SendMessageBatch")
    assert redriven(dead_letters, capsys, "work-queue", "--move") == {
        "queue": "work-queue",
        "moved": 1,
        "dead": 0,
    }


def test_what_cannot_be_given_back_is_said_and_no_failure(dead_letters, capsys):
    answers(dead_letters, "sqs.ChangeMessageVisibilityBatch", "InternalError")
    options = redrive_queue.start(["work-queue"], redrive_queue.usage())
    bench = Bench(Settings(_env_file=None), dead_letters, account_of(dead_letters), Screen(as_json=False))
    assert redrive_queue.redrive(bench, options) == 1
    said = capsys.readouterr()
    assert "2 dead letters" in said.out
    assert "shows again after 60 seconds" in said.err


def test_what_a_worker_elsewhere_may_do_is_printed_whole(monkeypatch, tmp_path, capsys):
    """The same as the role of machines allows, which nothing else may take."""
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with account() as aws:
        assert create_lambda_role.main(["--show", "web"]) == 0
        printed = json.loads(capsys.readouterr().out)
        settings = Settings(_env_file=None)
        wanted = web_role(aws, account_of(aws), settings).wanted()
    assert statements(printed).items() <= wanted.items()
    assert {"DoWork", "KeepHouse", "AskForReports"} <= {each["Sid"] for each in printed["Statement"]}
