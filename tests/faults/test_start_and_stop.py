"""`make run`, as far as it is not make: one command starts both, Ctrl-C stops both, and what is wrong is said in a line."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from tests.live import ROOT, children, free_port, hears_signals, wait_until


class Command:
    """`python -m scripts.run` over a folder, and what it prints."""

    started: ClassVar[list["Command"]] = []

    def __init__(self, folder: Path, *parts: str, **settings: Any) -> None:
        """`parts`: only that one of web and worker."""
        self.port = free_port()
        self.output = folder / "output.txt"
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PORT": str(self.port)}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.run", *parts],
                cwd=ROOT,
                env=environment | settings,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=hears_signals,
            )
        self.started.append(self)

    def __str__(self) -> str:
        return self.output.read_text()

    @property
    def is_up(self) -> bool:
        return f"http://localhost:{self.port}" in str(self) and "worker is ready" in str(self)

    def family(self) -> list[int]:
        """The processes it has started, and those they have."""
        found: list[int] = []
        parents = [self.process.pid]
        while parents:
            own = children(parents.pop())
            found += own
            parents += own
        return found


@pytest.fixture(autouse=True)
def _none_is_left_behind() -> Iterator[None]:
    yield
    while Command.started:
        process = Command.started.pop().process
        process.terminate()
        process.wait(15)


@pytest.fixture
def run(tmp_path: Path) -> Command:
    command = Command(tmp_path)
    wait_until(lambda: command.is_up, "web and worker", 60)
    return command


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def assert_all_gone(pids: list[int]) -> None:
    wait_until(lambda: not any(map(is_alive, pids)), "every process to end", 10)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_starts_both_and_stops_both(run, how):
    assert requests.get(f"http://127.0.0.1:{run.port}/health", timeout=10).json() == {"status": "ok"}
    family = run.family()
    run.process.send_signal(how)
    assert run.process.wait(15) == 0
    assert_all_gone(family)
    assert "Traceback" not in str(run)


@pytest.mark.parametrize("part", ["gunicorn", "selfhost.worker"])
def test_when_one_dies_the_other_is_stopped_and_the_command_fails(run, part):
    family = run.family()
    victim = next(pid for pid in family if part in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(victim, signal.SIGKILL)
    assert run.process.wait(20) != 0
    assert_all_gone(family)


@pytest.mark.parametrize(
    ("part", "ready"), [("web", "Smart Budget Planner: "), ("worker", "worker is ready")]
)
def test_each_starts_alone_as_the_process_that_was_started(tmp_path, part, ready):
    command = Command(tmp_path, part)
    wait_until(lambda: ready in str(command), part, 60)
    name = {"web": "gunicorn", "worker": "selfhost.worker"}[part]
    assert name in Path(f"/proc/{command.process.pid}/cmdline").read_text()
    assert (tmp_path / "planner.db").exists()
    command.process.terminate()
    assert command.process.wait(15) == 0


def test_a_worker_alone_needs_no_port_and_no_secret(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = Command(tmp_path, "worker", APP_ENV="prod", PORT=str(other.getsockname()[1]))
        wait_until(lambda: "worker is ready" in str(command), "the worker", 60)
        command.process.terminate()
        assert command.process.wait(15) == 0
    assert not (tmp_path / "secret").exists()


def refused(folder: Path, **settings: str) -> str:
    """What it says when it cannot start: a line or a list, no traceback."""
    command = Command(folder, **settings)
    assert command.process.wait(30) == 2
    assert "Traceback" not in str(command)
    return str(command)


def test_a_port_in_use_is_said_in_a_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path, PORT=str(port))
    assert re.fullmatch(rf"Cannot listen on 127\.0\.0\.1, port {port} .*make run PORT=\d+\n", said)


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert refused(tmp_path, DATA_DIR=str(tmp_path / "file" / "data")).startswith(
        "Cannot write to the data folder"
    )


def test_a_database_that_cannot_be_used_is_said_in_a_line(tmp_path):
    (tmp_path / "planner.db").write_bytes(b"not a database" * 500)
    assert refused(tmp_path).count("\n") == 1
    assert refused(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").count("\n") == 1


def test_all_settings_that_make_no_sense_are_listed(tmp_path):
    said = refused(tmp_path, WEB_WORKERS="many", LOG_LEVEL="LOUD", DATABASE_URL="mysql://here")
    assert all(name in said for name in ("WEB_WORKERS", "LOG_LEVEL", "DATABASE_URL"))
