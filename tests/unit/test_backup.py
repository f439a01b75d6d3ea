"""A backup is a data folder of its own, whole, also while someone writes; and it can be put back in place."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from scripts.backup import backup
from scripts.restore_backup import restore
from selfhost.sql.store import SQLStore

NOW = datetime(2026, 11, 21, 14, 3, 55, tzinfo=UTC)


@pytest.fixture
def data(tmp_path, settings, empty_database):
    shutil.copy(empty_database, settings.data_dir / "planner.db")
    (settings.data_dir / "files").mkdir()
    (settings.data_dir / "files" / "1.csv").write_text("day,amount")
    (settings.data_dir / "secret").write_text("signs cookies")
    return settings.data_dir


def hits(path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("select count(*) from hits").fetchone()[0])


def test_a_backup_holds_database_files_and_secret(data, settings, tmp_path):
    made = backup(settings, tmp_path / "stick", NOW)
    assert made.name == "planner-2026-11-21-140355"
    assert sorted(str(file.relative_to(made)) for file in made.rglob("*")) == [
        "files", "files/1.csv", "planner.db", "secret",
    ]  # fmt: skip
    modes = {file.name: file.stat().st_mode & 0o077 for file in (made, made / "planner.db")}
    assert modes == {made.name: 0, "planner.db": 0}


def test_a_backup_in_the_middle_of_writing_has_what_was_committed(data, settings, tmp_path):
    with closing(sqlite3.connect(data / "planner.db", isolation_level=None)) as writer:
        writer.execute("insert into hits values ('done', 1, 1)")
        writer.execute("begin immediate")
        writer.execute("insert into hits values ('not yet', 1, 1)")
        made = backup(settings, tmp_path / "stick", NOW)
        writer.execute("commit")
    assert hits(made / "planner.db") == 1
    assert hits(data / "planner.db") == 2


def test_a_failed_backup_leaves_nothing_behind(data, settings, tmp_path):
    (data / "planner.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        backup(settings, tmp_path / "stick", NOW)
    assert list((tmp_path / "stick").iterdir()) == []


def test_other_databases_have_their_own_tools(tmp_path, settings):
    elsewhere = settings.model_copy(update={"database_url": "postgresql+psycopg://localhost/planner"})
    with pytest.raises(ValueError, match="pg_dump"):
        backup(elsewhere, tmp_path / "stick", NOW)


def one_more(data, name: str) -> None:
    with closing(sqlite3.connect(data / "planner.db")) as database, database:
        database.execute("insert into hits values (?, 1, 1)", (name,))


def killed(data) -> None:
    """As after a power cut: what was written last is in SQLite's log alone."""
    with closing(sqlite3.connect(data / "planner.db")) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("insert into hits values ('since then', 1, 1)")
        database.commit()
        for end in ("", "-wal"):
            shutil.copy(data / f"planner.db{end}", data / f"left{end}")
    for end in ("", "-wal"):
        (data / f"left{end}").rename(data / f"planner.db{end}")


def test_what_is_put_back_is_the_backup_and_nothing_that_came_since(data, settings, tmp_path):
    one_more(data, "before")
    made = backup(settings, tmp_path / "stick", NOW)
    killed(data)
    (data / "files" / "2.csv").write_text("came since")
    (data / "secret").write_text("a new one")
    aside = restore(settings, made, NOW)
    assert hits(data / "planner.db") == 1
    assert [file.name for file in (data / "files").iterdir()] == ["1.csv"]
    assert (data / "secret").read_text() == "signs cookies"
    assert aside.parent == data
    assert hits(aside / "planner.db") == 2, "nothing is deleted"
    assert (aside / "files" / "2.csv").exists()
    assert not list(data.glob("restoring-*"))


def test_nothing_is_put_back_while_the_planner_runs(data, settings, tmp_path):
    made = backup(settings, tmp_path / "stick", NOW)
    with closing(SQLStore(f"sqlite:///{data}/planner.db")) as store:
        store.check()
        one_more(data, "since then")
        with pytest.raises(ValueError, match="Stop it first"):
            restore(settings, made, NOW)
    assert hits(data / "planner.db") == 1


def test_a_damaged_database_can_be_replaced(data, settings, tmp_path):
    made = backup(settings, tmp_path / "stick", NOW)
    (data / "planner.db").write_bytes(b"not a database" * 1000)
    restore(settings, made, NOW)
    assert hits(data / "planner.db") == 0


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 1000])
def test_what_is_no_backup_is_not_put_back(data, settings, tmp_path, content):
    folder = tmp_path / "stick"
    folder.mkdir()
    if content is not None:
        (folder / "planner.db").write_bytes(content)
    before = sorted(data.rglob("*"))
    with pytest.raises((ValueError, sqlite3.DatabaseError)):
        restore(settings, folder, NOW)
    assert sorted(data.rglob("*")) == before


def test_what_cannot_be_put_back_whole_is_not_put_back_at_all(data, settings, tmp_path):
    made = backup(settings, tmp_path / "stick", NOW)
    one_more(data, "since then")
    before = sorted(data.rglob("*"))
    (made / "secret").unlink()
    (made / "secret").mkdir()
    (data / f"before-{NOW:%Y-%m-%d-%H%M%S}" / "secret" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="in the way|directory"):
        restore(settings, made, NOW)
    assert hits(data / "planner.db") == 1
    assert {*before} <= {*data.rglob("*")}
    assert not list(data.glob("restoring-*"))
