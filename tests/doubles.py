"""What stands in for the clock, the messenger and the queue where a test is not about them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from lib.metrics import Metric
from lib.ports import BY_LINK, Subscription
from lib.records import Email, Expense
from lib.services import Services
from lib.work import do


class Clock:
    """A clock that tests set and turn."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Recorded:
    """Metrics as they are recorded, for whoever wants to look at them."""

    def __init__(self) -> None:
        self.all: list[tuple[str, float, str]] = []

    def record(self, metric: Metric, value: float = 1, by: str = "") -> None:
        self.all.append((metric.name, value, by))

    def counts(self) -> dict[tuple[str, str], float]:
        """What each count came to, by its name and label."""
        found: dict[tuple[str, str], float] = {}
        for name, value, by in self.all:
            found[name, by] = found.get((name, by), 0) + value
        return found

    def text(self) -> bytes:
        return b"planner_errors_total 0.0\n"


class Post:
    """A messenger that keeps what it was given. Alerts go as letters, and it sends SMS too."""

    sms_works = sms_stops = True

    def __init__(self) -> None:
        self.sent: list[Email] = []
        self.texts: list[tuple[str, str]] = []

    def check(self) -> None: ...

    def send_email(self, email: Email) -> None:
        self.sent.append(email)

    def send_sms(self, phone: str, text: str) -> None:
        self.texts.append((phone, text))

    def send_alert(self, user_id: str, email: Email, subscription: str) -> None:
        self.send_email(email)

    def subscribe(self, user_id: str, address: str) -> Subscription:
        return BY_LINK

    def status(self, ref: str) -> Subscription:
        return BY_LINK

    def unsubscribe(self, ref: str) -> None: ...

    def forget(self, address: str) -> None:
        self.sent = [email for email in self.sent if email.to != address]


class Waiting:
    """A queue whose work is done when the test says so: `run(services)` is the worker."""

    def __init__(self) -> None:
        self.tasks: list[tuple[str, ...]] = []

    def check(self) -> None: ...

    def send(self, task: str, *arguments: str) -> None:
        self.tasks.append((task, *arguments))

    def send_expense_message(self, expense: Expense) -> None:
        self.send("categorise", expense.user_id, expense.expense_id)

    def send_notification(self, message: Mapping[str, str]) -> None:
        self.send("notify", message["user_id"], message["notification_id"])

    def run(self, services: Services) -> None:
        while self.tasks:
            do(services, *self.tasks.pop(0))
