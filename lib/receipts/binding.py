"""Which database the files belong to, so that the sweep of another one, or of an older copy, never takes them for litter.

Store and files carry the same mark. Every sweep renews it in both: a copy of the database that is older than the last sweep
has an older mark, and does not know what came since.
"""

import io
from contextlib import closing
from dataclasses import replace

from lib.errors import Changed, NotFound
from lib.file_keys import owner_of
from lib.ids import new_id
from lib.ports import Files, Store
from lib.records import Document

FOLDER = "-installation"  # no user's
KEY = f"receipts/{FOLDER}/mark.txt"
_MARK = Document("-receipts", "installation", "mark", {"id": "", "before": ""})
_LONGEST = 200  # bytes


def renew(store: Store, files: Files) -> bool:
    """Whether the files are this store's; both then have a new mark. What carries none yet is its, if it knows whose they are."""
    there = _mark_of(files)
    noted = store.get_document(_MARK.user_id, _MARK.kind, _MARK.id) or _MARK
    # Cut off between the two, the files have the mark that was before.
    if there not in (noted.data["id"], noted.data["before"]) if there else _are_strangers(store, files):
        return False
    try:
        _put(store, files, noted, there)
    except Changed:  # someone else is at it right now
        return False
    return True


def bind(store: Store, files: Files) -> None:
    """Give the files to this store, whoever had them: nobody else sweeps them from now on. Raises Changed."""
    noted = store.get_document(_MARK.user_id, _MARK.kind, _MARK.id) or _MARK
    _put(store, files, noted, noted.data["id"])


def _put(store: Store, files: Files, noted: Document, before: str) -> None:
    mark = new_id()
    store.put_document(replace(noted, data={"id": mark, "before": before}))
    files.put(KEY, io.BytesIO(mark.encode()))


def _mark_of(files: Files) -> str:
    try:
        with closing(files.open(KEY)) as file:
            return file.read(_LONGEST).decode(errors="replace").strip()
    except NotFound:
        return ""


def _are_strangers(store: Store, files: Files) -> bool:
    """Whether there are receipts, and none of anybody whom this store knows."""
    owners = {owner_of(key) for key in files.list("receipts/")} - {FOLDER}
    return bool(owners) and not any(store.get_user(owner) for owner in owners)
