"""The command that moves a whole installation: what it says, asks and refuses."""

from dataclasses import replace
from pathlib import Path

import pytest

from lib.moving import MARK, Home
from scripts import copy_data
from selfhost.disk_files import DiskFiles
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests.aws.moto_aws import account
from tests.contract.test_moving import expense, furnish, user


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    upgrade(f"sqlite:///{tmp_path}/old.db")
    home = Home(SQLStore(f"sqlite:///{tmp_path}/old.db"), DiskFiles(tmp_path / "data/files"))
    furnish(home, expenses=5)
    home.store.close()  # type: ignore[attr-defined]
    return tmp_path


def test_without_apply_it_only_says_what_there_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = f"sqlite:///{folder}/old.db", f"sqlite:///{folder}/new.db"
    assert copy_data.main(["--from", old, "--to", new]) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert not (folder / "new.db").exists()


def test_a_home_that_cannot_take_it_says_so_before_anything_is_copied(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = f"sqlite:///{folder}/old.db", f"sqlite:///{folder}/new.db"
    upgrade(new)
    store = SQLStore(new)
    store.create_user(user("a-sample", demo=True))  # of somebody who looked around: in nobody's way
    assert copy_data.main(["--from", old, "--to", new]) == 0
    store.create_user(user("carol"))
    store.close()
    assert copy_data.main(["--from", old, "--to", new]) == 2
    assert "accounts of its own" in capsys.readouterr().err


def test_a_home_that_was_never_set_up_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert copy_data.main(["--from", "selfhost", "--to", f"sqlite:///{folder}/new.db"]) == 2
    assert f"{folder}/data/planner.db" in capsys.readouterr().err


@pytest.mark.parametrize("apply", [[], ["--apply"]])
def test_a_home_that_does_not_answer_is_named_and_nobody_is_told_to_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str], apply: list[str]
) -> None:
    away = "postgresql://planner:hunter2@127.0.0.1:9/planner"
    assert copy_data.main(["--from", f"sqlite:///{folder}/old.db", "--to", away, *apply]) == 2
    said = capsys.readouterr()
    assert "planner:***@127.0.0.1:9/planner" in said.err
    assert "hunter2" not in said.out + said.err
    assert "--apply" not in said.out


def test_a_home_on_aws_that_was_never_set_up_is_named_with_what_helps(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with account():
        monkeypatch.setenv("SES_FROM", "planner@budget.example")
        monkeypatch.setenv("AWS_PREFIX", "smart")
        assert copy_data.main(["--from", f"sqlite:///{folder}/old.db", "--to", "aws"]) == 2
    said = capsys.readouterr()
    assert "aws (smart, us-east-1) cannot take it" in said.err
    assert "Look at AWS_PREFIX and AWS_REGION" in said.err
    assert "--apply" not in said.out


def test_with_apply_it_copies_and_shows_both_homes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = f"sqlite:///{folder}/old.db", f"sqlite:///{folder}/new.db"
    assert copy_data.main(["--from", old, "--to", new, "--apply"]) == 0
    said = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.startswith("  ")}
    assert rows["accounts"] == ["2", "2"]
    assert "Both homes hold the same." in said
    assert copy_data.main(["--from", old, "--to", new, "--apply"]) == 2
    assert "was moved there on" in capsys.readouterr().err


def test_replacing_shows_what_goes_and_needs_the_new_homes_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = f"sqlite:///{folder}/old.db", f"sqlite:///{folder}/new.db"
    upgrade(new)
    store = SQLStore(new)
    store.put_document(replace(MARK, data={"finished": ""}))  # a move that was cut off
    store.create_user(user("alice", theme="dark"))
    store.add_expenses([expense("alice", 77_777)])
    command = ["--from", old, "--to", new, "--apply", "--replace"]
    for unsure in ([], ["--confirm", "old.db"]):
        assert copy_data.main(command + unsure) == 2
        said = capsys.readouterr()
        assert "  alice: 1 accounts, 5 expenses" in said.out
        assert "bob" not in said.out.partition("These differ")[2]
        assert "Nothing was removed" in said.err
        assert store.get_expense("alice-id", "e77777") is not None
    assert copy_data.main([*command, "--confirm", "new.db"]) == 0
    assert store.get_expense("alice-id", "e77777") is None
    store.close()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--from", "selfhost", "--to", "selfhost"], 2), (["--to", "aws"], 2), ([], 2)],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        copy_data.main(arguments)
    assert ended.value.code == status


def test_a_home_that_is_not_set_up_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert copy_data.main(["--from", "mysql://x", "--to", f"sqlite:///{folder}/new.db"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
    assert copy_data.main(["--from", "selfhost", "--to", "aws"]) == 2
    assert "SES_FROM" in capsys.readouterr().err
