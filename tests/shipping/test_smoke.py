"""The smoke test against the planner as people run it: it tells what works from what does not, and leaves nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import free_port
from tests.live import ROOT, Planner, wait_until
from tests.shipping.container import Contained

COMMAND = [sys.executable, "-I", "scripts/smoke_test.py"]  # with nothing of the project to import


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    """Not started yet."""
    planner = Planner(tmp_path / "data")
    yield planner
    planner.kill()


def smoke(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    return done


def people(planner: Planner) -> int:
    return len(list(planner.services().store.each_user()))


def test_it_passes_twice_and_leaves_nobody_behind(planner: Planner):
    planner.start()
    for _ in range(2):
        done = smoke(planner.address)
        assert (done.returncode, done.stderr) == (0, "")
        assert [line[10:] for line in done.stdout.splitlines()[2:-1]] == [
            "make an account",
            "add an expense",
            "set a budget",
            "exceed it and see the alert",
            "have a report made",
            "download the report",
            "delete the account",
        ]
    assert people(planner) == 0


def test_it_passes_against_the_container(contained: Contained):
    assert smoke(contained.address).returncode == 0
    assert people(contained) == 0


def test_it_passes_against_web_and_worker_in_containers_of_their_own(image: str, tmp_path: Path):
    planner = Contained(tmp_path / "data", apart=True).start()
    try:
        assert smoke(planner.address).returncode == 0
    finally:
        planner.stop()
    assert planner.log.count("worker is ready") == planner.log.count("worker has stopped") == 1


def test_stopped_in_the_middle_it_takes_its_account_along(planner: Planner):
    planner.start("web")  # nobody makes its report
    process = subprocess.Popen(
        [*COMMAND, planner.address], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: "/api/notifications 200" in planner.log, "the alert to be looked for")
    assert people(planner) == 1
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "The account was deleted." in said
    assert people(planner) == 0


def test_a_step_that_fails_is_named(tmp_path: Path, planner: Planner):
    planner.start("web")
    (tmp_path / "data" / "files").write_text("no folder")
    done = smoke(planner.address)
    assert done.returncode == 1
    assert "Could not see whether every part of it works: not working: files" in done.stderr


def test_where_accounts_are_closed_it_can_still_look(tmp_path: Path):
    planner = Planner(tmp_path / "data", registration=False)
    planner.start("web")
    try:
        done = smoke(planner.address)
        assert done.returncode == 1
        assert (
            done.stderr.startswith("Could not make an account: POST /register: 403") or "403" in done.stderr
        )
        assert "may be left" not in done.stderr
        assert smoke(planner.address, "--look-only").returncode == 0
    finally:
        planner.kill()


def test_what_is_not_there_is_no_failure_of_the_planner():
    assert smoke(f"http://127.0.0.1:{free_port()}", "--wait", "0").returncode == 2
    assert smoke("budget.example").returncode == 2
    assert smoke("--help").returncode == 0
