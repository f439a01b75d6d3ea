"""Small documents that may expire, and counters for rate limits: items of `records`.

What a document holds is kept as JSON text: the program's values come back as they were, with any key and any text in them.
DynamoDB deletes what has expired some time later; until then we look away.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import (
    Condition,
    absent,
    all_of,
    any_of,
    begins,
    compare,
    delete,
    put,
    update,
)
from aws_config.dynamodb.values import (
    LONGEST_SORT,
    Item,
    can_be_key,
    from_stamp,
    json_text,
    kept,
    optional_stamp,
    seconds,
    short,
    stamp,
)
from lib.errors import Changed
from lib.records import Document

_HITS = "-hits/"  # each key has a partition of its own: everyone's in one would be too many for it
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class DocumentTable:
    _database: Database
    _now: Callable[[], datetime]

    def get_document(self, user_id: str, kind: str, id: str) -> Document | None:
        key = _key(user_id, kind, id)
        item = self._database.get("records", key) if _can_be(key) else None
        return None if item is None or self._has_expired(item) else _to_document(item, kind)

    def get_documents(self, user_id: str, kind: str, ids: Sequence[str]) -> list[Document]:
        keys = filter(_can_be, (_key(user_id, kind, id) for id in dict.fromkeys(ids)))
        items = self._database.get_many("records", list(keys))
        found = {document.id: document for document in self._alive_of(items, kind)}
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    def put_document(self, document: Document) -> Document:
        saved = replace(document, version=document.version + 1)
        item = _to_item(saved)
        if document.version == 0:
            condition: Condition = any_of(absent("sk"), compare("expires", "<=", stamp(self._now())))
        else:
            condition = all_of(compare("version", "=", document.version), self._alive())
        try:
            self._database.write(put("records", item, condition))
        except Refused as refused:
            if refused.there is None or refused.there.get("written") != item["written"]:
                raise Changed from refused  # else boto3 repeated what had arrived
        return saved

    def list_documents(self, user_id: str, kind: str) -> list[Document]:
        if not can_be_key(user_id):
            return []
        theirs = all_of(compare("user_id", "=", user_id), begins("sk", f"{_kind(kind)}#"))
        pages = self._database.walk("records", theirs)
        documents = [document for page in pages for document in self._alive_of(page.items, kind)]
        return sorted(documents, key=lambda document: document.id)

    def each_document(self, user_id: str) -> Iterator[Document]:
        if not can_be_key(user_id):
            return
        for page in self._database.walk("records", compare("user_id", "=", user_id)):
            for item in page.items:
                if "data" in item and not self._has_expired(item):  # what has none is no document
                    yield _to_document(item, item["sk"].partition("#")[0])

    def remove_document(self, user_id: str, kind: str, id: str) -> bool:
        key = _key(user_id, kind, id)
        if not _can_be(key):
            return False
        try:
            # A transaction, because it knows itself again where boto3 repeats it: exactly one caller hears that it was there.
            self._database.transact([delete("records", key, all_of(_there, self._alive()))])
        except Refused:
            return False
        return True

    def purge_documents(self) -> int:
        """DynamoDB deletes by itself what has expired (see `tables`), at no cost."""
        return 0

    def count_hit(self, key: str, window: timedelta) -> int:
        length, now = window // _MICROSECOND, (self._now() - _EPOCH) // _MICROSECOND
        end = now - now % length + length
        counter = {"user_id": _HITS + short(key), "sk": f"{length}#{end}"}
        count = update("records", counter, assign={"expires_at": -(-end // 10**6)}, add={"count": 1})
        return int(self._database.write(count, returned="UPDATED_NEW")["count"])

    def _alive_of(self, items: list[Item], kind: str) -> list[Document]:
        return [_to_document(item, kind) for item in items if not self._has_expired(item)]

    def _alive(self) -> Condition:
        return any_of(absent("expires"), compare("expires", ">", stamp(self._now())))

    def _has_expired(self, item: Item) -> bool:
        return "expires" in item and item["expires"] <= stamp(self._now())


def _there(terms: Any) -> str:
    return f"attribute_exists({terms.name('sk')})"


def _kind(kind: str) -> str:
    if "#" in kind:
        raise ValueError("a kind has no number sign")
    return kind


def _key(user_id: str, kind: str, id: str) -> Item:
    return {"user_id": user_id, "sk": f"{_kind(kind)}#{short(id)}"}


def _can_be(key: Item) -> bool:
    return can_be_key(key["user_id"]) and can_be_key(key["sk"], LONGEST_SORT)


def _to_item(document: Document) -> Item:
    end = document.expires_at
    item = (
        _key(document.user_id, document.kind, document.id)
        | {
            "data": json_text(document.data),
            "expires": optional_stamp(end),  # exact; DynamoDB's own is in whole seconds, and not before
            "expires_at": None if end is None else seconds(end),
            "version": document.version,
            "written": uuid4().hex[:16],
        }
    )
    if short(document.id) != document.id:
        item["id"] = document.id
    return kept(item)


def _to_document(item: Item, kind: str) -> Document:
    expires = item.get("expires")
    return Document(
        item["user_id"],
        kind,
        item.get("id", item["sk"].removeprefix(f"{kind}#")),
        json.loads(item["data"]),
        from_stamp(expires) if expires else None,
        int(item["version"]),
    )
