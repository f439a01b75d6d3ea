"""What every function of ours has around it: a log and metrics that say what it was called for, and errors without words."""

import logging
import logging.config
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import lib.logs
from aws_config.config import PLAIN
from aws_config.embedded_metrics import EmbeddedMetrics
from lib.errors import Unavailable
from lib.metrics import ERRORS
from lib.settings import Misconfigured, Settings, load_settings

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
LAMBDA = "awslambdaric"  # whose handlers are on the root logger where Lambda runs a function
log = logging.getLogger(__name__)


class FunctionFailed(Exception):
    """Which kind of error it was and where it came from is in the log. Lambda repeats the words of whatever is raised."""


def observed(metrics: EmbeddedMetrics) -> Callable[[Handler], Handler]:
    """Around a handler: its lines and metrics are found by the call they belong to, and by function and installation."""

    def around(handler: Handler) -> Handler:
        @wraps(handler)
        def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
            set_up_the_log()
            metrics.installation = installation_of(context.function_name, metrics.service)
            with lib.logs.doing(f"function {metrics.service}", context.aws_request_id):
                try:
                    return handler(event, context)
                except Unavailable as error:
                    log.warning("%s cannot work now: %s", metrics.service, error.message)
                    raise
                except Exception as error:
                    metrics.record(ERRORS)
                    log.exception("%s failed", metrics.service)
                    raise FunctionFailed(lib.logs.kind(error)) from None
                finally:
                    metrics.flush()

        return handle

    return around


def installation_of(function_name: str, service: str) -> str:
    """What the installation's names start with: functions of the plain one have nothing in front of theirs."""
    return function_name.removesuffix(f"{service}-function").rstrip("-") or PLAIN


@cache
def set_up_the_log() -> None:
    """Once a process, unless whoever runs it has seen to that: a test, or the planner's own process at home."""
    if any(not type(each).__module__.startswith(LAMBDA) for each in logging.getLogger().handlers):
        return
    try:
        settings = load_settings(needs_secret=False)
    except Misconfigured:  # said by what needs them
        settings = Settings.model_construct(log_format="json", log_level="INFO")
    logging.config.dictConfig(lib.logs.config(settings))
