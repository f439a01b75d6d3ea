"""Every address there is, walked as its owner's neighbour, as nobody, and without the token that forms carry."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lib.categorising import rules
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.records import Notification, User
from lib.reporting.periods import month_period
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient
from tests.papers import photo

PUBLIC = {
    "landing.index",
    "landing.demo",
    "landing.robots",
    "landing.favicon",
    "health.alive",
    "health.ready",
    "metrics.show",  # with a token of its own
    "auth.register",
    "auth.login",
    "auth.logout",  # a form to confirm with; nothing happens to strangers
    "auth.forgot",
    "auth.forgot_sent",
    "auth.reset",
    "auth.confirm_email",
    "auth.goodbye",
    "notifications.confirm",
    "notifications.received",
    "notifications.unsubscribe",
    "api.check_session",
    "docs.openapi",
    "docs.index",
    "docs.file",
    "files.see",
    "files.send",
}
# The key in its address is the proof: mail programs, and browsers that send a file, post there without a form.
BY_KEY = {"notifications.unsubscribe", "files.send"}
NOT_IDS = {"token", "filename", "name"}  # links from e-mails, files: nobody's things
DOCUMENTS = (
    "session",
    "token",
    "import",
    "ended-budgets",
    "preferences",
    "report",
    "report-schedule",
    "receipt-upload",
    "rule",
    "replay",
    "learned",
)


RULE = {"name": "another", "category": "Travel", "pattern": "x"}


class Call(NamedTuple):
    method: str
    rule: Rule

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def is_open(self) -> bool:
        return self.rule.endpoint in PUBLIC

    @property
    def ids(self) -> set[str]:
        """What of someone's the address names."""
        return set(self.rule.arguments) - NOT_IDS


@pytest.fixture
def calls(app: Flask) -> list[Call]:
    """Every address with every method it takes."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [Call(method, rule) for rule in rules for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


@pytest.fixture
def things(services: Services, alice: User) -> dict[str, str]:
    """One of everything that alice has, by the name addresses give its id."""
    draft = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 3), payee="Alice's shop")
    expense = services.expenses.add_expense(alice, draft, "one")
    trashed = services.expenses.add_expense(alice, draft, "two")
    services.expenses.delete_expenses(alice, [trashed.expense_id])
    token, _ = services.tokens.create(alice, "script", "write", 30)
    services.sessions.start(alice, "Firefox", "192.0.2.1")
    file = BytesIO(b"Date;Payee;Amount\n2026-11-03;Alice's shop;-12.50\n2026-11-04;Bakery;-3.20\n")
    run = services.imports.start(alice, "bank.csv", file, "three")
    budget = services.budgets.set_budget(alice, "Groceries", Decimal(300), Month(2026, 11))
    other = services.budgets.set_budget(alice, "Travel", Decimal(100), Month(2026, 11))
    report = services.reports.ask(alice, month_period(Month(2026, 11)), (), "four")
    rule = services.rules.add_rule(alice, rules.Rule("", "Alice's shop", "Travel", "words", "alice"), "five")
    replay = services.replays.start(alice, "six")
    services.queue.run(services)
    services.reports.patience = timedelta(0)
    row_id = "0" * 31 + "a"
    at = services.now()
    told = Notification(
        alice.user_id, row_id, "budget_exceeded", "Alice's shop", "", at, at + timedelta(days=9)
    )
    services.store.add_notification(told)
    ended = services.budgets.remove_budget(alice, other.budget_id, Month(2026, 11))
    receipt = services.receipts.upload_receipt(
        alice, expense.expense_id, "Alice's shop.jpg", BytesIO(photo())
    )
    services.receipts.attach(alice, expense.expense_id, [receipt.receipt_id])
    return {
        "expense_id": expense.expense_id,
        "receipt_id": receipt.receipt_id,
        "object_name": f"{expense.expense_id}-{receipt.receipt_id}.jpg",
        "trashed_id": trashed.expense_id,
        "budget_id": budget.budget_id,
        "ended": services.budgets.note_ended(alice, ended),
        "session_id": services.sessions.list(alice)[0].id,
        "token_id": token.id,
        "run_id": run.run_id,
        "notification_id": row_id,
        "report_id": report.report_id,
        "rule_id": rule.rule.rule_id,
        "replay_id": replay.replay_id,
    }


class Walk:
    """Makes calls with alice's ids in address and form, and notes what should not have happened."""

    def __init__(self, services: Services, alice: User, things: dict[str, str], client: PageClient) -> None:
        self.services, self.alice, self.things, self.client = services, alice, things, client
        self.problems: list[str] = []
        self.before = self.snapshot()

    def snapshot(self) -> object:
        """All that is hers: `revision` goes up with every write but those of documents."""
        store, id = self.services.store, self.alice.user_id
        told = store.list_notifications(id)
        return store.get_user(id), told, [store.list_documents(id, kind) for kind in DOCUMENTS]

    def ask(self, call: Call, token: str = "") -> TestResponse:
        values = {name: self.things.get(name, "x") for name in call.rule.arguments}
        with self.client.application.test_request_context():
            address = self.client.application.url_for(call.rule.endpoint, **values)
        headers = {"X-CSRFToken": token} if token else {}
        answer = self.client.open(address, method=call.method, headers=headers, **self.content(call))
        self.expect(call, answer.status_code < 500, f"answers {answer.status_code}")
        self.expect(call, self.snapshot() == self.before, "changes what is alice's")
        return answer

    def content(self, call: Call) -> dict[str, Any]:
        """What to send along: everything of hers that a form could name, or an expense as the API has it."""
        if call.method == "GET":
            return {}
        if call.rule.endpoint == "api.replace_receipt":
            return {"data": {"receipt": (BytesIO(photo()), "r.jpg")}}
        if call.rule.rule.startswith("/api/"):
            saved = {"amount": "1.00", "category": "Groceries", "date": "2026-11-03", "currency": "EUR"}
            others = {"api.change_rule": RULE | {"version": 1}, "api.move_rule": {"steps": 1}}
            return {"json": others.get(call.rule.endpoint, {**saved, "version": 1})}
        return {"data": {**self.things, "id": list(self.things.values()), "action": "delete", "version": "1"}}

    def expect(self, call: Call, holds: bool, otherwise: str) -> None:
        if not holds:
            self.problems.append(f"{call} {otherwise}")


