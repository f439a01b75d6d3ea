"""Every adapter of a port, one after the other. PostgreSQL takes part where `tests.engines` says so."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from lib.records import User
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests import engines
from tests.conftest import Clock
from tests.contract.samples import user

POSTGRESQL = ["postgresql"] if engines.wants_postgresql() else []
TABLES = "users, expenses, summaries, budgets, documents, hits"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = [str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")]
    if "engine" in metafunc.fixturenames and "engine" not in chosen:
        metafunc.parametrize("engine", ["sqlite", *POSTGRESQL])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with engines.postgresql_server() as url:
        yield url


@pytest.fixture
def new_database(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    with made_on(request.getfixturevalue("postgresql_server")) as url:
        yield url


class made_on:
    """A new database on a PostgreSQL server, dropped at the end."""

    def __init__(self, server: str) -> None:
        self.name = f"planner_{uuid4().hex}"
        self.server = create_engine(server, isolation_level="AUTOCOMMIT")
        self.url = make_url(server).set(database=self.name).render_as_string(hide_password=False)

    def __enter__(self) -> str:
        with self.server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {self.name}"))
        return self.url

    def __exit__(self, *_: object) -> None:
        with self.server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {self.name} WITH (FORCE)"))
        self.server.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str) -> Iterator[str]:
    with made_on(postgresql_server) as url:
        upgrade(url)
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest, engine: str, tmp_path: Path, empty_database: Path) -> str:
    """The URL of a migrated database without records."""
    if engine == "sqlite":
        path = tmp_path / "store.db"
        path.write_bytes(empty_database.read_bytes())
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_postgresql")
    server = create_engine(url)
    with server.begin() as connection:
        connection.execute(text(f"TRUNCATE {TABLES}"))
    server.dispose()
    return url


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[SQLStore]:
    store = SQLStore(database, now=clock)
    yield store
    store.close()


@pytest.fixture
def alice(store: SQLStore) -> User:
    return store.create_user(user("alice"))


@pytest.fixture
def bob(store: SQLStore) -> User:
    return store.create_user(user("bob"))
