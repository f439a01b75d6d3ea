"""Who is signed in where. The browser holds a secret token; the server holds what it is good for, and can take it back.

A session ends by itself after a time without use (idle) and, used or not, some time after the sign-in (absolute). Its
document is the person's own, so looking one up needs both their id and the token, and reading it is one look-up by key.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from lib.errors import Changed, NotFound, Unavailable
from lib.identity.agents import describe
from lib.identity.events import What
from lib.identity.security_log import SecurityLog
from lib.ids import hashed, secret_token
from lib.ports import Store
from lib.records import Document, User

KIND = "session"
MAX_SESSIONS = 50  # of one person; whoever signs in more often loses the ones longest unused
NOTED_EVERY = timedelta(hours=1)  # how exact "last used" is: writing on every page would be dear
log = logging.getLogger(__name__)


class Started(NamedTuple):
    token: str  # known nowhere else
    session: Document


class Sessions:
    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        idle: timedelta,
        absolute: timedelta,
        *,
        events: SecurityLog,
    ) -> None:
        self.store, self.now, self.idle, self.absolute = store, now, idle, absolute
        self.events = events

    def start(self, user: User, agent: str, address: str) -> Started:
        """Begin a session.

        Args:
            agent: The User-Agent header; kept as a short description, such as "Firefox on Android".
            address: Where the browser connects from.
        """
        self._make_room(user)
        token, at = secret_token(), self.now()
        data = {
            "created_at": at.isoformat(),
            "seen_at": at.isoformat(),
            "agent": describe(agent),
            "address": address[:64],
        }
        session = Document(user.user_id, KIND, hashed(token), data, self._end(at, at))
        return Started(token, self.store.put_document(session))

    def resume(self, user_id: str, token: str) -> tuple[User, Document] | None:
        """The person and their session, if it has not ended: two reads, and a write when an hour has passed."""
        session = self.store.get_document(user_id, KIND, hashed(token))
        if session is None:
            return None
        user = self.store.get_user(user_id)
        if user is None:
            return None
        return user, self._noted(session)

    def list(self, user: User) -> list[Document]:
        """Where they are signed in, last used first."""
        return sorted(
            self.store.list_documents(user.user_id, KIND), key=lambda s: str(s.data["seen_at"]), reverse=True
        )

    def revoke(self, user: User, session_id: str) -> None:
        """Raises NotFound if they have no such session."""
        session = self.store.get_document(user.user_id, KIND, session_id)
        if session is None or not self.store.remove_document(user.user_id, KIND, session_id):
            raise NotFound("That session has ended already.")
        self.events.note(user, What.SIGNED_OUT, session.data["agent"])

    def end_others(self, user: User, but: str) -> int:
        """Sign them out everywhere save in the session `but`. Returns how many sessions ended."""
        ended = self.end_all(user, but)
        if ended:
            self.events.note(user, What.OTHERS_SIGNED_OUT)
        return ended

    def end_all(self, user: User, but: str = "") -> int:
        """Sign them out everywhere, save in the session `but`. Returns how many sessions ended."""
        ids = [session.id for session in self.store.list_documents(user.user_id, KIND) if session.id != but]
        return sum(self.store.remove_document(user.user_id, KIND, id) for id in ids)

    def _make_room(self, user: User) -> None:
        for session in self.list(user)[MAX_SESSIONS - 1 :]:
            self.store.remove_document(user.user_id, KIND, session.id)

    def _end(self, created: datetime, seen: datetime) -> datetime:
        return min(created + self.absolute, seen + self.idle)

    def _noted(self, session: Document) -> Document:
        """The session with this use of it written down, at most once in NOTED_EVERY."""
        at = self.now()
        if datetime.fromisoformat(session.data["seen_at"]) > at - NOTED_EVERY:
            return session
        end = self._end(datetime.fromisoformat(session.data["created_at"]), at)
        seen = replace(session, data={**session.data, "seen_at": at.isoformat()}, expires_at=end)
        try:
            return self.store.put_document(seen)
        except (Changed, Unavailable):
            # Another request of the same browser has just noted it, or signed out; or nothing can be saved at the moment,
            # which is no reason to show nothing either: the next page notes it.
            log.info("the use of a session was not noted", exc_info=True)
            return session
