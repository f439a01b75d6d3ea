"""What is told comes when it is wanted, as it is wanted, and not where it is not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_network
from threading import Barrier, Thread

import pytest

from lib.alerting import kinds, preferences
from lib.alerting.webhooks import Webhooks
from lib.errors import Invalid, Uncertain
from tests.unit.alerting import (
    Fails,
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


class Killed(BaseException):
    """The process is gone between two lines."""


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


def test_a_webhook_that_says_it_is_gone_gets_nothing_more(services, alice):
    class Gone:
        def send(self, *_):
            raise Invalid("The receiver says that it is gone.", "gone")

    services.__dict__["webhooks"] = Gone()
    preferences.change(
        services.store, alice.user_id, webhook_url="https://hooks.example/", webhook_secret="s"
    )  # noqa: S106
    tell(services, alice, channels=frozenset({"app", "webhook"}))
    work_off(services)
    assert row_of(services, alice).deliveries[0].reason == "The receiver says that it is gone."
    assert tell(services, alice, name="b", channels=frozenset({"app", "webhook"})).deliveries == ()


def test_what_is_no_longer_true_in_the_morning_is_not_sent(services, alice, clock):
    preferences.change(services.store, alice.user_id, quiet=(time(22), time(7)))
    clock.moment = at(23)
    added = spend(services, alice, 900, "Shopping")
    services.expenses.delete_expenses(alice, [added.expense_id])
    clock.moment = at(7) + timedelta(days=1)
    services.deliveries.sweep()
    work_off(services)
    [row] = rows(services, alice)
    assert letters(services) == []
    assert row.deliveries[0].reason.startswith("Not sent any more. The expense was deleted")


def test_several_who_collect_at_once_make_one_digest(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "abcdef":
        tell(services, alice, name=name)
    clock.moment = at(18)
    gate = Barrier(6)

    def process(name):
        gate.wait()
        services.deliveries.process(alice.user_id, name * 32)

    threads = [Thread(target=process, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work_off(services)
    assert len(letters(services)) == 1
    assert {state_of(services, alice, name) for name in "abcdef"} == {"sent"}


def test_what_comes_after_the_digest_goes_into_another(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "ab":
        tell(services, alice, name=name)
    clock.moment = at(18)
    services.deliveries.sweep()
    work_off(services)
    preferences.change(services.store, alice.user_id, digest_at=time(19))
    for name in "cd":
        tell(services, alice, name=name)
    clock.moment = at(19)
    services.deliveries.sweep()
    work_off(services)
    assert len(letters(services)) == 2
    assert {state_of(services, alice, name) for name in "abcd"} == {"sent"}


def test_who_turned_everything_off_gets_no_digest(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "ab":
        tell(services, alice, name=name)
    off = {kind.key: frozenset({"app"}) for kind in kinds.OPTIONAL}
    preferences.change(services.store, alice.user_id, chosen=off)
    clock.moment = at(18)
    services.deliveries.sweep()
    work_off(services)
    assert letters(services) == []
    assert {row_of(services, alice, name).deliveries[0].reason for name in "ab"} == {
        "You have turned this off since."
    }


def test_a_digest_that_fails_says_so_of_what_is_in_it(services, alice, clock):
    preferences.change(services.store, alice.user_id, digest_at=time(18))
    for name in "ab":
        tell(services, alice, name=name)
    services.messenger.send_alert = Fails(services.messenger.send_alert)
    services.messenger.send_alert.error = Invalid("The mail server does not accept this message.", "to")
    clock.moment = at(18)
    services.deliveries.sweep()
    work_off(services)
    assert {row_of(services, alice, name).deliveries[0].reason for name in "ab"} == {
        "The mail server does not accept this message."
    }


@pytest.mark.parametrize(("channel", "calls"), [("email", 2), ("sms", 1)])
def test_what_may_have_gone_is_sent_once_more_at_most(services, alice, clock, channel, calls):
    name = "send_alert" if channel == "email" else "send_sms"
    sending = Fails(getattr(services.messenger, name))
    sending.error = Uncertain("Nobody answered.", "messenger")
    setattr(services.messenger, name, sending)
    tell(services, alice, kinds.EXCEEDED, channels=frozenset({"app", channel}))
    for _ in range(5):
        services.deliveries.process(alice.user_id, "a" * 32)
        clock.turn(hours=2)
    [way] = row_of(services, alice).deliveries
    assert (sending.calls, way.status) == (calls, "sent")
    assert way.reason.startswith("It was handed over")


def test_quiet_hours_in_the_night_that_has_an_hour_twice(services, alice, clock):
    alice = services.store.save_user(
        replace(services.store.get_user(alice.user_id), time_zone="Europe/Berlin")
    )
    chosen = preferences.change(services.store, alice.user_id, quiet=(time(22), time(2, 30)))
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    assert chosen.quiet_until(alice, second) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
