"""All that our own code says, at its most talkative, as a collector and as a person would get it."""

import json
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from lib.logs import OURS, TEXT, InContext, JSONLines, Lines

FIELDS = {"time", "level", "logger", "request_id", "route", "user", "message"}


class Logged(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.addFilter(InContext())
        self.json: list[str] = []
        self.text: list[str] = []
        self._as_json, self._as_text = JSONLines(), Lines(TEXT)

    def emit(self, record: logging.LogRecord) -> None:
        self.json.append(self._as_json.format(record))
        self.text.append(self._as_text.format(record))

    def forget(self) -> None:
        """What was said so far is looked at elsewhere."""
        self.json.clear()
        self.text.clear()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.json]

    def about(self, **fields: Any) -> list[dict[str, Any]]:
        """The lines that say so."""
        return [line for line in self.lines if fields.items() <= line.items()]

    def found(self, secrets: Collection[str]) -> set[str]:
        """Which of these can be read in any line, however it is written. Digits alone may be a part of some id."""
        everything = "\n".join([*self.json, *self.text]).casefold()
        words = set(re.findall(r"[0-9a-z]+", everything))
        return {
            secret
            for secret in secrets
            if (secret in words if secret.isdigit() else secret.casefold() in everything)
        }


@contextmanager
def logged() -> Iterator[Logged]:
    """Everything of ours from DEBUG on, and of others what `lib.logs.config` lets through."""
    handler, root = Logged(), logging.getLogger()
    before = {name: logging.getLogger(name).level for name in OURS}
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
