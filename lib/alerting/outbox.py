"""Writes a notification down, once, with the ways on which it goes, and rings the bell for whoever sends it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from lib.alerting import kinds
from lib.alerting.kinds import Kind
from lib.alerting.preferences import Preferences
from lib.alerting.rows import change
from lib.alerting.words import Words
from lib.errors import Unavailable
from lib.jobs import job_id
from lib.ports import Queue, Store
from lib.records import Delivery, Notification, User

KEPT_FOR = timedelta(days=400)  # longer than anything that is told once could come again
PATIENCE = timedelta(minutes=1)  # what is queued and not sent by then is queued again
UNCONFIRMED = "Your e-mail address is not confirmed yet."
AFTER_QUIET = "Goes out when your quiet hours end."
log = logging.getLogger(__name__)


class Outbox:
    def __init__(self, store: Store, queue: Queue, now: Callable[[], datetime], *, sms_works: bool) -> None:
        self.store, self.queue, self.now, self.sms_works = store, queue, now, sms_works
        self.told = 0  # alerts since it was made, but for what is only written down: a daily run says it

    def publish_notification(
        self,
        user: User,
        preferences: Preferences,
        kind: Kind,
        notification_id: str,
        words: Words,
        *,
        note: str = "",
        channels: frozenset[str] | None = None,
    ) -> bool:
        """Add it and queue it, unless it is there already. Returns whether it is new.

        Args:
            note: Why it goes nowhere, where it is only kept.
            channels: Where it goes whatever was chosen.
        """
        at = self.now()
        wanted = preferences.channels(kind) if channels is None else channels
        if not wanted:
            return False
        ways = () if note else self._deliveries(user, preferences, kind, wanted, at)
        notification = Notification(
            user_id=user.user_id,
            notification_id=notification_id,
            kind=kind.key,
            subject=words.subject,
            message=words.message,
            created_at=at,
            expires_at=at + KEPT_FOR,
            data=words.data,
            deliveries=ways,
            unread=kinds.APP in wanted and not note,
            note=note,
        )
        if not self.store.add_notification(notification):
            return False
        self.told += not note
        if any(way.status == "queued" for way in ways):
            self.ring(user, notification)
        return True

    def tell_again(
        self, user: User, preferences: Preferences, kind: Kind, notification_id: str, ways: frozenset[str]
    ) -> None:
        """What it says is true again. It is sent if it was only kept until now, and never twice."""
        row = self.store.get_notification(user.user_id, notification_id)
        if row is None:
            return
        fresh = self._deliveries(user, preferences, kind, ways, self.now())
        saved = change(self.store, row, lambda now: replace(now, note="", deliveries=now.deliveries or fresh))
        if saved is not None and saved.due_at is not None:
            self.told += not row.deliveries
            self.ring(user, saved)

    def ring(self, user: User, notification: Notification) -> None:
        """Have it sent soon. The row is there: what the queue does not take, the sweep finds."""
        name = job_id("notify", (user.user_id, notification.notification_id))
        log.info("notification %s is to be sent as %s", notification.kind, name)
        try:
            self.queue.send_notification(message_of(user, notification))
        except Unavailable as error:
            log.warning("queue is down, the sweep will send a notification: %s", error.message)

    def _deliveries(
        self, user: User, preferences: Preferences, kind: Kind, wanted: frozenset[str], at: datetime
    ) -> tuple[Delivery, ...]:
        if user.demo:
            return ()
        ways = []
        if kinds.EMAIL in wanted:
            ways.append(email_way(user, preferences, kind, at))
        if kinds.SMS in wanted and self.sms_works and preferences.phone_is_confirmed(user):
            ways.append(_way(kinds.SMS, user, preferences, kind, at))
        if kinds.WEBHOOK in wanted and preferences.webhook_url:
            # A program sleeps through nothing: there are no quiet hours for it.
            ways.append(Delivery(kinds.WEBHOOK, "queued", at, at + PATIENCE))
        return tuple(ways)


def email_way(user: User, preferences: Preferences, kind: Kind, at: datetime) -> Delivery:
    """How an e-mail to them begins: queued, or held."""
    if not preferences.email_is_confirmed(user):
        return Delivery(kinds.EMAIL, "held", at, reason=UNCONFIRMED)
    digest = preferences.digest_after(user, at) if kind.optional else None
    if digest is not None:
        return Delivery(kinds.EMAIL, "held", at, digest, reason="Goes out with the day's digest.")
    return _way(kinds.EMAIL, user, preferences, kind, at)


def _way(channel: str, user: User, preferences: Preferences, kind: Kind, at: datetime) -> Delivery:
    until = preferences.quiet_until(user, at) if kind is not kinds.TEST else None
    if until is not None:
        return Delivery(channel, "held", at, until, reason=AFTER_QUIET)
    return Delivery(channel, "queued", at, at + PATIENCE)


def message_of(user: User, notification: Notification) -> dict[str, str]:
    """What the queue carries. The row is what counts; the words are for whoever looks into the queue."""
    return {
        "user_id": user.user_id,
        "user_email": user.email,
        "message": notification.message,
        "subject": notification.subject,
        "notification_type": notification.kind,
        "notification_id": notification.notification_id,
        "timestamp": notification.created_at.isoformat(),
    }
