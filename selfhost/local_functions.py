"""Functions at home: the same handlers that run in AWS Lambda, each call in a thread of this process."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Thread
from traceback import extract_tb
from typing import Any
from uuid import uuid4

from lib.errors import Crashed, Unavailable

AT_ONCE = 4  # what a function does is hard work, and pages are to be answered meanwhile
PATIENCE = 60.0  # seconds
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """What a handler is told of its surroundings, under Lambda's names."""

    function_name: str
    aws_request_id: str
    until: float  # on the clock that only goes forward
    memory_limit_in_mb: int = 0  # none but the machine's
    invoked_function_arn: str = ""

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.until - time.monotonic()) * 1000))


Handler = Callable[[dict[str, Any], Context], Any]


class LocalFunctions:
    """`lib.ports.Functions`. A thread cannot be ended from outside: what takes too long goes on, unheard and in its place."""

    def __init__(self, handlers: Mapping[str, Handler], patience: float = PATIENCE) -> None:
        """`patience`: seconds for which an answer is waited for, and for one of the AT_ONCE places before it."""
        self._handlers, self._patience = dict(handlers), patience
        self._places = BoundedSemaphore(AT_ONCE)

    def check(self) -> None:
        """They are part of this process: nothing can be down."""

    def invoke(self, function: str, request: Mapping[str, Any]) -> dict[str, Any]:
        context = Context(function, uuid4().hex, time.monotonic() + self._patience)
        event = json.loads(json.dumps(request))  # its own, and no more than Lambda would bring
        handler = self._handlers.get(function)
        if handler is None:
            raise _failed(context, "it is not here", Unavailable)
        if not self._places.acquire(timeout=self._patience):
            raise _failed(context, f"{AT_ONCE} others did not end in time", Unavailable)
        outcome: Future[str] = Future()
        Thread(target=self._run, args=(handler, event, context, outcome), daemon=True).start()
        try:
            error = outcome.exception(context.get_remaining_time_in_millis() / 1000)
        except TimeoutError:
            raise _failed(context, f"no answer within {self._patience:g} seconds") from None
        if error:
            raise _failed(context, _where(error))
        found = json.loads(outcome.result())
        if not isinstance(found, dict):
            raise _failed(context, "its answer is no object")
        return found

    def _run(self, handler: Handler, event: dict[str, Any], context: Context, outcome: "Future[str]") -> None:
        try:
            outcome.set_result(json.dumps(handler(event, context)))
        except (
            BaseException
        ) as error:  # also SystemExit, which would end the thread and leave who waits waiting
            outcome.set_exception(error)
        finally:
            self._places.release()


def _where(error: BaseException) -> str:
    """What went wrong and where; an error's words may hold what the request did."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _failed(context: Context, why: str, kind: type[Unavailable] = Crashed) -> Unavailable:
    log.warning("functions: %s failed (%s, request %s)", context.function_name, why, context.aws_request_id)
    return kind(
        "That cannot be worked out right now. Nothing is lost; try again in a moment.", part="functions"
    )
