"""A PostgreSQL over TLS: whom the planner takes for its database. The server is real, its certificates are made here."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from sqlalchemy import Engine, create_engine, make_url, text

from lib.errors import Unavailable
from lib.settings import load_settings
from selfhost.sql.engine import Database
from selfhost.sql.sign_in import SignIn
from tests import engines
from tests.aws.ministack import until
from tests.live import ROOT

PAGES = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


class Server(NamedTuple):
    admin: Engine
    port: int
    authority: Path  # whose certificate it has, as "localhost"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, authority = engines.free_port(), trustme.CA()
    known = tmp_path_factory.mktemp("known") / "authority.pem"
    authority.cert_pem.write_to_path(known)
    with engines.own_postgresql(port) as url:
        folder = Path(str(make_url(url).query["host"]))
        certified = authority.issue_cert("localhost")
        certified.private_key_pem.write_to_path(folder / "key.pem")
        certified.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
        (folder / "key.pem").chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(folder / "key.pem", "postgres")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"ALTER SYSTEM SET ssl_key_file = '{folder / 'key.pem'}'"))
            connection.execute(text(f"ALTER SYSTEM SET ssl_cert_file = '{folder / 'certificate.pem'}'"))
        yield Server(admin, port, known)
        admin.dispose()


def speaks_tls(server: Server, tls: str) -> None:
    """`tls`: "on" or "off"."""
    with server.admin.connect() as connection:
        connection.execute(text(f"ALTER SYSTEM SET ssl = {tls}"))
        connection.execute(text("SELECT pg_reload_conf()"))
        until(lambda: connection.scalar(text("SHOW ssl")) == tls)


def comes_in(server: Server, ending: str, host: str = "localhost") -> bool:
    """Whether that is over TLS, by an address that ends so. Raises Unavailable."""
    settings = load_settings(
        app_env="prod",
        secret_key="signs",
        database_url=f"postgresql://postgres@{host}:{server.port}/postgres{ending}",
        database_secret="a-secret",
    )
    database = Database(settings.database, sign_in=SignIn(lambda: {"password": "not asked for"}))
    try:
        with database.read() as connection:
            return bool(connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")))
    finally:
        database.close()


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_whose_certificate_is_known_is_the_database(server):
    speaks_tls(server, "on")
    assert comes_in(server, f"?sslmode=verify-full&sslrootcert={server.authority}")
    assert comes_in(server, "")  # over TLS, with whomever


@pytest.mark.slow
def test_whoever_cannot_prove_to_be_it_is_told_nothing(server, tmp_path):
    speaks_tls(server, "on")
    trustme.CA().cert_pem.write_to_path(tmp_path / "another.pem")
    with pytest.raises(Unavailable) as problem:
        comes_in(server, f"?sslmode=verify-full&sslrootcert={tmp_path / 'another.pem'}")
    assert "certificate verify failed" in str(problem.value.__cause__)
    with pytest.raises(Unavailable) as problem:
        comes_in(server, f"?sslmode=verify-full&sslrootcert={server.authority}", host="127.0.0.1")
    assert "does not match host name" in str(problem.value.__cause__)


@pytest.mark.slow
def test_one_without_tls_is_told_nothing(server):
    speaks_tls(server, "off")
    for ending in ("", f"?sslmode=verify-full&sslrootcert={server.authority}"):
        with pytest.raises(Unavailable) as problem:
            comes_in(server, ending)
        assert "does not support SSL" in str(problem.value.__cause__)


def test_the_pages_name_a_file_with_authorities():
    """psycopg brings its own OpenSSL, for which the system's authorities ("system") are in a file that is on no machine."""
    named = re.findall(r"://\S+sslrootcert=([^\s`&]+)", PAGES)
    assert len(named) >= 2
    assert {path for path in named if not path.startswith("/")} == set()
