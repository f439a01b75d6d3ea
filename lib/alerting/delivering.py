"""Sends what is in the outbox.

Whoever sends a delivery claims it first, so that of several only one does. Who dies before saying how it went leaves a claim
that runs out, and the delivery is sent again: at most one letter comes twice, with the same Message-ID, and the ledger has it once.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lib.alerting import kinds, preferences
from lib.alerting.digests import Digests
from lib.alerting.kinds import Kind
from lib.alerting.outbox import PATIENCE, UNCONFIRMED, Outbox
from lib.alerting.preferences import Preferences
from lib.errors import Changed, Invalid, Unavailable
from lib.ports import Store
from lib.records import Delivery, Notification, User

CLAIM = timedelta(minutes=2)  # longer than any channel takes
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=64)
MOST_TRIES = 12  # about six hours
MOST_SWEPT = 100  # at a time
Send = Callable[[User, Preferences, Notification], None]
log = logging.getLogger(__name__)


class Deliveries:
    def __init__(
        self, store: Store, outbox: Outbox, channels: Mapping[str, Send], now: Callable[[], datetime]
    ) -> None:
        """`channels` send, by name; they raise Unavailable when it may be tried again, Invalid when never."""
        self.store, self.outbox, self.channels, self.now = store, outbox, channels, now
        self.digests = Digests(store, outbox, now)

    def process(self, user_id: str, notification_id: str) -> Notification | None:
        """Send what of it is due. Safe to call at any time, any number of times, by several at once.

        Returns:
            How it stands then; None where it, or its owner, is gone.
        """
        row, user = self.store.get_notification(user_id, notification_id), self.store.get_user(user_id)
        if row is None or user is None:
            return None
        for way in row.deliveries:
            if row is not None and is_due(way, self.now()):
                row = self._in_digest(user, row, way) or self._deliver(user, row, way.channel)
        return row

    def sweep(self, *, everything: bool = False) -> int:
        """Queue again what is due: what a queue lost or a sender left, and what was held until now. Returns how many.

        Args:
            everything: Also what was queued just now, by a queue that is empty again.
        """
        due = self.store.due_notifications(self.now() + (PATIENCE if everything else timedelta()), MOST_SWEPT)
        for user_id, notification_id in due:
            row, user = self.store.get_notification(user_id, notification_id), self.store.get_user(user_id)
            if row and user:
                self.outbox.ring(user, row)
        return len(due)

    def _in_digest(self, user: User, row: Notification, way: Delivery) -> Notification | None:
        """The row, once it is in the day's digest, if it goes there."""
        chosen = preferences.load(self.store, user.user_id)
        if way.status != "held" or way.channel != kinds.EMAIL or chosen.digest_at is None:
            return None
        if not self.digests.collect(user, chosen):
            return None
        now = self.store.get_notification(row.user_id, row.notification_id)
        return None if now is None or is_due(way_of(now, way.channel), self.now()) else now

    def _deliver(self, user: User, row: Notification, channel: str) -> Notification | None:
        at = self.now()
        claimed = self._save(row, channel, lambda way: self._claimed(way, at) if is_due(way, at) else None)
        if claimed is None:
            return self.store.get_notification(row.user_id, row.notification_id)  # someone else has it
        way = way_of(claimed, channel)
        if way.status != "sending":
            return claimed
        done = self._send(user, claimed, way)
        log.info("notification %s by %s: %s", claimed.kind, channel, done.status)
        return self._save(
            claimed, channel, lambda now: done if (now.status, now.at) == ("sending", way.at) else None
        )

    def _claimed(self, way: Delivery, at: datetime) -> Delivery:
        """Ours to send; or ended, where everyone who tried died of it."""
        if way.tries >= MOST_TRIES:
            return self._ended(way, "failed", f"It was tried {way.tries} times, and never came to an end.")
        return replace(way, status="sending", at=at, due_at=at + CLAIM, tries=way.tries + 1, reason="")

    def _save(
        self, row: Notification | None, channel: str, change: Callable[[Delivery], Delivery | None]
    ) -> Notification | None:
        """Save the change of one delivery, whatever else is saved of the row meanwhile. None where it is not to be changed."""
        for _ in range(8):
            if row is None:
                return None
            new = change(way_of(row, channel))
            if new is None:
                return None
            ways = tuple(new if way.channel == channel else way for way in row.deliveries)
            try:
                return self.store.save_notification(replace(row, deliveries=ways))
            except Changed:
                row = self.store.get_notification(row.user_id, row.notification_id)
        raise Changed

    def _send(self, user: User, row: Notification, way: Delivery) -> Delivery:
        """How it went."""
        kind = kinds.ALL.get(row.kind)
        chosen = preferences.load(self.store, user.user_id)
        if kind is None or not chosen.wants(kind, way.channel):
            return self._ended(way, "failed", "You have turned this off since.")
        if held := self._held(user, chosen, kind, way):
            return held
        try:
            self.channels[way.channel](user, chosen, row)
        except Invalid as error:
            return self._ended(way, "failed", error.message)
        except Unavailable as error:
            return self._later(way, error.message)
        return self._ended(way, "sent")

    def _held(self, user: User, chosen: Preferences, kind: Kind, way: Delivery) -> Delivery | None:
        at = self.now()
        if way.channel == kinds.EMAIL and not chosen.email_is_confirmed(user):
            return replace(way, status="held", at=at, due_at=None, tries=0, reason=UNCONFIRMED)
        if way.channel == kinds.SMS and not chosen.phone_is_confirmed(user):
            return self._ended(way, "failed", "Your phone is not confirmed, or you answered STOP.")
        if way.channel == kinds.WEBHOOK and not chosen.webhook_url:
            return self._ended(way, "failed", "There is no webhook any more.")
        until = (
            chosen.quiet_until(user, at) if way.channel != kinds.WEBHOOK and kind is not kinds.TEST else None
        )
        if until is None:
            return None
        reason = "Goes out when your quiet hours end."
        return replace(way, status="held", at=at, due_at=until, tries=0, reason=reason)

    def _ended(self, way: Delivery, status: str, reason: str = "") -> Delivery:
        return replace(way, status=status, at=self.now(), due_at=None, reason=reason[:300])

    def _later(self, way: Delivery, why: str) -> Delivery:
        if way.tries >= MOST_TRIES:
            return self._ended(way, "failed", f"{why} It was tried {way.tries} times.")
        wait = min(FIRST_WAIT * 2 ** (way.tries - 1), LONGEST_WAIT)
        at = self.now()
        return replace(way, status="queued", at=at, due_at=at + wait, reason=why[:300])


def way_of(row: Notification, channel: str) -> Delivery:
    return next(way for way in row.deliveries if way.channel == channel)


def is_due(way: Delivery, at: datetime) -> bool:
    """Whether it may be sent at that moment: new, or its wait, its hold or its sender's claim is over."""
    if way.status == "queued" and not way.tries:
        return True
    return way.due_at is not None and way.due_at <= at
