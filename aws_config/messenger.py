"""The Messenger on AWS: letters by SES, SMS by SNS, and alerts by the one of the two that EMAIL_CHANNEL names."""

from aws_config.ses_client import SESClient
from aws_config.sns_client import SNSClient
from lib.errors import Invalid
from lib.ports import BY_LINK, Subscription
from lib.records import Email

_UNHEARD = {
    "pending": "This address has not confirmed yet that it wants alerts: the link is in an e-mail from AWS.",
    "gone": "This address has left the alerts, or did not confirm them within three days.",
}


class AWSMessenger:
    """A letter about an account always goes by SES: it has to reach an address that may never have subscribed to anything."""

    sms_works = True
    sms_stops = True  # SNS keeps who did, and sends them nothing

    def __init__(self, letters: SESClient, notes: SNSClient, *, alerts_by_letter: bool) -> None:
        self._letters, self._notes, self._by_letter = letters, notes, alerts_by_letter

    def check(self) -> None:
        self._letters.check()
        if not self._by_letter:
            self._notes.check()

    def send_email(self, email: Email) -> None:
        self._letters.send_email(email)

    def send_sms(self, phone: str, text: str) -> None:
        self._notes.send_sms(phone, text)

    def send_alert(self, user_id: str, email: Email, subscription: str) -> None:
        if self._by_letter:
            self._letters.send_email(email)
            return
        # Asked first: SNS takes what nobody subscribed to, and says that it was sent.
        state = self.status(subscription).state
        if words := _UNHEARD.get(state):
            raise Invalid(words, "subscription")
        self._notes.publish_message(user_id, email.subject, email.text, [subscription])

    def subscribe(self, user_id: str, address: str) -> Subscription:
        if self._by_letter:
            return BY_LINK
        made = self._notes.subscribe_email(user_id, address)
        return Subscription(made.arn, made.state)

    def status(self, ref: str) -> Subscription:
        if self._by_letter:
            return BY_LINK
        return Subscription(ref, self._notes.status(ref) if ref else "gone")

    def unsubscribe(self, ref: str) -> None:
        if ref:  # also one from when alerts went another way
            self._notes.unsubscribe(ref)

    def forget(self, address: str) -> None:
        """What nobody confirmed cannot be ended by us; AWS drops it within three days."""
        for each in self._notes.list_subscriptions():
            if each.state == "confirmed" and each.endpoint.casefold() == address.casefold():
                self._notes.unsubscribe(each.arn)
