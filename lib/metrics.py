"""What the planner counts and measures about itself. What each is, and where it can be read: docs/metrics.md.

Labels are words of the program's own, of which there are few. Nothing here is ever about a person.
"""

from typing import Literal, NamedTuple, Protocol, runtime_checkable

WEB_SERVER, WORKER = (
    "web",
    "worker",
)  # what processes that go on call themselves; functions have names of their own


class Metric(NamedTuple):
    """`name` and `label` as CloudWatch shows them; at home they are made from these."""

    name: str
    kind: Literal["count", "time", "gauge"] = "count"  # a time is in milliseconds
    label: str = ""  # by which it is told apart, besides being there as a whole
    unit: Literal["Count", "Milliseconds", "Seconds"] = "Count"


LATENCY = Metric("Latency", "time", "Route", "Milliseconds")
REQUESTS = Metric("Requests", label="Class")
ERRORS = Metric("Errors")
SIGN_INS_ACCEPTED, SIGN_INS_REFUSED = Metric("SignInsAccepted"), Metric("SignInsRefused")
TASK_TIME = Metric("TaskTime", "time", "Task", "Milliseconds")
TASKS_FAILED = Metric("TasksFailed", label="Task")
IMPORTS_DONE, IMPORTS_FAILED = Metric("ImportsDone"), Metric("ImportsFailed")
REPORTS_MADE, REPORTS_FAILED = Metric("ReportsMade"), Metric("ReportsFailed")
ALERTS_SENT, ALERTS_FAILED = Metric("AlertsSent", label="Channel"), Metric("AlertsFailed", label="Channel")
QUEUE_DEPTH = Metric("QueueDepth", "gauge", "Queue")
QUEUE_AGE = Metric("QueueAge", "gauge", "Queue", "Seconds")
NOTIFICATIONS_PROCESSED, NOTIFICATIONS_FAILED = (
    Metric("NotificationsProcessed"),
    Metric("NotificationsFailed"),
)
ALERTS_RAISED = Metric("AlertsRaised")
USERS_LOOKED_AFTER, USERS_WITH_ERRORS = Metric("UsersLookedAfter"), Metric("UsersWithErrors")
SHARES, SHARES_LEFT = Metric("Shares"), Metric("SharesLeft")
EXPENSES_CATEGORIZED, EXPENSES_LEFT_OPEN = Metric("ExpensesCategorized"), Metric("ExpensesLeftOpen")

ALL = [each for each in dict(globals()).values() if isinstance(each, Metric)]


class Metrics(Protocol):
    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        """Add to a count, note how long something took, or how much there is now. Never raises, and takes some microseconds.

        Args:
            value: Of a time, milliseconds.
            by: What its label says this time.
        """


@runtime_checkable
class ReadableMetrics(Metrics, Protocol):
    """Where whoever wants to know asks the planner itself."""

    def text(self) -> bytes: ...


@runtime_checkable
class CollectingMetrics(Metrics, Protocol):
    """Where what was recorded waits, so that much of it is told at once."""

    def flush(self, *, only_old: bool = False) -> None:
        """Tell what there is, or only what has waited for long enough."""


class _NoMetrics:
    def record(self, metric: Metric, value: float = 1, by: str = "") -> None: ...


NO_METRICS: Metrics = _NoMetrics()  # nobody looks
