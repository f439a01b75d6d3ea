"""What is told reaches its owner: on the ways they chose, when they want it, and whatever fails on the way."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_network
from threading import Barrier, Thread

import pytest
from aiosmtpd.controller import Controller

from lib.alerting import kinds, preferences
from lib.alerting.delivering import MOST_TRIES
from lib.alerting.webhooks import Webhooks
from lib.alerting.words import Words
from lib.errors import Invalid, NotFound, TooMany, Unavailable
from lib.services import Services
from selfhost.messenger import make_messenger
from tests.engines import free_port
from tests.unit.alerting import Fails, budget, confirmed, rows, spend, states, work_off


@pytest.fixture
def alice(services, alice):
    return confirmed(services, alice)


def tell(services, user, kind=kinds.THRESHOLD, name="a", **more):
    """One notification, queued, by e-mail unless other channels are named."""
    given = {"channels": frozenset({"app", "email"}), **more}
    chosen = preferences.load(services.store, user.user_id)
    words = Words(f"About {name}", "€90 of €100.", {"link": "/budget"})
    services.outbox.publish_notification(user, chosen, kind, name * 32, words, **given)
    return services.store.get_notification(user.user_id, name * 32)


def row_of(services, user, name="a"):
    return services.store.get_notification(user.user_id, name * 32)


def state_of(services, user, name="a", channel="email"):
    return states(row_of(services, user, name))[channel]


def letters(services):
    return [mail.subject for mail in services.messenger.sent]


def test_each_way_carries_it_and_says_so(services, alice):
    budget(services, alice, 100)
    spend(services, alice, 120, "Groceries")
    work_off(services)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_exceeded"]
    assert states(row) == {"email": "sent", "sms": "sent"}
    assert row.due_at is None
    [mail] = [mail for mail in services.messenger.sent if "over budget" in mail.subject]
    assert mail.to == "alice@example.com"
    assert mail.subject == "Groceries is €20 over budget"
    assert "€120" in mail.text
    assert "€120" in mail.html
    [(phone, text)] = services.messenger.texts
    assert phone == "+4915112345678"
    assert text.startswith("Groceries is €20 over budget")
    assert len(text) <= 160


def test_who_has_not_confirmed_an_address_is_written_to_once_they_do(services, bob, clock):
    tell(services, bob)
    work_off(services)
    assert state_of(services, bob) == "held"
    assert letters(services) == []
    preferences.change(services.store, bob.user_id, confirmed_email=bob.email)
    services.ledger.release(bob)
    work_off(services)
    assert (state_of(services, bob), letters(services)) == ("sent", ["About a"])


def test_old_news_is_not_released(services, bob, clock):
    tell(services, bob)
    clock.turn(days=3)
    preferences.change(services.store, bob.user_id, confirmed_email=bob.email)
    services.ledger.release(bob)
    assert services.queue.tasks == []


# Once


def test_a_message_that_comes_twice_is_sent_once(services, alice):
    tell(services, alice)
    services.queue.tasks *= 3
    work_off(services)
    assert letters(services) == ["About a"]


def test_several_processors_at_once_send_once(services, alice):
    for name in "abcd":
        tell(services, alice, name=name)
    gate = Barrier(6)

    def process():
        gate.wait()
        for name in "abcd":
            services.deliveries.process(alice.user_id, name * 32)

    threads = [Thread(target=process) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(letters(services)) == ["About a", "About b", "About c", "About d"]
    assert all(state_of(services, alice, name) == "sent" for name in "abcd")


def test_messages_out_of_order_and_about_what_is_gone(services, alice, bob):
    added = spend(services, alice, 250, "Shopping")
    tell(services, bob)
    services.expenses.delete_expenses(alice, [added.expense_id])
    services.accounts.erase(bob.user_id)
    services.queue.tasks.reverse()
    services.queue.send("notify", alice.user_id, "nothing of that name")
    services.queue.send("notify", "nobody", "a" * 32)
    work_off(services)
    [row] = rows(services, alice)
    assert states(row)["email"] == "sent"
    assert row.note.startswith("The expense was deleted")
    assert letters(services) == ["Large expense: €250"]


# Failing


class Killed(BaseException):
    """The process is gone between two lines."""


@pytest.mark.parametrize("after_sending", [False, True])
def test_a_sender_that_dies_is_followed_by_another(services, alice, clock, after_sending):
    sending = services.messenger.send_alert

    def dies(user_id, email, subscription):
        if after_sending:
            sending(user_id, email, subscription)
        raise Killed

    tell(services, alice)
    services.messenger.send_alert = dies
    with pytest.raises(Killed):
        work_off(services)
    services.messenger.send_alert = sending
    services.deliveries.sweep()
    work_off(services)
    assert state_of(services, alice) == "sending"  # its claim holds
    clock.turn(minutes=3)
    services.deliveries.sweep()
    work_off(services)
    assert state_of(services, alice) == "sent"
    assert letters(services) == ["About a"] * (2 if after_sending else 1)
    assert len({mail.key for mail in services.messenger.sent}) == 1  # the same Message-ID
    assert len(rows(services, alice)) == 1


def test_a_sender_that_was_thought_dead_changes_nothing_any_more(services, alice, clock):
    """It was only slow: by the time it is done, another has sent it too and said so."""
    sending = services.messenger.send_alert

    def slow(user_id, email, subscription):
        services.messenger.send_alert = sending
        clock.turn(minutes=3)
        services.deliveries.process(alice.user_id, "a" * 32)
        raise Unavailable("It took too long.", "messenger")

    tell(services, alice)
    services.messenger.send_alert = slow
    work_off(services)
    assert state_of(services, alice) == "sent"


def test_failures_wait_longer_each_time_and_end(services, alice, clock):
    services.messenger.send_alert = Fails(services.messenger.send_alert)
    services.messenger.send_alert.error = Unavailable("The mail server does not answer.", "messenger")
    tell(services, alice)
    waits = []
    for _ in range(MOST_TRIES):
        services.deliveries.process(alice.user_id, "a" * 32)
        row = row_of(services, alice)
        if row.due_at is None:
            break
        waits.append((row.due_at - clock()).total_seconds() / 60)
        services.deliveries.process(alice.user_id, "a" * 32)  # too early: nothing happens
        clock.moment = row.due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64]
    assert services.messenger.send_alert.calls == MOST_TRIES
    [way] = row.deliveries
    assert way.status == "failed"
    assert way.reason.startswith("The mail server does not answer. It was tried")


def test_what_failed_can_be_sent_again_by_its_owner_alone(services, alice, bob):
    services.messenger.send_alert = Fails(services.messenger.send_alert)
    services.messenger.send_alert.error = Invalid("The mail server does not accept this message.", "to")
    tell(services, alice)
    work_off(services)
    assert row_of(services, alice).deliveries[0].reason == "The mail server does not accept this message."
    services.messenger.send_alert.error = None
    with pytest.raises(NotFound):
        services.ledger.retry(bob, "a" * 32, "email")
    services.ledger.retry(alice, "a" * 32, "email")
    services.ledger.retry(alice, "a" * 32, "email")
    work_off(services)
    assert (state_of(services, alice), letters(services)) == ("sent", ["About a"])


def test_someone_else_saving_the_row_does_not_lose_the_delivery(services, alice):
    saving = services.store.save_notification
    tell(services, alice)
    row = row_of(services, alice)
    hits = iter([True, False, True, False, False, False])

    def save(notification):
        if next(hits):
            saving(replace(row_of(services, alice), note=f"noted {notification.version}"))
        return saving(notification)

    object.__setattr__(services.store, "save_notification", save)
    services.deliveries.process(alice.user_id, row.notification_id)
    assert state_of(services, alice) == "sent"
    assert row_of(services, alice).note.startswith("noted")
    assert letters(services) == ["About a"]


class Mailbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):
        self.letters.append(message_from_bytes(envelope.original_content, policy=default))
        return "250 OK"


def test_a_mail_server_that_is_down_for_an_hour(services, settings, alice, clock):
    """A real one, on the port that first nobody listens on."""
    port = free_port()
    mailer = make_messenger(
        settings.model_copy(
            update={
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_security": "none",
                "smtp_from": "planner@example.com",
            }
        )
    )
    real = Services(settings, services.store, services.files, services.queue, mailer, clock)
    budget(real, alice, 100)
    spend(real, alice, 120)
    for _ in range(60):
        real.deliveries.sweep()
        work_off(real)
        clock.turn(minutes=1)
    [row] = [row for row in rows(real, alice) if row.kind == "budget_exceeded"]
    [way] = [way for way in row.deliveries if way.channel == "email"]
    assert (way.status, way.reason) == ("queued", "E-mail cannot be sent right now; it is tried again.")
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        clock.turn(minutes=65)
        real.deliveries.sweep()
        work_off(real)
    finally:
        server.stop()
    assert sorted(letter["Subject"] for letter in box.letters) == [
        "Groceries is €20 over budget",
        "Large expense: €120",
    ]
    assert all(states(row).get("email", "sent") == "sent" for row in rows(real, alice))


# When it is wanted


def at(hour, minute=0):
    return datetime(2026, 11, 21, hour, minute, tzinfo=UTC)


def test_quiet_hours_hold_and_then_send(services, alice, clock):
    preferences.change(services.store, alice.user_id, quiet=(time(22), time(7)))
    clock.moment = at(23)
    tell(services, alice, kinds.EXCEEDED, channels=frozenset({"app", "email", "sms"}))
    work_off(services)
    assert states(row_of(services, alice)) == {"email": "held", "sms": "held"}
    clock.moment = at(6, 59) + timedelta(days=1)
    services.deliveries.sweep()
    assert services.queue.tasks == []
    clock.turn(minutes=1)
    services.deliveries.sweep()
    work_off(services)
    assert states(row_of(services, alice)) == {"email": "sent", "sms": "sent"}


def test_quiet_hours_that_begin_before_it_is_sent(services, alice, clock):
    tell(services, alice)
    preferences.change(services.store, alice.user_id, quiet=(time(12), time(13)))
    work_off(services)
    assert (state_of(services, alice), row_of(services, alice).due_at) == ("held", at(13))


def test_what_was_turned_off_meanwhile_is_not_sent(services, alice):
    tell(services, alice)
    preferences.change(services.store, alice.user_id, chosen={"budget_alert": frozenset({"app"})})
    work_off(services)
    assert row_of(services, alice).deliveries[0].reason == "You have turned this off since."
    assert letters(services) == []


def test_a_digest_puts_the_day_into_one_letter(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "abc":
        tell(services, alice, name=name)
    work_off(services)
    assert letters(services) == []
    clock.moment = at(18)
    services.deliveries.sweep()
    services.queue.tasks *= 2
    work_off(services)
    assert len(letters(services)) == 1
    [mail] = services.messenger.sent
    assert all(f"About {name}" in mail.text for name in "abc")
    assert {state_of(services, alice, name) for name in "abc"} == {"sent"}
    assert services.store.get_user(alice.user_id).unread == 3  # the digest itself is no news


def test_one_message_is_no_digest(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    tell(services, alice)
    clock.moment = at(18)
    services.deliveries.sweep()
    work_off(services)
    assert letters(services) == ["About a"]


def test_a_digest_that_is_cut_off_is_made_once(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "ab":
        tell(services, alice, name=name)
    clock.moment = at(18)
    saving = services.store.save_notification

    def dies(row):
        raise Killed

    object.__setattr__(services.store, "save_notification", dies)
    services.deliveries.sweep()
    with pytest.raises(Killed):
        work_off(services)
    object.__setattr__(services.store, "save_notification", saving)
    services.deliveries.sweep()
    work_off(services)
    assert len(letters(services)) == 1


def test_stop_is_the_end_of_sms(services, alice):
    def stopped(phone, text):
        raise Invalid("This number does not want messages: it answered one with STOP.", "stopped")

    services.messenger.send_sms = stopped
    tell(services, alice, kinds.EXCEEDED, channels=frozenset({"app", "sms"}))
    work_off(services)
    assert state_of(services, alice, channel="sms") == "failed"
    assert preferences.load(services.store, alice.user_id).stopped_phone == alice.phone
    assert tell(services, alice, name="b", channels=frozenset({"app", "sms"})).deliveries == ()


def test_a_new_phone_or_address_has_to_be_confirmed_anew(services, alice):
    moved = services.store.save_user(
        replace(services.store.get_user(alice.user_id), phone="+4915199999999", email="new@example.com")
    )
    row = tell(services, moved, channels=frozenset({"app", "email", "sms"}))
    assert states(row) == {"email": "held"}


def test_a_webhook_gets_what_is_told(services, alice, clock):
    from http.server import BaseHTTPRequestHandler, HTTPServer

    got = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_): ...

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/alerts"
    services.__dict__["webhooks"] = Webhooks((ip_network("127.0.0.0/8"),))
    preferences.change(services.store, alice.user_id, webhook_url=url, webhook_secret="s")  # noqa: S106
    tell(services, alice, channels=frozenset({"app", "webhook"}))
    try:
        work_off(services)
    finally:
        server.shutdown()
        server.server_close()
    assert state_of(services, alice, channel="webhook") == "sent"
    assert [each["subject"] for each in got] == ["About a"]


# Tests of the way itself


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
        services.ledger.send_test(alice, "sms")
    with pytest.raises(TooMany):
        services.ledger.send_test(alice, "sms")


# Reading


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
