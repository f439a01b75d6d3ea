"""A password that changes by itself: the database is a real PostgreSQL that asks for it, the secret is on moto."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from aws_config.secrets import login_reader
from lib.errors import Unavailable
from lib.services import build_services
from lib.settings import Settings
from selfhost.sql.migrate import upgrade
from selfhost.sql.sign_in import PAUSE, SignIn
from selfhost.sql.store import SQLStore
from tests import engines
from tests.aws.ministack import until
from tests.aws.moto_aws import account
from tests.contract.conftest import made_on

pytestmark = pytest.mark.slow
NAME = "rds!db-1"


class Server(NamedTuple):
    admin: Engine
    who: str  # whom it asks for a password


class Home(NamedTuple):
    settings: Settings
    database_gets: Callable[[str], None]  # another password
    secret_gets: Callable[[str], None]
    takes: Callable[[int], None]  # so many connections of the planner's; -1 is any number
    waits: Callable[[float], None]  # seconds
    reads: list[dict[str, str]]  # what was read, each time
    store: SQLStore


@pytest.fixture(scope="module")
def server(postgresql_server: str) -> Iterator[Server]:
    """A server that asks this one person for a password: where it asks nobody and is ours, it is told to."""
    who = f"planner_{uuid4().hex[:12]}"  # other runs may be on the same server
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    asked = create_engine(at(make_url(postgresql_server), who))
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {who} LOGIN"))
    try:
        if not engines.is_ours(postgresql_server):
            if not is_refused(asked):
                engines.missing("a PostgreSQL that asks for passwords")
            yield Server(admin, who)
        else:
            with asks(admin, who):
                until(lambda: is_refused(asked))
                yield Server(admin, who)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP ROLE {who}"))
        admin.dispose()


@contextmanager
def asks(admin: Engine, who: str) -> Iterator[None]:
    with admin.connect() as connection:
        rules = Path(str(connection.scalar(text("SHOW hba_file"))))
        before = rules.read_text()
        rules.write_text(f"local all {who} scram-sha-256\n{before}")
        connection.execute(text("SELECT pg_reload_conf()"))
    yield
    rules.write_text(before)
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_reload_conf()"))


def at(url: URL, who: str) -> URL:
    """That database for that person, without a password."""
    return URL.create(url.drivername, who, None, url.host, url.port, url.database, url.query)


def is_refused(engine: Engine) -> bool:
    try:
        engine.connect().close()
    except OperationalError:
        return True
    finally:
        engine.dispose()
    return False


@pytest.fixture
def home(server: Server, postgresql_server: str) -> Iterator[Home]:
    """Migrated, with "first" as its password."""
    with account() as aws, made_on(postgresql_server) as database:
        keeper = aws.client("secretsmanager")
        keeper.create_secret(Name=NAME, SecretString="not yet")
        now = [0.0]

        def told(statement: str) -> None:
            with server.admin.connect() as connection:
                connection.execute(text(statement))

        def database_gets(password: str) -> None:
            told(f"ALTER ROLE {server.who} PASSWORD '{password}'")

        def secret_gets(password: str) -> None:
            document = json.dumps({"username": "somebody else", "password": password})
            keeper.put_secret_value(SecretId=NAME, SecretString=document)

        def takes(connections: int) -> None:
            told(f"ALTER ROLE {server.who} CONNECTION LIMIT {connections}")

        def waits(seconds: float) -> None:
            now[0] += seconds

        told(f"ALTER DATABASE {make_url(database).database} OWNER TO {server.who}")
        database_gets("first")
        secret_gets("first")
        url = at(make_url(database), server.who).render_as_string(hide_password=False)
        settings = Settings(_env_file=None, database_url=url, database_secret=NAME)
        ask, reads = login_reader(settings), []

        def read() -> dict[str, str]:
            reads.append(ask())
            return reads[-1]

        upgrade(settings.database, sign_in=SignIn(read))
        reads.clear()
        store = SQLStore(settings.database, sign_in=SignIn(read, lambda: now[0]))
        yield Home(settings, database_gets, secret_gets, takes, waits, reads, store)
        takes(-1)
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
        for _ in range(2):  # the second finds that somebody has just looked
            with pytest.raises(Unavailable, match="does not answer") as problem:
                home.store.check()
            assert len(home.reads) == number
            assert NAME not in problem.value.message
        home.waits(PAUSE)
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
    assert len(home.reads) == 2


def test_a_full_database_is_no_reason_to_read_it_again_and_again(home):
    """It says that it is full after it was told the password."""
    home.store.check()
    home.store.close()
    home.takes(0)

    def comes_in(_: int) -> bool:
        try:
            home.store.check()
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(comes_in, range(16)))
    assert len(home.reads) == 2
    home.waits(PAUSE)
    assert not any(map(comes_in, range(3)))
    assert len(home.reads) == 3
    home.takes(-1)
    assert comes_in(1)
    assert len(home.reads) == 3


def test_the_planner_reads_it_by_its_settings(home):
    store = build_services(home.settings).store
    store.check()
    store.close()
