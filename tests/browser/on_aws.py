"""The planner on AWS: set up by the operator's own command, running under the role it has there and no other."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aws_config.config import names_of
from tests.aws.deployed import deploy
from tests.aws.ministack import ACCOUNT, Emulator, ministack
from tests.live import ROOT, Planner

SETTINGS = {
    "backend": "aws",
    "aws_region": "us-east-1",
    "ses_from": "Planner <planner@budget.example>",
    "base_url": "http://127.0.0.1",
}


@contextmanager
def planner_on_aws(folder: Path, *, functions: Sequence[str] = (), **settings: Any) -> Iterator[Planner]:
    """Not started yet. What runs in the tests' own process is under the same role.

    Args:
        functions: Those that are there; what the others would do is left to the worker.
    """
    with ministack() as emulator, pytest.MonkeyPatch.context() as patch:
        planner = Planner(folder, aws_endpoint_url=emulator.url, **(SETTINGS | settings))
        set_up(emulator, planner)
        deploy(emulator, planner.settings, functions)
        planner.surroundings = who(emulator, names_of(planner.settings).web_role)
        for name, value in planner.surroundings.items():
            patch.setenv(name, value)
        yield planner


def set_up(emulator: Emulator, planner: Planner) -> None:
    """As docs/operations.md tells an operator to."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.setup_aws_resources", "--apply"],
        cwd=ROOT,
        env=planner.environment() | emulator.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def who(emulator: Emulator, role: str) -> dict[str, str]:
    """The environment of a machine that runs under that role."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    sts = emulator.root().client("sts")
    session = sts.assume_role(RoleArn=arn, RoleSessionName="planner")["Credentials"]
    return emulator.environment() | {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
