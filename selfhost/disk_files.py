"""Files in a folder of this machine.

Everything is written to a draft first, which takes the file's place in one step when all of it is on the disk.
"""

import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from lib import file_keys
from lib.errors import NotFound, TooLarge, Unavailable
from lib.file_links import FileLink, FileLinks
from lib.ports import StoredFile, Upload

_ABANDONED = 24 * 3600  # seconds after which nobody is writing a draft any more
ROOM = 500_000_000  # bytes that stay free on the disk: a database that cannot write stops everybody
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class DiskFiles:
    """`lib.ports.Files` below `root`, which is made when it is first needed."""

    origin = ""  # links lead to the planner's own pages

    def __init__(self, root: Path | str, links: FileLinks | None = None, *, room: int = ROOM) -> None:
        """`links` signs them: not needed by whoever makes none. Nothing is put where less than `room` bytes are free."""
        self._root, self._links, self._room = Path(root), links, room
        self._drafts = self._root / ".drafts"

    def check(self) -> None:
        """Whether something can be written right now."""
        with _translated(), self._draft() as (draft, file):
            file.write(b"ok")
            file.flush()
            draft.unlink()

    def put(self, key: str, data: BinaryIO) -> None:
        path = self._path(key)
        with _translated(), self._draft() as (draft, file):
            if shutil.disk_usage(draft.parent).free < self._room:
                raise OSError(errno.ENOSPC, "the disk is nearly full")
            shutil.copyfileobj(data, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
            self._move(draft, path)

    def open(self, key: str, most: int | None = None) -> BinaryIO:
        path = self._path(key)
        with _translated():
            try:
                file = path.open("rb")
            except _ABSENT:
                raise NotFound from None
        if most is not None and os.fstat(file.fileno()).st_size > most:
            file.close()
            raise TooLarge
        return file

    def remove(self, key: str) -> None:
        path = self._path(key)
        with _translated():
            with suppress(*_ABSENT):
                path.unlink()
            with suppress(OSError):  # folders go with their last file
                for folder in path.relative_to(self._root).parents[:-1]:
                    (self._root / folder).rmdir()

    def list(self, prefix: str) -> list[str]:
        folder = self._path(file_keys.checked_prefix(prefix).removesuffix("/"))
        with _translated():
            found = [
                Path(where, name) for where, _, names in os.walk(folder, onerror=_raise) for name in names
            ]
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def head(self, key: str) -> StoredFile:
        path = self._path(key)
        with _translated():
            try:
                found = path.stat()
            except _ABSENT:
                raise NotFound from None
        if not stat.S_ISREG(found.st_mode):
            raise NotFound
        return StoredFile(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def link(self, key: str, lasts: timedelta, name: str, *, inline: bool) -> str:
        return self._signed(FileLink("see", file_keys.checked(key), name, inline), lasts)

    def upload_link(self, key: str, most: int, lasts: timedelta) -> Upload:
        return Upload(key, self._signed(FileLink("send", file_keys.checked(key), most=most), lasts), {})

    def upload_form(self, key: str, most: int, lasts: timedelta) -> Upload:
        return self.upload_link(key, most, lasts)

    def _signed(self, link: FileLink, lasts: timedelta) -> str:
        if self._links is None:
            raise RuntimeError("these files were opened without what signs links")
        return f"/files/{self._links.sign(link, lasts)}"

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*file_keys.checked(key).split("/"))

    @contextmanager
    def _draft(self) -> Iterator[tuple[Path, BinaryIO]]:
        """A new file to write to, gone afterwards unless it was moved."""
        self._drafts.mkdir(parents=True, exist_ok=True)
        self._tidy()
        descriptor, name = tempfile.mkstemp(dir=self._drafts)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield Path(name), file
        finally:
            Path(name).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Remove what a killed process left behind: it may be someone's bank statement."""
        for draft in self._drafts.iterdir():
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < time.time() - _ABANDONED:
                    draft.unlink()

    def _move(self, draft: Path, path: Path) -> None:
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.replace(path)
                break
            except FileNotFoundError:  # someone just removed the folder's last file, and the folder with it
                continue
        for folder in path.relative_to(self._root).parents:
            _sync(self._root / folder)  # the names, too, are on the disk


def _sync(folder: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _raise(error: OSError) -> None:
    if not isinstance(error, _ABSENT):
        raise error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "The planner cannot use its files right now. What was saved before is safe; try again in a moment.",
            part="files",
        ) from error
