"""gunicorn as the planner runs it, two workers of four threads, in front of the planner or of the bare page."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import KeptConnection, Times, requests_per_second, times
from tests.live import Planner, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 1000
WORKERS = 2  # whatever this machine has: that is what the goals are about


class Hello(NamedTuple):
    page: Times
    per_second: float | None


def measure_hello() -> Hello:
    """What the same server, logging and template engine reach with a page that knows nothing."""
    port = free_port()
    with _hello(port):
        connection = KeptConnection(port)
        page = times(lambda _: connection.get("/"), ROUNDS)
        return Hello(page, requests_per_second(f"http://127.0.0.1:{port}/"))


@contextmanager
def _hello(port: int) -> Iterator[None]:
    command = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "benchmarks.hello:app"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PORT": str(port), "WEB_WORKERS": str(WORKERS)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_until(lambda: _answers(port), "the bare page")
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)


def _answers(port: int) -> bool:
    try:
        return KeptConnection(port).get("/health").status == 200
    except OSError:
        return False


@contextmanager
def planner() -> Iterator[Planner]:
    """The planner's web server over an empty folder. No worker: nothing else shall run meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="planner-bench-"))
    running = Planner(folder / "data", web_workers=WORKERS)
    try:
        yield running.start("web")
    finally:
        running.stop()
        shutil.rmtree(folder)
