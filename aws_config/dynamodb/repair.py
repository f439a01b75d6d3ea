"""Kept totals, compared with the expenses."""

import time
from collections.abc import Callable
from datetime import datetime

from aws_config.dynamodb import totals
from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expense_items import to_expense
from aws_config.dynamodb.expressions import Write, compare, put, update
from aws_config.dynamodb.listing import ExpenseLists
from aws_config.dynamodb.recents import Recents
from aws_config.dynamodb.totals import Key, Total, Totals
from aws_config.dynamodb.user_items import has_settled
from lib.errors import Unavailable
from lib.records import Filters

_TRIES = 8
_INDEX_FOLLOWS = 1  # seconds, before a difference is believed: the expenses are read from an index
_MOST_MONTHS = 99  # in one transaction, beside the user


class TotalRepair(ExpenseLists):
    _database: Database
    _recents: Recents
    _now: Callable[[], datetime]

    def settled(self, user_id: str) -> bool:
        return has_settled(self._database.get("users", {"user_id": user_id}) or {}, self._now())

    def repair_totals(self, user_id: str) -> list[str]:
        for _ in range(_TRIES):
            kept, right, revision = self._both(user_id)
            if kept == right:
                return []
            if not self.settled(user_id):
                raise Unavailable(
                    "Much was just written to this account. Try again in half a minute.", part="store"
                )
            time.sleep(_INDEX_FOLLOWS)
            if self._both(user_id) == (kept, right, revision) and self._repaired(
                user_id, kept, right, revision
            ):
                return [
                    _difference(key, kept.get(key), right.get(key))
                    for key in sorted(kept | right)
                    if kept.get(key) != right.get(key)
                ]
        raise Unavailable(
            "This account is written to all the time. Try again when it is quiet.", part="store"
        )

    def _both(self, user_id: str) -> tuple[Totals, Totals, int]:
        """The totals as kept and as the expenses say, and the revision before: with it gone, neither is to be believed."""
        user = self._database.get("users", {"user_id": user_id}) or {}
        self._recents.remember(user_id, user)
        kept = totals.read(self._months(user_id))
        right: Totals = {}
        for item in self.each_item(user_id, Filters()):
            totals.counted(right, to_expense(item))
        return kept, {key: right[key] for key in sorted(right)}, int(user.get("revision", 0))

    def _repaired(self, user_id: str, kept: Totals, right: Totals, revision: int) -> bool:
        """Whether the totals are right now; someone may have written in between."""
        wrong = sorted({key.month for key in kept | right if kept.get(key) != right.get(key)})
        for start in range(0, len(wrong), _MOST_MONTHS):
            months = [_month(user_id, month, right) for month in wrong[start : start + _MOST_MONTHS]]
            unchanged = compare("revision", "=", revision)
            touch = update("users", {"user_id": user_id}, add={"revision": 1}, condition=unchanged)
            try:
                with self._database.turn(user_id):
                    self._database.transact([touch, *months])
            except Refused:
                return False
            revision += 1
        return True


def _month(user_id: str, month: str, right: Totals) -> Write:
    item = {"user_id": user_id, "month": month}
    for key, total in right.items():
        if key.month == month:
            item |= totals.attributes(key, total)  # type: ignore[arg-type]
    return put("summaries", item)


def _difference(key: Key, kept: Total | None, right: Total | None) -> str:
    return f"{key.month} {key.category}: kept {_said(key, kept)}, the expenses say {_said(key, right)}"


def _said(key: Key, total: Total | None) -> str:
    return "nothing" if total is None else f"{total.spent} {key.currency} of {total.expenses}"
