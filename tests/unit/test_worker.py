"""What every home's worker does: it starts in the right home only, and says how each task went."""

from dataclasses import replace

import pytest

import lib.worker
from lib.errors import Unavailable
from lib.records import Email
from tests.conftest import PASSWORD, Post


def never(_: object) -> None:
    raise AssertionError("it ran")


@pytest.mark.parametrize(("backend", "other"), [("selfhost", "aws"), ("aws", "selfhost")])
def test_a_worker_of_the_other_home_does_not_start(monkeypatch, tmp_path, capsys, backend, other):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BACKEND", backend)
    monkeypatch.setenv("SES_FROM", "planner@example.com")
    assert lib.worker.start(other, never) == 2
    assert f"This worker is for BACKEND={other}" in capsys.readouterr().err


def test_a_worker_with_wrong_settings_says_all_of_them(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    assert lib.worker.start("selfhost", never) == 2
    said = capsys.readouterr().err
    assert "PORT" in said
    assert "LOG_LEVEL" in said


class Down(Post):
    def send_email(self, email: Email) -> None:
        raise Unavailable(part="messenger")


def test_work_that_was_done_is_let_go_of(services, alice):
    services.jobs.submit("password-reset", alice.user_id)
    assert lib.worker.work(services, "password-reset", alice.user_id) is True
    assert not services.jobs.is_open("password-reset", alice.user_id)


def test_work_that_failed_stays_open(services):
    services = replace(services, messenger=Down())
    user = services.accounts.register("carol", "carol@example.com", PASSWORD)
    services.jobs.submit("password-reset", user.user_id)
    assert lib.worker.work(services, "password-reset", user.user_id) is False
    assert services.jobs.is_open("password-reset", user.user_id)
