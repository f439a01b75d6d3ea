"""Everything people do, with words that can be recognised: none of them is in any line of web server or worker."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import pytest

import lib.worker
from app import create_app
from lib.records import Filters
from lib.services import Services
from selfhost.messenger import make_messenger
from tests.logged import FIELDS, Logged, logged
from tests.pages import PageClient
from tests.papers import photo
from tests.receiving import Receiver, receiver
from tests.web.test_imports import send, uploaded
from tests.web.test_notification_settings import form_of
from tests.web.test_store_away import Away

PASSWORD, NEW_PASSWORD, WRONG = "marmalade swordfish 9431", "quagmire lantern 7718", "zeppelin thimble 5521"
HER = {
    "username": "zelda.quux",
    "email": "zelda@quux-secret.example",
    "password": PASSWORD,
    "phone": "+4915199887766",
}
SPENT = {
    "amount": "731.37",
    "payee": "Quixotic Pharmacy",
    "description": "Confidential ointment",
    "note": "Nobody may know",
    "tags": "hushhush",
    "category": "Zirconium",
    "key": "one",
}
FILE = "Date,Payee,Description,Amount\n{month}-01,Obelisk Casino,Baccarat evening,-4242.42\n"
JPEG = b"\xff\xd8"  # how one begins
PLAIN = [
    *(
        PASSWORD,
        NEW_PASSWORD,
        WRONG,
        "zelda",
        "quux",
        "15199887766",
        "199887766",
        "731.37",
        "987.65",
    ),
    *("Quixotic", "ointment", "Nobody may know", "hushhush", "Zirconium", "Obelisk", "Baccarat", "4242.42"),
    *("my-bank.csv", "prescription", "very-secret-hook", "chrysanthemum", "198.51.100.7", "Curious Browser"),
]


class Broken:
    """A store that fails as databases do: with what it was given in its words."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name == "list_expenses":
            return self._fail
        return getattr(self._store, name)

    def _fail(self, user_id: str, filters: Any, *_: Any) -> Any:
        local = f"{HER} searched for {filters.text!r}"
        try:
            raise KeyError(local)
        except KeyError as error:
            raise ValueError(f"Key (email)=({HER['email']}) {filters} {local}") from error


