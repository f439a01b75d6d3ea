"""Where log lines go and how they look: text for people, JSON for collectors, on standard output either way.

A line names a request, never a person: no names, e-mails, amounts, search words, tokens or cookies are logged.
"""

import hashlib
from contextvars import ContextVar
from functools import lru_cache
from logging import Filter, LogRecord
from typing import Any

from lib.settings import Settings

# Set by the web application for the request being answered, so that every line written meanwhile can be found by it.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
JSON = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
QUIET = {  # what these say at INFO is about themselves
    "alembic": "WARNING",
    "botocore": "WARNING",
    "gunicorn.error": "WARNING",
    "huey": "WARNING",
    "httpx": "WARNING",
}


@lru_cache(maxsize=4096)
def who(user_id: str) -> str:
    """The same for the same person in every line, but nothing that leads to them without the database."""
    return hashlib.sha256(f"log {user_id}".encode()).hexdigest()[:12]


class _WithRequest(Filter):
    def filter(self, record: LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def config(settings: Settings) -> dict[str, Any]:
    """For `logging.config.dictConfig`."""
    text = {"format": TEXT, "datefmt": "%Y-%m-%d %H:%M:%S"}
    json = {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "fmt": JSON,
        "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": _WithRequest}},
        "formatters": {"text": text, "json": json},
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": settings.log_format,
                "filters": ["request"],
            }
        },
        "root": {"level": settings.log_level, "handlers": ["out"]},
        "loggers": {
            name: {"level": level, "handlers": [], "propagate": True} for name, level in QUIET.items()
        },
    }
