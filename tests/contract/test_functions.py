"""The contract of Functions, for those at home and those that run in Lambda's stead on MiniStack. moto runs none."""

import io
import json
import logging
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_config.config import Names
from aws_config.lambda_client import LambdaClient
from aws_config.session import AWS
from lib.errors import Unavailable
from lib.ports import Functions
from selfhost.local_functions import AT_ONCE, LocalFunctions
from tests.contract import tiny_function
from tests.contract.on_aws import MINISTACK, way

DOES = "report-generator-function"
ABSENT = "budget-alert-function"
SECRET = "alice bought a ring"
SHORT = 1  # seconds that a function may take here


@pytest.fixture(params=["home", MINISTACK])
def functions(request: pytest.FixtureRequest) -> Iterator[Functions]:
    if request.param == "home":
        yield LocalFunctions({DOES: tiny_function.lambda_handler}, patience=SHORT)
        return
    with way(request.param, request) as aws:
        deploy(aws)
        yield LambdaClient(aws, Names())


def deploy(aws: AWS) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=policy)["Role"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(Path(tiny_function.__file__), "lambda_function.py")
    name, functions = Names().function(DOES), aws.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Role=role["Arn"],
        Handler="lambda_function.lambda_handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=3 * SHORT,  # it also has to start, perhaps on a busy machine
        Publish=True,
    )
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")


def test_the_answer_is_what_the_function_gave(functions):
    assert functions.invoke(DOES, {"do": "add", "numbers": [1, 2.5]}) == {"sum": 3.5}


def test_text_of_every_script_goes_there_and_back(functions):
    words = {"do": "change", "numbers": [], "name": "Žofie Übergröße 日本 👛"}
    assert functions.invoke(DOES, words) == {**words, "numbers": [4]}


def test_what_a_function_does_to_its_request_stays_there(functions):
    request = {"do": "change", "numbers": [1]}
    assert functions.invoke(DOES, request)["numbers"] == [1, 4]
    assert request == {"do": "change", "numbers": [1]}


def test_a_function_knows_its_name_and_its_time(functions):
    assert functions.invoke(DOES, {"do": "who"}) == {"name": DOES, "numbered": True, "has_time": True}


@pytest.mark.parametrize(
    "what", ["break", "exit", "hang", "nothing", "list", "text", "unspeakable", "unheard-of"]
)
def test_what_fails_is_unavailable_ran_once_and_keeps_its_words(functions, tmp_path, caplog, what):
    caplog.set_level(logging.DEBUG)
    trace = tmp_path / "trace"
    with pytest.raises(Unavailable) as raised:
        functions.invoke(DOES, {"do": what, "secret": SECRET, "trace": str(trace)})
    assert (raised.value.part, trace.read_text()) == ("functions", "ran\n")
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("aws_config", "selfhost"))
    )
    assert f"{DOES} failed" in ours
    assert SECRET not in ours + raised.value.message


def test_after_a_failure_the_next_one_works(functions):
    for what in ("break", "hang", "exit"):
        with pytest.raises(Unavailable):
            functions.invoke(DOES, {"do": what, "secret": SECRET})
    assert functions.invoke(DOES, {"do": "add", "numbers": [1]}) == {"sum": 1}


def test_a_function_that_is_not_there_is_unavailable(functions):
    with pytest.raises(Unavailable) as raised:
        functions.invoke(ABSENT, {})
    assert raised.value.part == "functions"


def test_a_request_that_is_no_json_is_a_mistake_at_once(functions):
    with pytest.raises(TypeError):
        functions.invoke(DOES, {"do": {1, 2}})


def test_a_look_finds_that_they_are_there(functions):
    functions.check()


def test_at_home_what_finds_no_place_in_time_was_not_begun(tmp_path, caplog):
    functions = LocalFunctions({DOES: tiny_function.lambda_handler}, patience=0.3)
    for _ in range(AT_ONCE):
        with pytest.raises(Unavailable):
            functions.invoke(DOES, {"do": "hang"})
    with pytest.raises(Unavailable):
        functions.invoke(DOES, {"do": "add", "numbers": [], "trace": str(tmp_path / "trace")})
    assert "others did not end in time" in caplog.text
    assert not (tmp_path / "trace").exists()
