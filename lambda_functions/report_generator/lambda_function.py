"""Makes a report, keeps it among the files, and says where it is.

The planner's worker calls it and waits, naming a report that it has written down; others may describe one. Either way the report's
row in the store decides: the same request is the same report, however often it comes.
"""

import json
import logging
from datetime import timedelta
from functools import cache
from typing import Any

from aws_config.config import names_of
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.functions import observed
from aws_config.s3_client import S3Client
from aws_config.session import connect
from lib.errors import Invalid, PlannerError
from lib.jobs import job_id
from lib.logs import doing, kind
from lib.periods import utc_now
from lib.pseudonyms import Pseudonyms
from lib.reporting.answering import ReportAnswers
from lib.reporting.reports import TASK as REPORT
from lib.reporting.work import ReportWork
from lib.settings import load_settings

log = logging.getLogger("lambda_functions.report_generator")
metrics = EmbeddedMetrics("report-generator")


@cache
def answers() -> ReportAnswers:
    """Made once a process, not at import: a function that is only loaded needs no settings.

    Not all of the planner's services: this function is only ever on AWS, and starts quicker without them.
    """
    settings = load_settings(needs_secret=False)
    aws, names = connect(settings), names_of(settings)
    store, files = DynamoDBClient(aws, names), S3Client(aws, names.bucket)
    keep = timedelta(days=settings.report_days)
    return ReportAnswers(
        store, ReportWork(store, files, utc_now, metrics=metrics), files.get_report_url, utc_now, keep
    )


@cache
def pseudonyms() -> Pseudonyms:
    return Pseudonyms(answers().store)


@observed(metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take `user_id` with `report_id`, or with `report_type` and its `year`, `month`, `start_date` and `end_date`.

    Returns:
        `statusCode` and `body` (JSON): `report_url`, good for a day, `report_key` and `file_name`; or, where it is not 200,
        `error` in words and the `field` they are about.
    """
    try:
        with doing("task report", _job(event) or context.aws_request_id, _who(event)):
            made = answers().answer(event)
            log.info("report made")
    except PlannerError as error:
        log.warning("no report: %s", kind(error), extra={"status": error.status})
        field = error.field if isinstance(error, Invalid) else ""
        return _answer(error.status, {"error": error.message, "field": field})
    return _answer(200, made)


def _job(event: dict[str, Any]) -> str:
    """The id that the worker's lines of this report have, and the page's that asked for it; none for what others describe."""
    named = event.get("user_id"), event.get("report_id")
    return job_id(REPORT, [str(each) for each in named]) if all(named) else ""


def _who(event: dict[str, Any]) -> str:
    return pseudonyms().of(str(event.get("user_id")))


def _answer(status: int, body: dict[str, str]) -> dict[str, Any]:
    return {"statusCode": status, "body": json.dumps(body)}
