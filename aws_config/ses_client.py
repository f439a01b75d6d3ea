"""SES is the planner's Messenger on AWS: a letter reaches the one address it is for."""

import logging
from email.policy import SMTP
from typing import Any

from botocore.exceptions import ClientError

from aws_config.faults import code_of, once, translated
from aws_config.session import ANSWER, AWS
from lib.composing import compose
from lib.errors import Invalid, Unavailable
from lib.records import Email

log = logging.getLogger(__name__)

# About this one letter: SES cannot read its address or its contents. Our own address is looked at when the planner starts.
_NEVER = "BadRequestException"
_NOT_YET = {  # about our account, and put right one day
    "MessageRejected": "SES has not verified SES_FROM, or still keeps this account to verified recipients",
    "MailFromDomainNotVerifiedException": "SES has not verified the domain of SES_FROM",
    "AccountSuspendedException": "AWS has suspended this account's e-mail",
    "SendingPausedException": "sending is paused for this account",
}


class SESClient:
    def __init__(self, aws: AWS, sender: str, patience: int = ANSWER) -> None:
        """Args:
        sender: An address, or a name with one: "Budget <planner@example.com>".
        patience: Seconds for SES to say what becomes of a letter.
        """
        self._aws, self._sender, self._patience = aws, sender, patience

    @property
    def _ses(self) -> Any:
        return self._aws.client("sesv2")

    def check(self) -> None:
        with translated("messenger"):
            account = self._ses.get_account()
        if not account.get("SendingEnabled", False):
            raise _not_yet("SendingPausedException")

    def send_email(self, email: Email) -> None:
        """Raises Uncertain, too: each letter is handed over once, whatever boto3 would do about a lost answer."""
        message = compose(email, self._sender)
        to = message["To"].addresses[0].addr_spec
        if not to.isascii():
            raise Invalid("The mail service cannot send to an address in this script.", "to")
        with once("messenger"):
            try:
                self._aws.client("sesv2", read_timeout=self._patience, tries=1).send_email(
                    FromEmailAddress=message["From"]
                    .addresses[0]
                    .addr_spec,  # its name is in the letter, encoded
                    Destination={"ToAddresses": [to]},
                    Content={"Raw": {"Data": message.as_bytes(policy=SMTP)}},
                )
            except ClientError as error:
                raise _refusal(error) from error

    def forget(self, address: str) -> None:
        """Nothing is kept here: what was sent is sent."""


def _refusal(error: Exception) -> Exception:
    code = code_of(error)
    if code == _NEVER:
        log.warning("messenger: SES refuses a letter for good (%s)", code)
        return Invalid("The mail service does not accept this message.", "to")
    return _not_yet(code) if code in _NOT_YET else error


def _not_yet(code: str) -> Unavailable:
    log.warning("messenger: %s (%s)", _NOT_YET[code], code)
    return Unavailable("E-mail cannot be sent right now; it is tried again.", "messenger")
