"""Notifications as signed requests to a web address of somebody's own. What receivers get to see: docs/webhooks.md.

Whoever has an account chooses where these requests go, so they lead to public addresses only, or into networks that the
operator opened. A name is looked up once: what was found is checked, and connected to, whatever the name means a moment later.
"""

import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network

from lib.alerting.public_addresses import is_public, parsed
from lib.errors import Invalid, Unavailable, Uncertain
from lib.posting import FAILURES, PATIENCE, Target, Unanswered, is_for_good, post, resolved, target_of
from lib.records import Notification

URL = "webhook_url"
LONGEST_URL = 2000
TIMESTAMP, SIGNATURE = "Smart-Budget-Timestamp", "Smart-Budget-Signature"
GONE = 410
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?")  # no number in disguise
_EXAMPLE = "such as https://example.com/alerts"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def body_of(notification: Notification) -> bytes:
    """JSON: `id`, the same however often it is sent; `kind`, `subject`, `message`; `created_at`, ISO 8601 in UTC; `data`."""
    content = {
        "id": notification.notification_id,
        "kind": notification.kind,
        "subject": notification.subject,
        "message": notification.message,
        "created_at": notification.created_at.isoformat(),
        "data": dict(notification.data),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


@dataclass(frozen=True)
class Webhooks:
    networks: Sequence[IPv4Network | IPv6Network] = ()  # private ones that are open, by plain HTTP too
    resolve: Callable[[str, int], Sequence[str]] = resolved
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    # Seconds for a request, the look-up of the name aside, and again for its answer: no longer, for whose server it is
    # nobody here has chosen.
    patience: float = PATIENCE

    def check_url(self, url: str) -> None:
        """Raise Invalid, with a sentence for the form, where no webhook may lead."""
        target = self._target(url)
        try:
            self._addresses(target)
        except OSError as error:
            raise Invalid(f"There is no server called {target.host}.", URL) from error

    def send(self, url: str, secret: str, notification: Notification, now: datetime) -> None:
        """Post one notification, signed with `secret` and the moment.

        Raises:
            Invalid: If it never can be: the address is refused, or answers so; field "gone" where it says that it is gone.
            Uncertain: If the receiver had it and did not answer; it knows a second one by its id.
            Unavailable: If it may be tried again.
        """
        body, moment = body_of(notification), str(int(now.timestamp()))
        headers = {"Content-Type": "application/json", TIMESTAMP: moment}
        headers[SIGNATURE] = signature(secret, moment, body)
        target = self._target(url)
        try:
            addresses = self._addresses(target)
            status = post(
                target, addresses, body, headers, tls=self.tls, patience=self.patience, answer=self.patience
            )
        except Unanswered as error:
            raise Uncertain("The receiver had it, and did not answer.", "webhook") from error
        except ssl.SSLError as error:
            raise Unavailable("The receiver's HTTPS or certificate is not right.", "webhook") from error
        except FAILURES as error:
            raise Unavailable("The receiver does not answer.", "webhook") from error
        _judge(status)

    def _target(self, url: str) -> Target:
        try:
            target = target_of(url.strip()[: LONGEST_URL + 1])
        except ValueError as error:
            raise Invalid(f"Write a whole web address, {_EXAMPLE}.", URL) from error
        if len(url.strip()) > LONGEST_URL:
            raise Invalid(f"An address has at most {LONGEST_URL} characters.", URL)
        if not (_NAME.fullmatch(target.host) or parsed(target.host)):
            raise Invalid(f"Write the server by its name, {_EXAMPLE}.", URL)
        if not target.is_tls and not self.networks:
            raise Invalid(f"Use an address that starts with https, {_EXAMPLE}.", URL)
        return target

    def _addresses(self, target: Target) -> Sequence[str]:
        """All of a name's addresses: one of them that leads inside is one too many. Raises OSError where it has none."""
        found = [target.host] if parsed(target.host) else self.resolve(target.host, target.port)
        if not found:
            raise OSError("no address")
        if all(self._is_open(address) for address in found):
            return found
        if not all(is_public(address) or self._is_open(address) for address in found):
            raise Invalid("This address leads into a private network. Use one that everyone can reach.", URL)
        if not target.is_tls:
            raise Invalid(f"Use an address that starts with https, {_EXAMPLE}.", URL)
        if not (target.port == 443 or target.port >= 1024):
            raise Invalid("Use port 443, or one from 1024 on.", URL)
        return found

    def _is_open(self, address: str) -> bool:
        found = parsed(address)
        return found is not None and any(found in network for network in self.networks)


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status == GONE:
        raise Invalid("The receiver says that it is gone for good (410).", "gone")
    if is_for_good(status):
        raise Invalid(f"The receiver refuses it ({status}).", URL)
    raise Unavailable(f"The receiver answers {status}.", "webhook")