class Walk:
    """zelda's days with the planner. What she is given on the way is kept in `given`: nobody else may read it."""

    def __init__(self, services: Services, gateway: Receiver, hook: Receiver) -> None:
        self.services, self.gateway, self.hook = services, gateway, hook
        self.app = self._planner(services)
        self.browser: Any = self._browser(self.app)
        self.given: list[str] = []
        self.month = f"{services.now():%Y-%m}"

    def _planner(self, services: Services) -> Any:
        app = create_app(services.settings, services)
        app.test_client_class = PageClient
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return app

    def _browser(self, app: Any) -> Any:
        about = {"User-Agent": "Curious Browser 9", "X-Forwarded-For": "198.51.100.7"}
        client = app.test_client()
        client.environ_base |= {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in about.items()}
        return client

    def keep(self, *secrets: str) -> str:
        assert all(len(secret) > 5 for secret in secrets)
        self.given += secrets
        return secrets[0]

    def work(self) -> None:
        while self.services.queue.tasks:  # type: ignore[attr-defined]
            lib.worker.work(self.services, *self.services.queue.tasks.pop(0))  # type: ignore[attr-defined]

    def link_in_letter(self, pattern: str) -> str:
        """The newest letter's link; its secret is what comes after the last dot or slash."""
        letters = sorted(
            (self.services.settings.data_dir / "outbox").glob("*.eml"),
            key=lambda each: each.stat().st_mtime_ns,
        )
        text = letters[-1].read_bytes().decode().replace("=\r\n", "").replace("=3D", "=")
        found = re.search(rf"http://localhost:5000({pattern}[^\s\"<>]+)", text)
        assert found, text
        self.keep(re.split(r"[./]", found[1])[-1])
        return found[1]

    def file_at(self, link: str) -> bytes:
        """By a link that nobody else may have."""
        self.keep(link.rpartition("/")[2])
        answer = self.browser.get(link, buffered=True)
        assert answer.status_code == 200
        return bytes(answer.data)

    def come(self) -> None:
        """Make an account, sign in well and badly, forget the password."""
        assert self.browser.post_form("/register", HER).status_code == 303
        cookie = self.browser.get_cookie("planner")
        self.keep(cookie.value, self.user.user_id)
        self.work()
        link = self.link_in_letter("/notifications/confirm/")
        assert self.browser.post_form(link).status_code in (200, 303)
        stranger = self._browser(self.app)
        stranger.post_form("/login", {"login": "zelda.quux", "password": WRONG})
        stranger.post_form("/password/forgot", {"login": HER["email"]})
        self.work()
        link = self.link_in_letter("/password/reset/")
        assert stranger.post_form(link, {"new": NEW_PASSWORD}).status_code == 303
        assert (
            stranger.post_form(
                "/login?next=/expenses?q=chrysanthemum", {"login": HER["email"], "password": NEW_PASSWORD}
            ).status_code
            == 303
        )
        self.browser = stranger
        self.browser.post_form(
            "/settings/security/email",
            {"email": "other@quux-secret.example", "password": NEW_PASSWORD},
            form_at="/settings/security",
        )
        self.work()
        self.browser.get(self.link_in_letter("/email/confirm/"))

    @property
    def user(self) -> Any:
        return self.services.store.find_user_by_username("zelda.quux")

    def be_reached(self) -> None:
        """Confirm a number with the code of an SMS, and name a webhook."""
        page = "/settings/notifications"
        assert self.browser.post_form(f"{page}/phone", form_at=page).status_code == 303
        self.work()
        code = re.search(r"\b\d{6}\b", parse_qs(self.gateway.requests[-1].body.decode())["Body"][0])
        assert code
        self.browser.post_form(f"{page}/phone/code", {"code": "12"}, form_at=page)
        assert (
            self.browser.post_form(
                f"{page}/phone/code", {"code": self.keep(code[0])}, form_at=page
            ).status_code
            == 303
        )
        address = f"http://127.0.0.1:{self.hook.port}/very-secret-hook"
        answer = self.browser.post_form(
            f"{page}/webhook", {"webhook_url": address, "password": NEW_PASSWORD}, form_at=page
        )
        self.keep(self.services.alert_choices.get(self.user).webhook_secret)
        assert answer.status_code == 200
        form = form_of(self.browser.page(page))
        form["on"] = [
            f"{kind}.{way}"
            for kind in ("budget_exceeded", "budget_alert", "expense_confirmation")
            for way in ("app", "email", "sms", "webhook")
        ]
        assert self.browser.post(page, data=form).status_code == 303

    def spend(self) -> None:
        """Categories, budgets, expenses with a receipt, a bank's file, a report, a search."""
        self.browser.post_form("/settings/categories/new", {"name": "Zirconium"})
        budget = {"month": self.month, "amount:Zirconium": "987.65"}
        assert self.browser.post_form("/budget", budget).status_code == 302
        assert (
            self.browser.post_form(
                "/expenses/new", SPENT | {"receipt": [(BytesIO(photo()), "prescription.jpg")]}
            ).status_code
            == 303
        )
        self.work()
        assert {request.line.split()[1] for request in self.hook.requests} == {"/very-secret-hook"}
        found = self.services.store.list_expenses(self.user.user_id, Filters()).items[0]
        self.keep(found.expense_id)
        link = self.browser.get(f"/receipts/{found.expense_id}/{found.receipts[0].receipt_id}").location
        assert self.file_at(link).startswith(JPEG)
        run = uploaded(self.browser, FILE.format(month=self.month).encode())
        send(self.browser, f"{run}/columns")
        send(self.browser, f"{run}/check")
        self.work()
        assert "Obelisk" in self.browser.get("/expenses?q=Baccarat").text
        report = self.browser.post_form(
            "/reports", {"kind": "monthly", "month": self.month, "key": "two"}
        ).location
        self.work()
        assert self.browser.get(f"{report}/pdf", buffered=True).data.startswith(b"%PDF")
        assert self.services.daily.check([self.user]).errors == []

    def program(self) -> None:
        """The API, with a token that was made for it."""
        page = self.browser.look(
            self.browser.post_form(
                "/settings/tokens",
                {"name": "hushhush", "scope": "write", "days": "30", "password": NEW_PASSWORD},
            )
        )
        token = self.keep(page.find(id="token").get_text().strip())
        program, signed = self._browser(self.app), {"Authorization": f"Bearer {token}"}
        made = program.post(
            "/api/expenses",
            json={name: SPENT[name] for name in ("amount", "payee", "category")},
            headers=signed,
        )
        assert made.status_code == 201, made.text
        assert (
            program.post("/api/expenses", json={"amount": "Nobody may know"}, headers=signed).status_code
            == 400
        )
        assert (
            program.get(
                "/api/expenses?q=chrysanthemum", headers={"Authorization": f"Bearer {WRONG}"}
            ).status_code
            == 401
        )

    def go_wrong(self) -> None:
        """Errors of every kind, with something secret in each."""
        browser = self.browser
        browser.get("/zelda/quux?email=zelda@quux-secret.example")
        browser.post("/expenses/new", data=SPENT)  # without the form's token
        browser.delete("/expenses?payee=Quixotic")
        browser.post_form("/expenses/new", SPENT | {"amount": "Nobody may know"})
        browser.post_form("/settings/categories/new", {"name": "Nobody may know" * 100_000})
        browser.get("/password/reset/zelda.chrysanthemum")
        for _ in range(4):
            browser.post_form("/password/forgot", {"login": "zelda.quux"})
        broken = self._planner(replace(self.services, store=Broken(self.services.store)))  # type: ignore[arg-type]
        other = self._browser(broken)
        other.set_cookie("planner", self.browser.get_cookie("planner").value)
        assert other.get("/expenses?q=chrysanthemum").status_code == 500
        lib.worker.work(
            replace(self.services, store=Away(self.services.store, "get_user")),
            "look",
            self.user.user_id,
            "",
            "x",
        )  # type: ignore[arg-type]

    def leave(self) -> None:
        form = {"password": NEW_PASSWORD, "username": "zelda.quux", "confirm": "y"}
        assert self.browser.post_form("/settings/delete", form).status_code == 303
        self.work()
        assert self.user is None


