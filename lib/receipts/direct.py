"""Files that a browser sends to where files are kept, without the planner between: where to, and what came.

Such a file is nobody's until the planner has looked at it, and it is never kept where it was sent: whoever still has the link
could put another in its place.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple

from lib.errors import Invalid, NotFound, TooLarge
from lib.file_keys import upload_key
from lib.ids import new_id
from lib.ports import Files, Store, Upload
from lib.receipts.arriving import MOST
from lib.receipts.kinds import ACCEPTED
from lib.receipts.waiting import KEPT_FOR
from lib.records import Document

KIND = "receipt-direct"
LASTS = timedelta(hours=1)
_NAMED = re.compile(r"receipts/(?P<user>[^/]+)/(?P<id>[0-9a-f]{32})\.[a-z]+")


class NoRoom(Invalid):
    """Nothing is wrong with the file: there are too many."""


class Invitation(NamedTuple):
    """Two ways to send one file, of up to `most` bytes: as the body of a PUT, or in a form."""

    put: Upload
    form: Upload
    most: int = MOST
    lasts: timedelta = LASTS


def invite(store: Store, files: Files, user_id: str, extension: str, now: datetime) -> Invitation:
    """Where a file with that extension, such as "jpg", may be sent. Raises Invalid for one that is no receipt's."""
    if extension not in ACCEPTED:
        raise Invalid(f"Use one of these: {', '.join(ACCEPTED)}.", "extension")
    upload_id = new_id()
    # Written down before there is a file: the sweep removes what this does not name.
    store.put_document(Document(user_id, KIND, upload_id, {"extension": extension}, now + KEPT_FOR))
    key = upload_key(user_id, upload_id, extension)
    return Invitation(files.upload_link(key, MOST, LASTS), files.upload_form(key, MOST, LASTS))


def find(store: Store, user_id: str, key: str) -> str | None:
    """The id of the upload that was invited to come there; None for any other key, also for those of others."""
    named = _NAMED.fullmatch(key)
    if named is None or named["user"] != user_id:
        return None
    found = store.get_document(user_id, KIND, named["id"])
    is_there = found is not None and upload_key(user_id, named["id"], found.data["extension"]) == key
    return named["id"] if is_there else None


@dataclass
class Came:
    stream: BinaryIO
    is_kept: bool = (
        False  # under the upload's id: only then the upload itself is not needed to be found again
    )


@contextmanager
def taken(store: Store, files: Files, user_id: str, key: str) -> Iterator[Came]:
    """What came, to be looked at. Once it is kept, or was refused for what it is, it is gone: not where something of ours failed,
    or there was no room for it yet.

    Raises:
        NotFound: Where nothing was invited to come there, or nothing has come.
        TooLarge: For more than MOST bytes, which are not read.
    """
    upload_id = find(store, user_id, key)
    if upload_id is None:
        raise NotFound("There is no such upload of yours, or it has ended. Send the file again.")
    try:
        with closing(files.open(key, most=MOST)) as stream:
            came = Came(stream)
            yield came
    except NoRoom:
        raise
    except (Invalid, TooLarge):
        _forget(store, files, user_id, upload_id, key)
        raise
    if came.is_kept:
        _forget(store, files, user_id, upload_id, key)


def _forget(store: Store, files: Files, user_id: str, upload_id: str, key: str) -> None:
    files.remove(key)
    store.remove_document(user_id, KIND, upload_id)


def keys(store: Store, user_id: str) -> set[str]:
    """Where files may be on their way right now."""
    return {
        upload_key(user_id, each.id, each.data["extension"]) for each in store.list_documents(user_id, KIND)
    }
