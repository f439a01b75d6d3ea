"""Files by key: wholly there or not at all, and never outside their place. On this machine's disk, and in S3."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from aws_config.s3_client import S3Client
from lib.errors import Invalid, NotFound, TooLarge
from lib.file_links import FileLinks
from lib.periods import utc_now
from selfhost.disk_files import DiskFiles
from tests.contract.on_aws import MINISTACK, way

HOUR = timedelta(hours=1)


@pytest.fixture(params=["disk", "moto", MINISTACK])
def files(request, tmp_path):
    if request.param == "disk":
        yield DiskFiles(tmp_path / "files", FileLinks(lambda: "a secret", utc_now))
        return
    with way(request.param, request) as aws:
        aws.client("s3").create_bucket(Bucket="files")
        yield S3Client(aws, "files")


# moto keeps one file's bytes without a lock.
at_once = pytest.mark.parametrize("files", ["disk", MINISTACK], indirect=True)


def put(files, key: str, data: bytes = b"content") -> None:
    files.put(key, io.BytesIO(data))


def read(files, key: str) -> bytes:
    with files.open(key) as stream:
        return stream.read()


@pytest.mark.parametrize("data", [b"", b"\x00\xff text", b"x" * 3_000_000])
def test_what_is_put_is_read_again(files, data):
    put(files, "imports/alice/1.csv", data)
    assert read(files, "imports/alice/1.csv") == data


def test_a_stream_can_be_sought(files):
    put(files, "a/1", b"0123456789")
    with files.open("a/1") as stream:
        stream.seek(5)
        assert (stream.read(2), stream.tell()) == (b"56", 7)


def test_a_file_is_known_without_reading_it(files):
    put(files, "a/1", b"12345")
    found = files.head("a/1")
    assert (found.key, found.size) == ("a/1", 5)
    assert utc_now() - found.changed_at < timedelta(minutes=5)
    for key in ("a/2", "a", "b/1"):
        with pytest.raises(NotFound):
            files.head(key)


def test_more_than_was_asked_for_is_not_read(files):
    put(files, "a/1", b"12345")
    with pytest.raises(TooLarge):
        files.open("a/1", most=4)
    with files.open("a/1", most=5) as stream:
        assert stream.read() == b"12345"


def test_a_put_takes_the_place_of_what_was_there(files):
    put(files, "a/1", b"a long first content")
    put(files, "a/1", b"second")
    assert read(files, "a/1") == b"second"
    assert files.list("a/") == ["a/1"]


def test_a_reader_keeps_what_it_opened(files):
    put(files, "a/1", b"first")
    with files.open("a/1") as stream:
        put(files, "a/1", b"second")
        files.remove("a/1")
        assert stream.read() == b"first"


def test_a_put_that_breaks_off_leaves_what_was_there(files):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise RuntimeError("the sender went away")
            return super().read(3)

    put(files, "a/1", b"first")
    for key in ("a/1", "a/2", "b/1"):
        with pytest.raises(RuntimeError):
            files.put(key, Broken(b"second"))
    assert read(files, "a/1") == b"first"
    assert files.list("a/") + files.list("b/") == ["a/1"]


@pytest.mark.parametrize("key", ["a/1", "a", "unknown/deep/1", "a/b/c/d"])
def test_what_is_not_there_is_not_found(files, key):
    put(files, "a/b/c")
    with pytest.raises(NotFound):
        files.open(key)
    files.remove(key)
    assert files.list("a/") == ["a/b/c"]


def test_a_removed_file_is_gone(files):
    put(files, "a/1")
    put(files, "a/2")
    files.remove("a/1")
    files.remove("a/1")
    with pytest.raises(NotFound):
        files.open("a/1")
    assert files.list("a/") == ["a/2"]


def test_a_list_has_every_key_below_its_prefix_in_order(files):
    for key in (
        "imports/alice/2",
        "imports/alice/1",
        "imports/alice/deep/1",
        "imports/alicelonger/1",
        "other/1",
    ):
        put(files, key)
    assert files.list("imports/alice/") == ["imports/alice/1", "imports/alice/2", "imports/alice/deep/1"]
    assert files.list("imports/nobody/") == []


@pytest.mark.parametrize(
    "key",
    ["", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "../outside", "a/..", ".hidden", "a/.hidden", "a\\b", "a b",
     "a\x00b", "a\n", "ä", "C:", "a/" + "x" * 200, "~", "%2e%2e/a"],
)  # fmt: skip
def test_a_key_that_could_lead_elsewhere_is_refused(files, key, tmp_path):
    (tmp_path / "outside").write_text("secret")
    for use in (
        lambda: put(files, key),
        lambda: files.open(key),
        lambda: files.remove(key),
        lambda: files.head(key),
        lambda: files.link(key, HOUR, "a.jpg", inline=True),
        lambda: files.upload_link(key, 10, HOUR),
        lambda: files.upload_form(key, 10, HOUR),
    ):
        with pytest.raises(Invalid):
            use()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["outside"]


@pytest.mark.parametrize("prefix", ["", "a", "/", "../", "a/../", "./"])
def test_a_prefix_is_a_folder_of_ours(files, prefix):
    with pytest.raises(Invalid):
        files.list(prefix)


@at_once
def test_many_threads_put_and_remove_in_one_folder(files):
    def work(number: int) -> None:
        for turn in range(20):
            put(files, f"a/b/{number}", b"x" * turn * 1000)
            if turn % 2:
                files.remove(f"a/b/{number}")
            else:
                assert len(read(files, f"a/b/{number}")) == turn * 1000

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert files.list("a/") == []


@at_once
def test_a_reader_never_sees_half_a_file(files):
    put(files, "a/1", bytes(100_000))
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(put, files, "a/1", bytes([n]) * 100_000) for n in range(1, 60)]
        seen = [read(files, "a/1") for _ in range(200)]
        for writer in writers:
            writer.result()
    assert {len(content) for content in seen} == {100_000}
    assert all(len(set(content)) == 1 for content in seen)


def test_files_that_work_have_nothing_to_report(files):
    files.check()
    put(files, "a/1")
    files.check()
    assert files.list("a/") == ["a/1"]
