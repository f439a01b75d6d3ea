"""The forms about messages: which come and when not, and where they go."""

import re
from collections.abc import Collection
from datetime import time
from functools import partial

from flask import request
from wtforms import BooleanField, HiddenField, PasswordField, StringField, TelField, URLField

from lib.alerting import kinds
from lib.alerting.choices import Choice
from lib.errors import Invalid
from lib.identity.profile import together
from lib.money import parse_limit
from lib.records import User
from lib.writing.formats import plain_amount
from web.account_forms import Form

NIGHT = (time(22), time(7))  # what is offered to who has no quiet hours
EVENING = time(18)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])(:00)?")


class ChoiceForm(Form):
    quiet = BooleanField("Keep quiet hours")
    quiet_from = StringField("From", default="")
    quiet_until = StringField("Until", default="")
    digest = BooleanField("One e-mail a day instead of single ones")
    digest_at = StringField("Sent at", default="")
    large_amount = StringField("A single expense of", default="")
    large_percent = StringField("Or this share of its budget", default="")
    was = HiddenField(default="")  # the mark of the choice that the form was opened on

    def __init__(self, user: User, kept: Choice, *, fresh: bool = False) -> None:
        """Filled with what is kept; or with what was typed, unless `fresh`."""
        quiet = kept.quiet or NIGHT
        super().__init__(
            **({"formdata": None} if fresh else {}),
            data={
                "quiet": bool(kept.quiet),
                "quiet_from": f"{quiet[0]:%H:%M}",
                "quiet_until": f"{quiet[1]:%H:%M}",
                "digest": kept.digest_at is not None,
                "digest_at": f"{kept.digest_at or EVENING:%H:%M}",
                "large_amount": plain_amount(kept.large_amount, user.currency, user.locale),
                "large_percent": str(kept.large_percent),
                "was": kept.mark,
            },
        )
        self.user = user
        ticked = {f"{key}.{channel}" for key, channels in kept.channels.items() for channel in channels}
        self.ticked = ticked if fresh or not self.is_submitted() else set(request.form.getlist("on"))

    def choice(self, kept: Choice, shown: Collection[str]) -> Choice:
        """What was chosen. Of channels that the form did not show (`shown` has those it did) nothing changes.

        Raises:
            InvalidFields: With everything that needs a change.
        """
        found = together(
            {
                "quiet": self._quiet,
                "digest_at": lambda: self._clock("digest_at") if self.digest.data else None,
                "large_amount": self._amount,
                "large_percent": self._percent,
            }
        )
        channels = {
            kind.key: frozenset(
                channel
                for channel in kinds.CHANNELS
                if (
                    f"{kind.key}.{channel}" in self.ticked
                    if channel in shown
                    else channel in kept.channels[kind.key]
                )
            )
            for kind in kinds.OPTIONAL
        }
        return Choice(channels, **found)

    def _quiet(self) -> tuple[time, time] | None:
        if not self.quiet.data:
            return None
        found = together({name: partial(self._clock, name) for name in ("quiet_from", "quiet_until")})
        if found["quiet_from"] == found["quiet_until"]:
            raise Invalid("Use an end that is not the start, such as 07:00.", "quiet_until")
        return found["quiet_from"], found["quiet_until"]

    def _clock(self, name: str) -> time:
        found = _CLOCK.fullmatch(self.typed(name).strip())
        if found is None:
            raise Invalid("Use a time such as 22:00.", name)
        return time(int(found[1]), int(found[2]))

    def _amount(self) -> object:
        amount = parse_limit(self.typed("large_amount"), self.user.currency, self.user.locale, "large_amount")
        if not amount:
            raise Invalid("Use an amount above zero. To hear of none, untick the kind above.", "large_amount")
        return amount

    def _percent(self) -> int:
        typed = self.typed("large_percent").strip().removesuffix("%").strip()
        if not re.fullmatch("[1-9][0-9]{0,2}|1000", typed, re.ASCII):
            raise Invalid("Use a whole percentage from 1 to 1000, such as 10.", "large_percent")
        return int(typed)


class CodeForm(Form):
    code = TelField("Code from the SMS", default="")


class WebhookForm(Form):
    webhook_url = URLField("Address", default="")
    password = PasswordField("Your password", default="", id="webhook-password")


class SecretForm(Form):
    password = PasswordField("Your password", default="", id="secret-password")
