"""A full disk, a locked database: said on a page and in the log, and over as soon as the reason is gone."""

import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from lib.ids import new_id
from tests.faults.conftest import assert_totals_agree, broken_queue, saved
from tests.live import Planner, Visitor, wait_until


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    """Not started yet. A writer gives up after a second, so that tests need not wait for ten."""
    planner = Planner(tmp_path, database_url=f"sqlite:///{tmp_path}/planner.db?timeout=1")
    yield planner
    planner.kill()


def add(visitor: Visitor, token: str, payee: str = "Bakery") -> requests.Response:
    form = {"csrf_token": token, "key": new_id(), "amount": "1.25", "category": "Groceries", "day": "today"}
    return visitor.post("/expenses/new", {**form, "payee": payee})


def assert_said(planner: Planner, answer: requests.Response) -> None:
    """A page in words with an id, and a log line with the same id that names what failed."""
    assert answer.status_code == 503
    page = BeautifulSoup(answer.text, "html.parser")
    assert "Nothing of this was saved" in page.get_text()
    request_id = answer.headers["X-Request-ID"]
    assert request_id in page.get_text()
    assert any(request_id in line and "ERROR" in line for line in planner.log.splitlines())


@contextmanager
def no_room(planner: Planner, disk: Path | None) -> Iterator[None]:
    """Leave no byte to write: on a small disk of our own, or else by the kernel's limit on the size of files."""
    if disk is not None:
        with (disk / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
        yield
        (disk / "filler").unlink()
        return
    web = planner.running["web"].pid
    processes = [web, *map(int, Path(f"/proc/{web}/task/{web}/children").read_text().split())]
    limit = (planner.folder / "planner.db").stat().st_size
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    yield
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of three megabytes, where we may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_and_forgotten_when_there_is_room_again(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        planner = Planner(disk or tmp_path / "disk")
        try:
            anna = Visitor(planner.start("web").address).register("anna")
            token = anna.token("/expenses/new")
            assert add(anna, token, "before").status_code == 303
            with no_room(planner, disk):
                refused = [add(anna, token, "x" * 90) for _ in range(40)]
                assert_said(planner, next(answer for answer in refused if answer.status_code != 303))
                assert anna.http.get(f"{planner.address}/expenses", timeout=30).status_code == 200
            assert add(anna, token, "after").status_code == 303
            services = planner.services()
            assert {"before", "after"} <= set(saved(services).values())
            assert len(saved(services)) == 2 + sum(answer.status_code == 303 for answer in refused)
            assert_totals_agree(services)
        finally:
            planner.kill()


def test_a_locked_database_is_said_and_forgotten_when_it_is_free(planner, anna):
    token = anna.token("/expenses/new")
    with closing(sqlite3.connect(planner.folder / "planner.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert_said(planner, add(anna, token))
        assert anna.http.get(f"{planner.address}/dashboard", timeout=30).status_code == 200  # reading goes on
        other.execute("ROLLBACK")
    assert add(anna, token, "after").status_code == 303
    assert list(saved(planner.services()).values()) == ["after"]
    assert_totals_agree(planner.services())


def test_ready_says_which_part_is_broken(planner, anna):
    parts = {"store": "ok", "files": "ok", "queue": "unavailable", "messenger": "ok"}
    with broken_queue(planner):
        answer = anna.http.get(f"{planner.address}/health/ready", timeout=30)
        assert (answer.status_code, answer.json()["parts"]) == (503, parts)
        assert anna.http.get(f"{planner.address}/health", timeout=30).status_code == 200
    wait_until(
        lambda: anna.http.get(f"{planner.address}/health/ready", timeout=30).ok, "the queue to be back", 45
    )
