"""Metrics at home: of several processes, added up by whichever is asked. Each is a process here, as the library needs it."""

import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from lib.metrics import ALL
from selfhost.prometheus import name_of

WEB = """
import os, sys
from pathlib import Path
from lib.metrics import *
from lib.services import metrics_of
from lib.settings import Settings
settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), metrics_token="a-long-and-random-text")
metrics = metrics_of(settings, "{service}")
for worker in range({workers}):
    if os.fork() == 0:
        try:
            {does}
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    assert os.wait()[1] == 0
print(metrics.text().decode(), end="")
"""


def process(folder: Path, does: str = "pass", service: str = "web", workers: int = 2) -> dict[str, float]:
    """What one that starts there, and forks as gunicorn does, says in the end: samples by name and labels."""
    code = WEB.format(does=does, service=service, workers=workers)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.replace("import *", f"import {NAMES}"), str(folder)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {
        f"{sample.name}{''.join(sorted(f' {key}={value}' for key, value in sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(done.stdout)
        for sample in family.samples
    }


NAMES = "ERRORS, LATENCY, QUEUE_DEPTH, REQUESTS"
REQUEST = "metrics.record(REQUESTS, by='2xx'); metrics.record(LATENCY, 30 * (worker + 1), by='/login')"


def test_processes_add_up(tmp_path):
    found = process(tmp_path, REQUEST, workers=3)
    assert found["planner_requests_total class=2xx"] == 3
    assert found["planner_latency_seconds_count route=/login"] == 3
    assert round(found["planner_latency_seconds_sum route=/login"], 3) == 0.18
    assert found["planner_latency_seconds_bucket le=0.05 route=/login"] == 1
    assert found["planner_latency_seconds_bucket le=+Inf route=/login"] == 3


def test_web_server_and_worker_add_up_and_whoever_is_asked_knows(tmp_path):
    process(
        tmp_path, "metrics.record(ERRORS, 2); metrics.record(QUEUE_DEPTH, 5 - worker, by='work')", "worker"
    )
    found = process(tmp_path, "metrics.record(ERRORS)")
    assert found["planner_errors_total"] == 6
    assert found["planner_queue_depth queue=work"] == 4  # the last that was said


def test_what_starts_anew_counts_from_nothing_and_leaves_the_other_alone(tmp_path):
    process(tmp_path, "metrics.record(ERRORS, 10)", "worker")
    process(tmp_path, "metrics.record(ERRORS)")
    assert process(tmp_path)["planner_errors_total"] == 20


COST = """
import time
best = 1.0
for _ in range(9):
    start = time.process_time()
    for number in range(1000):
        metrics.record(LATENCY, 12.3 + number % 7, by="/expenses")
        metrics.record(REQUESTS, by="2xx")
    best = min(best, (time.process_time() - start) / 1000)
assert best < 20e-6, best
"""


def test_a_request_pays_less_than_twenty_microseconds(tmp_path):
    process(tmp_path, f"exec({COST!r})", workers=1)


def test_every_metric_can_be_recorded_and_has_a_name_by_the_librarys_rules(tmp_path):
    names = {name_of(metric) for metric in ALL}
    assert len(names) == len(ALL)
    assert {"planner_queue_age_seconds", "planner_latency_seconds", "planner_sign_ins_accepted"} < names
    everything = (
        "import lib.metrics; [metrics.record(each, 1, 'x' if each.label else '') for each in lib.metrics.ALL]"
    )
    found = process(tmp_path, everything, workers=1)
    assert {key.partition(" ")[0].removesuffix("_total").removesuffix("_count") for key in found} >= names
