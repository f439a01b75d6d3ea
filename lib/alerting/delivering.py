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
from lib.alerting.outbox import AFTER_QUIET, PATIENCE, UNCONFIRMED, Outbox
from lib.alerting.preferences import Preferences
from lib.alerting.rows import change, way_of, with_way
from lib.errors import Invalid, PlannerError, Unavailable, Uncertain
from lib.metrics import ALERTS_FAILED, ALERTS_SENT, NO_METRICS, Metrics
from lib.ports import Store
from lib.records import Delivery, Notification, User

CLAIM = timedelta(minutes=5)  # longer than any channel takes
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=64)
MOST_TRIES = 12  # within six and a half hours
MOST_SWEPT = 1000  # at a time
RING_AGAIN = timedelta(seconds=20)  # for what the queue was told of, and nobody has taken yet
NO_ANSWER = "It was handed over, but nobody said that it was taken."
ENDED = {"sent": ALERTS_SENT, "failed": ALERTS_FAILED}
TURNED_OFF = "You have turned this off since."
Send = Callable[[User, Preferences, Notification], None]
log = logging.getLogger(__name__)


class Deliveries:
    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        channels: Mapping[str, Send],
        now: Callable[[], datetime],
        metrics: Metrics = NO_METRICS,
    ) -> None:
        """`channels` send, by name; they raise Unavailable when it may be tried again, Uncertain when it may have gone, Invalid when never."""
        self.store, self.outbox, self.channels, self.now = store, outbox, channels, now
        self.metrics = metrics
        self.digests = Digests(store, outbox, now)
        self._rung: dict[tuple[str, str], datetime] = {}  # by this process, not long ago

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
        at = self.now()
        self._rung = {key: when for key, when in self._rung.items() if when > at - RING_AGAIN}
        due = self.store.due_notifications(at + (PATIENCE if everything else timedelta()), MOST_SWEPT)
        news = [key for key in due if key not in self._rung]
        for user_id, notification_id in news:
            row, user = self.store.get_notification(user_id, notification_id), self.store.get_user(user_id)
            if row and user:
                self.outbox.ring(user, row)
            self._rung[user_id, notification_id] = at
        return len(news)

    def overdue(self) -> tuple[int, timedelta]:
        """How many should have been sent by now (up to MOST_SWEPT), and since when the first of them."""
        at = self.now()
        due = self.store.due_notifications(at, MOST_SWEPT)
        first = self.store.get_notification(*due[0]) if due else None
        since = first.due_at if first and first.due_at else at
        return len(due), max(at - since, timedelta())

    def _in_digest(self, user: User, row: Notification, way: Delivery) -> Notification | None:
        """The row, once it is in the day's digest, if it goes there."""
        if way.status != "held":
            return None  # most are not, and need nothing read
        chosen = preferences.load(self.store, user.user_id)
        if not self.digests.takes(chosen, row, way) or not self.digests.collect(user, chosen):
            return None
        now = self.store.get_notification(row.user_id, row.notification_id)
        return None if now is None or is_due(way_of(now, way.channel), self.now()) else now

    def _deliver(self, user: User, row: Notification, channel: str) -> Notification | None:
        at = self.now()
        claimed = change(self.store, row, lambda now: with_way(now, self._claimed(now, channel, at)))
        if claimed is None:
            return self.store.get_notification(row.user_id, row.notification_id)  # someone else has it
        way = way_of(claimed, channel)
        if way.status != "sending":
            return claimed
        done = self._send(user, claimed, way)
        log.info("notification %s by %s: %s", claimed.kind, channel, done.status)
        if done.status in ENDED:
            self.metrics.record(ENDED[done.status], by=channel)
        if claimed.kind == kinds.DIGEST.key and done.status in ("sent", "failed"):
            self.digests.ended(claimed, done)
        return change(
            self.store,
            claimed,
            lambda now: with_way(now, done) if way_of(now, channel) == way else None,
        )

    def _claimed(self, row: Notification, channel: str, at: datetime) -> Delivery | None:
        """Ours to send; or ended, where it is no longer true, or everyone who tried died of it."""
        way = way_of(row, channel)
        if not is_due(way, at):
            return None
        if way.status == "held" and row.note:
            return self._ended(way, "failed", f"Not sent any more. {row.note}")
        if way.tries >= MOST_TRIES:
            return self._ended(way, "failed", f"It was tried {way.tries} times, and never came to an end.")
        reason = way.reason if way.reason == NO_ANSWER else ""
        return replace(way, status="sending", at=at, due_at=at + CLAIM, tries=way.tries + 1, reason=reason)

    def _send(self, user: User, row: Notification, way: Delivery) -> Delivery:
        """How it went."""
        kind = kinds.ALL.get(row.kind)
        chosen = preferences.load(self.store, user.user_id)
        if kind is None or not _wanted(chosen, kind, way.channel):
            return self._ended(way, "failed", TURNED_OFF)
        if held := self._held(user, chosen, kind, way):
            return held
        try:
            self.channels[way.channel](user, chosen, row)
        except Invalid as error:
            return self._ended(way, "failed", error.message)
        except Uncertain:
            return self._perhaps_sent(way)
        except Unavailable as error:
            return self._later(way, error.message)
        except Exception:  # ours to mend; until then it waits as if the way were closed
            log.exception("notification %s cannot be sent by %s", row.kind, way.channel)
            return self._later(way, PlannerError().message)
        return self._ended(way, "sent")

    def _held(self, user: User, chosen: Preferences, kind: Kind, way: Delivery) -> Delivery | None:
        at = self.now()
        if way.channel == kinds.EMAIL and not chosen.email_is_confirmed(user):
            return replace(way, status="held", at=at, due_at=None, tries=0, reason=UNCONFIRMED)
        if way.channel == kinds.SMS and not chosen.phone_is_confirmed(user):
            return self._ended(way, "failed", "Your phone is not confirmed, or you answered STOP.")
        if way.channel == kinds.WEBHOOK and not chosen.webhook_url:
            return self._ended(way, "failed", "There is no webhook any more.")
        sleeps = way.channel != kinds.WEBHOOK and kind is not kinds.TEST
        until = chosen.quiet_until(user, at) if sleeps else None
        if until is None:
            return None
        return replace(way, status="held", at=at, due_at=until, tries=0, reason=AFTER_QUIET)

    def _ended(self, way: Delivery, status: str, reason: str = "") -> Delivery:
        return replace(way, status=status, at=self.now(), due_at=None, reason=reason[:300])

    def _perhaps_sent(self, way: Delivery) -> Delivery:
        """A letter is sent once more, and has the same Message-ID; an SMS costs, and a phone shows both."""
        if way.channel == kinds.SMS or way.reason == NO_ANSWER:
            return self._ended(way, "sent", NO_ANSWER)
        return self._later(way, NO_ANSWER)

    def _later(self, way: Delivery, why: str) -> Delivery:
        if way.tries >= MOST_TRIES:
            return self._ended(way, "failed", f"{why} It was tried {way.tries} times.")
        wait = min(FIRST_WAIT * 2 ** (way.tries - 1), LONGEST_WAIT)
        at = self.now()
        return replace(way, status="queued", at=at, due_at=at + wait, reason=why[:300])


def _wanted(chosen: Preferences, kind: Kind, channel: str) -> bool:
    """A digest is wanted as long as anything is that could be in it."""
    if kind is kinds.DIGEST:
        return any(chosen.wants(each, channel) for each in kinds.OPTIONAL)
    return chosen.wants(kind, channel)


def is_due(way: Delivery, at: datetime) -> bool:
    """Whether it may be sent at that moment: new, or its wait, its hold or its sender's claim is over."""
    if way.status == "queued" and not way.tries:
        return True
    return way.due_at is not None and way.due_at <= at
