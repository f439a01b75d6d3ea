"""How many web workers there are unless somebody says: by the processors that may be used, in a container too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lib.processors import usable_processors, web_workers

ROOT = Path(__file__).resolve().parents[2]
HERE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(("processors", "workers"), [(1, 2), (2, 2), (3, 3), (4, 4), (64, 4)])
def test_a_processor_has_a_worker_within_bounds(processors, workers):
    assert web_workers(processors) == workers


@pytest.mark.parametrize(
    ("group", "files", "usable"),
    [
        ("", {}, HERE),  # no control groups
        ("0::/", {"cpu.max": "50000 100000"}, 1),  # in a container: half of one
        ("0::/", {"cpu.max": "100000 100000"}, 1),
        ("0::/", {"cpu.max": "max 100000"}, HERE),
        ("0::/", {"cpu.max": "6400000 100000"}, HERE),  # more than there are
        ("0::/a/b.service", {"a/b.service/cpu.max": "100000 100000"}, 1),  # on a machine with systemd
        ("0::/a/b", {"a/cpu.max": "100000 100000", "a/b/cpu.max": "max 100000"}, 1),
        ("0::/docker/c", {"cpu.max": "100000 100000"}, 1),  # a container that is told its name outside
        ("0::/../a", {"cpu.max": "100000 100000"}, 1),
        (
            "1:cpu:/x",
            {"cpu/cpu.cfs_quota_us": "80000", "cpu/cpu.cfs_period_us": "100000"},
            1,
        ),  # the first version
        ("1:cpu:/x", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, HERE),
        ("0::/", {"cpu.max": "nonsense"}, HERE),
    ],
)
def test_only_what_a_container_is_given_counts(tmp_path, group, files, usable):
    (tmp_path / "own").write_text(f"{group}\n")
    for name, text in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    assert usable_processors(tmp_path / "cgroup", tmp_path / "own") == usable


def test_only_processors_that_we_may_run_on_count():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from lib.processors import usable_processors; print(usable_processors())"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "1\n"


@pytest.mark.parametrize(("given", "workers"), [("", web_workers(usable_processors())), ("3", 3)])
def test_gunicorn_starts_as_many_unless_somebody_says(tmp_path, given, workers):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--print-config"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "WEB_WORKERS": given},
        capture_output=True,
        text=True,
    )
    assert re.findall(r"^workers += (\d+)$", done.stdout, re.MULTILINE) == [str(workers)], done.stderr
