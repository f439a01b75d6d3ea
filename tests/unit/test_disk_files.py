"""Files on a disk that is full, read-only or was left in the middle of something."""

import io
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lib.errors import Unavailable
from selfhost.disk_files import DiskFiles

MEGABYTE = 1 << 20


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """The kernel lets this process write files of `size` bytes and no larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def everything(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path):
    files = DiskFiles(tmp_path)
    files.put("a/1", io.BytesIO(b"first"))
    with room_for(MEGABYTE), pytest.raises(Unavailable) as refused:
        files.put("a/1", io.BytesIO(bytes(2 * MEGABYTE)))
    assert refused.value.part == "files"
    assert everything(tmp_path) == ["a/1"]
    files.put("a/1", io.BytesIO(bytes(2 * MEGABYTE)))
    assert (tmp_path / "a/1").stat().st_size == 2 * MEGABYTE


def test_a_disk_without_any_room_fails_the_check(tmp_path):
    files = DiskFiles(tmp_path)
    with room_for(0), pytest.raises(Unavailable):
        files.check()
    files.check()
    assert everything(tmp_path) == []


def test_a_place_that_cannot_be_a_folder_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    files = DiskFiles(tmp_path / "file" / "files")
    for use in (files.check, lambda: files.put("a/1", io.BytesIO(b"x"))):
        with pytest.raises(Unavailable):
            use()


def test_a_removed_file_takes_its_folders_along(tmp_path):
    files = DiskFiles(tmp_path)
    files.put("imports/alice/1.csv", io.BytesIO(b"x"))
    files.put("imports/bob/1.csv", io.BytesIO(b"x"))
    files.remove("imports/alice/1.csv")
    assert not list(tmp_path.rglob("*alice*"))
    assert files.list("imports/bob/") == ["imports/bob/1.csv"]


def test_a_file_is_for_our_eyes_only(tmp_path):
    DiskFiles(tmp_path).put("a/1", io.BytesIO(b"x"))
    assert stat.S_IMODE((tmp_path / "a/1").stat().st_mode) == 0o600


def test_what_a_killed_process_left_behind_goes_after_a_day(tmp_path):
    files = DiskFiles(tmp_path)
    files.check()
    for name in ("old", "new"):
        (tmp_path / ".drafts" / name).write_bytes(b"half a bank statement")
    day_ago = (tmp_path / ".drafts/old").stat().st_mtime - 25 * 3600
    os.utime(tmp_path / ".drafts/old", (day_ago, day_ago))
    files.put("a/1", io.BytesIO(b"x"))
    assert everything(tmp_path) == [".drafts/new", "a/1"]
