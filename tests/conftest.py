"""The planner for tests: real SQLite, real files, nothing to drift. alice and bob are two people who do not know each other."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app import create_app
from lib.file_links import FileLinks
from lib.identity import passwords
from lib.records import User
from lib.services import Services
from lib.settings import Settings
from selfhost.disk_files import DiskFiles
from selfhost.local_functions import LocalFunctions
from selfhost.sql.migrate import upgrade
from selfhost.sql.store import SQLStore
from tests.doubles import Clock, Post, Waiting
from tests.gateway import behind_the_gateway
from tests.pages import PageClient

PASSWORD = "correct horse battery"

hypothesis.settings.register_profile(  # a busy machine is no failure
    "planner", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("planner")


@pytest.fixture(scope="session", autouse=True)
def full_method() -> Iterator[str]:
    """How passwords are hashed outside of tests. Within, scrypt costs a thirty-second: a thousand tests sign in."""
    with pytest.MonkeyPatch.context() as patch:
        full = passwords.METHOD
        patch.setattr(passwords, "METHOD", "scrypt:1024:8:1")
        yield full


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating once is quicker than once a test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, secret_key="a secret for tests only")


@pytest.fixture
def services(tmp_path: Path, settings: Settings, clock: Clock, empty_database: Path) -> Iterator[Services]:
    (tmp_path / "planner.db").write_bytes(empty_database.read_bytes())
    store = SQLStore(settings.database, now=clock)
    files = DiskFiles(tmp_path / "files", FileLinks(settings.secret, clock))
    yield Services(settings, store, files, Waiting(), Post(), LocalFunctions({}), now=clock)
    store.close()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled for the test before: each test has a planner of its own, and that takes a tenth of a second."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, services: Services, compiled_templates: FileSystemBytecodeCache) -> Flask:
    app = create_app(settings, services)
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = PageClient
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.wsgi_app = behind_the_gateway(app.wsgi_app)  # type: ignore[method-assign]
    return app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Nobody in particular."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def alice(services: Services) -> User:
    return services.accounts.register("alice", "alice@example.com", PASSWORD)


@pytest.fixture
def bob(services: Services) -> User:
    return services.accounts.register("bob", "bob@example.com", PASSWORD)


def signed_in(app: Flask, user: User) -> PageClient:
    client = app.test_client()
    client.post_form("/login", {"login": user.username, "password": PASSWORD})  # type: ignore[attr-defined]
    return client  # type: ignore[return-value]


@pytest.fixture
def as_alice(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


@pytest.fixture
def as_bob(app: Flask, bob: User) -> PageClient:
    return signed_in(app, bob)
