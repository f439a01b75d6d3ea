"""Files in a folder of this machine."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from lib.errors import Invalid, NotFound, Unavailable

# Letters, digits and "._-" in parts that neither hide nor climb: the same name on every file system.
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}", re.ASCII)
_DRAFT = ".draft-"


class DiskFiles:
    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)

    def check(self) -> None:
        """Whether something can be written right now."""
        with _translated():
            self._root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._root, prefix=_DRAFT) as draft:
                draft.write(b"ok")
                draft.flush()

    def put(self, key: str, data: BinaryIO) -> None:
        path = self._path(key)
        with _translated():
            self._make_folder(path.parent)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT)
            draft = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    shutil.copyfileobj(data, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            _sync(path.parent)  # the name, too, is on the disk

    def open(self, key: str) -> BinaryIO:
        path = self._path(key)
        with _translated():
            try:
                return path.open("rb")
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise NotFound from None

    def remove(self, key: str) -> None:
        path = self._path(key)
        with _translated():
            try:
                path.unlink(missing_ok=True)
            except (NotADirectoryError, IsADirectoryError):
                return
            with suppress(OSError):  # a folder goes with its last file
                for folder in path.parents:
                    if folder == self._root:
                        break
                    folder.rmdir()

    def list(self, prefix: str) -> list[str]:
        if not prefix.endswith("/"):
            raise Invalid("A prefix ends in a slash.")
        folder = self._path(prefix[:-1])
        with _translated():
            found = [
                path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(_DRAFT)
            ]
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(_PART.fullmatch(part) for part in parts):
            raise Invalid("This is not the name of a file here.")
        return self._root.joinpath(*parts)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "The planner cannot use its files right now. What was saved before is safe; try again in a moment.",
            part="files",
        ) from error
