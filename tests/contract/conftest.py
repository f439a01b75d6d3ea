"""Every adapter of a port, one after the other. PostgreSQL, DynamoDB and MiniStack take part where `tests.engines` says so.

What asks for a `database` is about SQL alone. moto, a model of DynamoDB in this process, shows in every run that the requests
fit together; whether they mean what they should is for Amazon's engine to say.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from aws_config.config import Names
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.session import AWS
from lib.ports import Store
from lib.records import User
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests import engines
from tests.aws import dynamodb_local, moto_aws
from tests.aws.ministack import Emulator, ministack
from tests.conftest import Clock
from tests.contract.behind import Behind, BehindDynamoDB, BehindSQL
from tests.contract.samples import user

POSTGRESQL = ["postgresql"] if engines.wants_postgresql() else []
SQL = ["sqlite", *POSTGRESQL]
DYNAMODB = ["dynamodb"] if engines.wants_dynamodb() else []
MOTO_CAN = {
    "test_store_users",
    "test_store_budgets",
    "test_store_notifications",
    "test_store_notification_lists",
    "test_store_documents",
    "test_store_totals",
}
_THREADS = "it does not keep the transactions of several threads apart"
MOTO_CANNOT = {
    "test_one_of_many_gets_a_name": _THREADS,
    "test_one_of_many_first_budgets_is_kept": _THREADS,
    "test_of_many_threads_saving_one_version_one_succeeds": _THREADS,
    "test_a_document_is_removed_for_one_of_many": _THREADS,
    "test_many_threads_count_every_hit": _THREADS,
    "test_what_is_being_added_does_not_outlive_the_account": _THREADS,
    "test_everyone_is_visited_once_over_many_pages": "it copies every table for each transaction: eight seconds",
    "test_a_repair_says_what_differed_and_puts_it_right": "a repair waits for indexes, and moto's never lag",
}
# An emulator that keeps everything in Python's own lists: it can all of it, but some of it only slowly.
MINISTACK = ["ministack"] if engines.wants_dynamodb() else []
MINISTACK_SLOW = {
    "test_rare_and_frequent_words_are_found_among_thousands",
    "test_pages_over_1500_expenses_with_ties_miss_and_repeat_nothing",
    "test_thousands_are_removed_and_restored",
}
TABLES = "users, expenses, summaries, budgets, notifications, documents, hits"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = [str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")]
    if "engine" in metafunc.fixturenames and "engine" not in chosen:
        metafunc.parametrize("engine", _engines(metafunc))


def _engines(metafunc: pytest.Metafunc) -> list[str]:
    if {"database", "new_database"} & set(metafunc.fixturenames):
        return SQL
    module = metafunc.module.__name__.rpartition(".")[2]
    known = module in MOTO_CAN and metafunc.function.__name__ not in MOTO_CANNOT
    emulated = [] if metafunc.function.__name__ in MINISTACK_SLOW else MINISTACK
    return [*SQL, *DYNAMODB, *emulated, *(["moto"] if known else [])]


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


@pytest.fixture(scope="session")
def dynamodb_server() -> Iterator[tuple[AWS, Names]]:
    """Amazon's engine with our tables on it."""
    with dynamodb_local.dynamodb_local() as url:
        aws = dynamodb_local.at(url)
        yield aws, dynamodb_local.set_up(aws)


@pytest.fixture(scope="session")
def ministack_server() -> Iterator[Emulator]:
    with ministack() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def ministack_tables(ministack_server: Emulator) -> tuple[AWS, Names]:
    """MiniStack, asked as the account's root, with our tables on it."""
    aws = ministack_server.root()
    return aws, dynamodb_local.set_up(aws)


@pytest.fixture
def tables(request: pytest.FixtureRequest, engine: str) -> Iterator[tuple[AWS, Names]]:
    """The way to DynamoDB, or what stands in for it, with our tables and nothing in them."""
    if engine in ("dynamodb", "ministack"):
        server = {"dynamodb": "dynamodb_server", "ministack": "ministack_tables"}[engine]
        aws, names = request.getfixturevalue(server)
        dynamodb_local.empty(aws, names)
        yield aws, names
        return
    with moto_aws.account() as aws:
        yield aws, dynamodb_local.set_up(aws)


@pytest.fixture
def store(request: pytest.FixtureRequest, engine: str, clock: Clock) -> Iterator[Store]:
    if engine in SQL:
        store = SQLStore(request.getfixturevalue("database"), now=clock)
        yield store
        store.close()
    else:
        yield DynamoDBClient(*request.getfixturevalue("tables"), now=clock)


@pytest.fixture
def behind(request: pytest.FixtureRequest, engine: str) -> Behind:
    """The store's tables, behind its back."""
    if engine in SQL:
        return BehindSQL(request.getfixturevalue("database"))
    return BehindDynamoDB(*request.getfixturevalue("tables"))


@pytest.fixture
def alice(store: Store) -> User:
    return store.create_user(user("alice"))


@pytest.fixture
def bob(store: Store) -> User:
    return store.create_user(user("bob"))
