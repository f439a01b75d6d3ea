"""The page of security events, and the same by the API."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from lib.expenses import ExpenseDraft
from lib.identity.events import What
from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock, signed_in
from tests.pages import PageClient
from tests.web.programs import Program

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EVENTS = "/settings/security/events"


def rows(client: PageClient, address: str = EVENTS) -> list[str]:
    """The rows as they read, the newest first."""
    found = client.page(address).select(".setting-rows li .setting-row-words")
    return [" ".join(row.get_text().split()) for row in found]


def test_a_sign_in_is_told_with_browser_network_and_time(app: Flask, alice: User, services: Services) -> None:
    services.accounts.save_profile(alice, time_zone="Europe/Berlin")
    client = app.test_client()
    where = {"environ_base": {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": FIREFOX}}
    client.post_form("/login", {"login": "alice", "password": PASSWORD}, **where)  # type: ignore[attr-defined]
    page = rows(client)  # type: ignore[arg-type]
    assert page[0] == "Signed in Firefox on Linux, network 203.0.113.x, today at 13:00"


def test_wrong_passwords_are_told_as_refused(as_alice: PageClient, client: PageClient) -> None:
    for _ in range(3):
        client.post_form("/login", {"login": "alice", "password": "wrong horse battery"})
    refused = next(row for row in rows(as_alice) if row.startswith("Wrong password"))
    assert refused.startswith("Wrong password at sign-in, 3 times Refused")
    assert "first today at 12:00, last today at 12:00" in refused


def test_signing_out_here_there_and_everywhere_is_told(
    app: Flask, as_alice: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    signed_in(app, alice).post_form("/logout", form_at="/settings")
    clock.turn(seconds=1)
    signed_in(app, alice)
    clock.turn(seconds=1)
    as_alice.post_form("/settings/security/sessions/end", form_at="/settings/security")
    newest = rows(as_alice)
    assert newest[0].startswith("Signed out all other devices")
    assert [row for row in newest if row.startswith("Signed out Unknown browser")]


def test_a_change_of_address_that_is_called_off_is_told_once(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    services.account_links.ask_email_change(alice, PASSWORD, "new@example.com")
    for _ in range(2):  # the second time there is nothing left to call off
        as_alice.post_form("/settings/security/email/cancel", form_at="/settings/security")
    told = [row for row in rows(as_alice) if row.startswith("Change of the e-mail address called off")]
    assert len(told) == 1
    assert "new@example.com" not in told[0]


def test_a_saved_file_is_told_once_a_day(as_alice: PageClient, alice: User, services: Services) -> None:
    draft = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 3))
    services.expenses.add_expense(alice, draft, "one")
    for _ in range(2):
        assert as_alice.get("/expenses.csv").status_code == 200
    assert rows(as_alice)[0].startswith("Expenses saved as a file, 2 times")


def test_where_messages_go_is_told_without_the_webhooks_secret(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    services.alert_choices.check_url = lambda url: None
    services.alert_choices.set_webhook(alice, "https://hooks.example.com/T0/secret?key=hidden")
    newest = rows(as_alice)[0]
    assert newest.startswith("Webhook set to hooks.example.com")
    assert "hidden" not in newest


def test_the_newest_stand_on_the_security_page(as_alice: PageClient, alice: User, services: Services) -> None:
    for number in range(9):
        services.events.note(alice, What.TOKEN_MADE, f"n{number}")
    section = as_alice.page("/settings/security").find(id="events")
    assert section is not None
    assert len(section.select(".setting-rows li")) == 5
    assert section.find("a", href=EVENTS) is not None


def test_pages_lead_on_to_the_oldest(
    as_alice: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    for number in range(120):
        clock.turn(seconds=1)
        services.events.note(alice, What.TOKEN_MADE, f"n{number}")
    address, seen = EVENTS, []
    while address:
        seen += rows(as_alice, address)
        older = as_alice.page(address).find("a", rel="next")
        address = str(older["href"]) if older else ""
    assert len(seen) == 122  # the account made, one sign-in
    assert seen[-1].startswith("Account made")


def test_a_cursor_that_is_none_leads_to_the_top(as_alice: PageClient) -> None:
    answer = as_alice.get(f"{EVENTS}?cursor=nonsense")
    assert (answer.status_code, answer.headers["Location"]) == (302, EVENTS)


def test_who_has_none_is_told_what_will_be_here(
    as_alice: PageClient, clock: Clock, services: Services
) -> None:
    demo = as_alice.application.test_client()
    demo.post_form("/demo")  # type: ignore[attr-defined]
    assert "Nothing yet" in demo.page(EVENTS).get_text()  # type: ignore[attr-defined]


def test_names_people_give_are_text(as_alice: PageClient, alice: User, services: Services) -> None:
    services.tokens.create(alice, "<script>alert(1)</script> {about}", "read", 30)
    assert rows(as_alice)[0].startswith("API token “<script>alert(1)</script> {about}” made")


def test_the_api_tells_the_same(program: Program, alice: User, services: Services, clock: Clock) -> None:
    clock.turn(seconds=1)
    services.events.note(alice, What.WEBHOOK_SET, "hooks.example.com")
    first = program.ask("GET", "/api/security-events?limit=1")
    assert first["events"][0] | {"id": ""} == {
        "id": "",
        "type": "webhook-set",
        "text": "Webhook set to hooks.example.com",
        "at": "2026-11-21T12:00:01Z",
        "first_at": "2026-11-21T12:00:01Z",
        "count": 1,
        "browser": None,
        "network": None,
        "about": "hooks.example.com",
    }
    rest = program.ask("GET", "/api/security-events", query_string={"cursor": first["next_cursor"]})
    assert [event["type"] for event in rest["events"]] == ["token-made", "registered"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "status"), [("cursor=x", 409), ("limit=0", 400), ("limit=201", 400), ("x=1", 400)]
)
def test_the_api_refuses_what_it_cannot_mean(program: Program, query: str, status: int) -> None:
    program.ask("GET", f"/api/security-events?{query}", status)


def test_nobody_sees_what_is_someone_elses(
    as_bob: PageClient, bobs_program: Program, alice: User, services: Services
) -> None:
    services.events.note(alice, What.TOKEN_MADE, "Alice's token")
    assert not [row for row in rows(as_bob) if "Alice" in row]
    seen = [event["text"] for event in bobs_program.ask("GET", "/api/security-events")["events"]]
    assert "Account made" in seen
    assert not [text for text in seen if "Alice" in text]
