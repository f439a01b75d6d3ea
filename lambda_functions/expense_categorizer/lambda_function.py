"""Puts the expenses that its queue names into categories, and sees whether that breaks a budget.

The expense in the store decides: only what still waits is filed, so a message that comes twice, or after a person has chosen,
changes nothing. What cannot be read, and what the store cannot do now, is left to the queue and ends in the dead letters.
"""

import json
from functools import cache
from typing import Any

from aws_config.batches import work_through
from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.functions import observed
from lib.categories import UNCATEGORISED
from lib.jobs import CATEGORISE, job_id
from lib.logs import doing
from lib.metrics import EXPENSES_CATEGORIZED, EXPENSES_LEFT_OPEN
from lib.records import Expense
from lib.services import Services, build_services
from lib.settings import load_settings

metrics = EmbeddedMetrics("expense-categorizer")


@cache
def services() -> Services:
    """Made once a process, not at import: a function that is only loaded needs no settings."""
    return build_services(load_settings(needs_secret=False), metrics)


@observed(metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a batch of SQS whose bodies are JSON: `expense_id` and `user_id`, and whatever else.

    Returns:
        `categorized`, how many were put into a category; `left_open`, how many only have a best guess; and
        `batchItemFailures`, which SQS brings again.
    """
    batch = work_through(event.get("Records", [event]), categorise)
    filed = [expense for _, expense in batch.done if expense is not None]
    left_open = sum(expense.category == UNCATEGORISED for expense in filed)
    metrics.record(EXPENSES_CATEGORIZED, len(filed) - left_open)
    metrics.record(EXPENSES_LEFT_OPEN, left_open)
    return {
        "categorized": len(filed) - left_open,
        "left_open": left_open,
        "batchItemFailures": batch.again,
    }


def categorise(body: str) -> Expense | None:
    """File one expense, and let go of its job. None where there is nothing to do any more.

    Raises:
        ValueError: If the message names no expense.
        Unavailable: If the store does not answer.
    """
    asked = json.loads(body)
    named = asked if isinstance(asked, dict) else {}
    user_id, expense_id = named.get("user_id"), named.get("expense_id")
    if not (isinstance(user_id, str) and isinstance(expense_id, str) and user_id and expense_id):
        raise ValueError("this message names no expense")
    who, job = services().pseudonyms.of(user_id), job_id(CATEGORISE, (user_id, expense_id))
    with doing("task categorise", job, who):
        return services().filing.work(user_id, expense_id)
