"""What an operator sees of real processes: every line is one object, an id leads from page to worker, and counts add up."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.live import Planner, Visitor, wait_until
from tests.logged import FIELDS

TOKEN = "a-long-and-random-text"
ASKED = 40
# There is no AWS at that address, and nobody asks: `/login` needs none, and `/health` is not counted.
NOWHERE = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
ON_AWS = {"backend": "aws", "aws_endpoint_url": "http://127.0.0.1:9", "ses_from": "planner@budget.example"}


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    planner = Planner(
        tmp_path_factory.mktemp("planner"), {"METRICS_TOKEN": TOKEN}, log_format="json", web_workers=3
    )
    yield planner
    planner.kill()


@pytest.fixture(scope="module")
def anna(planner: Planner) -> Visitor:
    return Visitor(planner.start().address).register("anna")


def lines(planner: Planner, **fields: Any) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in planner.log.splitlines() if line]
    return [line for line in found if fields.items() <= line.items()]


def samples(planner: Planner) -> dict[str, float]:
    answer = requests.get(
        f"{planner.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10
    )
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *(str(value) for value in sample.labels.values())]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_every_line_of_every_process_is_an_object_that_belongs_to_something(planner: Planner, anna: Visitor):
    wait_until(lambda: bool(lines(planner, message="worker is ready")), "the worker")
    found = lines(planner)
    assert {"ready at http://localhost:" in line["message"] for line in found} == {True, False}
    assert all(line.keys() >= FIELDS for line in found)


def test_a_requests_id_leads_to_what_the_worker_did(planner: Planner, anna: Visitor):
    answer = anna.submit("/settings/notifications", "/settings/notifications/email")
    wait_until(lambda: "confirm-email done" in planner.log, "the letter")
    own = lines(planner, request_id=answer.headers["X-Request-ID"])
    [job] = [line["message"].rpartition(" ")[2] for line in own if "is to be done as" in line["message"]]
    done = lines(planner, request_id=job)
    assert any(line["message"].startswith("confirm-email done") for line in done)
    assert {line["user"] for line in own + done} == {own[-1]["user"]} != {"-"}


def test_counts_of_all_processes_add_up_whoever_is_asked(planner: Planner, anna: Visitor):
    before = samples(planner).get("planner_requests_total 4xx", 0)
    for _ in range(ASKED):  # each a new connection, which any of the three may take
        requests.get(f"{planner.address}/nowhere", timeout=10)
    assert {samples(planner)["planner_requests_total 4xx"] for _ in range(9)} == {before + ASKED}
    wait_until(lambda: samples(planner).get("planner_task_time_seconds_count welcome") == 1, "the worker's")


def test_on_aws_every_process_writes_what_it_counted_at_the_latest_when_it_stops(tmp_path: Path):
    planner = Planner(tmp_path / "data", NOWHERE, log_format="json", web_workers=2, **ON_AWS)
    planner.folder.mkdir()
    try:
        planner.start("web")
        for _ in range(ASKED):
            requests.get(f"{planner.address}/login", timeout=10)
        planner.stop("web")
    finally:
        planner.kill()
    counted = lines(planner, Installation="smart-budget", Service="web", Class="2xx")
    assert sum(sum(line["Requests"]) for line in counted) == len(lines(planner, route="/login")) == ASKED
    latencies = [line["Latency"] for line in lines(planner, Service="web") if "Latency" in line]
    assert sum(map(len, latencies)) == ASKED < len(lines(planner, logger="planner.request"))


def test_a_worker_that_hangs_is_counted_once_by_who_ends_it(tmp_path: Path):
    """Halted, as by a disk that does not answer: then it can do nothing itself. gunicorn waits for less long than usual."""
    hurried = NOWHERE | {"GUNICORN_CMD_ARGS": "--timeout 3"}
    planner = Planner(tmp_path / "data", hurried, log_format="json", web_workers=2, **ON_AWS)
    planner.folder.mkdir()
    try:
        planner.start("web")
        server = planner.running["web"].pid
        worker = Path(f"/proc/{server}/task/{server}/children").read_text().split()[0]
        os.kill(int(worker), signal.SIGSTOP)
        wait_until(lambda: bool(lines(planner, Class="5xx")), "its end to be counted")
        planner.stop("web")
    finally:
        planner.kill()
    said = [
        line for line in lines(planner, level="ERROR") if "no sign of life for 3 seconds" in line["message"]
    ]
    counted = lines(planner, Installation="smart-budget", Service="web", Class="5xx")
    errors = [line["Errors"] for line in lines(planner, Service="web") if "Errors" in line]
    assert [line["Requests"] for line in counted] == errors == [[1]] * len(said) != []
