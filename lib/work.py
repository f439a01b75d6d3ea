"""What the worker does for each task that the queue may bring. Every one of them can be done twice."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from lib.ids import new_id
from lib.jobs import CATEGORISE, ERASE, LEARN, REPLAY
from lib.metrics import QUEUE_AGE, QUEUE_DEPTH

if TYPE_CHECKING:
    from lib.services import Services

log = logging.getLogger(__name__)


def do(services: "Services", task: str, *arguments: str) -> None:
    """Do the work, then let go of its job; a failure leaves the job for the sweep. A notification is its own job."""
    if task == "notify":
        services.deliveries.process(*arguments)
        return
    if task == CATEGORISE:
        services.filing.work(*arguments)  # which lets go of the job itself
        return
    tasks: dict[str, Callable[..., object]] = {
        "import": services.import_work.run,
        "revert": services.import_work.run_revert,
        "password-reset": services.account_links.send_reset,
        "verify-email": services.account_links.send_email_change,
        "password-changed": services.account_links.send_password_changed,
        "new-browser": services.account_links.send_new_browser,
        ERASE: services.accounts.finish_erasing,
        "welcome": services.alert_addresses.send_welcome,
        "confirm-email": services.alert_addresses.send_link,
        "email-changed": services.alert_addresses.email_changed,
        "phone-code": services.alert_addresses.send_code,
        "look": services.alerts.look_now,
        "withdraw": services.alerts.withdraw_now,
        "bring-back": services.alerts.bring_back_now,
        "daily": services.daily.run,
        "report": services.report_work.make,
        REPLAY: services.replays.work,
        LEARN: services.filing.learn_again,
    }
    tasks[task](*arguments)
    if task in ("import", "revert"):
        services.jobs.submit("look", arguments[0], "", new_id())
    services.jobs.done(task, *arguments)


def measure(services: "Services") -> None:
    """How much waits to be done, and how long it has."""
    for queue, (count, age) in (
        ("work", services.jobs.waiting()),
        ("notifications", services.deliveries.overdue()),
    ):
        services.metrics.record(QUEUE_DEPTH, count, by=queue)
        services.metrics.record(QUEUE_AGE, age.total_seconds(), by=queue)


def tidy(services: "Services") -> None:
    """Once an hour: what has had its time goes."""
    steps: tuple[Callable[[], object], ...] = (
        services.expenses.empty_old_trash,
        services.store.purge_documents,
        services.import_work.tidy,
        services.reports.tidy,
        services.receipt_sweep.tidy,
        services.demo.tidy,
    )
    for step in steps:
        try:
            step()
        except (
            Exception
        ):  # whatever is wrong with one, the others are not kept waiting for it; it is tried again in an hour
            log.exception("cannot tidy: %s", step.__qualname__)
