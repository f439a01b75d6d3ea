"""Metrics as lines of the log, in CloudWatch's embedded metric format: CloudWatch makes metrics of them, and nobody waits for it.

What is recorded is kept for up to a minute, so that a line speaks of many requests. A process that is killed takes the last
minute's with it.
"""

import json
import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from lib.metrics import Metric

NAMESPACE = "SmartBudget"
EVERY = 60  # seconds
MOST = 100  # values of one metric in a line, by the format's specification


class EmbeddedMetrics:
    """`lib.metrics.Metrics`. A line is written when something is recorded and the minute is over, or when `flush` is called."""

    def __init__(
        self, service: str, installation: str = "", write: Callable[[str], Any] | None = None
    ) -> None:
        """`installation` can be said later, before the first line is written. `write` takes a line and its end."""
        self.service, self.installation = service, installation
        self._write, self._lock = write, Lock()
        # By label and what it says, what there is of each metric: the sum of a count, the last of a gauge, each of the times.
        self._kept: dict[tuple[str, str], dict[Metric, list[float]]] = {}
        self._since = time.monotonic()

    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        with self._lock:
            kept = self._kept.setdefault((metric.label, by) if by else ("", ""), {})
            values = kept.setdefault(metric, [])
            if metric.kind == "time":
                values.append(round(value, 1))
            else:
                values[:] = [value + sum(values) if metric.kind == "count" else value]
            is_time = len(values) == MOST or time.monotonic() - self._since >= EVERY
        if is_time:
            self.flush()

    def flush(self) -> None:
        """Write what there is."""
        with self._lock:
            kept, self._kept, self._since = self._kept, {}, time.monotonic()
        for (label, by), values in kept.items():
            line = json.dumps(self._line(label, by, values), separators=(",", ":"))
            (self._write or _to_standard_output)(f"{line}\n")

    def _line(self, label: str, by: str, values: dict[Metric, list[float]]) -> dict[str, Any]:
        whole = ["Installation", "Service"]
        about = {
            "Namespace": NAMESPACE,
            "Dimensions": [whole, [*whole, label]] if label else [whole],
            "Metrics": [{"Name": metric.name, "Unit": metric.unit} for metric in values],
        }
        return {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [about]},
            "Installation": self.installation,
            "Service": self.service,
            **({label: by} if label else {}),
            **{metric.name: found for metric, found in values.items()},
        }


def _to_standard_output(line: str) -> None:
    sys.stdout.write(line)  # whole and at once: other processes write there as well
    sys.stdout.flush()
