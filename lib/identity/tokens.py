"""Tokens for programs: "sbp_<user id>_<secret>", shown once, stored as a hash.

The fixed beginning lets secret scanners find one that was published by mistake.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from lib.errors import Changed, Invalid, NotAllowed, NotFound, Unavailable
from lib.identity.events import What
from lib.identity.security_log import SecurityLog
from lib.ids import hashed, secret_token
from lib.ports import Store
from lib.records import Document, User
from lib.storable import text

KIND = "token"
SCOPES = ("read", "write")
LIVES = (30, 90, 365, 0)  # days; 0 is for ever
MAX_TOKENS = 50
MAX_NAME = 60
NOTED_EVERY = timedelta(hours=1)
_SHAPE = re.compile(r"sbp_([0-9A-Za-z-]{1,64})_([0-9A-Za-z_-]{43})", re.ASCII)
log = logging.getLogger(__name__)


class ApiTokens:
    def __init__(self, store: Store, now: Callable[[], datetime], events: SecurityLog) -> None:
        self.store, self.now, self.events = store, now, events

    def create(self, user: User, name: str, scope: str, days: int) -> tuple[Document, str]:
        """A new token for `days` days (0: for ever), and its text, which cannot be shown again.

        Raises:
            Invalid: At the field "name", "scope" or "days".
            NotAllowed: In the sample household.
        """
        if user.demo:
            raise NotAllowed("The sample household has no tokens. Make an account to use the API.")
        name = " ".join(text(name, "name", MAX_NAME, required=True).split())
        if scope not in SCOPES:
            raise Invalid("Choose what the token may do.", "scope")
        if days not in LIVES:
            raise Invalid("Choose how long the token lasts.", "days")
        if len(self.list(user)) >= MAX_TOKENS:
            raise Invalid(f"There can be {MAX_TOKENS} tokens at most. Revoke one first.", "name")
        secret, at = secret_token(), self.now()
        data = {
            "name": name,
            "scope": scope,
            "created_at": at.isoformat(),
            "used_at": "",
            "ends_with": secret[-4:],
        }
        end = at + timedelta(days=days) if days else None
        document = Document(user.user_id, KIND, hashed(secret), data, end)
        made = self.store.put_document(document)
        self.events.note(user, What.TOKEN_MADE, name)
        return made, f"sbp_{user.user_id}_{secret}"

    def check(self, token: str) -> tuple[User, Document] | None:
        """Whose token it is and what it may do (`data["scope"]`); None if it is none, has ended or was revoked."""
        shape = _SHAPE.fullmatch(token)
        if shape is None:
            return None
        document = self.store.get_document(shape[1], KIND, hashed(shape[2]))
        user = self.store.get_user(shape[1]) if document else None
        if document is None or user is None:
            return None
        return user, self._noted(document)

    def list(self, user: User) -> list[Document]:
        """Those that work, newest first."""
        return sorted(
            self.store.list_documents(user.user_id, KIND),
            key=lambda t: str(t.data["created_at"]),
            reverse=True,
        )

    def revoke(self, user: User, token_id: str) -> None:
        """Raises NotFound if they have no such token."""
        token = self.store.get_document(user.user_id, KIND, token_id)
        if token is None or not self.store.remove_document(user.user_id, KIND, token_id):
            raise NotFound("That token has ended already.")
        self.events.note(user, What.TOKEN_REVOKED, token.data["name"])

    def end_all(self, user: User) -> None:
        for token in self.list(user):
            self.store.remove_document(user.user_id, KIND, token.id)

    def _noted(self, token: Document) -> Document:
        """The token with this use of it written down, at most once in NOTED_EVERY."""
        used, at = str(token.data["used_at"]), self.now()
        if used and datetime.fromisoformat(used) > at - NOTED_EVERY:
            return token
        try:
            return self.store.put_document(replace(token, data={**token.data, "used_at": at.isoformat()}))
        except (Changed, Unavailable):
            # Another request with the same token has just noted it, or it was revoked; or nothing can be saved at the
            # moment, which is no reason to read nothing either.
            log.info("the use of a token was not noted", exc_info=True)
            return token
