"""Links to files at home: good for what they say, for as long as they say, and for whoever did not change them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import NotAllowed
from lib.file_links import Ended, FileLink, FileLinks, disposition
from tests.doubles import Clock

SEE = FileLink("see", "receipts/alice/e1.jpg", "Café.jpg", inline=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def links(clock: Clock) -> FileLinks:
    return FileLinks(lambda: "a secret", clock)


def test_a_link_says_what_was_signed(links):
    assert links.read(links.sign(SEE, HOUR), "see") == SEE
    assert set(links.sign(SEE, HOUR)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


def test_a_link_ends(links, clock):
    token = links.sign(SEE, HOUR)
    clock.turn(minutes=59, seconds=59)
    links.read(token, "see")
    clock.turn(seconds=1)
    with pytest.raises(Ended) as ended:
        links.read(token, "see")
    assert (ended.value.key, ended.value.status) == (SEE.key, 410)


def test_a_link_to_see_is_none_to_send(links):
    with pytest.raises(NotAllowed):
        links.read(links.sign(SEE, HOUR), "send")


def test_whoever_has_another_secret_signs_nothing(links, clock):
    other = FileLinks(lambda: "another secret", clock)
    with pytest.raises(NotAllowed):
        links.read(other.sign(SEE, HOUR), "see")


@given(st.data())
def test_a_link_that_was_changed_is_none(data):
    links = FileLinks(lambda: "a secret", Clock())
    token = links.sign(SEE, HOUR)
    place = data.draw(st.integers(0, len(token) - 2))  # of the last, not every bit counts
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    with suppress(NotAllowed):
        assert links.read(changed, "see") == SEE, "what base64 passes over is no change"


@given(st.text(max_size=300))
def test_what_is_no_link_is_refused(text):
    with pytest.raises(NotAllowed):
        FileLinks(lambda: "a secret", Clock()).read(text, "see")


@given(st.text(st.characters(codec="utf-8"), max_size=130))
def test_a_name_cannot_leave_its_header(name):
    header = disposition(name, inline=False)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
