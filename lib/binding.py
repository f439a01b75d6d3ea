"""Which database the files belong to, so that another one, or an older copy, never takes them for litter.

Store and files carry the same mark. Every sweep of the receipts renews it in both: a copy of the database that is older than
the last sweep has an older mark, and does not know what came since. Whoever tidies files away asks first whether they are his.
"""

import io
from contextlib import closing
from dataclasses import replace

from lib.errors import Changed, NotFound
from lib.file_keys import FOLDERS, owner_of
from lib.ids import new_id
from lib.ports import Files, Store
from lib.records import Document

FOLDER = "-installation"  # no user's
KEY = f"receipts/{FOLDER}/mark.txt"
_MARK = Document("-receipts", "installation", "mark", {"id": "", "before": ""})
_LONGEST = 200  # bytes


def is_ours(store: Store, files: Files) -> bool:
    """Whether the files are this store's. What carries no mark yet is its, if it knows whose they are."""
    return _is_known(_mark_of(files), _noted(store), store, files)


def renew(store: Store, files: Files) -> bool:
    """Whether the files are this store's; both then have a new mark."""
    there, noted = _mark_of(files), _noted(store)
    if not _is_known(there, noted, store, files):
        return False
    try:
        _put(store, files, noted, there)
    except Changed:  # someone else is at it right now
        return False
    return True


def bind(store: Store, files: Files) -> None:
    """Give the files to this store, whoever had them: nobody else sweeps them from now on. Raises Changed."""
    noted = _noted(store)
    _put(store, files, noted, noted.data["id"])


def _noted(store: Store) -> Document:
    return store.get_document(_MARK.user_id, _MARK.kind, _MARK.id) or _MARK


def _is_known(there: str, noted: Document, store: Store, files: Files) -> bool:
    """Cut off between the two, the files have the mark that was before."""
    return there in (noted.data["id"], noted.data["before"]) if there else not _are_strangers(store, files)


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
    """Whether there are files, and none of anybody whom this store knows."""
    owners = {owner_of(key) for folder in FOLDERS for key in files.list(folder)} - {FOLDER}
    return bool(owners) and not any(store.get_user(owner) for owner in owners)
