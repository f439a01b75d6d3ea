"""E-mail on a machine without a mail server: files in the outbox folder."""

import os
import stat
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from lib.errors import Unavailable
from lib.records import Email
from lib.settings import Settings
from selfhost.messenger import make_messenger
from selfhost.outbox import Outbox

LETTER = Email("maria@example.com", "Your link", "Hello María,\n\nhttp://localhost/reset/abc.secret\n")


def test_without_a_server_letters_are_files_to_open(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    outbox = make_messenger(Settings(_env_file=None, data_dir=tmp_path))
    outbox.check()
    outbox.send_email(LETTER)
    (written,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(written.read_bytes(), policy=default)
    assert (message["To"], message["Subject"]) == (LETTER.to, LETTER.subject)
    assert "http://localhost/reset/abc.secret" in written.read_text(), "its link cannot be copied"
    assert written.suffix == ".eml"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.name in caplog.text
    assert "abc.secret" not in caplog.text
    assert LETTER.subject not in caplog.text, "what alerts say of money is in their subjects"


def test_letters_written_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for _ in range(20):
        outbox.send_email(LETTER)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 20


def test_letters_to_someone_who_left_are_forgotten(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    outbox.forget("maria@example.com")
    for to in ("maria@example.com", "jörg@münchen.example", "anna@example.com"):
        outbox.send_email(LETTER._replace(to=to))
    outbox.forget("maria@example.com")
    outbox.forget("jörg@münchen.example")
    (left,) = (tmp_path / "outbox").iterdir()
    assert "To: anna@example.com" in left.read_text()


def test_old_letters_go(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    outbox.send_email(LETTER)
    (old,) = (tmp_path / "outbox").iterdir()
    a_month_ago = time.time() - timedelta(days=30, minutes=1).total_seconds()
    os.utime(old, (a_month_ago, a_month_ago))
    outbox.send_email(LETTER)
    (new,) = (tmp_path / "outbox").iterdir()
    assert new != old


def test_a_letter_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    outbox = Outbox(tmp_path / "outbox")
    with pytest.raises(Unavailable):
        outbox.check()
    with pytest.raises(Unavailable):
        outbox.send_email(LETTER)
