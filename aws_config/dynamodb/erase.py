"""Erasing an account: first the user and their names, so that nothing of theirs is written any more, then everything else."""

from collections.abc import Callable
from datetime import datetime

from aws_config.dynamodb.budgets import CLAIM
from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import compare, delete
from aws_config.dynamodb.recents import NOTED, NOTES, Recents
from aws_config.dynamodb.tables import ALL_TABLES, THEIRS
from aws_config.dynamodb.user_items import has_settled
from aws_config.dynamodb.users import give_up
from aws_config.dynamodb.values import Item, can_be_key, own_key


class Erasing:
    _database: Database
    _recents: Recents
    _now: Callable[[], datetime]

    def erase_user(self, user_id: str) -> bool:
        """Can be repeated: what an interrupted one left is then removed, though the user is gone."""
        if not can_be_key(user_id):
            return True
        erased = self._erase_account(user_id)
        lately = _noted(erased)
        self._recents.forget(user_id, *NOTED)
        for kind, (what, name) in NOTED.items():
            keys = [own_key(user_id, id) for noted, id in lately if noted == kind]
            self._database.remove_all(what, [{name: key} for key in keys])
        # Every table with something of a user's: one that comes later is emptied without anyone thinking of it.
        for table in ALL_TABLES:
            if THEIRS in table.indexes:
                self._erase_indexed(table.what, table.hash, user_id)
            elif table.range:
                self._erase_own(table.what, table.range, user_id)
        return has_settled(erased, self._now())

    def _erase_account(self, user_id: str) -> Item:
        """The user as they were; nothing where they are gone."""
        while (item := self._database.get("users", {"user_id": user_id})) is not None:
            # Whoever writes at this moment changes the revision, and is noted when we look again.
            unchanged = compare("revision", "=", item["revision"])
            writes = [delete("users", {"user_id": user_id}, unchanged)]
            writes += [give_up(field, item) for field in ("username", "email")]
            try:
                with self._database.turn(user_id):
                    self._database.transact(writes)
            except Refused:
                continue
            return item
        return {}

    def _erase_indexed(self, what: str, name: str, user_id: str) -> None:
        """Until the index shows nothing that is not deleted already."""
        deleted: set[str] = set()
        while True:
            theirs = compare("user_id", "=", user_id)
            found = {
                str(item[name])
                for page in self._database.walk(what, theirs, index=THEIRS)
                for item in page.items
            }
            if found <= deleted:
                return
            self._database.remove_all(what, [{name: key} for key in sorted(found - deleted)])
            deleted |= found

    def _erase_own(self, what: str, name: str, user_id: str) -> None:
        theirs = compare("user_id", "=", user_id)
        for page in self._database.walk(what, theirs):
            items = page.items
            if what == "records":
                self._erase_claimed(user_id, items)
            self._database.remove_all(what, [{"user_id": user_id, name: item[name]} for item in items])

    def _erase_claimed(self, user_id: str, items: list[Item]) -> None:
        """Budgets whose category is claimed are known for sure, also where an index is behind."""
        ids = [item["budget_id"] for item in items if item["sk"].startswith(CLAIM)]
        self._database.remove_all("budgets", [{"budget_id": own_key(user_id, id)} for id in ids])


def _noted(item: Item) -> list[tuple[str, str]]:
    """What was written last, by kind and id: an index may not have it yet."""
    keys = set().union(*(keys for name, keys in item.items() if name.startswith(NOTES)))
    return [(kind, id) for kind, _, id in (key.partition("/") for key in sorted(keys))]
