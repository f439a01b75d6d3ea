"""What docs/webhooks.md gives receivers: its examples tell our requests from others."""

import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from lib.alerting.webhooks import Webhooks, body_of
from tests.engines import program
from tests.receiving import Request, receiver
from tests.unit.test_webhooks import NOTE, SECRET, Names

PAGE = Path(__file__).resolve().parents[2] / "docs/webhooks.md"
Verify = Callable[[str, str, bytes, str], bool]


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def in_python(_: Path) -> Verify:
    names: dict[str, Any] = {}
    exec(example("python"), names)  # noqa: S102  # what receivers copy
    verify: Verify = names["verify"]
    return verify


def in_a_shell(folder: Path) -> Verify:
    program("openssl")

    def verify(secret: str, timestamp: str, body: bytes, signature: str) -> bool:
        (folder / "body").write_bytes(body)
        script = example("sh") + '\nverify "$@"'
        given = [secret, timestamp, str(folder / "body"), signature]
        return subprocess.run(["sh", "-c", script, "sh", *given], check=False).returncode == 0

    return verify


@pytest.fixture(params=[in_python, in_a_shell], ids=["python", "sh"])
def verify(request: pytest.FixtureRequest, tmp_path: Path) -> Verify:
    found: Verify = request.param(tmp_path)
    return found


def sent(at: datetime) -> Request:
    """What a receiver gets of a notification that was sent at that moment."""
    with receiver() as server:
        webhooks = Webhooks(networks=[ip_network("127.0.0.0/8")], resolve=Names("127.0.0.1"))
        webhooks.send(f"http://receiver.example:{server.port}/", SECRET, NOTE, at)
    return server.requests[0]


def signed(request: Request) -> tuple[str, bytes, str]:
    stamp, signature = (request.headers[f"smart-budget-{name}"] for name in ("timestamp", "signature"))
    return stamp, request.body, signature


def test_what_the_planner_sends_is_known(verify):
    assert verify(SECRET, *signed(sent(datetime.now(UTC))))


def test_what_anyone_else_sends_or_changed_is_not(verify):
    stamp, body, signature = signed(sent(datetime.now(UTC)))
    others = [
        ("another secret", stamp, body, signature),
        (SECRET, str(int(stamp) + 1), body, signature),
        (SECRET, stamp, body + b" ", signature),
        (SECRET, stamp, body, ""),
        (SECRET, stamp, body, signature.removeprefix("v1=")),
        (SECRET, "", body, signature),
        (SECRET, "now", body, "v1=é"),
    ]
    assert [other for other in others if verify(*other)] == []


def test_what_is_sent_once_more_later_is_not(verify):
    assert not verify(SECRET, *signed(sent(datetime.now(UTC) - timedelta(minutes=6))))


def test_the_page_shows_the_fields_that_there_are():
    assert json.loads(example("json")).keys() == json.loads(body_of(NOTE)).keys()
