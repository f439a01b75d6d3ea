"""Metrics as Prometheus reads them. Every process of web server and worker writes to a file of its own, and whichever is asked
adds them all up: the library's way for several processes, which costs a request some microseconds and nobody a connection.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

from lib.logs import kind
from lib.metrics import ALL, Metric
from lib.settings import tell_a_library

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library takes it from nowhere else
# The library's files of a process, and the bytes that all there is to count fits into. It maps them to memory and would let them
# grow without asking: where the disk is full, the first touch of what has no room there kills the process.
ROOM = {"counter": 2**17, "histogram": 2**20, "gauge_mostrecent": 2**16}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
log = logging.getLogger(__name__)


class PrometheusMetrics:
    """`lib.metrics.Metrics`. One a process, made before it forks; only one web server and one worker share a folder."""

    def __init__(self, folder: Path, service: str) -> None:
        """Counts of `service` begin at nothing, as Prometheus expects of what was started."""
        self._folder, self._own = folder, folder / service
        self._lock, self._process, self._said = Lock(), 0, False
        self._made: dict[Metric, Any] = {}
        tell_a_library(FOLDER, str(self._own))
        import prometheus_client  # noqa: F401  # looks there for its folder, and is to be loaded before the fork

        try:
            for left in self._own.glob("*.db"):
                left.unlink()
            self._begin()
        except OSError as error:
            self._say(error)

    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        """Counts nothing where there is no room for it, and tries again the next time."""
        try:
            if self._process != os.getpid():
                self._begin()
            self._record(metric, value, by)
        except OSError as error:
            self._process, self._made = 0, {}
            self._say(error)

    def _record(self, metric: Metric, value: float, by: str) -> None:
        made = self._made.get(metric)
        if made is None:  # another thread has just found that there is no room
            return
        made = made.labels(by) if metric.label else made
        if metric.kind == "count":
            made.inc(value)
        elif metric.kind == "time":
            made.observe(value / 1000)
        else:
            made.set(value)

    def text(self) -> bytes:
        """What all processes counted, in Prometheus' text format."""
        from prometheus_client import generate_latest

        return generate_latest(_Everything(self._folder))

    def _begin(self) -> None:
        """What has to be there in each process before anything is counted in it."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._own.mkdir(parents=True, exist_ok=True)
            for start, size in ROOM.items():
                _reserve(self._own / f"{start}_{os.getpid()}.db", size)
            if not self._made:
                import prometheus_client

                registry = prometheus_client.CollectorRegistry()
                self._made = {metric: self._make(prometheus_client, registry, metric) for metric in ALL}
            self._process = os.getpid()

    def _say(self, error: OSError) -> None:
        if not self._said:
            self._said = True
            log.error("metrics cannot be counted here: %s", kind(error))

    def _make(self, library: Any, registry: Any, metric: Metric) -> Any:
        labels, words = [metric.label.lower()] if metric.label else [], "docs/metrics.md"
        about: dict[str, Any] = {"labelnames": labels, "registry": registry}
        if metric.kind == "count":
            return library.Counter(name_of(metric), words, **about)
        if metric.kind == "time":
            return library.Histogram(name_of(metric), words, buckets=SECONDS, **about)
        return library.Gauge(name_of(metric), words, multiprocess_mode="mostrecent", **about)


class _Everything:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Any]:
        from prometheus_client.multiprocess import MultiProcessCollector

        for again in (True, True, False):
            files = [str(path) for path in sorted(self._folder.glob("*/*.db"))]
            try:
                found = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
            except FileNotFoundError:  # the other has just started, and begins at nothing
                if not again:
                    raise
            else:
                break
        return sorted(found, key=lambda metric: str(metric.name))


def _reserve(path: Path, size: int) -> None:
    """Written, so that the disk has it whichever system this is; under another name until then, for nobody reads half a file."""
    if path.exists():
        return
    new = path.with_suffix(".new")
    try:
        new.write_bytes(bytes(size))
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def name_of(metric: Metric) -> str:
    """Such as "planner_queue_age_seconds"; the library itself puts "_total" behind counts."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in metric.name)
    return f"planner{words}{'' if metric.unit == 'Count' else '_seconds'}"