@contextmanager
def reached(services: Services) -> Iterator[tuple[Services, Receiver, Receiver]]:
    """With real letters, SMS and webhooks: the gateway of the former and what hears the latter are here."""
    with receiver() as gateway, receiver() as hook:
        settings = services.settings.model_copy(
            update={
                "sms_url": type(services.settings.sms_url)(f"http://127.0.0.1:{gateway.port}/sms"),
                "sms_from": "Budget",
                "webhook_networks": "127.0.0.0/8",
                "proxies": 1,
            }
        )
        yield replace(services, settings=settings, messenger=make_messenger(settings)), gateway, hook


@pytest.fixture
def walk(services: Services) -> Iterator[Walk]:
    with reached(services) as (home, gateway, hook):
        yield Walk(home, gateway, hook)


def test_nothing_that_people_have_is_in_any_line(walk: Walk) -> None:
    with logged() as log:
        walk.come()
        walk.be_reached()
        walk.spend()
        walk.program()
        walk.go_wrong()
        walk.leave()
    assert_nothing_private_was_said(walk, log)


def assert_nothing_private_was_said(walk: Walk, log: Logged) -> None:
    """Though there was much to say, and every line is whole."""
    assert log.found([*PLAIN, *walk.given]) == set()
    assert {200, 201, 302, 303, 400, 401, 404, 405, 413, 429, 500} <= {
        line.get("status") for line in log.lines
    }
    rules = {rule.rule for rule in walk.app.url_map.iter_rules()} | {"(none)"}
    assert {line["route"] for line in log.about(logger="planner.request")} <= rules
    assert len(log.lines) > 100
    assert all(line.keys() >= FIELDS for line in log.lines)
    assert not [line for line in log.lines if "-" in (line["route"], line["request_id"])]
