"""Accounts."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lib import categories
from lib.errors import Changed, PlannerError, Taken
from lib.records import User
from selfhost.sql.engine import Database
from selfhost.sql.functions import share
from selfhost.sql.rows import from_stamp, maker, to_stamp
from selfhost.sql.tables import metadata, users

PAGE = 200

_COLUMNS = (
    users.c.user_id,
    users.c.username,
    users.c.email,
    users.c.password_hash,
    users.c.created_at,
    users.c.phone,
    users.c.display_name,
    users.c.currency,
    users.c.locale,
    users.c.time_zone,
    users.c.first_weekday,
    users.c.theme,
    users.c.categories,
    users.c.demo,
    users.c.version,
    users.c.revision,
    users.c.unread,
)
_NAMES = [column.name for column in _COLUMNS]
_CREATED_AT, _CATEGORIES = _NAMES.index("created_at"), _NAMES.index("categories")
_GET = select(*_COLUMNS).where(users.c.user_id == bindparam("user_id"))
_BY_USERNAME = select(*_COLUMNS).where(users.c.username_key == bindparam("key"))
_BY_EMAIL = select(*_COLUMNS).where(users.c.email_key == bindparam("key"))
_AFTER = select(*_COLUMNS).where(users.c.user_id > bindparam("after")).order_by(users.c.user_id).limit(PAGE)
_AFTER_SHARE = _AFTER.where(share(users.c.user_id) % bindparam("segments") == bindparam("segment"))
_ADD = insert(users)
_SAVE = (
    update(users)
    .where(users.c.user_id == bindparam("id"), users.c.version == bindparam("read"))
    .values(version=users.c.version + 1, revision=users.c.revision + 1)
    .returning(users.c.revision, users.c.unread)
)
_TOUCH = update(users).where(users.c.user_id == bindparam("id")).values(revision=users.c.revision + 1)
_COUNT = _TOUCH.values(unread=users.c.unread + bindparam("more"))
_HOLD = select(users.c.user_id).where(users.c.user_id == bindparam("id")).with_for_update(key_share=True)
# Every table with something of a user's: one that comes later is emptied without anyone thinking of it.
_ERASE = [
    delete(table).where(table.c.user_id == bindparam("user_id"))
    for table in reversed(metadata.sorted_tables)
    if "user_id" in table.c
]


def touch(connection: Connection, user_id: str) -> bool:
    """Make the user's revision larger; whether there is such a user.

    The first statement of whatever changes something of theirs: on PostgreSQL it holds their row until the end, so that
    writers of one user take turns and cannot lock each other out.
    """
    return connection.execute(_TOUCH, {"id": user_id}).rowcount == 1


def hold(connection: Connection, user_id: str) -> bool:
    """What `touch` does first, where it may turn out that nothing changes. Whether there is such a user."""
    return connection.execute(_HOLD, {"id": user_id}).first() is not None


def count_unread(connection: Connection, user_id: str, more: int) -> None:
    """`touch`, with so many more unread notifications, or less."""
    connection.execute(_COUNT, {"id": user_id, "more": more})


class UserTable:
    _database: Database

    def create_user(self, user: User) -> User:
        created = replace(user, version=1, revision=1, unread=0)
        try:
            with self._database.write() as connection:
                connection.execute(
                    _ADD, _values(created) | {"user_id": user.user_id, "version": 1, "revision": 1}
                )
        except IntegrityError as error:
            raise _taken(error) from error
        return created

    def get_user(self, user_id: str) -> User | None:
        with self._database.read() as connection:
            return _first(connection.execute(_GET, {"user_id": user_id}).first())

    def find_user_by_username(self, username: str) -> User | None:
        with self._database.read() as connection:
            return _first(connection.execute(_BY_USERNAME, {"key": _key(username)}).first())

    def find_user_by_email(self, email: str) -> User | None:
        with self._database.read() as connection:
            return _first(connection.execute(_BY_EMAIL, {"key": _key(email)}).first())

    def save_user(self, user: User) -> User:
        try:
            with self._database.write() as connection:
                row = connection.execute(
                    _SAVE, _values(user) | {"id": user.user_id, "read": user.version}
                ).first()
        except IntegrityError as error:
            raise _taken(error) from error
        if row is None:
            raise Changed
        return replace(user, version=user.version + 1, revision=row.revision, unread=row.unread)

    def erase_user(self, user_id: str) -> bool:
        with self._database.write() as connection:
            touch(connection, user_id)
            for statement in _ERASE:
                connection.execute(statement, {"user_id": user_id})
        return True

    def each_user(self, segment: int = 0, segments: int = 1, after: str = "") -> Iterator[User]:
        statement = _AFTER if segments == 1 else _AFTER_SHARE
        values = {"segment": segment, "segments": segments} if segments > 1 else {}
        while True:
            with self._database.read() as connection:
                found = [_user(row) for row in connection.execute(statement, {"after": after, **values})]
            yield from found
            if len(found) < PAGE:
                return
            after = found[-1].user_id


def _key(name: str) -> str:
    """The same for names that people take for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def _taken(error: IntegrityError) -> PlannerError | IntegrityError:
    # PostgreSQL names the constraint; SQLite only says it in words, "UNIQUE constraint failed: users.email_key".
    diagnosis = getattr(error.orig, "diag", None)
    violated = (diagnosis and diagnosis.constraint_name) or str(error.orig)
    if "username_key" in violated:
        return Taken("That username is already in use. Choose another one.", "username")
    if "email_key" in violated:
        return Taken("There is already an account with that e-mail address.", "email")
    return error


def _values(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "username_key": _key(user.username),
        "email": user.email,
        "email_key": _key(user.email),
        "password_hash": user.password_hash,
        "created_at": to_stamp(user.created_at),
        "phone": user.phone,
        "display_name": user.display_name,
        "currency": user.currency,
        "locale": user.locale,
        "time_zone": user.time_zone,
        "first_weekday": user.first_weekday,
        "theme": user.theme,
        "categories": categories.to_text(user.categories),
        "demo": user.demo,
    }


def _first(row: Any) -> User | None:
    return None if row is None else _user(row)


_made = maker(User)


def _user(row: Any) -> User:
    values = list(row)
    values[_CREATED_AT] = from_stamp(values[_CREATED_AT])
    values[_CATEGORIES] = categories.from_text(values[_CATEGORIES])
    return _made(*values)
