"""Which levels of a month someone was told of already: a note that spares looking each of them up, at every expense.

The rows themselves decide: a lost note costs a few reads and tells nobody anything twice.
"""

import logging
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from lib.alerting.rules import Level
from lib.errors import Changed
from lib.periods import Month
from lib.ports import Store
from lib.records import Document, User

KIND = "told"
TOLD, BELOW = "told", "below"  # spending has gone below it since
KEPT = "kept"  # written down with a higher level; it may still be told of, once spending has been below it
WARNED = (
    "warned"  # of what was to come. There is also "settled <spent>": bills are in, and usually no more comes
)
KEPT_FOR = timedelta(days=70)  # after the first of the month
log = logging.getLogger(__name__)


class Told(NamedTuple):
    states: dict[str, str]  # by the level's id
    version: int

    def is_news(self, level: Level) -> bool:
        return self.states.get(level.id, "") not in (TOLD, KEPT, settled(level))


def settled(level: Level) -> str:
    """That it was looked at with so much spent, and is no alarm."""
    return f"settled {level.line.spent}"


def read(store: Store, user: User, month: Month) -> Told:
    note = store.get_document(user.user_id, KIND, str(month))
    return Told(dict(note.data["states"]), note.version) if note else Told({}, 0)


def write(store: Store, user: User, month: Month, told: Told, states: dict[str, str]) -> None:
    """Keep what is known by now. Someone else's note, written meanwhile, stays: it is as good."""
    if states == told.states:
        return
    expires = datetime.combine(month.first, time(), UTC) + KEPT_FOR
    try:
        store.put_document(
            Document(user.user_id, KIND, str(month), {"states": states}, expires, told.version)
        )
    except Changed:
        log.debug("someone else noted what was told")
