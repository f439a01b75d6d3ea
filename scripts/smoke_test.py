"""Look whether a planner that runs somewhere works, as someone who has just come: with an account that goes again.

    python3 scripts/smoke_test.py http://localhost:5000
    python3 scripts/smoke_test.py https://budget.example --look-only      where new accounts are closed

It needs nothing but Python. It ends with 0 when every step went well, with 1 when one did not, and with 2 when there is
nothing to look at. The account it makes is deleted whatever happens; if even that fails, it says the account's name.
"""

import argparse
import json
import re
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterable
from email.message import Message
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

FINE, WRONG, CANNOT = 0, 1, 2
PATIENCE = 40  # seconds for an answer; a report's may take 25
WAITING = 60  # seconds for what the worker does
TOKEN = re.compile(r'name="csrf_token"[^>]*\svalue="([^"]+)"')
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MAILBOX = "success+{}@simulator.amazonses.com"  # takes what is sent there and tells nobody


class Failed(Exception):
    """What a step found, in one line."""


class NoAnswer(Failed):
    """Whether what was asked for has happened is not known."""


class Answer:
    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """An answer that leads elsewhere is looked at itself."""


class Visitor:
    """A browser, as far as cookies, forms and the pages' own requests go."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)
        self._token = ""

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        *,
        wanted: Iterable[int] = (200,),
    ) -> Answer:
        """Raises Failed for another status than those `wanted`, or none."""
        headers = {"Content-Type": kind, "X-CSRFToken": self._token} if kind else {}
        request = Request(self.address + path, body, headers, method=method)  # noqa: S310  # http and https only
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                got = Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            got = Answer(error.code, error.headers, error.read())
        except (OSError, HTTPException) as error:
            raise NoAnswer(f"{method} {path}: no answer ({error})") from error
        if got.status not in wanted:
            raise Failed(
                f"{method} {path}: {got.status}, request {got.headers.get('X-Request-ID', 'without an id')}"
            )
        return got

    def answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/health").json() == {"status": "ok"})
        except (Failed, ValueError):
            return False

    def page(self, path: str) -> str:
        """Opens a page; its forms' token is good for what is sent from now on."""
        text = self.ask("GET", path).text
        if found := TOKEN.search(text):
            self._token = found[1]
        return text

    def send(self, path: str, **fields: str) -> Answer:
        """Fills in the form on a page. Success leads elsewhere."""
        self.page(path)
        form = urlencode({"csrf_token": self._token, **fields}).encode()
        return self.ask("POST", path, form, FORM, wanted=(303,))

    def call(self, path: str, wanted: int = 200, **fields: Any) -> Any:
        """What the planner's own pages do behind the scenes."""
        if not fields:
            return self.ask("GET", path, wanted=(wanted,)).json()
        return self.ask("POST", path, json.dumps(fields).encode(), JSON, wanted=(wanted,)).json()


