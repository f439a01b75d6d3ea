"""Messages in the form that servers take: e-mails by RFC 5322, SMS to numbers by E.164."""

import hashlib
import re
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email

from lib.errors import Invalid
from lib.records import Email

_HEADER = re.compile(r"[!-9;-~]+")  # RFC 5322: printable ASCII without the colon
_LOCAL = re.compile(
    r"[\w.+-]+@[\w.-]+", re.ASCII
)  # planner@localhost: fine within one machine, or in a company
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_LINE = 990  # characters; RFC 5322 ends lines at 998
LONGEST_SMS = 1600  # characters, which phones put together from several SMS


def check_sms(phone: str, text: str = "-") -> None:
    """Raise Invalid for what no way of sending SMS takes."""
    if not _PHONE.fullmatch(phone):
        raise Invalid("Write the number with its country, such as +4915112345678.", "phone")
    if not 0 < len(text) <= LONGEST_SMS:
        raise Invalid(f"An SMS has 1 to {LONGEST_SMS} characters.", "text")


def compose(email: Email, sender: str, encoding: str | None = None) -> EmailMessage:
    """The message in RFC 5322's form.

    Args:
        encoding: How the text is transferred; by default what every mail server takes.

    Raises:
        Invalid: If a header would hold a line break or an address that is none: nobody can add headers of their own.
    """
    # Its default policy refuses line breaks in headers and encodes what is not ASCII.
    message = EmailMessage()
    name, address = parseaddr(sender)
    try:
        sent_by = _address(address, name or "Smart Budget Planner")
        message["From"] = sent_by
        message["To"] = _address(email.to)
        message["Subject"] = email.subject
        message["Date"] = formatdate(usegmt=True)
        if email.key:
            mark = hashlib.sha256(email.key.encode()).hexdigest()[:32]
            message["Message-ID"] = f"<{mark}@{sent_by.domain}>"
            message["Smart-Budget-Id"] = mark  # SES puts a Message-ID of its own in the place of ours
        else:
            message["Message-ID"] = make_msgid(domain=sent_by.domain)
        message["Auto-Submitted"] = "auto-generated"  # so that absence notes do not answer
        for header, value in email.headers:
            if not _HEADER.fullmatch(header):
                raise ValueError("not a header's name")
            message[header] = _header(header, value)
    except (ValueError, MessageError) as error:
        raise Invalid("This message cannot be addressed.", "to") from error
    message.set_content(email.text, cte=encoding)
    if email.html:
        message.add_alternative(email.html, subtype="html")
    return message


class _Whole(UnstructuredHeader):
    def fold(self: Any, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_whole = HeaderRegistry(default_class=_Whole, use_default_map=False)


def _header(name: str, value: str) -> str:
    """The header's value, whole where it can be: Python encodes what has no space to break a line at, and no mail program
    finds a link in `=?utf-8?q?=3Chttps…`."""
    fits = value.isascii() and value.isprintable() and len(name) + len(value) < LONGEST_LINE
    return _whole(name, value) if fits else value


def _address(text: str, name: str = "") -> Address:
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        if not _LOCAL.fullmatch(text):
            raise ValueError("not an address") from None
        return Address(name, addr_spec=text)
    return Address(name, found.local_part, found.ascii_domain)
