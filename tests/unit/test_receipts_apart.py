"""The process that looks at strangers' files ends at its bounds, whatever they make it do, and knows no secrets."""

import time
from tempfile import TemporaryFile

import pytest

from lib.errors import Invalid, Unavailable
from lib.receipts.apart import Overwhelmed, _turn, apart


@pytest.fixture
def file():
    with TemporaryFile() as file:
        file.write(b"a stranger's file")
        yield file


@pytest.mark.parametrize(
    ("work", "within"),
    [("forever", 2), ("nothing", 3), ("greedy", 2), ("talkative", 3), ("long", 3), ("broken", 2), ("raising", 2)],
)  # fmt: skip
def test_work_that_goes_too_far_is_ended(file, work, within):
    began = time.monotonic()
    with pytest.raises(Overwhelmed):
        apart(f"tests.overdoing:{work}", file, seconds=0.3)
    assert time.monotonic() - began < within


def test_a_refusal_comes_back_as_it_was_meant(file):
    with pytest.raises(Invalid, match="no receipt") as problem:
        apart("tests.overdoing:refusing", file)
    assert problem.value.field == "receipt"


def test_it_gets_the_file_from_its_beginning_and_nothing_else(file, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for strangers")
    found = apart("tests.overdoing:curious", file, word="ok")
    assert found.parts == [b"a stranger's file", b"two"]
    assert found.facts["word"] == "ok"
    assert "SECRET_KEY" not in found.facts["environment"]
    assert found.facts["folder"] == "/"


def test_where_too_many_wait_the_next_is_told_so():
    with _turn(), pytest.raises(Unavailable, match="Try again"), _turn(0.05):
        pass


def test_a_machine_without_room_for_a_process_says_so(file, monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(Unavailable):
        apart("tests.overdoing:refusing", file)