def form_token(client: PageClient, address: str) -> str:
    field = BeautifulSoup(client.get(address).text, "html.parser").find("input", {"name": "csrf_token"})
    assert field is not None, f"no form on {address}"
    return str(field["value"])


def test_what_is_open_to_everyone_is_a_short_list(app: Flask):
    views = app.view_functions.items()
    assert {name for name, view in views if getattr(view, "is_public", False)} == PUBLIC


def test_nobody_gets_in(services, app, alice, things, calls):
    walk = Walk(services, alice, things, app.test_client())
    for call in calls:
        # The last call may have let them in: to a new account, or the sample household.
        walk.client = app.test_client()
        answer = walk.ask(call, form_token(walk.client, "/login"))
        if call.is_open:
            continue
        if call.rule.rule.startswith("/api/"):
            walk.expect(call, answer.status_code == 401, f"answers {answer.status_code}")
        else:
            walk.expect(call, answer.headers.get("Location", "").startswith("/login"), "asks for no sign-in")
    assert walk.problems == []


def test_what_is_alices_does_not_exist_for_bob(services, app, alice, bob, things, calls):
    walk = Walk(services, alice, things, signed_in(app, bob))
    for call in calls:
        walk.expect(call, call.ids <= things.keys(), f"is about {call.ids}: make one of alice's in `things`")
        if call.rule.endpoint == "auth.logout":
            continue
        answer = walk.ask(call, form_token(walk.client, "/settings"))
        if call.ids and not call.is_open:
            walk.expect(call, answer.status_code == 404, f"answers {answer.status_code}")
        walk.expect(call, "Alice's shop" not in answer.text, "shows what is alice's")
    assert walk.problems == []


def test_nothing_changes_without_the_forms_token(services, app, alice, things, calls):
    walk = Walk(services, alice, things, signed_in(app, alice))
    for call in calls:
        if call.method != "GET" and call.rule.endpoint not in BY_KEY:
            status = walk.ask(call).status_code
            walk.expect(call, status == 400, f"answers {status}")
    assert walk.problems == []


def test_looking_changes_nothing(services, app, alice, things, calls):
    client = signed_in(app, alice)
    walk = Walk(services, alice, things, client)
    for call in calls:
        if call.method == "GET":
            walk.ask(call)
    assert walk.problems == []
