"""Metrics as Prometheus reads them. Every process of web server and worker writes to a file of its own, and whichever is asked
adds them all up: the library's way for several processes, which costs a request some microseconds and nobody a connection.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lib.metrics import ALL, Metric
from lib.settings import tell_a_library

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library takes it from nowhere else
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class PrometheusMetrics:
    """`lib.metrics.Metrics`. One a process, made before it forks; only one web server and one worker share a folder."""

    def __init__(self, folder: Path, service: str) -> None:
        """Counts of `service` begin at nothing, as Prometheus expects of what was started."""
        self._folder = folder
        own = folder / service
        own.mkdir(parents=True, exist_ok=True)
        for left in own.glob("*.db"):
            left.unlink()
        tell_a_library(FOLDER, str(own))
        import prometheus_client  # looks there for its folder

        self._registry = prometheus_client.CollectorRegistry()
        self._made = {metric: self._make(prometheus_client, metric) for metric in ALL}

    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        made = self._made[metric].labels(by) if metric.label else self._made[metric]
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

    def _make(self, library: Any, metric: Metric) -> Any:
        labels, words = [metric.label.lower()] if metric.label else [], "docs/metrics.md"
        about: dict[str, Any] = {"labelnames": labels, "registry": self._registry}
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

        files = [str(path) for path in sorted(self._folder.glob("*/*.db"))]
        found = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return sorted(found, key=lambda metric: str(metric.name))


def name_of(metric: Metric) -> str:
    """Such as "planner_queue_age_seconds"; the library itself puts "_total" behind counts."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in metric.name)
    return f"planner{words}{'' if metric.unit == 'Count' else '_seconds'}"
