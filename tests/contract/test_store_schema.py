"""The schema: up, down and up again, the same as the tables the program knows, also when two processes begin at once."""

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, MetaData, Table, Text, create_engine, inspect, text

from lib.errors import Unavailable
from selfhost.sql.migrate import downgrade, upgrade
from selfhost.sql.store import SQLStore
from selfhost.sql.tables import SEARCH_INDEX, metadata
from tests.contract.samples import every, expense, user

UPGRADE = "import sys; from selfhost.sql.migrate import upgrade; upgrade(sys.argv[1])"


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def known_to_us(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or not str(name).startswith(SEARCH_INDEX)


def test_up_down_and_up_again_is_what_the_program_knows(new_database):
    upgrade(new_database)
    first = tables(new_database)
    downgrade(new_database, "base")
    assert tables(new_database) == {"alembic_version"}
    upgrade(new_database)
    assert tables(new_database) == first
    engine = create_engine(new_database)
    with engine.connect() as connection:
        options = {"include_name": known_to_us}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        foreign_index = [d for d in differences if d[0] == "remove_index" and d[1].name == SEARCH_INDEX]
    engine.dispose()
    assert [d for d in differences if d not in foreign_index] == []


def test_going_up_and_down_leaves_nothing_of_the_search(new_database):
    upgrade(new_database)
    downgrade(new_database, "base")
    engine = create_engine(new_database)
    with engine.connect() as connection:
        catalog = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_class"
        column = "name" if engine.dialect.name == "sqlite" else "relname"
        left = connection.scalars(
            text(f"SELECT {column} FROM {catalog} WHERE {column} LIKE 'expenses%'")
        ).all()
    engine.dispose()
    assert left == []


def test_upgrading_again_keeps_what_is_there(database):
    store = SQLStore(database)
    store.create_user(user("alice"))
    store.add_expenses([expense()])
    upgrade(database)
    assert len(every(store)) == 1
    store.close()


def test_budgets_keep_their_percentage_up_and_the_first_of_several_down(new_database):
    upgrade(new_database, "0001")
    engine = create_engine(new_database)
    with engine.begin() as connection:
        for name, percent in (("alice", 65), ("bob", 100)):
            insert_old(connection, "users", user_id=name, username=name, username_key=name, email_key=name)
            insert_old(
                connection,
                "budgets",
                user_id=name,
                budget_id=name,
                alert_threshold=percent,
                steps="[]",
                version=1,
            )
    upgrade(new_database)
    store = SQLStore(new_database)
    assert [store.list_budgets(name)[0].alert_thresholds for name in ("alice", "bob")] == [(65,), (100,)]
    assert store.get_user("alice").unread == 0
    store.save_budget(replace(store.list_budgets("bob")[0], alert_thresholds=(50, 100)))
    store.close()
    downgrade(new_database, "0001")
    with engine.connect() as connection:
        percents = connection.scalars(text("SELECT alert_threshold FROM budgets ORDER BY user_id")).all()
    engine.dispose()
    assert percents == [65, 50]


def insert_old(connection, name: str, **given) -> None:
    """A row as a table of the past wants it."""
    table = Table(name, MetaData(), autoload_with=connection)
    values = {
        c.name: "x" if isinstance(c.type, Text) else False if isinstance(c.type, Boolean) else 0
        for c in table.c
    }
    values |= {"categories": "", "rollover_since": ""}
    connection.execute(table.insert(), {c.name: (values | given)[c.name] for c in table.c})


def test_several_processes_may_upgrade_at_once(new_database):
    command = [sys.executable, "-c", UPGRADE, new_database]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[1] for process in started] == [""] * 3
    store = SQLStore(new_database)
    assert store.create_user(user("alice")).version == 1
    store.close()


def test_a_database_without_tables_is_not_ready(new_database):
    store = SQLStore(new_database)
    with pytest.raises(Unavailable) as refused:
        store.check()
    assert refused.value.part == "store"
    upgrade(new_database)
    store.check()
    store.close()


def test_a_new_file_is_for_our_eyes_only(tmp_path):
    path: Path = tmp_path / "data" / "planner.db"
    upgrade(f"sqlite:///{path}")
    store = SQLStore(f"sqlite:///{path}")
    store.create_user(user("alice"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("planner.db", "planner.db-wal", "planner.db-shm"), 0o600)
    store.close()
