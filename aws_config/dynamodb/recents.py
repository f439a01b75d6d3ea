"""Reading one's own writes, though an index follows its table a moment later.

Each transaction notes the keys it touched on the user's own item, which is read strongly consistent at the start of every
request. A list takes those out of the index's answer and puts in what the table has. The notes are sets in four attributes
that take turns by time, so that a write drops the old ones without reading them.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import Write, present, update
from aws_config.dynamodb.values import Item, own_key

SLOT = (
    20  # seconds; what was written is looked up for this long at least. An index usually follows within one
)
SLOTS = 4
MOST_NOTED = 60  # keys: a page that somebody chose whole, but no import
_REMEMBERED = 2  # seconds that a request takes from reading its user to its lists, or hardly longer
_MOST = 2000  # users remembered

EXPENSES, BUDGETS, NOTIFICATIONS = "e", "b", "n"
NOTED = {  # table and key
    EXPENSES: ("expenses", "expense_id"),
    BUDGETS: ("budgets", "budget_id"),
    NOTIFICATIONS: ("notifications", "notification_id"),
}


class Recents:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
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
        slot = self._slot()
        add: dict[str, Any] = {"revision": 1, **(counts or {})}
        assign = {"wrote": slot}
        if max(len(ids), of) <= MOST_NOTED:
            add[_attribute(slot)] = {f"{kind}/{id}" for id in ids}
        else:
            assign["bulk"] = int(self._now().timestamp())
        return update(
            "users",
            {"user_id": user_id},
            assign=assign,
            add=add,
            remove=[_attribute(slot + 1), _attribute(slot + 2), *remove],
            condition=present("user_id"),
        )

    def forget(self, user_id: str) -> None:
        """After a write: whoever lists next looks anew."""
        self._known.pop(user_id, None)

    def remember(self, user_id: str, item: Item | None) -> frozenset[str]:
        """What the user's item, just read, says was written lately."""
        keys = frozenset(self._noted(item or {}))
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[user_id] = (time.monotonic(), keys)
        return keys

    def items(self, user_id: str, kind: str) -> dict[str, Item | None]:
        """What was written lately, by id and as it is now; None where it is gone."""
        keys = self._keys(user_id)
        ids = [key.removeprefix(f"{kind}/") for key in keys if key.startswith(f"{kind}/")]
        if not ids:
            return {}
        what, name = NOTED[kind]
        found = self._database.get_many(what, [{name: own_key(user_id, id)} for id in ids])
        by_key = {item[name]: item for item in found}
        return {id: by_key.get(own_key(user_id, id)) for id in ids}

    def _keys(self, user_id: str) -> frozenset[str]:
        known = self._known.get(user_id)
        if known is not None and time.monotonic() - known[0] <= _REMEMBERED:
            return known[1]
        return self.remember(user_id, self._database.get("users", {"user_id": user_id}))

    def _noted(self, item: Item) -> set[str]:
        if "wrote" not in item or item["wrote"] < self._slot() - 2:
            return set()
        return set().union(*(item.get(_attribute(slot), ()) for slot in range(SLOTS)))

    def _slot(self) -> int:
        return int(self._now().timestamp()) // SLOT


def _attribute(slot: int) -> str:
    return f"recent_{slot % SLOTS}"
