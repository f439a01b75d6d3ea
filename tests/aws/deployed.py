"""Our functions, packaged for the interpreter that MiniStack runs on, which is ours, and deployed there under their own roles."""

import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aws_config.account import account_of
from aws_config.function_home import function_stages
from aws_config.function_plans import PLANS, folder
from aws_config.packages import Architecture, Package, build
from aws_config.resource_manager import ResourceManager
from lib.settings import Settings
from tests.aws.ministack import Emulator
from tests.engines import alone

ROOT = Path(__file__).resolve().parents[2]
MADE = ROOT / ".cache" / "packages"
CODE = ("lambda_functions", "lib", "aws_config", "web", "templates", "static")
ALERTS, FILING = "budget-alert-function", "expense-categorizer-function"
NOTIFICATIONS, REPORTS = "notification-processor-function", "report-generator-function"
ARCHITECTURE: Architecture = "arm64" if platform.machine() == "aarch64" else "x86_64"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@cache
def package(function: str) -> Package:
    """Made once for all processes that test the same code: it takes some ten seconds, and the package index."""
    kept = MADE / f"{function}-{_made_of()}.pickle"
    with alone(function):
        if kept.exists():
            found: Package = pickle.loads(kept.read_bytes())  # noqa: S301  # our own
            return found
        source, left_out = ROOT / "lambda_functions" / folder(function), PLANS[function].without
        made = build(ROOT, source, ARCHITECTURE, PYTHON, without=left_out)
        MADE.mkdir(parents=True, exist_ok=True)
        coming = kept.with_suffix(f".{os.getpid()}")
        coming.write_bytes(pickle.dumps(made))
        coming.replace(kept)
        return made


@cache
def _made_of() -> str:
    """A digest of all that a package depends on."""
    found = hashlib.sha256(f"{ARCHITECTURE} {PYTHON}".encode())
    parts = [
        path for folder in CODE for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts
    ]
    for path in sorted(path for path in (*parts, ROOT / "requirements.txt") if path.is_file()):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


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