class Household:
    """Someone new, from the first page to the last."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.name, self.password = f"smoke-{secrets.token_hex(6)}", secrets.token_urlsafe(18)
        self.exists = False
        self.report = ""

    def steps(self) -> dict[str, Callable[[], None]]:
        return {
            "make an account": self.register,
            "add an expense": self.add_expense,
            "set a budget": self.set_budget,
            "exceed it and see the alert": self.exceed_it,
            "have a report made": self.make_report,
            "download the report": self.download_report,
        }

    def register(self) -> None:
        given = {"username": self.name, "email": MAILBOX.format(self.name), "password": self.password}
        try:
            self.visitor.send("/register", **given)
        except NoAnswer:
            self.exists = True  # perhaps
            raise
        self.exists = True
        if self.name not in self.visitor.page("/settings/delete"):
            raise Failed("the new account is not signed in; with BASE_URL=https://…, use that address")

    def add_expense(self) -> None:
        given = {"amount": "12.50", "category": "Groceries", "payee": "Smoke test"}
        made = self.visitor.call("/api/expenses", 201, **given)
        listed = self.visitor.call("/api/expenses")["expenses"]
        if [each["id"] for each in listed] != [made["id"]] or made["amount"] != "12.50":
            raise Failed("the expense that was added is not the one that is listed")

    def set_budget(self) -> None:
        self.visitor.call("/api/budget", category="Groceries", amount="20.00")

    def exceed_it(self) -> None:
        self.visitor.call("/api/expenses", 201, amount="7.75", category="Groceries", payee="Smoke test")
        eventually(
            "the alert to be there",
            lambda: self._told() and "Groceries" in self.visitor.page("/notifications"),
        )

    def _told(self) -> bool:
        told = self.visitor.call("/api/notifications")["notifications"]
        return any(each["type"] == "budget_exceeded" for each in told)

    def make_report(self) -> None:
        asked = self.visitor.ask(
            "POST", "/api/reports", b'{"report_type": "monthly"}', JSON, wanted=(201, 202)
        )
        self.report = asked.json()["id"]
        eventually("the report to be made", lambda: self._report_state() not in ("queued", "running"))
        if (state := self._report_state()) != "done":
            raise Failed(f"the report is {state}")

    def _report_state(self) -> str:
        return str(self.visitor.call(f"/api/reports/{self.report}")["status"])

    def download_report(self) -> None:
        file = self.visitor.ask("GET", f"/api/reports/{self.report}/file?format=pdf")
        if not file.body.startswith(b"%PDF-") or not file.body.rstrip().endswith(b"%%EOF"):
            raise Failed("the report is no whole PDF")

    def leave(self) -> None:
        """Delete the account, and see that it is gone."""
        self.visitor.send("/settings/delete", username=self.name, password=self.password)
        self.exists = False
        self.visitor.ask("GET", "/api/expenses", wanted=(401,))


def main(argv: list[str] | None = None) -> int:
    options = usage().parse_args(argv)
    parts = urlsplit(options.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return _ended(CANNOT, f"{options.url} is no address such as https://budget.example")
    visitor = Visitor(options.url)
    try:
        eventually("an answer", lambda: visitor.answers(), options.wait)
    except Failed as why:
        return _ended(CANNOT, f"{options.url}: {why}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it leaves nothing behind then either
    try:
        look(visitor)
        if not options.look_only:
            live(Household(visitor))
    except Failed as why:
        return _ended(WRONG, str(why))
    except KeyboardInterrupt:
        return _ended(CANNOT, "Stopped.")
    print(f"{options.url} works.")
    return FINE


def usage() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smoke_test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", help="how people reach it, such as https://budget.example")
    parser.add_argument(
        "--look-only", action="store_true", help="make no account: look at what everyone may see"
    )
    parser.add_argument(
        "--wait", type=float, default=10, metavar="SECONDS", help="for the first answer, while it starts (10)"
    )
    return parser


def look(visitor: Visitor) -> None:
    """What everyone may see."""
    step("see whether every part of it works", lambda: ready(visitor))
    step("open the page to sign in", lambda: sign_in_page(visitor))


def ready(visitor: Visitor) -> None:
    state = visitor.ask("GET", "/health/ready", wanted=(200, 503)).json()
    if broken := [name for name, how in state["parts"].items() if how != "ok"]:
        raise Failed(f"not working: {', '.join(broken)}")


def sign_in_page(visitor: Visitor) -> None:
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', visitor.page("/login"))
    if style is None or not visitor.ask("GET", style[1]).body:
        raise Failed("it has no stylesheet")


def live(household: Household) -> None:
    """Raises Failed for the first step that does not go well; the account is deleted in any case."""
    try:
        for what, action in household.steps().items():
            step(what, action)
    except BaseException:
        if household.exists:
            leave_behind(household)
        raise
    step("delete the account", household.leave)


def leave_behind(household: Household) -> None:
    try:
        household.leave()
        print("The account was deleted.", file=sys.stderr)
    except Failed as why:
        print(f"The account {household.name} may be left: {why}", file=sys.stderr)


def step(what: str, action: Callable[[], None]) -> None:
    began = time.monotonic()
    try:
        action()
    except Failed as why:
        raise Failed(f"Could not {what}: {why}") from why
    except (KeyError, TypeError, ValueError) as error:
        raise Failed(f"Could not {what}: the answer is not what it should be ({error!r})") from error
    print(f"{time.monotonic() - began:6.2f} s  {what}", flush=True)


def eventually(what: str, happened: Callable[[], bool], seconds: float = WAITING) -> None:
    """Look again until it has happened. Raises Failed after so many seconds."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise Failed(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.5)


def _ended(code: int, why: str) -> int:
    print(why, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
