"""What happened to an account's security, for its owner to read: who came in from where, and what was changed about it.

An event is a document of the person's own, so it moves, and is erased, with the account; it ends by itself after a year. What
could come as a flood, such as wrong passwords, is one event a day that counts, and goes before what could not. Noting one never
fails what it is about, and neither does one that another release wrote: it is passed over.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from lib.errors import Changed, Invalid, PlannerError
from lib.identity.agents import describe
from lib.identity.events import COUNTED, PASSING, EventPage, SecurityEvent, What, network_of, visit
from lib.ids import hashed, new_id
from lib.logs import NOTHING
from lib.ports import Store
from lib.records import Document, User

KIND = "security-event"
LASTS = timedelta(days=365)
MOST = 500  # of one person; the oldest go first, those of PASSING before any other
TIDIES = "0"  # an id that ends so, one in sixteen, has those over MOST removed: looking for them each time would be dear
TRIES = 10
DAY = timedelta(days=1)
log = logging.getLogger(__name__)


class SecurityLog:
    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        make_id: Callable[[], str] = new_id,
        pseudonym: Callable[[str], str] = lambda user_id: NOTHING,
    ) -> None:
        """`pseudonym` is what the log calls people."""
        self.store, self.now, self.make_id, self.pseudonym = store, now, make_id, pseudonym

    def note(self, user: User, what: What, about: str = "") -> str:
        """Keep that it happened, by whoever's request is being answered: one small write. What cannot be kept is logged.

        Returns:
            The event's id, or nothing where it is not kept. A sample household has no events.
        """
        if user.demo:
            return ""
        _tell(what, self.pseudonym(user.user_id))
        try:
            if what in COUNTED:
                return self._count(user.user_id, what, LASTS)
            return self._add(user.user_id, what, about)
        except PlannerError:
            log.warning("a security event was not kept: %s", what, exc_info=True)
            return ""

    def note_refused(self, user: User | None, login: str, what: What = What.SIGN_IN_REFUSED) -> None:
        """Keep that a sign-in was refused. For nobody's name the same is written to nobody's account, so that the time it
        takes does not tell whether there is one."""
        if user is not None and not user.demo:
            self.note(user, what)
            return
        nobody = f"-nobody-{hashed(login)[:40]}"
        _tell(what, self.pseudonym(nobody))
        try:
            self._count(nobody, what, timedelta(hours=1))
        except PlannerError:
            log.warning("a refused sign-in of nobody was not kept", exc_info=True)

    def tell_deleted(self, user: User) -> None:
        """To the log alone: what is kept of the account goes with it."""
        _tell(What.ACCOUNT_DELETED, self.pseudonym(user.user_id))

    def get(self, user_id: str, event_id: str) -> SecurityEvent | None:
        document = self.store.get_document(user_id, KIND, event_id)
        return None if document is None else _event(document)

    def knows_a_browser(self, user: User) -> bool:
        """Whether anything of theirs came from one, also what another release wrote: signing in depends on it."""
        return any(document.data.get("browser") for document in self.store.list_documents(user.user_id, KIND))

    def newest(self, user: User) -> list[SecurityEvent]:
        """Of the last year, the newest first, MOST at most."""
        return _by_age(self._by_weight(user.user_id)[:MOST])

    def page(self, user: User, cursor: str = "", limit: int = 50) -> EventPage:
        """Newest first. Raises Invalid for a cursor that is none."""
        events = self.newest(user)
        if cursor:
            after = _place_of(cursor)
            events = [event for event in events if (event.at, event.event_id) < after]
        return EventPage(events[:limit], events[limit - 1].mark if len(events) > limit else "")

    def _add(self, user_id: str, what: What, about: str) -> str:
        event_id, at = self.make_id(), self.now()
        self.store.put_document(Document(user_id, KIND, event_id, _data(what, at, about=about), at + LASTS))
        if event_id.endswith(TIDIES):
            for event in self._by_weight(user_id)[MOST:]:
                self.store.remove_document(user_id, KIND, event.event_id)
        return event_id

    def _count(self, owner: str, what: What, lasts: timedelta) -> str:
        """The store counts, so that none is lost of those at the same moment; whoever counted furthest writes it down."""
        at = self.now()
        event_id = f"{what}.{at.date()}"
        hits = self.store.count_hit(f"{KIND}-{hashed(f'{owner} {what}')[:40]}", DAY)
        for _ in range(TRIES):
            was = self.store.get_document(owner, KIND, event_id)
            since, count, version = (was.data["since"], was.data["count"], was.version) if was else ("", 0, 0)
            data = _data(what, at, since=since, count=max(hits, count))
            with suppress(Changed):  # by another, at the same moment
                self.store.put_document(Document(owner, KIND, event_id, data, at + lasts, version))
                break
        return (
            event_id  # also where others were faster each time: the next one writes down how many there were
        )

    def _by_weight(self, user_id: str) -> list[SecurityEvent]:
        """What stays the longest first."""
        events = [_event(document) for document in self.store.list_documents(user_id, KIND)]
        known = _by_age([event for event in events if event is not None])
        return sorted(known, key=lambda event: event.what in PASSING)


def _by_age(events: list[SecurityEvent]) -> list[SecurityEvent]:
    return sorted(events, key=lambda event: (event.at, event.event_id), reverse=True)


def _tell(what: What, user: str) -> None:
    """For whoever runs the planner: what, and by the line's request where; never a name or an address."""
    log.info("security event %s of %s", what, user, extra={"event": what.value, "user": user})


def _data(what: What, at: datetime, *, since: str = "", count: int = 1, about: str = "") -> dict[str, Any]:
    agent, address = visit.get()
    return {
        "what": what.value,
        "at": at.isoformat(),
        "since": since or at.isoformat(),
        "count": count,
        "browser": describe(agent) if agent or address else "",
        "place": network_of(address),
        "about": about,
    }


def _event(document: Document) -> SecurityEvent | None:
    """None for what this release does not know: a later one wrote it, and is running beside or was gone back from."""
    data = document.data
    if data.get("what") not in set(What):
        return None
    return SecurityEvent(
        document.id,
        What(data["what"]),
        datetime.fromisoformat(data["at"]),
        datetime.fromisoformat(data["since"]),
        data["count"],
        data["browser"],
        data["place"],
        data["about"],
    )


def _place_of(cursor: str) -> tuple[datetime, str]:
    at, _, event_id = cursor.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not event_id:
        raise Invalid("That is not where a page of this list begins. Start from its top.", "cursor")
    return moment, event_id
