"""Web server and worker as real processes under their role on AWS (MiniStack): work gets done, and survives who does it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from lib.periods import Month
from lib.services import Services
from tests.aws.deployed import REPORTS
from tests.aws.ministack import Emulator
from tests.browser.on_aws import planner_on_aws
from tests.live import ROOT, Planner, Visitor, wait_until

pytestmark = pytest.mark.aws
ROWS, SENDER = 10_000, "planner@budget.example"  # as in the settings of tests/browser/on_aws.py


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    with planner_on_aws(tmp_path_factory.mktemp("aws") / "data", functions=[REPORTS]) as planner:
        aws = Emulator(planner.settings.aws_endpoint_url, planner.surroundings["AWS_CA_BUNDLE"]).root()
        aws.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        planner.start()
        yield planner
        planner.stop()


@pytest.fixture
def services(planner: Planner) -> Services:
    return planner.services()


def written(services: Services, username: str) -> int:
    user = services.store.find_user_by_username(username)
    assert user is not None
    totals = services.store.month_totals(user.user_id, Month(2000, 1), Month(2100, 1))
    return sum(total.count for total in totals)


def waiting(services: Services) -> int:
    return len(services.store.list_documents("-jobs", "job"))


def statement(rows: int) -> bytes:
    lines = (f"2026-{1 + n % 12:02}-{1 + n % 28:02},Shop {n},-{n % 50 + 1}.00" for n in range(rows))
    return "\n".join(["Date,Payee,Amount", *lines]).encode()


def test_a_letter_is_sent_by_the_worker(planner: Planner, services: Services) -> None:
    visitor = Visitor(planner.address).register("letters")
    answer = visitor.http.get(f"{planner.address}/health/ready", timeout=10)
    assert answer.json()["parts"] == dict.fromkeys(("store", "files", "queue", "messenger"), "ok")
    stranger = Visitor(planner.address)
    given: dict[str, Any] = {"csrf_token": stranger.token("/password/forgot"), "login": "letters"}
    assert stranger.post("/password/forgot", given).status_code in (200, 303)
    wait_until(lambda: "password-reset done" in planner.log, "the letter to be sent")
    wait_until(lambda: waiting(services) == 0, "everything to be done")


def test_the_smoke_test_passes_and_leaves_nobody_behind(planner: Planner, services: Services) -> None:
    before = len(list(services.store.each_user()))
    command = [sys.executable, "-I", "scripts/smoke_test.py", planner.address]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(services.store.each_user())) == before


def test_an_import_survives_a_worker_that_is_stopped_in_the_middle(
    planner: Planner, services: Services
) -> None:
    Visitor(planner.address).register("imports").bring("bank.csv", statement(ROWS))
    wait_until(lambda: written(services, "imports") > 0, "the import to begin", 60)
    process = planner.running["worker"]
    planner.stop("worker")
    assert process.returncode == 0
    assert 0 < written(services, "imports") < ROWS
    planner.start("worker")
    wait_until(lambda: waiting(services) == 0, "the import to end", 120)
    assert written(services, "imports") == ROWS
    user = services.store.find_user_by_username("imports")
    assert user is not None
    assert services.store.repair_totals(user.user_id) == []


def test_a_worker_ends_at_once_when_it_is_told_to(planner: Planner) -> None:
    process = planner.running["worker"]
    wait_until(lambda: planner.log.count("worker is ready") > planner.log.count("worker has stopped"), "it")
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    planner.running.pop("worker")
    assert planner.log.count("worker is ready") == planner.log.count("worker has stopped")
    planner.start("worker")
