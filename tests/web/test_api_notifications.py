"""Notifications for programs."""

from datetime import timedelta

import pytest

from lib.alerting import preferences
from lib.records import Delivery, Notification


@pytest.fixture
def told(services, alice):
    """Three messages of alice's, the last of them read."""
    at = services.now()
    rows = [
        Notification(
            alice.user_id,
            f"{number:032x}",
            "budget_exceeded",
            f"Number {number}",
            "In words.",
            at - timedelta(minutes=number),
            at + timedelta(days=400),
            deliveries=(Delivery("email", "held", at, reason="Your e-mail address is not confirmed yet."),),
            unread=number < 2,
        )
        for number in range(3)
    ]
    for row in rows:
        services.store.add_notification(row)
    return rows


def test_the_list_is_the_newest_first_with_states_and_reasons(program, told):
    found = program.ask("GET", "/api/notifications")
    assert [each["subject"] for each in found["notifications"]] == ["Number 0", "Number 1", "Number 2"]
    assert (found["unread"], found["next_cursor"]) == (2, None)
    assert found["notifications"][0] == {
        "id": "0" * 32,
        "type": "budget_exceeded",
        "subject": "Number 0",
        "message": "In words.",
        "note": "",
        "created_at": "2026-11-21T12:00:00Z",
        "unread": True,
        "deliveries": [
            {
                "delivery_method": "email",
                "status": "held",
                "updated_at": "2026-11-21T12:00:00Z",
                "reason": "Your e-mail address is not confirmed yet.",
            }
        ],
    }


def test_pages_follow_each_other(program, told):
    first = program.ask("GET", "/api/notifications?limit=2")
    rest = program.ask("GET", "/api/notifications", query_string={"limit": 2, "cursor": first["next_cursor"]})
    found = [each["subject"] for each in first["notifications"] + rest["notifications"]]
    assert found == ["Number 0", "Number 1", "Number 2"]


def test_the_unread_alone(program, told):
    found = program.ask("GET", "/api/notifications?unread=true")
    assert [each["subject"] for each in found["notifications"]] == ["Number 0", "Number 1"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 400), ("limit=201", 400), ("unread=yes", 400), ("cursor=nonsense", 409), ("page=2", 400)],
)
def test_what_cannot_be_asked_is_said(program, told, query, status):
    program.ask("GET", f"/api/notifications?{query}", status)


def test_reading(program, told):
    ids = [row.notification_id for row in told]
    assert program.ask("POST", "/api/notifications/read", json={"ids": [*ids, "nobody's"]}) == {"read": 2}
    assert program.ask("POST", "/api/notifications/read", json={"ids": ids}) == {"read": 0}
    assert program.ask("GET", "/api/notifications")["unread"] == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": []}, {"ids": ["x"] * 201}, {"ids": [""]}, {"ids": "x"}, {"ids": [1]}, {"ids": ["\0"]}],
)
def test_ids_that_cannot_be_some_are_refused(program, body):
    program.ask("POST", "/api/notifications/read", 400, json=body)


def test_bob_neither_sees_nor_reads_alices(bobs_program, services, alice, told):
    assert bobs_program.ask("GET", "/api/notifications")["notifications"] == []
    ids = [row.notification_id for row in told]
    assert bobs_program.ask("POST", "/api/notifications/read", json={"ids": ids}) == {"read": 0}
    assert services.store.get_user(alice.user_id).unread == 2


def test_subscribing_asks_the_address(program, services, alice):
    answer = program.ask("POST", "/api/notifications/subscribe", 202, json={})
    assert (answer["email_confirmed"], answer["subscription"]) == (False, "pending")
    services.queue.run(services)
    assert services.messenger.sent[-1].to == alice.email
    assert program.ask("GET", "/api/user/contact-info")["subscription"] == "pending"
    preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    assert program.ask("GET", "/api/user/contact-info")["subscription"] == "confirmed"
    program.ask("POST", "/api/notifications/subscribe", 202, json={"email": "ALICE@example.com"})
    assert services.queue.tasks == []


def test_a_number_becomes_the_accounts_and_gets_a_code(program, services, alice):
    answer = program.ask("POST", "/api/notifications/subscribe", 202, json={"phone": "+49 151 12345678"})
    assert (answer["phone"], answer["phone_confirmed"], answer["subscription"]) == (
        "+4915112345678",
        False,
        "none",
    )
    services.queue.run(services)
    assert services.messenger.texts[-1][0] == "+4915112345678"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"email": "other@example.com"}, 409, "email"),
        ({"phone": "a phone"}, 409, "phone"),
        ({"email": ""}, 400, "email"),
        ({"mail": "alice@example.com"}, 400, "mail"),
    ],
)
def test_what_cannot_be_subscribed_is_said_at_its_field(program, services, body, status, field):
    answer = program.ask("POST", "/api/notifications/subscribe", status, json=body)
    assert answer["errors"][0]["field"] == field
    assert services.queue.tasks == []


def test_asking_too_often_is_told_when_to_go_on(program):
    for _ in range(3):
        program.ask("POST", "/api/notifications/subscribe", 202, json={})
    assert (
        int(program.answer("POST", "/api/notifications/subscribe", 429, json={}).headers["Retry-After"]) > 60
    )
