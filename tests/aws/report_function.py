"""The function that makes reports, as one that breaks in the middle."""

import io
import zipfile

from aws_config.config import names_of
from aws_config.function_plans import LIVE
from lib.settings import Settings
from tests.aws.deployed import REPORTS, package
from tests.aws.ministack import Emulator

# It takes up the report that it is asked for, and then this happens.
BREAKS = """

def lambda_handler(event, context):
    run = answers().kept.get(event["user_id"], event["report_id"])
    answers().kept.change(run, state="running")
    {happens}
"""
CRASH, HANG = "import os; os._exit(1)", "import time; time.sleep(60)"


def break_it(emulator: Emulator, settings: Settings, happens: str) -> None:
    """From now on that happens when it is called, once it is deployed. To start and take it up it has five seconds."""
    functions, name = emulator.root().client("lambda"), names_of(settings).function(REPORTS)
    functions.update_function_configuration(FunctionName=name, Timeout=5)
    code = _broken(package(REPORTS).data, BREAKS.format(happens=happens))
    version = functions.update_function_code(FunctionName=name, ZipFile=code, Publish=True)["Version"]
    functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=version)


def _broken(package: bytes, more: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            addition = more.encode() if name == "lambda_function.py" else b""
            new.writestr(name, old.read(name) + addition)
    return kept.getvalue()
