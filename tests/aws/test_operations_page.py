"""docs/operations.md leads from an empty account to a running planner and back: its commands are run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.aws.command_line import ask
from tests.aws.ministack import Emulator
from tests.aws.test_setup_on_emulators import left_in

pytestmark = pytest.mark.aws
ROOT = Path(__file__).resolve().parents[2]
PYTHON = "python -m scripts."
LOOKING = re.compile(r"^((?:\w+=\S+ )+)\.venv/bin/python -m scripts\.run web$")  # tests/aws/test_restoring.py
BY_HAND = {
    "make run HOST=0.0.0.0"
}  # the planner under its role: tests/browser runs it, with a browser in front
# and finds something to do
ONLY_LOOKS = re.compile(r"setup_aws_resources$|setup_cloudwatch_alarms$|--as rescued$|--dry-run$")
SECRET = "smart-budget/secret-key"  # which docs/deploying.md has the setup make


def page() -> tuple[str, list[str]]:
    """The settings and the commands of the part on AWS, in their order."""
    _, _, part = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("# Running it on AWS\n")
    settings = re.findall(r"```ini\n(.*?)```", part, re.DOTALL)
    commands = "".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL)).splitlines()
    return "".join(settings), commands


def test_the_page_can_be_followed(ministack_server: Emulator, tmp_path: Path):
    ministack_server.reset()
    settings, commands = page()
    (tmp_path / ".env").write_text(settings)
    ministack_server.root().client("secretsmanager").create_secret(Name=SECRET, SecretString="the old one")
    assert len(commands) > 20
    for command in commands:
        if command.startswith("aws "):
            ask(command, ministack_server.root())
        elif command not in BY_HAND and not LOOKING.match(command):
            follow(command, tmp_path, ministack_server)
    assert left_in(ministack_server.root()) == []


def follow(command: str, folder: Path, emulator: Emulator) -> None:
    setting, _, command = command.rpartition(".venv/bin/")
    assert command.startswith(PYTHON), f"nobody tries {command}"
    words = command.removeprefix(PYTHON).split()
    given = dict(each.split("=") for each in setting.split())
    if "--unprotect" in words:
        words += ["--confirm", "smart-budget"]  # what a person types when asked
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.{words[0]}", *words[1:]],
        cwd=folder,
        env=kept | emulator.environment() | given | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    expected = 1 if ONLY_LOOKS.search(command) else 0
    if "setup_budget_alert_schedule" in command and not (ROOT / "lambda_functions/budget_alert").is_dir():
        expected = 2  # as the page says: once there is code
    assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
