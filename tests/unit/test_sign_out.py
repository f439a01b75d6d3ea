"""The operator's command that signs people out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lib.records import User
from lib.services import Services
from scripts import repair_totals
from scripts.sign_out import main
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def signed_in(services: Services, alice: User, bob: User, clock: Clock) -> None:
    for user in (alice, alice, bob):
        services.sessions.start(user, "Firefox", "192.0.2.1")
        services.tokens.create(user, "script", "read", 30)
    clock.turn(seconds=1)


def left(services: Services, user: User) -> tuple[int, int]:
    return len(services.sessions.list(user)), len(services.tokens.list(user))


def test_one_person_is_signed_out_everywhere_and_told(
    services: Services, alice: User, bob: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ALICE"], services) == 0
    assert capsys.readouterr().out == "2 sessions ended.\n"
    assert (left(services, alice), left(services, bob)) == ((0, 2), (1, 1))
    assert services.events.newest(alice)[0].words == "Signed out everywhere by whoever runs the planner"


def test_tokens_end_where_that_is_said(services: Services, alice: User) -> None:
    assert main(["alice", "--tokens"], services) == 0
    assert left(services, alice) == (0, 0)
    words = "Signed out everywhere and all API tokens ended by whoever runs the planner"
    assert services.events.newest(alice)[0].words == words


def test_everyone_can_be_signed_out(services: Services, alice: User, bob: User) -> None:
    assert main(["--everyone"], services) == 0
    assert (left(services, alice), left(services, bob)) == ((0, 2), (0, 1))


def test_a_second_time_changes_nothing(
    services: Services, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["alice", "--tokens"], services)
    events = len(services.events.newest(alice))
    assert main(["alice", "--tokens"], services) == 0
    assert capsys.readouterr().out.endswith("0 sessions ended.\n")
    assert len(services.events.newest(alice)) == events


def test_an_unknown_account_is_said(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nobody"], services) == 1
    assert "no account called 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize("command", [main, repair_totals.main])
def test_a_home_that_is_not_there_is_named_and_not_made(
    command: Callable[[list[str]], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "typo"))
    assert command(["alice"]) == 1
    assert f"{tmp_path}/typo/planner.db is not there: look at DATA_DIR" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()
    (tmp_path / "typo").mkdir()
    (tmp_path / "typo/planner.db").touch()
    assert command(["alice"]) == 1
    assert f"{tmp_path}/typo/planner.db: The planner's database is not set up" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [[], ["alice", "--everyone"]])
def test_it_has_to_be_said_who(services: Services, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(wrong, services)
    assert end.value.code == 2
