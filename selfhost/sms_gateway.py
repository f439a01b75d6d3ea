"""SMS at home: each is one request to a provider's gateway, or to that of a phone in the same network."""

import json
import logging
import ssl
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from lib.composing import check_sms
from lib.errors import Invalid, Unavailable, Uncertain
from lib.posting import FAILURES, PATIENCE, Unanswered, is_for_good, post, resolved, target_of
from lib.settings import Settings

_OUR_FAULT = frozenset({401, 402, 403, 404, 405, 407})  # our access or address, not this one message
ANSWER = 60  # seconds: each SMS costs money, so that waiting is better than asking again
_LOST = 504  # said by what stands before the gateway: it handed the SMS on, and heard nothing
_FORMS = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
log = logging.getLogger(__name__)


class SMSGateway:
    """What it says besides the status is not read: providers repeat number and text there, and so would the log."""

    def __init__(
        self,
        settings: Settings,
        tls: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
        answer: float = ANSWER,
    ) -> None:
        self._settings, self._patience, self._answer = settings, patience, answer
        self._target = target_of(settings.sms_url.get_secret_value())
        self._tls = tls or ssl.create_default_context()

    def send(self, phone: str, text: str) -> None:
        """Hand over one SMS. Raises Invalid when that can never be, Unavailable when it may be tried again, and Uncertain
        when the gateway had it and did not say what became of it."""
        check_sms(phone, text)
        try:
            status = post(
                self._target,
                resolved(self._target.host, self._target.port),
                self._body({"to": phone, "text": text, "from": self._settings.sms_from}),
                {"Content-Type": _FORMS[self._settings.sms_format], **self._access()},
                tls=self._tls,
                patience=self._patience,
                answer=self._answer,
            )
        except Unanswered as error:
            raise _uncertain(str(error)) from None  # the answer may repeat the number
        except FAILURES as error:
            raise _unavailable(
                type(error).__name__
            ) from None  # its words may have the address, and that a key
        if 200 <= status < 300:
            return
        if is_for_good(status) and status not in _OUR_FAULT:
            log.warning("SMS gateway refuses for good: %d", status)
            raise Invalid(f"The SMS service does not accept this message ({status}).", "phone")
        if status == _LOST:
            raise _uncertain("504")
        raise _unavailable(f"it answers {status}")

    def _body(self, values: dict[str, str]) -> bytes:
        named = {field: values[what] for what, field in self._settings.sms_names.items()}
        given = named | self._settings.sms_fixed
        if self._settings.sms_format == "form":
            return urlencode(given).encode()
        content: dict[str, Any] = {}
        for field, value in given.items():
            _put(content, field, value)
        return json.dumps(content).encode()

    def _access(self) -> dict[str, str]:
        if token := self._settings.sms_token.get_secret_value():
            return {"Authorization": f"Bearer {token}"}
        if user := self._settings.sms_user:
            pair = f"{user}:{self._settings.sms_password.get_secret_value()}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return {}


def _put(content: dict[str, Any], field: str, value: str) -> None:
    """Set a field, which may be within others ("message.text") and may be a list of one ("numbers[]")."""
    *outer, last = field.split(".")
    for name in outer:
        content = content.setdefault(name, {})
    content[last.removesuffix("[]")] = [value] if last.endswith("[]") else value


def _uncertain(why: str) -> Uncertain:
    log.warning("SMS gateway: it had an SMS and did not say what became of it (%s)", why)
    return Uncertain("The SMS service did not say whether it sent this.", "messenger")


def _unavailable(why: str) -> Unavailable:
    log.warning("SMS gateway: %s", why)
    return Unavailable("SMS cannot be sent right now; it is tried again.", "messenger")
