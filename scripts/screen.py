"""What the commands for AWS say, to people and to programs."""

import json
import os.path
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aws_config.resources.base import Difference, Finding, Resource

WIDE = 140  # columns, where no terminal says how many it has
LONGEST = 90  # characters of a value that are shown to people
BEFORE = 30  # of them before the first that differs, where it comes late
MARKS = {
    "right": ("✓", "green"),
    "missing": ("+", "yellow"),
    "differs": ("~", "yellow"),
    "open": ("!", "bold red"),
}
DOING = {
    "create": "Creating",
    "finish": "Setting up",
    "change": "Putting right",
    "right": "Ready:",
    "remove": "Removing",
    "protected": "Stays:",
}


class Screen:
    """Tells people in colour and in tables, or programs in one JSON document at the end."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._said = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
        self._aside = Console(highlight=False, stderr=True, width=None if sys.stderr.isatty() else WIDE)

    def say(self, text: str, style: str = "") -> None:
        """For people only."""
        if not self.as_json:
            self._said.print(Text(text, style=style), soft_wrap=True)

    def complain(self, text: str) -> None:
        self._aside.print(Text(text, style="bold red"), soft_wrap=True)

    def hand_over(self, document: dict[str, Any]) -> None:
        """For programs only."""
        if self.as_json:
            print(json.dumps(document, indent=2, default=str))

    def progress(self, what: str, resource: Resource) -> None:
        if what != "right":
            style = {"protected": "yellow", "remove": "red"}.get(what, "cyan")
            self.say(f"{DOING[what]} {resource.kind} {resource.name}", style)

    def findings(self, findings: Sequence[Finding]) -> None:
        """What is right in a word, everything else in full."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("", "what", "name", "how it is"):
            table.add_column(heading, overflow="fold")
        for finding in findings:
            mark, style = MARKS[finding.state]
            how = Text("\n").join([Text(finding.state, style), *map(_told, finding.differences)])
            table.add_row(Text(mark, style), finding.kind, Text(finding.name), how)
        if not self.as_json:
            self._said.print(table)


def _told(difference: Difference) -> Text:
    now, wanted = _shortened(_text(difference.now), _text(difference.wanted))
    return Text(f"{difference.fact}: is {now}, should be {wanted}", "dim")


def _text(value: Any) -> str:
    if value is None:
        return "not there"
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _shortened(*texts: str) -> list[str]:
    """As much of each as people read, from where they begin to differ: what they share says nothing."""
    if max(map(len, texts)) <= LONGEST:
        return list(texts)
    shared = len(os.path.commonprefix(texts))
    start = max(0, shared - BEFORE) if shared > LONGEST - BEFORE else 0
    return [_cut(text, start) for text in texts]


def _cut(text: str, start: int) -> str:
    part = text[start : start + LONGEST - 2]
    return f"{'…' if start else ''}{part}{'…' if start + len(part) < len(text) else ''}"
