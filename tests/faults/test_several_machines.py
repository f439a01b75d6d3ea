"""Two machines with a folder of their own each, on one PostgreSQL and one Redis: they are one planner, also while Redis is away."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests
from redis import Redis

from lib.identity.accounts import BY_NAME
from selfhost.redis_link import PAUSE
from tests import engines
from tests.contract.conftest import made_on
from tests.live import PASSWORD, Planner, Visitor, wait_until

WRONG = "wrong horse battery"
FREE = 5  # wrong passwords for a name until there is a pause
SOON = 10  # seconds: below the half minute after which the sweep would send work again


class Home(NamedTuple):
    one: Planner
    two: Planner
    redis: int  # its port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with engines.postgresql_server() as url:
        yield url


@pytest.fixture
def redis() -> Iterator[int]:
    with engines.redis_server() as port:
        yield port


@pytest.fixture
def home(server: str, redis: int, tmp_path: Path) -> Iterator[Home]:
    """Not started yet."""
    with made_on(server) as database:
        given = {"REDIS_URL": f"redis://127.0.0.1:{redis}/0", "SECRET_KEY": "one for both"}
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        one, two = (Planner(tmp_path / name, given, database_url=database) for name in ("one", "two"))
        try:
            yield Home(one, two, redis)
        finally:
            one.kill()
            two.kill()


def at(planner: Planner, visitor: Visitor) -> Visitor:
    """The same browser at another machine: the load balancer took it there."""
    other = Visitor(planner.address)
    other.http = visitor.http
    return other


def ready(planner: Planner) -> None:
    """Wait for its worker: what it does is timed."""
    wait_until(lambda: "worker is ready" in planner.log, "the worker", 60)


def early_in_a_quarter() -> None:
    """Wrong passwords are counted by quarters of an hour: those of a test belong into one."""
    quarter = BY_NAME.window.total_seconds()
    wait_until(lambda: time.time() % quarter < quarter - 30, "the next quarter of an hour", 35)


def tries(planner: Planner, name: str, password: str = WRONG) -> requests.Response:
    visitor = Visitor(planner.address)
    given = {"csrf_token": visitor.token("/login"), "login": name, "password": password}
    return visitor.post("/login", given)


def asks_for_a_link(planner: Planner, name: str) -> None:
    visitor = Visitor(planner.address)
    token = visitor.token("/password/forgot")
    answer = visitor.post("/password/forgot", {"csrf_token": token, "login": f"{name}@example.com"})
    assert answer.status_code in (200, 303), answer.text[:500]


def letters(planner: Planner, name: str) -> list[Path]:
    """Those with a link for a new password for that person that this machine's worker has written."""
    texts = {file: file.read_text(errors="replace") for file in (planner.folder / "outbox").glob("*.eml")}
    return [
        file for file, text in texts.items() if f"{name}@example.com" in text and "/password/reset/" in text
    ]


def end_redis(port: int) -> None:
    os.kill(int(Redis(port=port).info("server")["process_id"]), signal.SIGKILL)


def test_they_share_sign_ins_limits_and_work_and_a_restart_ends_nothing(home: Home):
    home.one.start("web")
    ready(home.two.start())
    anna = Visitor(home.one.address).register("anna")
    there = at(home.two, anna)
    assert there.page("/dashboard").h1
    home.one.stop()
    home.one.start("web")
    assert anna.page("/dashboard").h1

    early_in_a_quarter()
    answers = [tries((home.one, home.two)[number % 2], "anna").status_code for number in range(FREE + 1)]
    assert answers == [401] * FREE + [429]
    assert tries(home.one, "anna", PASSWORD).status_code == 429
    assert Redis(port=home.redis).keys("planner.hits.*")  # where they were counted

    asks_for_a_link(home.one, "anna")
    wait_until(lambda: bool(letters(home.two, "anna")), "the other machine's worker", SOON)

    token = anna.token("/logout")
    assert anna.post("/logout", {"csrf_token": token}).status_code == 303
    assert there.http.get(f"{home.two.address}/dashboard", allow_redirects=False).status_code == 302


def test_without_redis_each_goes_on_and_with_it_again_they_are_one(home: Home):
    ready(home.one.start())
    home.two.start("web")
    anna = Visitor(home.one.address).register("anna")
    bert = Visitor(home.two.address).register("bert")
    end_redis(home.redis)

    for visitor, path in ((anna, "/dashboard"), (bert, "/dashboard"), (at(home.two, anna), "/expenses")):
        assert visitor.page(path).h1
    for planner in (home.one, home.two):
        assert requests.get(f"{planner.address}/health/ready", timeout=10).status_code == 200
    early_in_a_quarter()
    answers = [tries((home.one, home.two)[number % 2], "anna").status_code for number in range(FREE + 1)]
    assert answers == [401] * FREE + [429]  # counted by the database now
    asks_for_a_link(home.one, "anna")
    wait_until(lambda: bool(letters(home.one, "anna")), "this machine's worker, by its file", SOON)
    assert "Redis does not answer, going on without" in home.one.log
    assert "Traceback" not in home.one.log + home.two.log

    with engines.redis_server(home.redis):
        back = time.monotonic()
        wait_until(lambda: blocked(home.redis), "the worker to wait at Redis again", SOON)
        wait_until(lambda: time.monotonic() > back + PAUSE, "everyone to ask for it again", SOON)
        asks_for_a_link(home.two, "bert")
        wait_until(lambda: bool(letters(home.one, "bert")), "the other machine's worker", SOON)


def blocked(port: int) -> bool:
    """Whether a worker waits there for work."""
    return int(Redis(port=port).info("clients")["blocked_clients"]) > 0
