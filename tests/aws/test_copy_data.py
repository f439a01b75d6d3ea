"""`scripts.copy_data` from this machine to AWS and back, as an operator runs it: a real process, killed and run again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aws_config.config import names_of
from lib.holdings import holdings
from lib.moving import Home
from selfhost.disk_files import DiskFiles
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests.aws.ministack import Emulator
from tests.browser.on_aws import SETTINGS, set_up, who
from tests.contract.test_moving import furnish
from tests.live import ROOT, Planner, hears_signals

pytestmark = pytest.mark.aws
EXPENSES = 600


@pytest.fixture
def surroundings(tmp_path: Path, ministack_server: Emulator) -> dict[str, str]:
    """An operator's machine: a planner at home, AWS set up and empty, and the role of the web server."""
    ministack_server.reset()
    planner = Planner(tmp_path / "data", aws_endpoint_url=ministack_server.url, **SETTINGS)
    set_up(ministack_server, planner)
    upgrade(f"sqlite:///{tmp_path}/data/planner.db")
    home = Home(SQLStore(f"sqlite:///{tmp_path}/data/planner.db"), DiskFiles(tmp_path / "data/files"))
    furnish(home, expenses=EXPENSES)
    home.store.close()  # type: ignore[attr-defined]
    given = planner.environment() | who(ministack_server, names_of(planner.settings).web_role)
    return {name: value for name, value in given.items() if name != "BACKEND"}


@pytest.fixture
def back(tmp_path: Path) -> Iterator[SQLStore]:
    store = SQLStore(f"sqlite:///{tmp_path}/back.db")
    yield store
    store.close()


def copying(surroundings: dict[str, str], *arguments: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.copy_data", *arguments],
        cwd=ROOT,
        env=surroundings | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_signals,
    )


@contextmanager
def never_read(file: Path, aside: Path) -> Iterator[None]:
    """Whoever opens it meanwhile waits for ever, so that nobody is done before he is stopped."""
    file.rename(aside)
    os.mkfifo(file)
    try:
        yield
    finally:
        aside.replace(file)


def test_there_and_back_again(surroundings: dict[str, str], tmp_path: Path, back: SQLStore) -> None:
    there = ("--from", "selfhost", "--to", "aws", "--apply")
    with never_read(tmp_path / "data/files/receipts/bob-id/e00001.jpg", tmp_path / "aside.jpg"):
        cut_off = copying(surroundings, *there)
        assert cut_off.stdout is not None
        assert cut_off.stdout.readline().startswith("alice:")  # bob's are next
        cut_off.kill()
        cut_off.communicate()
        assert cut_off.returncode == -9
        stopped = copying(surroundings, *there)
        assert stopped.stdout is not None
        assert stopped.stdout.readline().startswith("alice: is there")
        stopped.send_signal(signal.SIGINT)
        assert stopped.communicate(timeout=60)[1] == "Stopped. Run it again to go on.\n"
        assert stopped.returncode == 1
    whole = copying(surroundings, *there)
    said, complained = whole.communicate(timeout=120)
    assert (whole.returncode, complained) == (0, "")
    assert "alice: is there" in said
    assert "Both homes hold the same." in said
    again = copying(surroundings, *there)
    assert "was moved there on" in again.communicate(timeout=60)[1]
    assert again.returncode == 2

    url = f"sqlite:///{tmp_path}/back.db"
    home_again = copying(
        surroundings, "--from", "aws", "--to", url, "--apply", DATA_DIR=str(tmp_path / "new")
    )
    assert home_again.communicate(timeout=120)[1] == ""
    assert home_again.returncode == 0
    first = SQLStore(f"sqlite:///{tmp_path}/data/planner.db")
    for user in ("alice-id", "bob-id"):
        assert holdings(first, user) == holdings(back, user)
        assert back.repair_totals(user) == []
    first.close()
    kept = {path.relative_to(tmp_path / "new/files") for path in (tmp_path / "new/files").rglob("*.*g")}
    assert kept == {Path("receipts/bob-id/e00001.jpg")}
