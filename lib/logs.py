"""Where log lines go and how they look: text for people, JSON for collectors, on standard output either way.

A line says which request or task it belongs to, and stands for a person without naming them (see lib/pseudonyms.py). No names,
e-mails, amounts, search words, tokens or cookies are logged, and of an error never its words: they hold what people entered, and
what databases and other services did with it.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import format_tb
from typing import Any

from lib.errors import PlannerError
from lib.settings import Settings

NOTHING = "-"
# What is being done: set by the web application for each request, by the worker for each task, by functions for each call.
request_id: ContextVar[str] = ContextVar("request_id", default=NOTHING)
route: ContextVar[str] = ContextVar("route", default=NOTHING)
user: ContextVar[str] = ContextVar("user", default=NOTHING)  # a pseudonym

OURS = ("app", "aws_config", "lambda_functions", "lib", "planner", "scripts", "selfhost", "web")
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
CODES = ("sqlite_errorname", "sqlstate")  # by which databases say what is wrong
SYSTEM = ("builtins", "socket")  # whose errors have the system's own words
ABOUT_TLS = ("reason", "verify_code")  # OpenSSL's own names and numbers
ABOUT_CODE = (AttributeError, NameError, ImportError)  # whose words are the program's own
_OF_EVERY_LINE = {*vars(logging.makeLogRecord({})), "message", "asctime", "request_id", "route", "user"}


@contextmanager
def doing(what: str, id: str, who: str = NOTHING) -> Iterator[None]:
    """Every line written meanwhile says so.

    Args:
        what: Such as "task import".
        id: By which its lines are found.
        who: The pseudonym of whom it is for.
    """
    before = [(each, each.set(value)) for each, value in ((route, what), (request_id, id), (user, who))]
    try:
        yield
    finally:
        for each, token in before:
            each.reset(token)


def why(error: BaseException) -> str:
    """What to log of it: our own words where something of ours does not work, else only which kind of error it is."""
    return error.message if isinstance(error, PlannerError) and error.status >= 500 else kind(error)


def chain(error: BaseException) -> list[BaseException]:
    """It and what it came from, the first cause first."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.insert(0, each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def trace(error: BaseException) -> str:
    """Where it came from, cause first, and what kind it is: no words but those about our own code, and no values."""
    each = ("".join(format_tb(each.__traceback__)) + kind(each) for each in chain(error))
    return "\nwhich led to\n".join(each)


def kind(error: BaseException) -> str:
    """Such as "sqlite3.OperationalError (SQLITE_BUSY)"."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    said = [str(code) for code in (getattr(error, each, None) for each in CODES) if code]
    if isinstance(error, OSError) and error.errno:
        said.append(
            f"{error.errno} {error.strerror}" if type(error).__module__ in SYSTEM else str(error.errno)
        )
    if type(error).__module__ == "ssl":  # whose words name hosts
        said += [str(code) for code in (getattr(error, each, None) for each in ABOUT_TLS) if code]
    if isinstance(answer := getattr(error, "response", None), dict):
        said.append(str(answer.get("Error", {}).get("Code", "")))
    if type(error) in ABOUT_CODE:
        said.append(str(error))
    return f"{name} ({', '.join(filter(None, said))})" if any(said) else name


class InContext(logging.Filter):
    """Adds what is being done, unless the line itself says so."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, known in (("request_id", request_id), ("route", route), ("user", user)):
            record.__dict__.setdefault(name, known.get())
        return True


class WithoutRequests(logging.Filter):
    """gunicorn repeats addresses, of visitors and of pages, where something is wrong with a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = str(record.msg)
        for start in ("Invalid request", "Error handling request"):
            if said.startswith(start):
                record.msg, record.args = start, ()
        return True


class Lines(logging.Formatter):
    """Text. Never what another formatter made of an error, which it leaves behind in the record."""

    def format(self, record: logging.LogRecord) -> str:
        record.message, record.asctime = record.getMessage(), self.formatTime(record, self.datefmt)
        return "\n".join([self.formatMessage(record), *map(trace, _error_of(record))])


class JSONLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, request_id, route, user, message, and whatever else it was given."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            **{name: getattr(record, name, NOTHING) for name in ("request_id", "route", "user")},
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OF_EVERY_LINE},
        }
        for error in _error_of(record):
            line |= {"error": " → ".join(map(kind, chain(error))), "trace": trace(error)}
        return json.dumps(line, ensure_ascii=False, default=str)


def _error_of(record: logging.LogRecord) -> Iterator[BaseException]:
    if record.exc_info and record.exc_info[1] is not None:
        yield record.exc_info[1]


def say_what_nobody_caught() -> None:
    """From now on it is a line like any other, where Python itself would print its words."""
    sys.excepthook = lambda _, error, __: _uncaught(error)
    threading.excepthook = lambda thread: _uncaught(thread.exc_value)


def _uncaught(error: BaseException | None) -> None:
    logging.getLogger(__name__).critical(
        "nobody caught this, and what was being done has ended", exc_info=error
    )


def config(settings: Settings) -> dict[str, Any]:
    """For `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": InContext}, "gunicorn": {"()": WithoutRequests}},
        "formatters": {
            "text": {"()": Lines, "format": TEXT, "datefmt": "%Y-%m-%d %H:%M:%S"},
            "json": {"()": JSONLines},
        },
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": settings.log_format,
                "filters": ["context"],
            }
        },
        # What others say below a warning is about themselves, and may hold what they were given.
        "root": {"level": max(settings.log_level, "WARNING", key=logging.getLevelName), "handlers": ["out"]},
        "loggers": {name: {"level": settings.log_level} for name in OURS}
        | {
            # Who looks into a break-in needs it, however little else is said.
            "lib.identity.security_log": {"level": "INFO"},
            "gunicorn.error": {
                "level": "WARNING",
                "handlers": [],
                "filters": ["gunicorn"],
                "propagate": True,
            },
        },
    }
