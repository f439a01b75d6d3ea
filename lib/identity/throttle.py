"""Slowing down whoever guesses.

A few mistakes are free. After that, every mistake makes a pause in which no try counts, each twice as long as the last.
What is paused is a name as it was typed, so that it makes no difference whether there is an account behind it; and the
address the tries come from. Signing in ends no pause of an address: an attacker with an account of their own gains nothing.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.errors import Changed, TooMany
from lib.ports import Store
from lib.records import Document

OWNER, KIND = "-pauses", "pause"


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    free: int  # tries within `window` that cost nothing
    window: timedelta = timedelta(minutes=15)
    pause: timedelta = timedelta(seconds=30)  # the first; none is longer than `window`


class Throttle:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now

    def allow(self, limit: Limit, who: str) -> None:
        """Raises TooMany, with the seconds to wait, while `who` is in a pause."""
        self.allow_all((limit, who))

    def allow_all(self, *tries: tuple[Limit, str]) -> None:
        """Raises TooMany while any of them is in a pause, with the seconds until the last of those ends. One read."""
        pauses = self.store.get_documents(OWNER, KIND, [_key(*each) for each in tries])
        ends = [pause.expires_at for pause in pauses if pause.expires_at is not None]
        if ends:
            left = max(1, round((max(ends) - self.now()).total_seconds()))
            raise TooMany(f"That was tried too often. Try again in {_words(left)}.", left)

    def count(self, limit: Limit, who: str) -> None:
        """Count a try of `who` that was wrong, or dear; from the last free one on each begins a pause."""
        key = _key(limit, who)
        over = self.store.count_hit(key, limit.window) - limit.free
        if over < 0:
            return
        pause = min(limit.pause * 2 ** min(over, 10), limit.window)
        try:
            self.store.put_document(Document(OWNER, KIND, key, {}, self.now() + pause))
        except Changed:
            return  # a try at the same moment has begun one

    def forget(self, limit: Limit, who: str) -> None:
        """End a pause of `who`."""
        self.store.remove_document(OWNER, KIND, _key(limit, who))


def network(address: str) -> str:
    """What one person is likely to hold: an IPv4 address, however it is written, or the /64 an IPv6 address lies in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _key(limit: Limit, who: str) -> str:
    # Hashed: names people type, sometimes a password by mistake, are not kept.
    return f"{limit.name}-{hashlib.sha256(who.encode(errors='replace')).hexdigest()[:40]}"


def _words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"
