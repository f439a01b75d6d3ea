"""Accounts. A claim in `records` makes each username and e-mail one person's; it is made and given up with the account.

Names are looked up through an index. Where that has not followed yet, the claim, which is read strongly consistent, says it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import (
    Condition,
    Write,
    absent,
    all_of,
    any_of,
    compare,
    delete,
    put,
    update,
)
from aws_config.dynamodb.recents import Recents
from aws_config.dynamodb.tables import BY_EMAIL, BY_USERNAME, Index
from aws_config.dynamodb.user_items import content_of, name_key, revision_of, to_user
from aws_config.dynamodb.values import Item, can_be_key, kept
from lib.errors import Changed, Taken
from lib.records import User

CLAIMS = "-claims"
_TAKEN = {
    "username": "That username is already in use. Choose another one.",
    "email": "There is already an account with that e-mail address.",
}
_INDEXES = {"username": BY_USERNAME, "email": BY_EMAIL}


class UserTable:
    _database: Database
    _recents: Recents
    _now: Callable[[], datetime]

    def create_user(self, user: User) -> User:
        item = kept(content_of(user) | {"user_id": user.user_id, "version": 1, "revision": 1})
        try:
            self._database.transact(
                [put("users", item, absent("user_id")), *(_claim(field, item) for field in _TAKEN)]
            )
        except Refused as refused:
            raise _taken(refused.failed[1:]) from refused
        return replace(user, version=1, revision=revision_of(item, self._now()), unread=0)

    def get_user(self, user_id: str) -> User | None:
        if not can_be_key(user_id):
            return None
        item = self._database.get("users", {"user_id": user_id})
        self._recents.remember(user_id, item)
        return None if item is None else self._user(item)

    def find_user_by_username(self, username: str) -> User | None:
        return self._find("username", username)

    def find_user_by_email(self, email: str) -> User | None:
        return self._find("email", email)

    def save_user(self, user: User) -> User:
        before = self._database.get("users", {"user_id": user.user_id})
        if before is None or before["version"] != user.version:
            raise Changed
        content = content_of(user)
        moved = [field for field in _TAKEN if content[f"{field}_key"] != before[f"{field}_key"]]
        if moved:
            return self._save_moved(user, before, moved)
        try:
            return self._user(self._database.write(_save(user, content), returned="ALL_NEW"))
        except Refused as refused:
            there = self._user(refused.there) if refused.there else None
            if there is None or there != _after(user, there):
                raise Changed from refused
            return there  # boto3 repeated what had arrived

    def each_user(self, segment: int = 0, segments: int = 1, after: str = "") -> Iterator[User]:
        seen = {"user_id": after} if after else None
        for page in self._database.scan("users", segment=segment, segments=segments, after=seen):
            yield from map(self._user, page.items)

    def _save_moved(self, user: User, before: Item, moved: list[str]) -> User:
        """Save, and give up what was claimed before for what is claimed now."""
        content = content_of(user)
        writes = [_save(user, content)]
        for field in moved:
            writes += [_claim(field, content | {"user_id": user.user_id}), give_up(field, before)]
        try:
            self._database.transact(writes)
        except Refused as refused:
            if refused.failed[0]:
                raise Changed from refused
            fields = dict(zip(moved, refused.failed[1::2], strict=True))
            raise _taken([fields.get(field, False) for field in _TAKEN]) from refused
        saved = self.get_user(user.user_id)
        if saved is None:  # erased right after
            raise Changed
        return _after(user, saved)

    def _user(self, item: Item) -> User:
        return to_user(item, self._now())

    def _find(self, field: str, name: str) -> User | None:
        key = name_key(name)
        if not can_be_key(key):
            return None
        return self._found(field, key, self._indexed(_INDEXES[field], key)) or self._found(
            field, key, self._claimed(field, key)
        )

    def _found(self, field: str, key: str, user_id: str) -> User | None:
        """That user, if it is still who is called so."""
        item = self._database.get("users", {"user_id": user_id}) if user_id else None
        if item is None or item[f"{field}_key"] != key:
            return None
        self._recents.remember(user_id, item)
        return self._user(item)

    def _indexed(self, index: Index, key: str) -> str:
        for page in self._database.walk("users", compare(index.hash, "=", key), index=index, limit=1):
            return str(page.items[0]["user_id"]) if page.items else ""
        return ""

    def _claimed(self, field: str, key: str) -> str:
        claim = self._database.get("records", _claim_key(field, key))
        return str(claim["owner"]) if claim else ""


def _claim_key(field: str, key: str) -> Item:
    return {"user_id": CLAIMS, "sk": f"{field}#{key}"}


def _claim(field: str, item: Item) -> Write:
    """Make the name theirs, if it is nobody's; or theirs already."""
    key = _claim_key(field, item[f"{field}_key"])
    free: Condition = any_of(absent("user_id"), compare("owner", "=", item["user_id"]))
    return put("records", key | {"owner": item["user_id"]}, free)


def give_up(field: str, item: Item) -> Write:
    """Make the name of the user in `item` free, if it is theirs."""
    theirs: Condition = any_of(absent("user_id"), compare("owner", "=", item["user_id"]))
    return delete("records", _claim_key(field, item[f"{field}_key"]), theirs)


def _taken(failed: object) -> Taken | Changed:
    for field, was_taken in zip(_TAKEN, failed, strict=True):  # type: ignore[call-overload]
        if was_taken:
            return Taken(_TAKEN[field], field)
    return Changed()


def _after(user: User, there: User) -> User:
    """`user` once saved, with what is the store's own as it is there."""
    return replace(user, version=user.version + 1, revision=there.revision, unread=there.unread)


def _save(user: User, content: Item) -> Write:
    filled = kept(content)
    return update(
        "users",
        {"user_id": user.user_id},
        assign=filled | {"version": user.version + 1},
        add={"revision": 1},
        remove=[name for name in content if name not in filled],
        condition=all_of(compare("version", "=", user.version)),
    )
