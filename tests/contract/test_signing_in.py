"""A password that changes by itself: the database is a real PostgreSQL that asks for it, the secret is on moto."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from aws_config.secrets import database_login
from lib.errors import Unavailable
from lib.services import build_services
from lib.settings import Settings
from selfhost.sql.migrate import upgrade
from selfhost.sql.sign_in import SignIn
from selfhost.sql.store import SQLStore
from tests.aws.ministack import until
from tests.aws.moto_aws import account
from tests.contract.conftest import made_on

pytestmark = pytest.mark.slow
WHO = f"planner_{uuid4().hex[:12]}"  # the server may be one for several processes of tests
NAME = "rds!db-1"


class Home(NamedTuple):
    settings: Settings
    database_gets: Callable[[str], None]  # another password
    secret_gets: Callable[[str], None]
    reads: list[dict[str, str]]  # what was read, each time
    store: SQLStore


@pytest.fixture(scope="module")
def server(postgresql_server: str) -> Iterator[Engine]:
    """A server that asks this one person for a password."""
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {WHO} LOGIN"))
        rules = Path(str(connection.scalar(text("SHOW hba_file"))))
        before = rules.read_text() if rules.exists() else None  # somebody else's asks everyone
        if before is not None:
            rules.write_text(f"local all {WHO} scram-sha-256\n{before}")
            connection.execute(text("SELECT pg_reload_conf()"))
    until(lambda: is_refused(create_engine(at(make_url(postgresql_server)))))
    yield admin
    with admin.connect() as connection:
        connection.execute(text(f"DROP ROLE {WHO}"))
        if before is not None:
            rules.write_text(before)
            connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


def at(url: URL) -> URL:
    """That database for that person, without a password."""
    return URL.create(url.drivername, WHO, None, url.host, url.port, url.database, url.query)


def is_refused(engine: Engine) -> bool:
    try:
        engine.connect().close()
    except OperationalError:
        return True
    finally:
        engine.dispose()
    return False


@pytest.fixture
def home(server: Engine, postgresql_server: str) -> Iterator[Home]:
    """Migrated, with "first" as its password."""
    with account() as aws, made_on(postgresql_server) as database:
        keeper = aws.client("secretsmanager")
        keeper.create_secret(Name=NAME, SecretString="not yet")

        def database_gets(password: str) -> None:
            with server.connect() as connection:
                connection.execute(text(f"ALTER ROLE {WHO} PASSWORD '{password}'"))

        def secret_gets(password: str) -> None:
            document = json.dumps({"username": "somebody else", "password": password})
            keeper.put_secret_value(SecretId=NAME, SecretString=document)

        with server.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {make_url(database).database} OWNER TO {WHO}"))
        database_gets("first")
        secret_gets("first")
        url = at(make_url(database)).render_as_string(hide_password=False)
        settings = Settings(_env_file=None, database_url=url, database_secret=NAME)
        reads: list[dict[str, str]] = []

        def read() -> dict[str, str]:
            reads.append(database_login(settings))
            return reads[-1]

        upgrade(settings.database, sign_in=SignIn(read))
        reads.clear()
        store = SQLStore(settings.database, sign_in=SignIn(read))
        yield Home(settings, database_gets, secret_gets, reads, store)
        store.close()


def test_a_changed_password_is_read_once_more_and_nothing_is_started_anew(home):
    home.store.check()
    home.store.close()  # its connections: the next look opens one
    home.store.check()
    assert len(home.reads) == 1
    home.database_gets("second")
    home.secret_gets("second")
    home.store.check()  # by the connection that is open
    assert len(home.reads) == 1
    for _ in range(2):
        home.store.close()
        home.store.check()
    assert [login["password"] for login in home.reads] == ["first", "second"]


def test_between_two_passwords_people_are_asked_to_wait_and_then_it_works(home):
    home.store.check()
    home.store.close()
    home.database_gets("second")
    for number in (2, 3):
        with pytest.raises(Unavailable, match="does not answer") as problem:
            home.store.check()
        assert len(home.reads) == number
        assert NAME not in problem.value.message
    home.secret_gets("second")
    home.store.check()
    assert len(home.reads) == 4


def test_many_who_meet_a_changed_password_all_come_in(home):
    home.store.check()
    home.store.close()
    home.database_gets("second")
    home.secret_gets("second")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: home.store.check(), range(16)))
    assert 2 <= len(home.reads) <= 9


def test_the_planner_reads_it_by_its_settings(home):
    store = build_services(home.settings).store
    store.check()
    store.close()
