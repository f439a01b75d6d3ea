"""The Messenger at home: letters by SMTP or into the outbox, SMS by a gateway where one is set."""

from lib.errors import Invalid
from lib.ports import BY_LINK, Subscription
from lib.records import Email
from lib.settings import Settings
from selfhost.mailer import SMTPMailer
from selfhost.outbox import Outbox
from selfhost.sms_gateway import SMSGateway


class HomeMessenger:
    """People confirm their address by the planner's own link, so there is nothing to subscribe to."""

    def __init__(self, mailer: SMTPMailer | Outbox, gateway: SMSGateway | None = None) -> None:
        self._mailer, self._gateway = mailer, gateway

    def check(self) -> None:
        """Of the gateway nothing can be asked that would not send an SMS."""
        self._mailer.check()

    def send_email(self, email: Email) -> None:
        self._mailer.send_email(email)

    @property
    def sms_works(self) -> bool:
        return self._gateway is not None

    @property
    def sms_stops(self) -> bool:
        """What is answered to a gateway does not come here."""
        return False

    def send_sms(self, phone: str, text: str) -> None:
        if self._gateway is None:
            raise Invalid("No SMS can be sent from here: nobody has set up a way.", "phone")
        self._gateway.send(phone, text)

    def send_alert(self, user_id: str, email: Email, subscription: str) -> None:
        self._mailer.send_email(email)

    def subscribe(self, user_id: str, address: str) -> Subscription:
        return BY_LINK

    def status(self, ref: str) -> Subscription:
        return BY_LINK

    def unsubscribe(self, ref: str) -> None:
        """Who is no subscriber hears nothing more as soon as no more is sent."""

    def forget(self, address: str) -> None:
        self._mailer.forget(address)


def make_messenger(settings: Settings) -> HomeMessenger:
    """SMTP where a host is set, else the outbox in the data folder; SMS where a gateway is set."""
    mailer = SMTPMailer(settings) if settings.smtp_host else Outbox(settings.data_dir / "outbox")
    return HomeMessenger(mailer, SMSGateway(settings) if settings.sms_url.get_secret_value() else None)
