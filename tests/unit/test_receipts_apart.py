"""The process that looks at strangers' files ends at its bounds, whatever they make it do, and knows no secrets."""

import resource
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


def spent() -> float:
    """Seconds of the processor, by processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("work", ["forever", "greedy", "long", "broken", "raising"])
def test_work_that_goes_too_far_is_ended(file, work):
    before = spent()
    with pytest.raises(Overwhelmed):
        apart(f"tests.overdoing:{work}", file, seconds=0.3)
    assert spent() - before < 1


def test_work_that_only_waits_is_ended_by_the_clock(file):
    began = time.monotonic()
    with pytest.raises(Overwhelmed):
        apart("tests.overdoing:nothing", file, seconds=0.3)
    assert time.monotonic() - began < 3


def test_once_at_work_it_reaches_nothing_else(file):
    assert apart("tests.overdoing:reaching", file).facts == {"got": []}


def test_what_it_complains_about_keeps_nobody(file):
    assert apart("tests.overdoing:talkative", file).facts == {}


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
