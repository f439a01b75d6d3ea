"""What someone wants to be told of, how, and when not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lib.alerting import kinds
from lib.errors import Changed, Invalid
from lib.ids import secret_token
from lib.money import MAX_AMOUNT
from lib.periods import zone
from lib.ports import Store
from lib.records import Document, User

KIND, ID = "preferences", "alerts"
LARGE_AMOUNT, LARGE_PERCENT = Decimal(100), 10


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything has a default, so that who never chose anything is told what matters.

    An address or a phone counts as confirmed only while it still is the account's: a new one has to be confirmed anew.
    """

    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)  # channels by kind, where chosen
    quiet: tuple[time, time] | None = None  # from, until, in the user's time zone
    digest_at: time | None = None  # when the day's e-mails go out as one; None: each by itself
    large_amount: Decimal = LARGE_AMOUNT  # in the account's currency
    large_percent: int = LARGE_PERCENT  # of the category's budget
    confirmed_email: str = ""
    confirmed_phone: str = ""
    stopped_phone: str = ""  # answered STOP
    subscription: str = ""  # at a message service that asks people itself
    webhook_url: str = ""
    webhook_secret: str = ""
    key: str = ""  # of the links that turn messages off without signing in
    version: int = 0

    def __post_init__(self) -> None:
        if not (self.large_amount.is_finite() and 0 < self.large_amount <= MAX_AMOUNT):
            raise Invalid(f"Use an amount above zero and up to {MAX_AMOUNT:,}.", "large_amount")
        if not 1 <= self.large_percent <= 1000:
            raise Invalid("Use a whole percentage from 1 to 1,000.", "large_percent")
        if self.quiet and self.quiet[0] == self.quiet[1]:
            raise Invalid("Quiet hours need an end that is not their start.", "quiet_until")

    def channels(self, kind: kinds.Kind) -> frozenset[str]:
        """Where that kind is wanted, whether it can go there or not."""
        return self.chosen.get(kind.key, kind.channels)

    def wants(self, kind: kinds.Kind, channel: str) -> bool:
        return not kind.optional or channel in self.channels(kind)

    def email_is_confirmed(self, user: User) -> bool:
        return bool(user.email) and self.confirmed_email == user.email

    def phone_is_confirmed(self, user: User) -> bool:
        return bool(user.phone) and self.confirmed_phone == user.phone != self.stopped_phone

    def quiet_until(self, user: User, at: datetime) -> datetime | None:
        """When the quiet hours end that `at` is in; None where it is in none."""
        if self.quiet is None:
            return None
        since, until = self.quiet
        local = at.astimezone(zone(user.time_zone))
        clock = local.time()
        over_midnight = since > until
        if not (clock >= since or clock < until if over_midnight else since <= clock < until):
            return None
        return next_time(user, at, until)

    def digest_after(self, user: User, at: datetime) -> datetime | None:
        """When what comes in at that moment goes out with the digest; None without one."""
        return None if self.digest_at is None else next_time(user, at, self.digest_at)


def next_time(user: User, at: datetime, clock: time) -> datetime:
    """The next moment after `at` when clocks show that time where the user is, also for the second time in a night in autumn.

    An hour that is skipped in spring comes right after.
    """
    there = zone(user.time_zone)
    today = at.astimezone(there).date()
    moments = (
        datetime.combine(today + timedelta(days), clock, there).replace(fold=fold).astimezone(at.tzinfo)
        for days in (0, 1, 2)
        for fold in (0, 1)
    )
    return min(moment for moment in moments if moment > at)


def load(store: Store, user_id: str) -> Preferences:
    document = store.get_document(user_id, KIND, ID)
    return _from_json(document.data, document.version) if document else Preferences()


def save(store: Store, user_id: str, preferences: Preferences) -> Preferences:
    """Raises Changed where they were changed since they were read."""
    kept = preferences if preferences.key else replace(preferences, key=secret_token())
    document = Document(user_id, KIND, ID, _to_json(kept), version=kept.version)
    return replace(kept, version=store.put_document(document).version)


def change(store: Store, user_id: str, **fields: Any) -> Preferences:
    """Set some of them, whatever the others are by now."""
    for _ in range(5):
        try:
            return save(store, user_id, replace(load(store, user_id), **fields))
        except Changed:
            continue
    raise Changed


def _to_json(preferences: Preferences) -> dict[str, Any]:
    quiet, digest = preferences.quiet, preferences.digest_at
    return {
        "chosen": {key: sorted(channels) for key, channels in preferences.chosen.items()},
        "quiet": [f"{each:%H:%M}" for each in quiet] if quiet else None,
        "digest_at": f"{digest:%H:%M}" if digest else None,
        "large_amount": str(preferences.large_amount),
        "large_percent": preferences.large_percent,
        **{name: getattr(preferences, name) for name in _TEXTS},
    }


_TEXTS = (
    "confirmed_email",
    "confirmed_phone",
    "stopped_phone",
    "subscription",
    "webhook_url",
    "webhook_secret",
    "key",
)


def _from_json(data: Mapping[str, Any], version: int) -> Preferences:
    quiet, digest = data["quiet"], data["digest_at"]
    return Preferences(
        chosen={key: frozenset(channels) for key, channels in data["chosen"].items()},
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        digest_at=time.fromisoformat(digest) if digest else None,
        large_amount=Decimal(data["large_amount"]),
        large_percent=data["large_percent"],
        version=version,
        **{name: data.get(name, "") for name in _TEXTS},
    )
