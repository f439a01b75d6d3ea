"""A backup is a data folder of its own, whole, also while someone writes."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from scripts.backup import backup

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
