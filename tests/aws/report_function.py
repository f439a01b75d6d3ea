"""The function that makes reports, deployed on MiniStack as it is, or as one that breaks in the middle."""

import io
import platform
import sys
import zipfile
from functools import cache
from pathlib import Path

from aws_config.account import account_of
from aws_config.config import names_of
from aws_config.function_plans import LIVE
from aws_config.installation import function_stages
from aws_config.packages import Architecture, Package, build
from aws_config.resource_manager import ResourceManager
from lib.settings import Settings
from tests.aws.ministack import Emulator

ROOT = Path(__file__).resolve().parents[2]
WHAT = "report-generator-function"
ARCHITECTURE: Architecture = "arm64" if platform.machine() == "aarch64" else "x86_64"
# It takes up the report that it is asked for, and then this happens.
BREAKS = """

def lambda_handler(event, context):
    run = answers().kept.get(event["user_id"], event["report_id"])
    answers().kept.change(run, state="running")
    {happens}
"""
CRASH, HANG = "import os; os._exit(1)", "import time; time.sleep(60)"


@cache
def package() -> Package:
    """For the interpreter that MiniStack runs on, which is ours."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return build(ROOT, ROOT / "lambda_functions" / "report_generator", ARCHITECTURE, version)


def deploy(emulator: Emulator, settings: Settings) -> None:
    """Under its own role."""
    root = emulator.root()
    packages = {WHAT: package()}
    where = (root, account_of(root), settings)
    made = function_stages(*where, [WHAT], packages=packages, architecture=ARCHITECTURE)
    ResourceManager(made).apply()


def break_it(emulator: Emulator, settings: Settings, happens: str) -> None:
    """From now on that happens when it is called, after `deploy`; it has two seconds."""
    functions, name = emulator.root().client("lambda"), names_of(settings).function(WHAT)
    functions.update_function_configuration(FunctionName=name, Timeout=2)
    code = _broken(package().data, BREAKS.format(happens=happens))
    version = functions.update_function_code(FunctionName=name, ZipFile=code, Publish=True)["Version"]
    functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=version)


def _broken(package: bytes, more: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            addition = more.encode() if name == "lambda_function.py" else b""
            new.writestr(name, old.read(name) + addition)
    return kept.getvalue()
