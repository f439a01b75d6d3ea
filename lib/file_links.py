"""Links to files where no file service signs them: whoever has one may see that file, or send it, until the link ends."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from urllib.parse import quote

from lib.errors import Gone, NotAllowed

Purpose = Literal["see", "send"]


class FileLink(NamedTuple):
    """What one link is good for."""

    purpose: Purpose
    key: str
    name: str = ""  # to save it as
    inline: bool = False  # to be seen in place
    most: int = 0  # bytes that may be sent


class Ended(Gone):
    """This link has ended."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class FileLinks:
    def __init__(self, secret: Callable[[], str], now: Callable[[], datetime]) -> None:
        """`secret` is asked for at the first link: commands and workers make none, and need not know it."""
        self._secret, self._now = secret, now

    def sign(self, link: FileLink, lasts: timedelta) -> str:
        """What stands for it in an address."""
        content = json.dumps([int((self._now() + lasts).timestamp()), *link], separators=(",", ":"))
        return f"{_text(content.encode())}.{self._mark(content.encode())}"

    def read(self, token: str, purpose: Purpose) -> FileLink:
        """Raises Ended for one that was good, NotAllowed for one that we did not sign, or for something else."""
        content, _, mark = token.partition(".")
        try:
            raw = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
        except ValueError:
            raise _forged() from None
        if not hmac.compare_digest(self._mark(raw).encode(), mark.encode(errors="replace")):
            raise _forged()
        until, *values = json.loads(raw)
        link = FileLink(*values)
        if link.purpose != purpose:
            raise _forged()
        if self._now().timestamp() >= until:
            raise Ended(link.key)
        return link

    def _mark(self, content: bytes) -> str:
        key = hashlib.sha256(f"file links\n{self._secret()}".encode()).digest()
        return _text(hmac.digest(key, content, "sha256"))


def disposition(name: str, *, inline: bool) -> str:
    """A Content-Disposition that every browser reads: the name in ASCII, and beside it as it is (RFC 6266)."""
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name
    )
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _forged() -> NotAllowed:
    return NotAllowed("This link is not complete, or not one of ours. Nothing is shown.")
