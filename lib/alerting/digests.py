"""Puts the e-mails that wait for the day's digest into one."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from lib.alerting import kinds
from lib.alerting.kinds import DIGEST
from lib.alerting.outbox import Outbox
from lib.alerting.preferences import Preferences
from lib.alerting.words import Words
from lib.errors import Changed
from lib.ports import Store
from lib.records import Delivery, Notification, User

MOST = 40  # in one digest; the rest follows in another
LOOKED_THROUGH = 200


class Digests:
    def __init__(self, store: Store, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self.store, self.outbox, self.now = store, outbox, now

    def collect(self, user: User, chosen: Preferences) -> bool:
        """Make one letter of what waits and is due, and queue that. False where fewer than two wait: one goes by itself.

        The digest is named after what is in it, so that two who collect at once make one.
        """
        rows = self._waiting(user)[:MOST]
        if len(rows) < 2:
            return False
        name = "\n".join(sorted(row.notification_id for row in rows))
        digest_id = hashlib.sha256(name.encode()).hexdigest()[:32]
        to_email = frozenset({kinds.EMAIL})
        self.outbox.publish_notification(user, chosen, DIGEST, digest_id, _words(rows), channels=to_email)
        for row in rows:
            self._note_sent(row)
        return True

    def _waiting(self, user: User) -> list[Notification]:
        found: list[Notification] = []
        cursor = ""
        while True:
            page = self.store.list_notifications(user.user_id, cursor, 50)
            found += [row for row in page.items if any(map(self._waits, row.deliveries))]
            cursor = page.cursor
            if not cursor or len(found) >= LOOKED_THROUGH:
                return [row for row in found if kinds.ALL[row.kind].optional]

    def _waits(self, way: Delivery) -> bool:
        due = way.due_at is not None and way.due_at <= self.now()
        return way.channel == kinds.EMAIL and way.status == "held" and due

    def _note_sent(self, row: Notification | None) -> None:
        for _ in range(5):
            if row is None or not any(map(self._waits, row.deliveries)):
                return
            ways = tuple(self._sent(way) if self._waits(way) else way for way in row.deliveries)
            try:
                self.store.save_notification(replace(row, deliveries=ways))
            except Changed:
                row = self.store.get_notification(row.user_id, row.notification_id)
            else:
                return

    def _sent(self, way: Delivery) -> Delivery:
        return replace(way, status="sent", at=self.now(), due_at=None, reason="In the day's digest.")


def _words(rows: Sequence[Notification]) -> Words:
    others = len(rows) - 1
    subject = f"{rows[0].subject}, and {others} more"
    lines = [
        {"subject": row.subject, "message": row.message, "link": row.data.get("link", "")} for row in rows
    ]
    data = {"lines": lines, "link": "/notifications", "action": "See all of them"}
    return Words(subject[:200], "\n".join(row.subject for row in rows)[:2000], data)
