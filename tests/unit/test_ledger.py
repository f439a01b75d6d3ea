"""The history of what was told: tests of a way, reading, sending again."""

import pytest

from lib.alerting import kinds
from lib.errors import Invalid, NotFound, TooMany
from tests.unit.alerting import confirmed, tell, work_off


@pytest.fixture
def alice(services, alice):
    return confirmed(services, alice)


def test_a_test_message_ends_in_received(services, alice, bob):
    row = services.ledger.send_test(alice, "email")
    work_off(services)
    [mail] = services.messenger.sent
    assert mail.subject == "A test from your planner"
    token = f"{alice.user_id}.{row.data['received']}"
    assert f"/notifications/received/{token}" in mail.text
    for wrong in (
        token[:-1],
        token.replace(alice.user_id, bob.user_id),
        "x",
        f"{alice.user_id}.{row.notification_id}.",
    ):
        with pytest.raises(NotFound):
            services.ledger.received(wrong)
    assert services.ledger.received(token).note == "Received on Nov 21, 2026."
    assert services.ledger.received(token).note == "Received on Nov 21, 2026."


def test_a_test_message_goes_only_where_it_can_and_not_without_end(services, alice, bob):
    with pytest.raises(Invalid, match="webhook"):
        services.ledger.send_test(alice, "webhook")
    with pytest.raises(Invalid):
        services.ledger.send_test(alice, "pigeon")
    for _ in range(5):
        row = services.ledger.send_test(alice, "sms")
    work_off(services)
    assert row.data["link"] in services.messenger.texts[-1][1]  # in one SMS
    with pytest.raises(TooMany):
        services.ledger.send_test(alice, "sms")


def test_the_ledger_filters_pages_and_reads(services, alice, clock):
    for number, name in enumerate("abcdef"):
        tell(services, alice, kinds.THRESHOLD if number % 2 else kinds.LARGE, name=name)
        clock.turn(minutes=1)
    page = services.ledger.get_user_notifications(alice, limit=4)
    rest = services.ledger.get_user_notifications(alice, page.cursor, limit=4)
    assert [row.subject[-1] for row in (*page.items, *rest.items)] == list("fedcba")
    assert rest.cursor == ""
    found = services.ledger.get_user_notifications(alice, kind="large_expense", limit=2)
    assert [row.subject[-1] for row in found.items] == ["e", "c"]
    assert services.ledger.get_user_notifications(alice, status="sent").items == []
    assert len(services.ledger.get_user_notifications(alice, channel="email", status="queued").items) == 6
    assert services.ledger.read(alice, ["a" * 32, "a" * 32, "zzz"]) == 1
    assert services.store.get_user(alice.user_id).unread == 5
    assert services.ledger.read_all(alice) == 5
    assert services.store.get_user(alice.user_id).unread == 0
    assert services.ledger.get_user_notifications(alice, unread=True).items == []
