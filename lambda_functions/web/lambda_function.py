"""Serves the planner's pages and its API behind API Gateway: the application that gunicorn serves elsewhere, and no other.

What takes longer than a page is done by a worker, as everywhere; files of people go past this function, to S3 and from there.
"""

import logging.config
from collections.abc import Callable
from functools import cache
from typing import Any

import lib.logs
from app import create_app
from aws_config.config import names_of
from aws_config.embedded_metrics import EmbeddedMetrics
from aws_config.gateway import handler_of
from lib.metrics import WEB_SERVER
from lib.services import build_services
from lib.settings import load_settings

metrics = EmbeddedMetrics(WEB_SERVER)


@cache
def pages() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Made once a process, not at import: a function that is only loaded needs no settings."""
    settings = load_settings()
    logging.config.dictConfig(lib.logs.config(settings))
    metrics.installation = names_of(settings).base
    return handler_of(create_app(settings, build_services(settings, metrics)))


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a request as API Gateway tells of it, in format 1.0 or 2.0, and answer in the same."""
    try:
        return pages()(event, context)
    finally:
        metrics.flush()  # between requests nothing runs, and no process is told that it ends
