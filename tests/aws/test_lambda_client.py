"""Functions are called once, waited for, and believed only when they say that it worked."""

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from aws_config.config import Names
from aws_config.function_plans import PLANS
from aws_config.lambda_client import LambdaClient
from lib.errors import Unavailable
from tests.aws.moto_aws import account

REQUEST = {"user_id": "alice", "report_type": "monthly", "year": 2026, "month": 11}
MADE = {"report_url": "https://…", "report_key": "reports/alice/1.pdf", "file_name": "1.pdf"}


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def answer(payload: Any, **more: Any) -> dict[str, Any]:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    payload = StreamingBody(io.BytesIO(content), len(content))
    return {"StatusCode": 200, "Payload": payload, "ResponseMetadata": {"RequestId": "REQUEST-1"}, **more}


def asked_for(aws, what: str, payload: dict[str, Any], response: dict[str, Any]) -> Stubber:
    """No emulator in this process runs functions, so the answer is put into botocore's hands."""
    timeout = PLANS[what].timeout + 10
    stub = Stubber(aws.client("lambda", read_timeout=timeout, tries=1))
    wanted = {
        "FunctionName": what,
        "Qualifier": "live",
        "InvocationType": "RequestResponse",
        "Payload": json.dumps(payload).encode(),
    }
    stub.add_response("invoke", response, wanted)
    return stub


def test_a_report_is_asked_for_and_its_answer_read(aws):
    response = answer({"statusCode": 200, "body": json.dumps(MADE)})
    with asked_for(aws, "report-generator-function", REQUEST, response) as stub:
        assert LambdaClient(aws, Names()).invoke_report_generator(REQUEST) == MADE
        stub.assert_no_pending_responses()


def test_the_daily_alerts_can_be_run_now(aws):
    response = answer({"alerts_sent": 3, "errors": []})
    with asked_for(aws, "budget-alert-function", {}, response):
        assert LambdaClient(aws, Names()).invoke_budget_alert() == {"alerts_sent": 3, "errors": []}


@pytest.mark.parametrize(
    "response",
    [
        answer({"errorType": "Secret", "errorMessage": "alice's secret"}, FunctionError="Unhandled"),
        answer(b"Task timed out", FunctionError="Unhandled"),
        answer({"statusCode": 500, "body": "{}"}),
        answer({"statusCode": 200, "body": "no json"}),
        answer({"statusCode": 200}),
        answer(b"null"),
        answer(b""),
    ],
    ids=["raised", "timed-out", "500", "unreadable-body", "no-body", "nothing", "empty"],
)
def test_a_function_that_failed_is_an_error_of_ours(aws, caplog, response):
    with asked_for(aws, "report-generator-function", REQUEST, response), pytest.raises(Unavailable) as raised:
        LambdaClient(aws, Names()).invoke_report_generator(REQUEST)
    assert raised.value.part == "functions"
    assert "report-generator-function failed" in caplog.text
    assert "alice" not in caplog.text


def test_a_call_is_patient_and_made_once(aws):
    tries: list[str] = []

    def fail(request: Any, **_: Any) -> None:
        tries.append(request.url)
        raise ReadTimeoutError(endpoint_url=request.url)

    client = aws.client("lambda", read_timeout=310, tries=1)
    client.meta.events.register_first("before-send.lambda", fail)
    with pytest.raises(Unavailable):
        LambdaClient(aws, Names()).invoke_report_generator(REQUEST)
    assert len(tries) == 1
    assert client.meta.config.read_timeout > PLANS["report-generator-function"].timeout


def test_a_function_that_is_not_there_is_said(aws, caplog):
    with pytest.raises(Unavailable):
        LambdaClient(aws, Names()).invoke_budget_alert()
    assert "scripts.setup_aws_resources" in caplog.text


def test_a_look_runs_nothing_and_says_what_is_not_there(aws, caplog):
    with pytest.raises(Unavailable):
        LambdaClient(aws, Names()).check()
    assert "scripts.setup_aws_resources" in caplog.text


HANDLER = """
import json

def lambda_handler(event, context):
    if event["user_id"] == "broken":
        raise ValueError("alice's secret")
    return {"statusCode": 200, "body": json.dumps({"report_key": f"reports/{event['user_id']}/1.pdf"})}
"""


@pytest.fixture
def deployed(ministack_server):
    """A function that really runs, under the alias that everything calls."""
    ministack_server.reset()
    root, what = ministack_server.root(), Names().function("report-generator-function")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": "lambda.amazonaws.com"}}]}  # fmt: skip
    made = root.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=json.dumps(trust))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("lambda_function.py", HANDLER)
    functions = root.client("lambda")
    functions.create_function(
        FunctionName=what,
        Runtime="python3.13",
        Role=made["Role"]["Arn"],
        Handler="lambda_function.lambda_handler",
        Code={"ZipFile": package.getvalue()},
        Publish=True,
    )
    functions.create_alias(FunctionName=what, Name="live", FunctionVersion="1")
    return LambdaClient(root, Names())


@pytest.mark.aws
def test_a_function_that_runs_answers(deployed):
    assert deployed.invoke_report_generator(REQUEST) == {"report_key": "reports/alice/1.pdf"}


@pytest.mark.aws
def test_a_function_that_raises_is_an_error_of_ours_and_keeps_its_words_to_itself(deployed, caplog):
    with pytest.raises(Unavailable):
        deployed.invoke_report_generator({**REQUEST, "user_id": "broken"})
    assert "report-generator-function failed" in caplog.text
    assert "secret" not in caplog.text
