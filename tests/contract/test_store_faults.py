"""A store that is busy, full, cut off or forked says so in words, keeps what it had, and goes on when the reason is gone."""

import logging
import multiprocessing
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from lib.errors import Unavailable
from lib.records import Filters
from selfhost.sql.store import SQLStore
from tests.contract.conftest import POSTGRESQL
from tests.contract.samples import EVER, NOON, budget, document, every, expense, ids, notification, user


@contextmanager
def held(database: str) -> Iterator[None]:
    """Someone else is in the middle of writing."""
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE" if sqlite else "BEGIN"))
        if not sqlite:
            connection.execute(text("LOCK users, documents, hits IN EXCLUSIVE MODE"))
        yield
        connection.execute(text("ROLLBACK"))
    engine.dispose()


@pytest.fixture
def hasty(database: str, clock) -> Iterator[SQLStore]:
    """A store that waits for a tenth of a second."""
    store = SQLStore(make_url(database).update_query_dict({"timeout": "0.1"}).render_as_string(), now=clock)
    yield store
    store.close()


def refused_for_now(write) -> str:
    with pytest.raises(Unavailable) as refused:
        write()
    assert refused.value.part == "store"
    assert "Nothing of this was saved" in refused.value.message
    return refused.value.message


def test_every_write_gives_up_on_a_lock_and_works_after_it(hasty, database):
    alice = hasty.create_user(user("alice"))
    hasty.add_expenses([expense(1), expense(2)])
    hasty.remove_expenses("id-of-alice", ids([expense(2)]), NOON)
    saved, kept = hasty.save_budget(budget()), hasty.put_document(document())
    hasty.add_notification(notification())
    writes = [
        lambda: hasty.create_user(user("bob")),
        lambda: hasty.save_user(replace(hasty.get_user("id-of-alice"), theme="dark")),
        lambda: hasty.add_expenses([expense(3)]),
        lambda: hasty.save_expenses([expense(1, payee="changed", version=1)]),
        lambda: hasty.remove_expenses("id-of-alice", ids([expense(1)]), NOON),
        lambda: hasty.restore_expenses("id-of-alice", ids([expense(2)])),
        lambda: hasty.purge_expenses(NOON, "id-of-alice"),
        lambda: hasty.save_budget(replace(saved, alert_thresholds=(5,))),
        lambda: hasty.put_document(kept),
        lambda: hasty.remove_document("id-of-alice", "note", "1"),
        lambda: hasty.add_notification(notification("n2")),
        lambda: hasty.save_notification(notification(note="changed", version=1)),
        lambda: hasty.read_notifications("id-of-alice", ["n1"]),
        lambda: hasty.purge_documents(),
        lambda: hasty.count_hit("key", NOON - NOON.replace(hour=0)),
        lambda: hasty.repair_totals("id-of-alice"),
        lambda: hasty.erase_user("id-of-alice"),
    ]
    before = [every(hasty), hasty.month_totals("id-of-alice", *EVER), hasty.list_budgets("id-of-alice")]
    with held(database):
        assert {refused_for_now(write).split(".")[0] for write in writes} == {
            "The planner is busy saving other things"
        }
        hasty.check()  # reading goes on
        assert [
            every(hasty),
            hasty.month_totals("id-of-alice", *EVER),
            hasty.list_budgets("id-of-alice"),
        ] == before
    assert hasty.get_user("id-of-alice").revision == hasty.get_user("id-of-alice").revision > alice.revision
    for write in writes:
        write()
    assert hasty.get_user("id-of-alice") is None


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_full_database_is_said_and_works_when_there_is_room_again(store, alice):
    store.add_expenses([expense(1)])
    with (
        store._database.read() as connection
    ):  # the same connection as later ones: nobody else is using the pool
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [expense(n, note="x" * 2000) for n in range(2, 100)]
    assert "disk is full" in refused_for_now(lambda: store.add_expenses(many))
    assert ids(every(store)) == ids([expense(1)])
    assert store.repair_totals("id-of-alice") == []
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    assert store.add_expenses(many) == ids(many)
    assert store.repair_totals("id-of-alice") == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_could_not_be_saved_is_in_no_log(store, alice, caplog):
    with store._database.read() as connection:  # the pool's only connection so far
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [expense(n, note="only for me " * 100) for n in range(100)]
    try:
        store.add_expenses(many)
    except Unavailable:
        logging.getLogger("planner").exception("cannot save")
    assert "database or disk is full" in caplog.text
    assert "only for me" not in caplog.text


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_disk_that_takes_no_more_is_said_and_works_when_it_does(store, alice, database):
    store.add_expenses([expense(1)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = Path(f"{make_url(database).database}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 20_000, before[1]))
    try:
        refused_for_now(lambda: store.add_expenses([expense(n, note="x" * 2000) for n in range(2, 100)]))
        assert ids(every(store)) == ids([expense(1)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert store.add_expenses([expense(2)]) == ids([expense(2)])
    assert ids(every(store, filters=Filters(text=""))) == ids([expense(2), expense(1)])
    with closing(sqlite3.connect(make_url(database).database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_place_without_a_database_is_unavailable(engine, tmp_path):
    store = SQLStore(f"sqlite:///{tmp_path}/nowhere/planner.db")
    refused_for_now(lambda: store.get_user("id-of-alice"))
    store.close()


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_read_only_database_is_read_and_not_written(store, alice, database):
    path = make_url(database).database
    reader = SQLStore(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert reader.get_user("id-of-alice") == alice
    refused_for_now(lambda: reader.add_expenses([expense()]))
    reader.close()


def test_a_server_that_is_not_there_is_unavailable():
    store = SQLStore("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert "does not answer" in refused_for_now(lambda: store.get_user("id-of-alice"))
    with pytest.raises(Unavailable):
        store.check()
    store.close()


@pytest.mark.parametrize("engine", POSTGRESQL)
def test_connections_that_were_cut_are_replaced(store, alice, database):
    server = create_engine(make_url(database).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        cut = connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(database).database},
        ).all()
    server.dispose()
    assert cut
    assert store.add_expenses([expense()]) == ids([expense()])


def test_a_fork_and_its_parent_both_go_on(store, alice):
    """As under gunicorn with preload: the parent used the store before it forked."""
    store.add_expenses([expense(0)])

    def work(first: int) -> None:
        for number in range(first, first + 30):
            store.add_expenses([expense(number)])
        assert store.get_expense("id-of-alice", expense(first).expense_id) is not None

    children = [
        multiprocessing.get_context("fork").Process(target=work, args=(first,)) for first in (100, 200)
    ]
    for child in children:
        child.start()
    work(300)
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    assert len(every(store)) == 91
    assert store.repair_totals("id-of-alice") == []


def test_a_closed_store_opens_again_when_asked(store, alice):
    store.close()
    assert store.get_user("id-of-alice") == alice
