"""What people are called in the log: the same in every line of web server, worker and functions, and nothing that leads to them.

The key is the installation's own, made once and kept in its store: worker and functions do not know what signs cookies, and are
better off so. Whoever has the log alone can look up nobody, not even somebody whose id they know from an address.
"""

import hmac
import secrets
from contextlib import suppress

from lib.errors import Changed, Unavailable
from lib.logs import NOTHING
from lib.ports import Store
from lib.records import Document

OWNER, KIND, ID = "-installation", "key", "log"


class Pseudonyms:
    def __init__(self, store: Store) -> None:
        self._store, self._key = store, b""

    def of(self, user_id: str) -> str:
        """Twelve digits; "-" as long as the key cannot be read. Never raises: a line without a name is better than none."""
        with suppress(Unavailable):
            self._key = self._key or self._read()
        return hmac.digest(self._key, user_id.encode(), "sha256").hex()[:12] if self._key else NOTHING

    def _read(self) -> bytes:
        kept = self._store.get_document(OWNER, KIND, ID)
        if kept is None:
            with suppress(Changed):  # someone else made it just now
                self._store.put_document(Document(OWNER, KIND, ID, {"key": secrets.token_hex(32)}))
            kept = self._store.get_document(OWNER, KIND, ID)
        return bytes.fromhex(kept.data["key"]) if kept is not None else b""
