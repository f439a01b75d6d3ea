"""A message whose every sender ends without a word is not sent for ever."""

import pytest

from lib.alerting import kinds, preferences
from lib.alerting.delivering import MOST_TRIES
from lib.alerting.words import Words
from tests.unit.alerting import confirmed, rows, work_off


def test_what_ends_every_sender_is_given_up_and_says_so(services, alice, clock):
    alice = confirmed(services, alice)
    chosen = preferences.load(services.store, alice.user_id)
    words, to_email = Words("About it", "€90 of €100."), frozenset({kinds.EMAIL})
    services.outbox.publish_notification(alice, chosen, kinds.EXCEEDED, "a" * 32, words, channels=to_email)
    calls = []

    def ends(user_id, email, subscription):
        calls.append(user_id)
        raise RuntimeError("nobody thought of this")

    services.messenger.send_alert = ends
    for _ in range(MOST_TRIES):
        with pytest.raises(RuntimeError):
            services.deliveries.process(alice.user_id, "a" * 32)
        clock.turn(minutes=3)
    services.deliveries.sweep()
    work_off(services)
    [row] = rows(services, alice)
    [way] = row.deliveries
    assert (way.status, row.due_at, len(calls)) == ("failed", None, MOST_TRIES)
    assert way.reason == "It was tried 12 times, and never came to an end."
    assert services.deliveries.sweep() == 0
