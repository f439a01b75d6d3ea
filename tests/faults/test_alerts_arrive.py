"""An expense over the limit leads to one letter, in time, with real processes and a real mail server: also when some of them die."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from lib.alerting import preferences
from lib.periods import Month, today_in
from lib.records import Notification
from tests.engines import free_port
from tests.faults.conftest import owner
from tests.live import Planner, Visitor, wait_until
from tests.post_office import post_office

IN_TIME = 5  # seconds from the expense to the letter


class Mailbox:
    """Keeps what comes, and can do something at that very moment."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.cut_off: Callable[[], object] | None = (
            None  # what happens when the alert comes for the first time,
        )
        self.takes_it = True  # and whether it is kept then

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.original_content, policy=default)
        if "over budget" in letter["Subject"] and self.cut_off:
            cut_off, self.cut_off = self.cut_off, None
            if self.takes_it:
                self.letters.append(letter)  # type: ignore[arg-type]
            cut_off()
        else:
            self.letters.append(letter)  # type: ignore[arg-type]
        return "250 OK"

    def about(self, words: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if words in letter["Subject"]]


@pytest.fixture
def smtp_port() -> int:
    return free_port()


@pytest.fixture
def planner(tmp_path: Path, smtp_port: int) -> Iterator[Planner]:
    planner = Planner(
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_security="none",
        smtp_from="planner@example.com",
        base_url="http://planner.example",
    )
    yield planner
    planner.kill()


@pytest.fixture
def box(smtp_port: int) -> Iterator[Mailbox]:
    box = Mailbox()
    with post_office(box, smtp_port):
        yield box


def confirmed(anna: Visitor, box: Mailbox) -> None:
    """As a person does it: open the link in the letter that greets them, and press the button."""
    wait_until(lambda: bool(box.letters), "the letter that greets")
    text = box.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"http://planner\.example(/notifications/confirm/\S+)", text)
    assert link, text
    assert anna.submit(link[1], link[1]).status_code < 400


def over_the_limit(planner: Planner, anna: Visitor) -> None:
    """A budget of 100, and 120 spent of it, in the form."""
    services = planner.services()
    user = owner(services)
    month = Month.of(today_in(user.time_zone, services.now()))
    services.budgets.set_budget(user, "Groceries", Decimal(100), month)
    token = anna.token("/expenses/new")
    answer = anna.post(
        "/expenses/new",
        {
            "csrf_token": token,
            "key": "once",
            "amount": "120",
            "category": "Groceries",
            "day": "today",
            "payee": "Market",
        },
    )
    assert answer.status_code == 303


def exceeded(planner: Planner) -> Notification:
    services = planner.services()
    page = services.store.list_notifications(owner(services).user_id)
    [row] = [row for row in page.items if row.kind == "budget_exceeded"]
    return row


def is_sent(planner: Planner) -> bool:
    return all(way.status == "sent" for way in exceeded(planner).deliveries)


def test_a_letter_within_five_seconds_and_the_ledger_says_so(planner, box):
    anna = Visitor(planner.start().address).register("anna")
    confirmed(anna, box)
    over_the_limit(planner, anna)
    wait_until(lambda: bool(box.about("over budget")), "the letter", IN_TIME)
    wait_until(lambda: is_sent(planner), "the ledger")
    [letter] = box.about("over budget")
    assert letter["Subject"] == "Groceries is €20 over budget"
    assert letter["To"] == "anna@example.com"
    ledger = anna.page("/notifications").get_text(" ", strip=True)
    assert "Groceries is €20 over budget" in ledger
    assert "Sent" in ledger


def waiting(planner: Planner, box: Mailbox) -> Visitor:
    """Anna, confirmed, with the web server up and nobody who sends."""
    anna = Visitor(planner.start("web").address).register("anna")
    services = planner.services()
    user = owner(services)
    preferences.change(services.store, user.user_id, confirmed_email=user.email)
    over_the_limit(planner, anna)
    return anna


@pytest.mark.parametrize("sent", [False, True], ids=["between claim and send", "between send and record"])
def test_the_worker_is_killed_in_the_middle(planner, box, sent):
    """At most one letter comes twice, and can be known again; the ledger has it once."""
    waiting(planner, box)
    box.takes_it, box.cut_off = sent, lambda: planner.kill("worker")
    planner.start("worker")
    wait_until(lambda: "worker" not in planner.running, "the worker to be killed")
    assert len(box.about("over budget")) == sent
    planner.start("worker")
    for row in _sending(planner):
        _run_out(planner, row)
    wait_until(lambda: is_sent(planner), "the next worker to send it", 40)
    letter, *more = box.about("over budget")
    assert len(more) <= 1
    assert {each["Message-ID"] for each in more} <= {letter["Message-ID"]}


def _sending(planner: Planner) -> list[Notification]:
    services = planner.services()
    page = services.store.list_notifications(owner(services).user_id)
    return [row for row in page.items if any(way.status == "sending" for way in row.deliveries)]


def _run_out(planner: Planner, row: Notification) -> None:
    """As if the two minutes of the dead sender's claim had passed."""
    services = planner.services()
    ways = tuple(replace(way, due_at=way.at) if way.status == "sending" else way for way in row.deliveries)
    services.store.save_notification(replace(row, deliveries=ways))


def _was_tried(planner: Planner) -> bool:
    """Whether someone tried to send it, and has come to an end of that."""
    return any(way.tries and way.status != "sending" for way in exceeded(planner).deliveries)


def test_a_mail_server_that_comes_later(planner, smtp_port):
    """Nobody listens when the expense is added; the page is answered, and the letter waits for its time."""
    box = Mailbox()
    anna = waiting(planner, box)
    planner.start("worker")
    wait_until(lambda: _was_tried(planner), "the first try")
    [way] = exceeded(planner).deliveries
    assert (way.status, way.reason) == ("queued", "E-mail cannot be sent right now; it is tried again.")
    assert "tried again" in anna.page("/notifications").get_text()
    services, row = planner.services(), exceeded(planner)
    with post_office(box, smtp_port):  # it is open before the next try may be made
        services.store.save_notification(replace(row, deliveries=(replace(way, due_at=way.at),)))
        wait_until(lambda: is_sent(planner), "the sweep", 40)
    assert len(box.about("over budget")) == 1
