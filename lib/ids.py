"""Names for new things: unique, unguessable, and sorted by when they were made."""

import hashlib
import secrets
import time
from uuid import uuid4


def new_user_id() -> str:
    return uuid4().hex


def new_id() -> str:
    """32 lower-case hexadecimal digits, the first 12 being the milliseconds since 1970 (as RFC 9562 lays out version 7)."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def id_for(user_id: str, key: str) -> str:
    """The id of what `user_id` creates under the idempotency key `key`: the same pair always gives the same id.

    A key made by `new_id` lends its time, so that the result sorts like any other id.
    """
    when = key[:12] if len(key) == 32 and all(c in "0123456789abcdef" for c in key) else "0" * 12
    return when + hashlib.sha256(f"{user_id}\n{key}".encode()).hexdigest()[:20]


def secret_token() -> str:
    """256 random bits for links, cookies and bearer tokens."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored of a secret token: enough to recognise it, useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()
