"""What someone was told: the history, what of it was read, and sending again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lib.alerting import kinds, preferences
from lib.alerting.incoming import Incoming
from lib.alerting.outbox import PATIENCE, UNCONFIRMED, Outbox, email_way
from lib.alerting.preferences import Preferences
from lib.alerting.rows import change, with_way
from lib.alerting.words import Words
from lib.errors import Invalid, NotFound
from lib.identity.throttle import Limit, Throttle
from lib.ids import new_id
from lib.periods import today_in
from lib.ports import BATCH, Store
from lib.records import Delivery, Notification, NotificationPage, User
from lib.writing.formats import whole_day

MOST_READS = 10  # of pages, for what a filter wants
RELEASED = timedelta(days=2)  # older news is not sent any more once an address is confirmed
_TEST = Limit("alert-test", free=5, window=timedelta(hours=1), pause=timedelta(hours=1))
_TEST_WORDS = Words(
    "A test from your planner",
    "If you can read this, alerts reach you here. Say so with the link, and the planner shows it.",
)


class Ledger:
    def __init__(self, store: Store, outbox: Outbox, throttle: Throttle, now: Callable[[], datetime]) -> None:
        self.store, self.outbox, self.throttle, self.now = store, outbox, throttle, now

    def get_user_notifications(
        self,
        user: User,
        cursor: str = "",
        limit: int = 50,
        *,
        kind: str = "",
        channel: str = "",
        status: str = "",
        unread: bool = False,
    ) -> NotificationPage:
        """Newest first. A filter that little matches may give a shorter page, with a cursor to go on from."""

        def matches(row: Notification) -> bool:
            ways = [way for way in row.deliveries if not channel or way.channel == channel]
            return (
                (not kind or row.kind == kind)
                and (not unread or row.unread)
                and (not (channel or status) or any(not status or way.status == status for way in ways))
            )

        found: list[Notification] = []
        for _ in range(MOST_READS):
            page = self.store.list_notifications(user.user_id, cursor, limit - len(found))
            found += filter(matches, page.items)
            cursor = page.cursor
            if not cursor or len(found) >= limit:
                break
        return NotificationPage(found, cursor)

    def read(self, user: User, notification_ids: Sequence[str]) -> int:
        """Note that they were read. Returns how many of them were not yet."""
        ids = list(dict.fromkeys(notification_ids))
        return sum(
            self.store.read_notifications(user.user_id, ids[start : start + BATCH])
            for start in range(0, len(ids), BATCH)
        )

    def read_all(self, user: User) -> int:
        """Note that everything was read that came before this."""
        cursor, count = "", 0
        while True:
            page = self.store.list_notifications(user.user_id, cursor, 100)
            count += self.read(user, [row.notification_id for row in page.items if row.unread])
            cursor = page.cursor
            if not cursor:
                return count

    def retry(self, user: User, notification_id: str, channel: str) -> None:
        """Send again what failed. Raises NotFound; nothing happens where it did not fail, or is being sent again."""
        row = self.store.get_notification(user.user_id, notification_id)
        if row is None:
            raise NotFound
        at = self.now()

        def queued(now: Notification) -> Notification:
            ways = tuple(
                Delivery(channel, "queued", at, at + PATIENCE)
                if (way.channel, way.status) == (channel, "failed")
                else way
                for way in now.deliveries
            )
            return replace(now, deliveries=ways)

        if (saved := change(self.store, row, queued)) is not None:
            self.outbox.ring(user, saved)

    def release(self, user: User) -> None:
        """Send what waited for the address to be confirmed, as it is wanted now, if it is still news and still true."""
        chosen = preferences.load(self.store, user.user_id)
        cursor = ""
        while True:
            page = self.store.list_notifications(user.user_id, cursor, 50)
            for row in page.items:
                saved = change(self.store, row, lambda now: self._released(user, chosen, now))
                if saved is not None and any(way.status == "queued" for way in saved.deliveries):
                    self.outbox.ring(user, saved)
            cursor = page.cursor
            if not cursor:
                return

    def _released(self, user: User, chosen: Preferences, row: Notification) -> Notification | None:
        way = next((way for way in row.deliveries if way.reason == UNCONFIRMED), None)
        kind = kinds.ALL.get(row.kind)
        if way is None or way.status != "held" or kind is None:
            return None
        at = self.now()
        if row.created_at <= at - RELEASED or row.note:
            why = row.note or "It was no news any more when the address was confirmed."
            return with_way(row, replace(way, status="failed", at=at, due_at=None, reason=why))
        return with_way(row, email_way(user, chosen, kind, at))

    def send_test(self, user: User, channel: str) -> Notification:
        """Send one message on that way, whose link says that it was received. Raises Invalid where it cannot go, TooMany."""
        self.throttle.allow(_TEST, user.user_id)
        chosen = preferences.load(self.store, user.user_id)
        if not self._reaches(user, chosen, channel):
            what = _NAMES.get(channel)
            raise Invalid(f"Set up and confirm your {what} first." if what else "Choose a way.", "channel")
        self.throttle.count(_TEST, user.user_id)
        row_id = new_id()  # nobody can guess it, and it is short enough for an SMS
        link = f"/notifications/received/{user.user_id}.{row_id}"
        data = {"received": row_id, "link": link, "action": "I received it"}
        self.outbox.publish_notification(
            user,
            chosen,
            kinds.TEST,
            row_id,
            replace(_TEST_WORDS, data=data),
            channels=frozenset({channel}),
        )
        row = self.store.get_notification(user.user_id, row_id)
        if row is None:
            raise NotFound
        return row

    def take_in(self, incoming: Incoming) -> str:
        """Write down what came without a row, once, where it is wanted. Returns its id.

        Raises:
            NotFound: If there is no such user.
        """
        user = self.store.get_user(incoming.user_id)
        if user is None:
            raise NotFound("There is no such user.")
        chosen = preferences.load(self.store, user.user_id)
        what = Words(incoming.subject, incoming.message)
        self.outbox.publish_notification(user, chosen, kinds.ALL[incoming.kind], incoming.new_id, what)
        return incoming.new_id

    def _reaches(self, user: User, chosen: Preferences, channel: str) -> bool:
        return not user.demo and {
            kinds.EMAIL: chosen.email_is_confirmed(user),
            kinds.SMS: self.outbox.sms_works and chosen.phone_is_confirmed(user),
            kinds.WEBHOOK: bool(chosen.webhook_url),
        }.get(channel, False)

    def received(self, token: str) -> Notification:
        """Note that the test with that link arrived; a second time changes nothing. Raises NotFound for a link that is none."""
        user_id, _, row_id = token.partition(".")
        user = self.store.get_user(user_id)
        row = self.store.get_notification(user_id, row_id) if user else None
        if user is None or row is None or row.kind != kinds.TEST.key:
            raise NotFound("This link is too old, or not complete.")
        day = whole_day(today_in(user.time_zone, self.now()), user.locale)
        noted = change(
            self.store, row, lambda now: None if now.note else replace(now, note=f"Received on {day}.")
        )
        return noted or row


_NAMES = {kinds.EMAIL: "e-mail address", kinds.SMS: "phone", kinds.WEBHOOK: "webhook"}
