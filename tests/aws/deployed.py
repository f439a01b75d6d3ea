"""Our functions, packaged for the interpreter that MiniStack runs on, which is ours, and deployed there under their own roles."""

import platform
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aws_config.account import account_of
from aws_config.function_plans import PLANS, folder
from aws_config.installation import function_stages
from aws_config.packages import Architecture, Package, build
from aws_config.resource_manager import ResourceManager
from lib.settings import Settings
from tests.aws.ministack import Emulator

ROOT = Path(__file__).resolve().parents[2]
ALERTS, FILING = "budget-alert-function", "expense-categorizer-function"
NOTIFICATIONS, REPORTS = "notification-processor-function", "report-generator-function"
ARCHITECTURE: Architecture = "arm64" if platform.machine() == "aarch64" else "x86_64"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@cache
def package(function: str) -> Package:
    source, left_out = ROOT / "lambda_functions" / folder(function), PLANS[function].without
    return build(ROOT, source, ARCHITECTURE, PYTHON, without=left_out)


def deploy(emulator: Emulator, settings: Settings, functions: Sequence[str]) -> None:
    """As scripts.deploy_lambda_functions does it, with what brings them their work."""
    root = emulator.root()
    stages = function_stages(
        *(root, account_of(root), settings, list(functions)),
        packages={each: package(each) for each in functions},
        architecture=ARCHITECTURE,
        python="3.13",
    )
    ResourceManager(stages).apply()
