"""The planner itself in a function: built from what it imports, run by MiniStack, under the function's own role."""

import json
import platform
import sys
from pathlib import Path

import pytest

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.function_home import function_stages
from aws_config.installation import stages
from aws_config.packages import Architecture, build
from aws_config.resource_manager import ResourceManager
from lib.settings import Settings
from tests.aws.ministack import Emulator

pytestmark = pytest.mark.aws
ROOT = Path(__file__).resolve().parents[2]
WHAT = "report-generator-function"
CODE = """
from io import BytesIO

from lib.services import build_services
from lib.settings import load_settings

services = build_services(load_settings(needs_secret=False))


def lambda_handler(event, context):
    services.files.put(event["report_key"], BytesIO(b"%PDF"))
    return {"user": services.store.get_user(event["user_id"])}
"""


def test_it_reads_records_and_keeps_a_report(ministack_server: Emulator, tmp_path: Path):
    ministack_server.reset()
    settings = Settings(
        _env_file=None,
        app_env="prod",
        secret_key="not the functions' business",
        base_url="https://budget.example",
        ses_from="planner@budget.example",
        aws_endpoint_url=ministack_server.url,
    )
    (tmp_path / "lambda_function.py").write_text(CODE)
    architecture: Architecture = "arm64" if platform.machine() == "aarch64" else "x86_64"
    # For the interpreter that MiniStack runs on, which is ours.
    package = build(ROOT, tmp_path, architecture, f"{sys.version_info.major}.{sys.version_info.minor}")
    root = ministack_server.root()
    where = (root, account_of(root), settings)
    ResourceManager(stages(*where)).apply()
    ResourceManager(
        function_stages(*where, [WHAT], packages={WHAT: package}, architecture=architecture)
    ).apply()
    names = Names()
    answer = root.client("lambda", read_timeout=60).invoke(
        FunctionName=names.function(WHAT),
        Qualifier="live",
        Payload=json.dumps({"user_id": "nobody", "report_key": "reports/nobody/november.pdf"}).encode(),
    )
    assert json.loads(answer["Payload"].read()) == {"user": None}
    kept = root.client("s3").get_object(Bucket=names.bucket, Key="reports/nobody/november.pdf")
    assert kept["Body"].read() == b"%PDF"
