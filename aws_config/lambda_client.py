"""Calls of the planner's functions that wait for the answer."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from aws_config.config import Names
from aws_config.faults import SENTENCES, once, translated
from aws_config.function_plans import LIVE, PLANS
from aws_config.session import AWS
from lib.errors import Crashed, Unavailable

REPORTS, ALERTS = "report-generator-function", "budget-alert-function"
ON_THE_WAY = 10  # seconds that starting a function and the way there and back may take
log = logging.getLogger(__name__)


class LambdaClient:
    """`lib.ports.Functions`. Each call is made once: a second one, because the first took long, would do the work twice."""

    def __init__(self, aws: AWS, names: Names) -> None:
        self._aws, self._names = aws, names

    def check(self) -> None:
        """Whether the function that pages ask for is there and lets us in, without running it."""
        with translated("functions"):
            self._call(REPORTS, "DryRun", b"{}")

    def invoke(self, function: str, request: Mapping[str, Any]) -> dict[str, Any]:
        asked = json.dumps(request).encode()
        with once("functions"):
            answer = self._call(function, "RequestResponse", asked)
            content = answer["Payload"].read()
        number = answer["ResponseMetadata"].get("RequestId", "without an id")
        if answer.get("FunctionError"):
            raise _failed(function, _error_type(content), number)
        found = _parsed(content)
        if found is None:
            raise _failed(function, "its answer cannot be read", number)
        return found

    def invoke_report_generator(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Have a report made: `user_id`, `report_type` and its time. Returns `report_url`, `report_key`, `file_name`."""
        return _body(self.invoke(REPORTS, request))

    def invoke_budget_alert(self) -> dict[str, Any]:
        """Look after everyone's budgets now, as happens every day. Returns `alerts_sent` and `errors`."""
        return self.invoke(ALERTS, {})

    def _call(self, function: str, kind: str, content: bytes) -> Any:
        patience = PLANS[function].timeout + ON_THE_WAY
        return self._aws.client("lambda", read_timeout=patience, tries=1).invoke(
            FunctionName=self._names.function(function),
            Qualifier=LIVE,
            InvocationType=kind,
            Payload=content,
        )


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    """What a function that answers like a web server says.

    Raises:
        Unavailable: If it says that something it needs is away.
        Crashed: If it reports any other failure.
    """
    status, body = answer.get("statusCode"), _parsed(answer.get("body", ""))
    if status != 200 or body is None:
        kind = Unavailable if status == Unavailable.status else Crashed
        raise _failed(REPORTS, f"status {status}", "answered", kind)
    return body


def _parsed(content: bytes | str) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _error_type(content: bytes) -> str:
    """The name of what went wrong in there; its words may hold what the request did."""
    return str((_parsed(content) or {}).get("errorType", "unknown error"))


def _failed(what: str, why: str, request: str, kind: type[Unavailable] = Crashed) -> Unavailable:
    log.warning("functions: %s failed (%s, request %s)", what, why, request)
    return kind(SENTENCES["functions"], part="functions")
