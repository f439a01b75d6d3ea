"""docs/deploying.md: its commands are there, take the options they are given, and are what the pipeline runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import ROOT

PAGE = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
COMMANDS = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).splitlines()
OURS = sorted({command for command in COMMANDS if "scripts" in command})


def test_there_are_commands():
    assert len(OURS) > 10


@pytest.mark.parametrize("command", OURS)
def test_a_command_takes_its_options(command: str):
    words = command.split()
    program = words[: 3 if words[1:2] == ["-m"] else 2 if words[0] == "python3" else 1]
    runs = [sys.executable if "python" in program[0] else program[0], *program[1:], "--help"]
    done = subprocess.run(runs, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    options = [word for word in words[len(program) :] if word.startswith("--")]
    assert [option for option in options if option not in done.stdout] == []


def test_what_the_pipeline_runs_is_in_it():
    release = (ROOT / ".github/workflows/release.yml").read_text()
    runs = re.findall(r"run: ((?:\.venv/bin/python -m )?scripts\S+.*)", release)
    assert len(runs) == 3
    assert all(command in COMMANDS for command in runs)


@pytest.mark.parametrize("path", re.findall(r"`((?:scripts|\.ebextensions|\.platform)/[\w./]+\.\w+)`", PAGE))
def test_every_file_it_names_is_there(path: str):
    assert Path(ROOT / path).is_file()
