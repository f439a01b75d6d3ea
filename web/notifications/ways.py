"""On which ways messages can reach someone, and what is missing where they cannot yet."""

from typing import NamedTuple

from lib.alerting import kinds
from lib.alerting.addresses import Question
from lib.alerting.preferences import Preferences
from lib.records import User
from web.context import services

NAMES = {kinds.APP: "In the app", kinds.EMAIL: "E-mail", kinds.SMS: "SMS", kinds.WEBHOOK: "Webhook"}
ICONS = {kinds.APP: "bell", kinds.EMAIL: "envelope", kinds.SMS: "phone", kinds.WEBHOOK: "braces"}


class Way(NamedTuple):
    channel: str
    state: str  # ready; else what it needs: confirm, asked, answer (a message service's question), address
    address: str = ""
    question: Question | None = None  # of the phone
    hears_stop: bool = False  # whoever answers STOP is heard

    @property
    def name(self) -> str:
        return NAMES[self.channel]

    @property
    def icon(self) -> str:
        return ICONS[self.channel]

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"


def ways_of(user: User, kept: Preferences) -> list[Way]:
    """Those that there are here. The sample household has only the app."""
    ways = [Way(kinds.APP, "ready")]
    if user.demo:
        return ways
    ways.append(_email(user, kept))
    if services.messenger.sms_works:
        ways.append(_sms(user, kept))
    ways.append(Way(kinds.WEBHOOK, "ready" if kept.webhook_url else "address", kept.webhook_url))
    return ways


def _email(user: User, kept: Preferences) -> Way:
    if kept.email_is_confirmed(user):
        return Way(kinds.EMAIL, "ready", user.email)
    if kept.subscription:
        return Way(kinds.EMAIL, "answer", user.email)
    asked = services.alert_addresses.email_is_asked(user)
    return Way(kinds.EMAIL, "asked" if asked else "confirm", user.email)


def _sms(user: User, kept: Preferences) -> Way:
    if not user.phone:
        return Way(kinds.SMS, "address")
    if kept.phone_is_confirmed(user):
        return Way(kinds.SMS, "ready", user.phone, hears_stop=services.messenger.sms_stops)
    question = services.alert_addresses.question(user)
    stopped = kept.stopped_phone == user.phone
    state = "asked" if question and question.state != "refused" else "stopped" if stopped else "confirm"
    return Way(kinds.SMS, state, user.phone, question)
