"""The operator's command that signs people out."""

import pytest

from lib.records import User
from lib.services import Services
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


@pytest.mark.parametrize("wrong", [[], ["alice", "--everyone"]])
def test_it_has_to_be_said_who(services: Services, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(wrong, services)
    assert end.value.code == 2
