"""What is counted, by whom, and how it looks in CloudWatch's log format."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

import pytest

import lib.work
import lib.worker
from aws_config import embedded_metrics
from aws_config.embedded_metrics import MOST, EmbeddedMetrics
from lib.alerting import kinds
from lib.errors import Invalid, Unavailable
from lib.metrics import (
    ALERTS_SENT,
    ALL,
    ERRORS,
    LATENCY,
    NO_METRICS,
    QUEUE_AGE,
    QUEUE_DEPTH,
    REQUESTS,
    Metric,
)
from lib.services import metrics_of
from lib.settings import Settings
from tests.doubles import Recorded
from tests.unit.alerting import confirmed, tell, work_off
from tests.unit.import_steps import bring, confirm, done, work

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.fixture
def recorded():
    return Recorded()


@pytest.fixture
def services(services, recorded):
    return replace(services, metrics=recorded)


# The page about them


def documented() -> set[Metric]:
    """What the page's table says: its first three columns, where several names may share a row."""
    found = set()
    for row in re.findall(r"^\| (`[A-Z].*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        names, unit, label, at_home = (each.strip() for each in row.split("|")[:4])
        for name in re.findall(r"`(\w+)`", names):
            kind = "time" if "histogram" in at_home else "gauge" if "gauge" in at_home else "count"
            found.add(Metric(name, kind, label.strip("`"), unit))
    return found


def test_every_metric_is_on_the_page_with_its_unit_and_its_label():
    assert documented() == set(ALL)
    assert len({metric.name for metric in ALL}) == len(ALL) > 20


# In lines of the log


@pytest.fixture
def lines():
    return []


@pytest.fixture
def embedded(lines):
    return EmbeddedMetrics("web", "smart-budget", lambda line: lines.append(json.loads(line)))


def test_counts_add_up_times_are_listed_and_of_a_gauge_the_last_counts(embedded, lines):
    for ms in (12.34, 5, 7.06):
        embedded.record(LATENCY, ms, by="/login")
    embedded.record(ERRORS)
    embedded.record(ERRORS, 2)
    embedded.record(QUEUE_DEPTH, 4, by="work")
    embedded.record(QUEUE_DEPTH, 3, by="work")
    embedded.flush()
    by = {next(name for name in ("Route", "Queue", "Errors") if name in line): line for line in lines}
    assert (by["Route"]["Latency"], by["Errors"]["Errors"], by["Queue"]["QueueDepth"]) == (
        [12.3, 5, 7.1],
        [3],
        [3],
    )


def test_a_line_says_whose_it_is_and_is_there_whole_and_by_its_label(embedded, lines):
    embedded.record(LATENCY, 1.5, by="/login")
    embedded.flush()
    [line] = lines
    [about] = line["_aws"]["CloudWatchMetrics"]
    assert about == {
        "Namespace": "SmartBudget",
        "Dimensions": [["Installation", "Service"], ["Installation", "Service", "Route"]],
        "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}],
    }
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    assert {name: line[name] for name in ("Installation", "Service", "Route", "Latency")} == {
        "Installation": "smart-budget",
        "Service": "web",
        "Route": "/login",
        "Latency": [1.5],
    }


def test_every_line_keeps_to_the_formats_bounds(embedded, lines):
    for number in range(3 * MOST + 1):
        embedded.record(LATENCY, number, by="/login")
    for metric in ALL:
        embedded.record(metric, by="x" if metric.label else "")
    embedded.flush()
    assert (
        sum(len(line.get("Latency", [])) for line in lines if line.get("Route") == "/login") == 3 * MOST + 1
    )
    for line in lines:
        [about] = line["_aws"]["CloudWatchMetrics"]
        assert len(about["Metrics"]) <= 100
        assert all(len(line[each["Name"]]) <= 100 for each in about["Metrics"])
        assert all(isinstance(line[name], str) for names in about["Dimensions"] for name in names)


def test_what_was_written_is_not_written_again(embedded, lines):
    embedded.record(REQUESTS, by="2xx")
    embedded.flush()
    embedded.flush()
    assert len(lines) == 1


def test_after_a_minute_the_next_one_writes_what_there_is(embedded, lines):
    embedded.record(ERRORS)
    embedded.record(ERRORS)
    assert lines == []
    embedded._since -= embedded_metrics.EVERY
    embedded.record(ERRORS, 7)
    assert [line["Errors"] for line in lines] == [[2]]
    embedded.flush()
    assert [line["Errors"] for line in lines] == [[2], [7]]


def test_what_is_old_is_written_when_somebody_looks_after_it(embedded, lines):
    embedded.record(ERRORS)
    embedded.flush(only_old=True)
    assert lines == []
    embedded._since -= embedded_metrics.EVERY
    embedded.flush(only_old=True)
    embedded.flush(only_old=True)
    assert [line["Errors"] for line in lines] == [[1]]


def test_what_lay_for_hours_has_the_time_at_which_it_happened(embedded, lines):
    before = time.time()
    embedded.record(ERRORS)
    embedded._since -= 7 * 3600
    embedded._at -= 7 * 3600
    embedded.record(ERRORS)
    embedded.flush()
    first, second = (line["_aws"]["Timestamp"] / 1000 for line in lines)
    assert abs(before - 7 * 3600 - first) < 60
    assert abs(before - second) < 60


class Overtaken:
    """A lock after which, once, another thread comes first."""

    def __init__(self, does):
        self.lock, self.does = Lock(), does

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()
        does, self.does = self.does, lambda: None
        does()


def test_nothing_is_added_to_what_is_full(embedded, lines):
    for _ in range(MOST - 1):
        embedded.record(LATENCY, 1, by="/login")
    embedded._lock = Overtaken(lambda: embedded.record(LATENCY, 2, by="/login"))
    embedded.record(LATENCY, 1, by="/login")
    embedded.flush()
    assert [len(line["Latency"]) for line in lines] == [MOST, 1]


def test_threads_lose_nothing(embedded, lines):
    def record():
        for _ in range(500):
            embedded.record(REQUESTS, by="2xx")
            embedded.record(LATENCY, 1, by="/login")

    threads = [Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    embedded.flush()
    assert sum(sum(line.get("Requests", [])) for line in lines) == 4000
    assert sum(len(line.get("Latency", [])) for line in lines) == 4000


def test_lines_go_where_the_log_goes(capsys):
    metrics = EmbeddedMetrics("web", "smart-budget")
    metrics.record(ERRORS)
    metrics.flush()
    assert json.loads(capsys.readouterr().out)["Errors"] == [1]


def test_a_request_pays_less_than_twenty_microseconds():
    metrics, best, rounds = EmbeddedMetrics("web", write=lambda line: None), 1.0, 0
    while best >= 20e-6 and rounds < 99:  # another program on the same processor makes a round longer
        start, rounds = time.process_time(), rounds + 1
        for number in range(1000):
            metrics.record(LATENCY, 12.3 + number % 7, by="/expenses")
            metrics.record(REQUESTS, by="2xx")
        best = min(best, (time.process_time() - start) / 1000)
    assert best < 20e-6


# Who looks


def test_only_who_has_somebody_to_tell_counts(tmp_path):
    home = Settings(_env_file=None, data_dir=tmp_path)
    aws = home.model_copy(update={"backend": "aws", "app_env": "staging"})
    assert metrics_of(home, "web") is metrics_of(aws, "web") is NO_METRICS
    found = metrics_of(aws.model_copy(update={"log_format": "json"}), "worker")
    assert isinstance(found, EmbeddedMetrics)
    assert (found.installation, found.service) == ("smart-budget-staging", "worker")


# What the worker counts


def test_a_task_that_was_done_and_one_that_failed_are_counted(services, alice, recorded):
    lib.worker.work(services, "look", alice.user_id, "", "x")

    class Down(type(services.messenger)):
        def send_email(self, email):
            raise Unavailable(part="messenger")

    away = replace(services, messenger=Down())
    away.jobs.submit("password-reset", alice.user_id)
    lib.worker.work(away, "password-reset", alice.user_id)
    with pytest.raises(KeyError):
        lib.worker.work(services, "no such task", alice.user_id)
    assert [(name, by) for name, _, by in recorded.all] == [
        ("TaskTime", "look"),
        ("TasksFailed", "password-reset"),
        ("TasksFailed", "no such task"),
        ("Errors", ""),
    ]
    assert 0 < recorded.all[0][1] < 60_000


def test_alerts_are_counted_by_their_way_and_how_it_ended(services, alice, recorded):
    alice = confirmed(services, alice)
    tell(services, alice, name="a")
    work_off(services)

    class Refuses(type(services.messenger)):
        def send_email(self, email):
            raise Invalid("No.", "to")

    refusing = replace(services, messenger=Refuses())
    tell(refusing, alice, kinds.EXCEEDED, "b", channels=frozenset({"email", "sms"}))
    work_off(refusing)
    counts = recorded.counts()
    assert {key: counts.get(key) for key in counts if key[0].startswith("Alerts")} == {
        ("AlertsSent", "email"): 1,
        ("AlertsSent", "sms"): 1,
        ("AlertsFailed", "email"): 1,
    }
    assert ALERTS_SENT.label == "Channel"


def test_imports_are_counted_once_each(services, alice, recorded):
    run = done(services, alice)
    services.import_work.run(alice.user_id, run.run_id)
    lost = confirm(services, alice, bring(services, alice, "Date,Payee,Amount\n2026-10-01,Else,-4.00\n"))
    for key in services.files.list("imports/"):
        services.files.remove(key)
    work(services)
    assert services.imports.get_run(alice, lost.run_id).state == "failed"
    counts = recorded.counts()
    assert (counts["ImportsDone", ""], counts["ImportsFailed", ""]) == (1, 1)


def test_what_waits_is_measured_with_its_age(services, alice, clock, recorded):
    lib.work.measure(services)
    services.jobs.submit("look", alice.user_id, "", "x")
    clock.turn(minutes=3)
    services.jobs.submit("look", alice.user_id, "", "y")
    tell(services, confirmed(services, alice))
    clock.turn(minutes=10)
    lib.work.measure(services)
    seen = [(name, by, value) for name, value, by in recorded.all]
    assert seen[:4] == [
        (QUEUE_DEPTH.name, "work", 0),
        (QUEUE_AGE.name, "work", 0),
        (QUEUE_DEPTH.name, "notifications", 0),
        (QUEUE_AGE.name, "notifications", 0),
    ]
    work_now, age, due, overdue = seen[4:]
    assert (work_now, age, due) == (
        ("QueueDepth", "work", 2),
        ("QueueAge", "work", 13 * 60),
        ("QueueDepth", "notifications", 1),
    )
    assert 0 < overdue[2] <= 600
