"""The ways out: each takes a notification and hands it over. Unavailable: try again. Invalid: never."""

from collections.abc import Callable
from datetime import datetime

from lib.alerting import kinds, preferences, sms
from lib.alerting.delivering import Send
from lib.alerting.letters import letter
from lib.alerting.preferences import Preferences
from lib.alerting.webhooks import Webhooks
from lib.errors import Invalid
from lib.ports import Messenger, Store
from lib.records import Notification, User


def channels(
    store: Store, messenger: Messenger, webhooks: Webhooks, address: str, now: Callable[[], datetime]
) -> dict[str, Send]:
    """Args:
    address: What links start with.
    """

    def by_email(user: User, chosen: Preferences, row: Notification) -> None:
        mail = letter(user, chosen, row, address)
        try:
            messenger.send_alert(user.user_id, mail, chosen.subscription)
        except Invalid as error:
            if (
                error.field == "subscription"
            ):  # left at the message service: so it is asked anew, or not at all
                preferences.change(store, user.user_id, subscription="", confirmed_email="")
            raise

    def by_sms(user: User, chosen: Preferences, row: Notification) -> None:
        link = row.data.get("link", "")
        try:
            messenger.send_sms(user.phone, sms.fit(row.subject, [row.message], link and address + link))
        except Invalid as error:
            if error.field == "stopped":
                preferences.change(store, user.user_id, stopped_phone=user.phone)
            raise

    def by_webhook(user: User, chosen: Preferences, row: Notification) -> None:
        try:
            webhooks.send(chosen.webhook_url, chosen.webhook_secret, row, now())
        except Invalid as error:
            if error.field == "gone":  # the receiver says so, and asks for nothing more with that
                preferences.change(store, user.user_id, webhook_url="")
            raise

    return {kinds.EMAIL: by_email, kinds.SMS: by_sms, kinds.WEBHOOK: by_webhook}
