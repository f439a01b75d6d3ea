"""Sends what the notification queue names.

The row in the store decides: it is claimed, sent and marked, so a message that comes twice sends nothing twice. What the store
or the code cannot do now is left to the queue, which brings it again and ends in the dead letters; what nobody can ever send
is marked failed, and done with.
"""

import json
import logging
from functools import cache
from typing import Any, NamedTuple

from aws_config.batches import work_through
from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.functions import observed
from lib.alerting.incoming import read
from lib.errors import NotFound
from lib.jobs import job_id
from lib.logs import doing
from lib.metrics import NOTIFICATIONS_FAILED, NOTIFICATIONS_PROCESSED
from lib.services import Services, build_services
from lib.settings import load_settings

log = logging.getLogger("lambda_functions.notification_processor")
metrics = EmbeddedMetrics("notification-processor")


class Sent(NamedTuple):
    user_id: str
    reason: str  # why they were not reached, where trying again would not help


@cache
def services() -> Services:
    """Made once a process, not at import: a function that is only loaded needs no settings."""
    return build_services(load_settings(needs_secret=False), metrics)


@observed(metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a batch of SQS, or messages as they are: several as `Records`, or one by itself.

    Returns:
        `statusCode` and `body` (JSON: `processed`, `failed`, `errors` of `user_id` and `reason`), and for SQS
        `batchItemFailures`: those to bring again.
    """
    batch = work_through(event.get("Records", [event]), send)
    errors = [{"user_id": sent.user_id, "reason": sent.reason} for _, sent in batch.done if sent.reason]
    errors += [{"user_id": _user_of(left.body), "reason": left.reason} for left in batch.left]
    processed = len(batch.done) + len(batch.left) - len(errors)
    metrics.record(NOTIFICATIONS_PROCESSED, processed)
    metrics.record(NOTIFICATIONS_FAILED, len(errors))
    body = {"processed": processed, "failed": len(errors), "errors": errors}
    # What no queue brought, none brings again: its sender has to hear of it.
    lost = any(not each["itemIdentifier"] for each in batch.again)
    return {"statusCode": 500 if lost else 200, "body": json.dumps(body), "batchItemFailures": batch.again}


def send(body: str) -> Sent:
    """Send one.

    Raises:
        ValueError: If the message says nothing that could be sent.
        Unavailable: If the store does not answer.
    """
    incoming = read(json.loads(body))
    try:
        notification_id = incoming.notification_id or services().ledger.take_in(incoming)
    except NotFound as error:
        return Sent(incoming.user_id, error.message)
    job = job_id("notify", (incoming.user_id, notification_id))
    with doing("task notify", job, services().pseudonyms.of(incoming.user_id)):
        row = services().deliveries.process(incoming.user_id, notification_id)
        if row is None:
            log.info("a notification, or whose it was, is gone")
            return Sent(incoming.user_id, "")
    failed = [f"{way.channel}: {way.reason}" for way in row.deliveries if way.status == "failed"]
    return Sent(row.user_id, "; ".join(failed))


def _user_of(body: str) -> str:
    try:
        return str(json.loads(body)["user_id"])[:64]
    except (ValueError, KeyError, TypeError):
        return ""
