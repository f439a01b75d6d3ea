"""Puts the e-mails that wait for the day's digest into one.

What is in a digest stands in its row. So whoever collects at the same time, or after one who died, finds it and makes no second;
and what it carries is sent, or not, when the digest is.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lib.alerting import kinds, rules
from lib.alerting.kinds import DIGEST
from lib.alerting.outbox import Outbox
from lib.alerting.preferences import Preferences
from lib.alerting.rows import change, way_of, with_way
from lib.alerting.words import Words
from lib.periods import today_in
from lib.ports import Store
from lib.records import Delivery, Notification, User

MOST = 40  # in one digest; the rest follows in another
OLDEST = timedelta(days=3)
IN_DIGEST = "In the day's digest."


class Digests:
    def __init__(self, store: Store, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self.store, self.outbox, self.now = store, outbox, now

    def takes(self, chosen: Preferences, row: Notification, way: Delivery) -> bool:
        """Whether that goes out with others, and is still wanted and true."""
        kind = kinds.ALL.get(row.kind)
        return (
            (chosen.digest_at is not None and kind is not None and kind.optional)
            and (way.channel, way.status) == (kinds.EMAIL, "held")
            and chosen.wants(kind, kinds.EMAIL)
            and not row.note
        )

    def collect(self, user: User, chosen: Preferences) -> bool:
        """Put what waits and is due into digests, and queue those. False where one waits alone: that goes by itself."""
        waiting = self._waiting(user, chosen)
        day = str(today_in(user.time_zone, self.now()))
        for number in itertools.count():
            digest_id = rules.id_of(DIGEST, day, level=str(number))
            digest = self.store.get_notification(user.user_id, digest_id)
            if digest is None:
                if not number and len(waiting) < 2:
                    return False
                digest = self._make(user, chosen, digest_id, waiting[:MOST])
            if digest is None:  # their account is being erased
                return False
            inside = set(digest.data["ids"])
            self._hand_over(row for row in waiting if row.notification_id in inside)
            waiting = [row for row in waiting if row.notification_id not in inside]
            if not waiting:
                return True
        raise AssertionError("there is always a next number")

    def ended(self, digest: Notification, how: Delivery) -> None:
        """Note for all that is in it what became of the digest."""
        reason = IN_DIGEST if how.status == "sent" else how.reason

        def like_it(row: Notification) -> Notification | None:
            way = way_of(row, kinds.EMAIL)
            if (way.status, way.reason) != ("held", IN_DIGEST):
                return None
            return with_way(row, replace(way, status=how.status, at=how.at, reason=reason))

        for notification_id in digest.data["ids"]:
            row = self.store.get_notification(digest.user_id, notification_id)
            if row is not None:
                change(self.store, row, like_it)

    def _make(
        self, user: User, chosen: Preferences, digest_id: str, rows: Sequence[Notification]
    ) -> Notification | None:
        to_email = frozenset({kinds.EMAIL})
        self.outbox.publish_notification(user, chosen, DIGEST, digest_id, _words(rows), channels=to_email)
        return self.store.get_notification(user.user_id, digest_id)

    def _waiting(self, user: User, chosen: Preferences) -> list[Notification]:
        """Newest first."""
        found: list[Notification] = []
        cursor, oldest = "", self.now() - OLDEST
        while True:
            page = self.store.list_notifications(user.user_id, cursor, 50)
            found += [row for row in page.items if self._waits(chosen, row)]
            cursor = page.cursor
            if not cursor or page.items[-1].created_at < oldest:
                return found

    def _waits(self, chosen: Preferences, row: Notification) -> bool:
        return any(
            way.due_at is not None and way.due_at <= self.now() and self.takes(chosen, row, way)
            for way in row.deliveries
        )

    def _hand_over(self, rows: Iterable[Notification]) -> None:
        def handed_over(row: Notification) -> Notification | None:
            way = way_of(row, kinds.EMAIL)
            held = way.status == "held" and way.due_at is not None
            return with_way(row, replace(way, due_at=None, at=self.now(), reason=IN_DIGEST)) if held else None

        for row in rows:
            change(self.store, row, handed_over)


def _words(rows: Sequence[Notification]) -> Words:
    others = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    lines = [
        {"subject": row.subject, "message": row.message, "link": row.data.get("link", "")} for row in rows
    ]
    data = {
        "ids": [row.notification_id for row in rows],
        "lines": lines,
        "link": "/notifications",
        "action": "See all of them",
    }
    subject = f"{rows[0].subject[: 200 - len(others)]}{others}"
    return Words(subject, "\n".join(row.subject for row in rows)[:2000], data)
