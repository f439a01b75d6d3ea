"""Small documents that may expire, and counters for rate limits."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lib.errors import Changed
from lib.records import Document
from selfhost.sql.engine import Database
from selfhost.sql.notifications import purge_notifications
from selfhost.sql.rows import from_stamp, to_stamp
from selfhost.sql.tables import documents, hits

_OWN = documents.c.user_id == bindparam("owner")
_KIND = documents.c.kind == bindparam("of_kind")
_ID = documents.c.id == bindparam("of_id")
_ALIVE = or_(documents.c.expires_at.is_(None), documents.c.expires_at > bindparam("now"))

_COLUMNS = (documents.c.id, documents.c.data, documents.c.expires_at, documents.c.version)
_GET = select(*_COLUMNS).where(_OWN, _KIND, _ID, _ALIVE)
_GET_MANY = select(*_COLUMNS).where(_OWN, _KIND, documents.c.id.in_(bindparam("ids", expanding=True)), _ALIVE)
_LIST = select(*_COLUMNS).where(_OWN, _KIND, _ALIVE).order_by(documents.c.id)
_EACH = select(documents.c.kind, *_COLUMNS).where(_OWN, _ALIVE).order_by(documents.c.kind, documents.c.id)
_SAVE = (
    update(documents)
    .where(_OWN, _KIND, _ID, _ALIVE, documents.c.version == bindparam("read"))
    .returning(documents.c.version)
)
_REMOVE = delete(documents).where(_OWN, _KIND, _ID, _ALIVE)
_PURGE = [
    delete(documents).where(documents.c.expires_at <= bindparam("now")),
    delete(hits).where(hits.c.expires_at <= bindparam("now")),
]


def _add(insert: Any) -> Any:
    """Add, also in the place of one that has expired and is not purged yet."""
    statement = insert(documents)
    return statement.on_conflict_do_update(
        index_elements=[c.name for c in documents.primary_key],
        set_={name: statement.excluded[name] for name in ("data", "expires_at", "version")},
        where=documents.c.expires_at <= bindparam("now"),
    ).returning(documents.c.version)


def _hit(insert: Any) -> Any:
    return (
        insert(hits)
        .values(count=1)
        .on_conflict_do_update(index_elements=["key", "expires_at"], set_={"count": hits.c.count + 1})
        .returning(hits.c.count)
    )


_ADD = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}
_HIT = {"sqlite": _hit(sqlite.insert), "postgresql": _hit(postgresql.insert)}


class DocumentTable:
    _database: Database
    _now: Callable[[], datetime]

    def get_document(self, user_id: str, kind: str, id: str) -> Document | None:
        with self._database.read() as connection:
            row = connection.execute(_GET, self._key(user_id, kind, id)).first()
        return None if row is None else _document(user_id, kind, row)

    def get_documents(self, user_id: str, kind: str, ids: Sequence[str]) -> list[Document]:
        key = {"owner": user_id, "of_kind": kind, "ids": list(ids), "now": to_stamp(self._now())}
        with self._database.read() as connection:
            rows = connection.execute(_GET_MANY, key).all()
        found = {row.id: _document(user_id, kind, row) for row in rows}
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    def put_document(self, document: Document) -> Document:
        saved = replace(document, version=document.version + 1)
        values = {
            "data": json.dumps(document.data, separators=(",", ":"), allow_nan=False),
            "expires_at": None if document.expires_at is None else to_stamp(document.expires_at),
            "version": saved.version,
        }
        key = self._key(document.user_id, document.kind, document.id)
        with self._database.write() as connection:
            if document.version == 0:
                new = {
                    "user_id": document.user_id,
                    "kind": document.kind,
                    "id": document.id,
                    "now": key["now"],
                }
                done = connection.execute(_ADD[connection.dialect.name], values | new)
            else:
                done = connection.execute(_SAVE, values | key | {"read": document.version})
            if done.first() is None:
                raise Changed
        return saved

    def list_documents(self, user_id: str, kind: str) -> list[Document]:
        with self._database.read() as connection:
            rows = connection.execute(
                _LIST, {"owner": user_id, "of_kind": kind, "now": to_stamp(self._now())}
            ).all()
        return [_document(user_id, kind, row) for row in rows]

    def each_document(self, user_id: str) -> Iterator[Document]:
        with self._database.read() as connection:
            rows = connection.execute(_EACH, {"owner": user_id, "now": to_stamp(self._now())}).all()
        for kind, *row in rows:
            yield _document(user_id, kind, row)

    def remove_document(self, user_id: str, kind: str, id: str) -> bool:
        with self._database.write() as connection:
            return connection.execute(_REMOVE, self._key(user_id, kind, id)).rowcount == 1

    def purge_documents(self) -> int:
        now = {"now": to_stamp(self._now())}
        with self._database.write() as connection:
            purged = sum(connection.execute(statement, now).rowcount for statement in _PURGE)
        # Apart, as it holds users: whoever erases one holds them before their documents.
        with self._database.write() as connection:
            return purged + purge_notifications(connection, now["now"])

    def count_hit(self, key: str, window: timedelta) -> int:
        length = window // timedelta(microseconds=1)
        now = to_stamp(self._now())
        with self._database.write() as connection:
            return int(
                connection.execute(
                    _HIT[connection.dialect.name], {"key": key, "expires_at": now - now % length + length}
                ).scalar_one()
            )

    def _key(self, user_id: str, kind: str, id: str) -> dict[str, Any]:
        return {"owner": user_id, "of_kind": kind, "of_id": id, "now": to_stamp(self._now())}


def _document(user_id: str, kind: str, row: Any) -> Document:
    id, data, expires_at, version = row
    return Document(
        user_id, kind, id, json.loads(data), None if expires_at is None else from_stamp(expires_at), version
    )
