"""What is told reaches its owner: on the ways they chose, when they want it, and whatever fails on the way."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from threading import Barrier, Thread

import pytest

from lib.alerting import preferences
from lib.alerting.delivering import MOST_TRIES
from lib.errors import Invalid, NotFound, Unavailable
from selfhost.messenger import make_messenger
from tests.engines import free_port
from tests.post_office import post_office
from tests.unit.alerting import (
    Fails,
    budget,
    confirmed,
    letters,
    row_of,
    rows,
    spend,
    state_of,
    states,
    tell,
    work_off,
)


@pytest.fixture
def alice(services, alice):
    return confirmed(services, alice)


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
    clock.turn(minutes=6)
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
        clock.turn(minutes=6)
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


def test_what_kills_everyone_who_tries_ends_too(services, alice, clock):
    def dies(user_id, email, subscription):
        raise Killed

    tell(services, alice)
    services.messenger.send_alert = dies
    for _ in range(MOST_TRIES):
        with pytest.raises(Killed):
            services.deliveries.process(alice.user_id, "a" * 32)
        clock.turn(minutes=6)
    services.deliveries.process(alice.user_id, "a" * 32)
    assert (state_of(services, alice), row_of(services, alice).due_at) == ("failed", None)


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
    real = replace(services, messenger=mailer)
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
    with post_office(box, port):
        clock.turn(minutes=65)
        real.deliveries.sweep()
        work_off(real)
    assert sorted(letter["Subject"] for letter in box.letters) == [
        "Groceries is €20 over budget",
        "Large expense: €120",
    ]
    assert all(states(row).get("email", "sent") == "sent" for row in rows(real, alice))
