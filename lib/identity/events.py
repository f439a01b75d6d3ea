"""What can happen to an account's security, in words, and whose request it happened in."""

import ipaddress
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Visit(NamedTuple):
    """Whose request is being answered."""

    agent: str  # the User-Agent header
    address: str  # where it connects from


NOBODY = Visit("", "")  # the planner's own work
# Set by the web application for the request being answered.
visit: ContextVar[Visit] = ContextVar("visit", default=NOBODY)


class What(StrEnum):
    REGISTERED = "registered"
    SIGNED_IN = "signed-in"
    NEW_BROWSER = "signed-in-from-new-browser"
    SIGN_IN_REFUSED = "sign-in-refused"
    PASSWORD_REFUSED = "password-refused"  # noqa: S105  # the name of an event
    TRIED_TOO_OFTEN = "tried-too-often"
    SIGNED_OUT = "signed-out"
    OTHERS_SIGNED_OUT = "others-signed-out"
    ENDED_BY_OPERATOR = "signed-out-by-operator"
    ENDED_TOKENS_TOO = "signed-out-by-operator-with-tokens"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # the name of an event
    RESET_SENT = "reset-sent"
    PASSWORD_RESET = "password-reset"  # noqa: S105  # the name of an event
    EMAIL_ASKED = "email-change-asked"
    EMAIL_KEPT = "email-change-cancelled"
    EMAIL_CHANGED = "email-changed"
    PHONE_CHANGED = "phone-changed"
    PHONE_REMOVED = "phone-removed"
    NAME_CHANGED = "name-changed"
    TOKEN_MADE = "token-made"  # noqa: S105  # the name of an event
    TOKEN_REVOKED = "token-revoked"  # noqa: S105  # the name of an event
    EMAIL_CONFIRMED = "email-confirmed"
    PHONE_CONFIRMED = "phone-confirmed"
    SMS_STOPPED = "sms-stopped"
    MAIL_STOPPED = "mail-stopped"
    WAYS_CHANGED = "ways-changed"
    WEBHOOK_SET = "webhook-set"
    WEBHOOK_SECRET = "webhook-secret-renewed"  # noqa: S105  # the name of an event
    WEBHOOK_REMOVED = "webhook-removed"
    EXPORTED = "expenses-exported"
    REPORT_SAVED = "report-saved"
    ACCOUNT_DELETED = "account-deleted"  # for the log alone: the account's own events go with it


WORDS: Mapping[What, str] = {
    What.REGISTERED: "Account made",
    What.SIGNED_IN: "Signed in",
    What.NEW_BROWSER: "Signed in from a new browser",
    What.SIGN_IN_REFUSED: "Wrong password at sign-in",
    What.PASSWORD_REFUSED: "Wrong password where it was asked for again",
    What.TRIED_TOO_OFTEN: "Password not even looked at, as too many had been wrong",
    What.SIGNED_OUT: "Signed out {about}",
    What.OTHERS_SIGNED_OUT: "Signed out all other devices",
    What.ENDED_BY_OPERATOR: "Signed out everywhere by whoever runs the planner",
    What.ENDED_TOKENS_TOO: "Signed out everywhere and all API tokens ended by whoever runs the planner",
    What.PASSWORD_CHANGED: "Password changed, other devices signed out",
    What.RESET_SENT: "Link for a new password sent by e-mail",
    What.PASSWORD_RESET: "New password chosen by the link from the e-mail, all devices signed out, all API tokens ended",
    What.EMAIL_ASKED: "Change of the e-mail address asked for",
    What.EMAIL_KEPT: "Change of the e-mail address called off",
    What.EMAIL_CHANGED: "E-mail address changed",
    What.PHONE_CHANGED: "Phone number changed",
    What.PHONE_REMOVED: "Phone number removed",
    What.NAME_CHANGED: "Name changed",
    What.TOKEN_MADE: "API token “{about}” made",
    What.TOKEN_REVOKED: "API token “{about}” revoked",
    What.EMAIL_CONFIRMED: "E-mail address confirmed for messages",
    What.PHONE_CONFIRMED: "Phone number confirmed for messages",
    What.SMS_STOPPED: "SMS turned off",
    What.MAIL_STOPPED: "E-mails turned off by the link in one",
    What.WAYS_CHANGED: "Ways on which messages come changed",
    What.WEBHOOK_SET: "Webhook set to {about}",
    What.WEBHOOK_SECRET: "Webhook’s secret renewed",
    What.WEBHOOK_REMOVED: "Webhook removed",
    What.EXPORTED: "Expenses saved as a file",
    What.REPORT_SAVED: "Report saved as a file",
    What.ACCOUNT_DELETED: "Account deleted",
}
REFUSED = {What.SIGN_IN_REFUSED, What.PASSWORD_REFUSED, What.TRIED_TOO_OFTEN}
# What strangers cause, or a session does without the password: one event a day, however often.
COUNTED = REFUSED | {
    What.EXPORTED,
    What.REPORT_SAVED,
    What.RESET_SENT,
    What.NAME_CHANGED,
    What.PHONE_CHANGED,
    What.PHONE_REMOVED,
    What.SMS_STOPPED,
    What.MAIL_STOPPED,
    What.WAYS_CHANGED,
}
# What goes first where there is too much: it pushes out nothing that a thief would like to be forgotten.
PASSING = COUNTED | {What.SIGNED_IN, What.SIGNED_OUT, What.OTHERS_SIGNED_OUT}


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    event_id: str
    what: What
    at: datetime  # the last time, where it counts several
    since: datetime  # the first
    count: int
    browser: str  # such as "Firefox on Linux"; empty for the planner's own work
    place: str  # such as "192.0.2.x", or empty
    about: str  # a token's name, a device, a webhook's host

    @property
    def words(self) -> str:
        words = WORDS[self.what].format(about=self.about)
        return f"{words}, {self.count} times" if self.count > 1 else words

    @property
    def was_refused(self) -> bool:
        return self.what in REFUSED

    @property
    def is_new_browser(self) -> bool:
        return self.what is What.NEW_BROWSER

    @property
    def mark(self) -> str:
        """Where it stands in the list: what a page that goes on behind it begins with."""
        return f"{self.at.isoformat()} {self.event_id}"


class EventPage(NamedTuple):
    items: list[SecurityEvent]
    cursor: str  # where the next page starts; empty at the end


def network_of(address: str) -> str:
    """Roughly where that is: "192.0.2.x", "2001:db8:1:x" (a /48); nothing for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return f"{':'.join(group.lstrip('0') or '0' for group in found.exploded.split(':')[:3])}:x"
    four = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else found
    return f"{str(four).rpartition('.')[0]}.x"
