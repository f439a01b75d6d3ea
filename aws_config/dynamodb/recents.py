"""Reading one's own writes, though an index follows its table a moment later.

Each transaction notes the keys it touched on the user's own item, which is read strongly consistent at the start of every
request. A list takes those out of the index's answer and puts in what the table has. The notes are sets, an attribute for each
SLOT of time; a write drops those that are past, as far as this process has read of them.

Machines' clocks may differ by SLOT: what any of them noted is then looked up by all of them for SLOT at least.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import Write, present, update
from aws_config.dynamodb.values import Item, own_key

SLOT = 20  # seconds. An index usually follows within one
_KEPT = 2  # slots before and after one's own that count: the one before it, and one for a clock that is behind or ahead
MOST_NOTED = 60  # keys: a page that somebody chose whole, but no import
_REMEMBERED = 2  # seconds that a request takes from reading its user to its lists, or hardly longer
_MOST = 2000  # users remembered

NOTES = "recent_"  # begins the name of each attribute with notes
EXPENSES, BUDGETS, NOTIFICATIONS = "e", "b", "n"
NOTED = {  # table and key
    EXPENSES: ("expenses", "expense_id"),
    BUDGETS: ("budgets", "budget_id"),
    NOTIFICATIONS: ("notifications", "notification_id"),
}


class _Known(NamedTuple):
    """Of a user's item, as it was read."""

    read_at: float  # by the clock that only goes forward
    revision: int  # none older is believed
    keys: frozenset[str]
    attributes: tuple[str, ...]  # that notes are in
    written: frozenset[str] = frozenset()  # kinds that this process has written since


class Recents:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    def touch(
        self,
        user_id: str,
        kind: str,
        ids: Collection[str],
        of: int = 0,
        *,
        counts: Mapping[str, int] | None = None,
        remove: Collection[str] = (),
    ) -> Write:
        """The part of a transaction that raises the user's revision and notes what was touched; refused if they are gone.

        More than MOST_NOTED, here or `of` all that one call writes, are too many to note. Then the moment is, see
        `user_items.revision_of`. `counts` is added to the user's attributes of these names, and `remove` are dropped.
        """
        add: dict[str, Any] = {"revision": 1, **(counts or {})}
        assign = {}
        if max(len(ids), of) <= MOST_NOTED:
            add[f"{NOTES}{self._slot()}"] = {f"{kind}/{id}" for id in ids}
        else:
            assign["bulk"] = int(self._now().timestamp())
        known = self._known.get(user_id)
        return update(
            "users",
            {"user_id": user_id},
            assign=assign,
            add=add,
            remove=[
                *(name for name in (known.attributes if known else ()) if not self._counts(name)),
                *remove,
            ],
            condition=present("user_id"),
        )

    def forget(self, user_id: str, *kinds: str) -> None:
        """After a write: whoever lists such next looks anew, and what was read before it is not believed.

        Lists of other kinds go on with what the request has read: a budget is where it was when an expense is added.
        """
        with self._lock:
            if known := self._known.get(user_id):
                written = known.written.union(kinds)
                self._known[user_id] = known._replace(written=written, revision=known.revision + 1)

    def remember(self, user_id: str, item: Item | None) -> frozenset[str]:
        """What the user's item, just read, says was written lately."""
        notes = {name: keys for name, keys in (item or {}).items() if name.startswith(NOTES)}
        keys = frozenset[str]().union(*(notes[name] for name in notes if self._counts(name)))
        revision = int((item or {}).get("revision", 0))
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known.get(user_id)
            if (
                known is None or known.revision <= revision
            ):  # two that read at once may end in the other order
                self._known[user_id] = _Known(time.monotonic(), revision, keys, tuple(notes))
        return keys

    def items(self, user_id: str, kind: str) -> dict[str, Item | None]:
        """What was written lately, by id and as it is now; None where it is gone."""
        keys = self._keys(user_id, kind)
        ids = [key.removeprefix(f"{kind}/") for key in keys if key.startswith(f"{kind}/")]
        if not ids:
            return {}
        what, name = NOTED[kind]
        found = self._database.get_many(what, [{name: own_key(user_id, id)} for id in ids])
        by_key = {item[name]: item for item in found}
        return {id: by_key.get(own_key(user_id, id)) for id in ids}

    def _keys(self, user_id: str, kind: str) -> frozenset[str]:
        known = self._known.get(user_id)
        is_fresh = known is not None and time.monotonic() - known.read_at <= _REMEMBERED
        if known is not None and is_fresh and kind not in known.written:
            return known.keys
        return self.remember(user_id, self._database.get("users", {"user_id": user_id}))

    def _counts(self, name: str) -> bool:
        """Whether these notes are looked up. Neither the past nor a clock that is quite wrong piles any up."""
        return abs(int(name.removeprefix(NOTES)) - self._slot()) <= _KEPT

    def _slot(self) -> int:
        return int(self._now().timestamp()) // SLOT
