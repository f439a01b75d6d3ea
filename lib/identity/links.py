"""Links that work once: "<user id>.<secret>" in an e-mail, a hash on the server."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from lib.ids import hashed, secret_token
from lib.ports import Store
from lib.records import Document

_SHAPE = re.compile(r"([0-9A-Za-z-]{1,64})\.([0-9A-Za-z_-]{43})", re.ASCII)


class Links:
    """One kind of link. A new one for the same person ends the earlier ones."""

    def __init__(self, store: Store, now: Callable[[], datetime], kind: str, lasts: timedelta) -> None:
        self.store, self.now, self.kind, self.lasts = store, now, kind, lasts

    def issue(self, user_id: str, data: Mapping[str, Any]) -> str:
        """A new token; `data` comes back with its use."""
        self.end_all(user_id)
        secret = secret_token()
        self.store.put_document(Document(user_id, self.kind, hashed(secret), data, self.now() + self.lasts))
        return f"{user_id}.{secret}"

    def look(self, token: str) -> Document | None:
        """What the token is good for, without using it up."""
        shape = _SHAPE.fullmatch(token)
        return self.store.get_document(shape[1], self.kind, hashed(shape[2])) if shape else None

    def use(self, token: str) -> Document | None:
        """What the token is good for, to exactly one caller; it has ended then."""
        link = self.look(token)
        if link is None or not self.store.remove_document(link.user_id, self.kind, link.id):
            return None
        return link

    def open(self, user_id: str) -> list[Document]:
        """Those that could still be used."""
        return self.store.list_documents(user_id, self.kind)

    def end_all(self, user_id: str) -> None:
        for link in self.open(user_id):
            self.store.remove_document(user_id, self.kind, link.id)
