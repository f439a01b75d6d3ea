"""Looks after everyone's budgets once a day.

EventBridge calls it without a share: where there are few users it looks after all of them at once, else it sends a message for each
share of them to its own queue, which calls it again for each, many at once. So a million users take minutes, and a share in which
something failed comes again by itself: whoever was told already is told nothing twice.
"""

from functools import cache
from typing import Any

from aws_config.batches import work_through
from aws_config.config import names_of
from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.functions import observed
from aws_config.session import connect
from aws_config.sharing import Share, Shares
from lib.alerting.daily import Outcome
from lib.metrics import ALERTS_RAISED, SHARES, SHARES_LEFT, USERS_LOOKED_AFTER, USERS_WITH_ERRORS
from lib.services import Services, build_services
from lib.settings import load_settings

RESERVE = 15_000  # milliseconds, more than one user takes when AWS is slow
metrics = EmbeddedMetrics("budget-alert")


@cache
def services() -> Services:
    """Made once a process, not at import: a function that is only loaded needs no settings."""
    return build_services(load_settings(needs_secret=False), metrics)


@cache
def shares() -> Shares:
    settings = services().settings
    return Shares(connect(settings), names_of(settings))


@observed(metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take the schedule's event, or shares out of the queue.

    Returns:
        `alerts_sent`, `errors` (whose, and what), `shares` sent to the queue, and for SQS `batchItemFailures`.
    """
    if "Records" in event:
        return _from_queue(event["Records"], context)
    wanted = shares().wanted()
    metrics.record(SHARES, len(wanted))
    if len(wanted) > 1:
        shares().send(wanted)
        return {"alerts_sent": 0, "errors": [], "shares": len(wanted)}
    outcome = look_after(wanted[0], context)
    if outcome.errors:
        shares().send(wanted)
    return {"alerts_sent": outcome.alerts_sent, "errors": outcome.errors, "shares": int(bool(outcome.errors))}


def look_after(share: Share, context: Any) -> Outcome:
    """As many of a share as there is time for; the rest goes to the queue."""

    def there_is_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > RESERVE)

    def leave(rest: Share) -> None:
        shares().send([rest])

    outcome = services().daily.check(share.users(services().store, there_is_time, leave))
    metrics.record(ALERTS_RAISED, outcome.alerts_sent)
    metrics.record(USERS_LOOKED_AFTER, outcome.users)
    metrics.record(USERS_WITH_ERRORS, len(outcome.errors))
    return outcome


def _from_queue(records: list[dict[str, Any]], context: Any) -> dict[str, Any]:
    batch = work_through(records, lambda body: look_after(Share.read(body), context))
    metrics.record(SHARES_LEFT, len(batch.left))
    again = [{"itemIdentifier": name} for name, outcome in batch.done if outcome.errors]
    return {
        "alerts_sent": sum(outcome.alerts_sent for _, outcome in batch.done),
        "errors": [error for _, outcome in batch.done for error in outcome.errors],
        "batchItemFailures": batch.again + again,
    }
