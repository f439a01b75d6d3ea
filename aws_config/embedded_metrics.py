"""Metrics as lines of the log, in CloudWatch's embedded metric format: CloudWatch makes metrics of them, and nobody waits for it.

What is recorded is kept for a minute, so that a line speaks of many requests, and is written with the time of its first value
when something else is recorded after that, or somebody looks after it. A process that is killed takes along what it kept.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

from lib.metrics import Metric

NAMESPACE = "SmartBudget"
EVERY = 60  # seconds
MOST = 100  # values of one metric in a line, by the format's specification
# By label and what it says, what there is of each metric: the sum of a count, the last of a gauge, each of the times.
Kept = dict[tuple[str, str], dict[Metric, list[float]]]


class EmbeddedMetrics:
    """`lib.metrics.CollectingMetrics`: a line is written when something is recorded and the minute is over, or by `flush`."""

    def __init__(
        self, service: str, installation: str = "", write: Callable[[str], Any] | None = None
    ) -> None:
        """`installation` can be said later, before the first line is written. `write` takes a line and its end."""
        self.service, self.installation = service, installation
        self._write, self._lock = write, Lock()
        self._kept: Kept = {}
        self._since, self._at = 0.0, 0.0  # of the first value: what the monotonic clock said, and when it was

    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        with self._lock:
            over = self._take() if self._is_old() else None
            if not self._kept:
                self._since, self._at = time.monotonic(), time.time()
            kept = self._kept.setdefault((metric.label, by) if by else ("", ""), {})
            values = kept.setdefault(metric, [])
            if metric.kind == "time":
                values.append(round(value, 1))
            else:
                values[:] = [value + sum(values) if metric.kind == "count" else value]
            full = self._take() if len(values) == MOST else None
        for batch in (over, full):
            if batch:
                self._put(*batch)

    def flush(self, *, only_old: bool = False) -> None:
        with self._lock:
            batch = self._take() if self._is_old() or not only_old else None
        if batch:
            self._put(*batch)

    def _is_old(self) -> bool:
        return bool(self._kept) and time.monotonic() - self._since >= EVERY

    def _take(self) -> tuple[float, Kept]:
        """What there is, and since when. To be called under the lock, so that nothing is added to what is full."""
        kept, self._kept = self._kept, {}
        return self._at, kept

    def _put(self, at: float, kept: Kept) -> None:
        for (label, by), values in kept.items():
            line = json.dumps(self._line(at, label, by, values), separators=(",", ":"))
            (self._write or _to_standard_output)(f"{line}\n")

    def _line(self, at: float, label: str, by: str, values: dict[Metric, list[float]]) -> dict[str, Any]:
        whole = ["Installation", "Service"]
        about = {
            "Namespace": NAMESPACE,
            "Dimensions": [whole, [*whole, label]] if label else [whole],
            "Metrics": [{"Name": metric.name, "Unit": metric.unit} for metric in values],
        }
        return {
            "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [about]},
            "Installation": self.installation,
            "Service": self.service,
            **({label: by} if label else {}),
            **{metric.name: found for metric, found in values.items()},
        }


def _to_standard_output(line: str) -> None:
    """Whole and at once: other processes write there as well. Where there is no room, or nobody reads any more, counts are lost and
    what was counted goes on. That cannot be said, because the log goes there too."""
    with suppress(OSError):
        print(line, end="", flush=True)  # noqa: T201  # also takes there being no standard output
