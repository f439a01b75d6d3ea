"""What people choose of their messages: which come, on which ways, when not; and how they turn them off without signing in."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lib.alerting import kinds, preferences
from lib.alerting.preferences import Preferences
from lib.errors import Changed, Invalid, NotFound
from lib.identity.accounts import refuse_demo
from lib.identity.events import What
from lib.identity.security_log import SecurityLog
from lib.ids import hashed, secret_token
from lib.ports import Store
from lib.records import User

OLD_LINK = "This link does not work any more. Sign in, then choose what you are told of in the settings."
CHANGED = (
    "These choices were changed in the meantime, perhaps in another tab. Save again to have them your way."
)


class Choice(NamedTuple):
    """What the page of choices shows and saves as one."""

    channels: Mapping[str, frozenset[str]]  # by the key of every kind that can be turned off
    quiet: tuple[time, time] | None
    digest_at: time | None
    large_amount: Decimal
    large_percent: int

    @classmethod
    def of(cls, kept: Preferences) -> "Choice":
        channels = {kind.key: kept.channels(kind) for kind in kinds.OPTIONAL}
        return cls(channels, kept.quiet, kept.digest_at, kept.large_amount, kept.large_percent)

    @property
    def mark(self) -> str:
        """Tells one choice from another, for a form to carry: what is confirmed meanwhile makes no form stale."""
        said = [sorted((key, sorted(on)) for key, on in self.channels.items()), *map(str, self[1:])]
        return hashed(repr(said))[:16]


class AlertChoices:
    def __init__(self, store: Store, check_url: Callable[[str], object], events: SecurityLog) -> None:
        """`check_url` raises Invalid for an address that no webhook may have."""
        self.store, self.check_url, self.events = store, check_url, events

    def get(self, user: User) -> Preferences:
        return preferences.load(self.store, user.user_id)

    def save(self, user: User, wanted: Choice, was: str) -> Preferences:
        """Save a choice that was made in sight of the one whose mark is `was`.

        Only what is not as it comes by itself is kept, so that who changes one thing goes on with the planner in the others.

        Raises:
            Changed: Where another choice was saved since.
            Invalid: At "quiet_until", "large_amount" or "large_percent".
        """
        channels = {
            kind.key: wanted.channels[kind.key]
            for kind in kinds.OPTIONAL
            if wanted.channels[kind.key] != kind.channels
        }
        for _ in range(5):
            kept = self.get(user)
            if Choice.of(kept).mark != was:
                raise Changed(CHANGED)
            try:
                saved = preferences.save(
                    self.store, user.user_id, replace(kept, chosen=channels, **_fields(wanted))
                )
            except Changed:
                continue  # of something else, such as an address that was confirmed just now
            if wanted.channels != Choice.of(kept).channels:
                self.events.note(user, What.WAYS_CHANGED)
            return saved
        raise Changed(CHANGED)

    # SMS

    def stop_sms(self, user: User) -> Preferences:
        """No more until they confirm their number anew."""
        kept = preferences.change(self.store, user.user_id, stopped_phone=user.phone)
        self.events.note(user, What.SMS_STOPPED)
        return kept

    # Webhooks

    def set_webhook(self, user: User, url: str) -> tuple[Preferences, str]:
        """Send messages there too.

        Returns:
            What is kept now, and the secret that signs them where it is new: that is shown once.

        Raises:
            Invalid: At "webhook_url".
        """
        refuse_demo(user, "The sample household sends nothing.")
        url = url.strip()
        if not url:
            raise Invalid("Give an address, such as https://example.com/alerts.", "webhook_url")
        self.check_url(url)
        kept = self.get(user)
        secret = "" if kept.webhook_secret else secret_token()
        more = {"webhook_secret": secret} if secret else {}
        kept = preferences.change(self.store, user.user_id, webhook_url=url, **more)
        self.events.note(user, What.WEBHOOK_SET, urlsplit(url).hostname or "")  # the rest may be a secret
        return kept, secret

    def renew_secret(self, user: User) -> str:
        """A new secret in the place of the old one, which signs nothing more."""
        if not self.get(user).webhook_url:
            raise Invalid("Set an address first.", "webhook_url")
        secret = secret_token()
        preferences.change(self.store, user.user_id, webhook_secret=secret)
        self.events.note(user, What.WEBHOOK_SECRET)
        return secret

    def remove_webhook(self, user: User) -> Preferences:
        kept = preferences.change(self.store, user.user_id, webhook_url="", webhook_secret="")
        self.events.note(user, What.WEBHOOK_REMOVED)
        return kept

    # Turning off without signing in

    def who_unsubscribes(self, token: str) -> User:
        """Whose e-mails the link "<user id>.<key>" turns off. Raises NotFound where it is nobody's."""
        user_id, _, key = token.partition(".")
        user = self.store.get_user(user_id) if key.isascii() and user_id.isalnum() else None
        if user is None or not secrets.compare_digest(key, self.get(user).key or secret_token()):
            raise NotFound(OLD_LINK)
        return user

    def unsubscribe(self, token: str, kind: str = "") -> Preferences:
        """No more e-mails of that kind; of none at all without a kind, or with one that cannot be turned off by itself."""
        user = self.who_unsubscribes(token)
        for _ in range(5):
            kept = self.get(user)
            off = [one for one in kinds.OPTIONAL if one.key == kind] or kinds.OPTIONAL
            less = {one.key: kept.channels(one) - {kinds.EMAIL} for one in off}
            try:
                saved = preferences.save(
                    self.store, user.user_id, replace(kept, chosen={**kept.chosen, **less})
                )
            except Changed:
                continue
            self.events.note(user, What.MAIL_STOPPED)
            return saved
        raise Changed


def _fields(wanted: Choice) -> dict[str, Any]:
    return {name: value for name, value in wanted._asdict().items() if name != "channels"}
