"""Bring a database to the program's schema, or back.

python -m selfhost.sql.migrate
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

import selfhost.migrations
from lib.services import sign_in_of
from lib.settings import load_settings
from selfhost.sql.engine import Database
from selfhost.sql.sign_in import SignIn

_LOCK = 7_202_611  # any number of our own: whoever migrates this PostgreSQL database holds it


def upgrade(url: str, revision: str = "head", sign_in: SignIn | None = None) -> None:
    """Make or update every table, in one transaction. Whoever comes second waits, then finds it done."""
    _make_private(url)
    _run(Database(url, sign_in), command.upgrade, revision)


def downgrade(url: str, revision: str) -> None:
    _run(Database(url), command.downgrade, revision)


def _run(database: Database, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", selfhost.migrations.__path__[0].replace("%", "%%"))
    try:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            config.attributes["connection"] = connection
            step(config, revision)
    finally:
        database.close()


def _make_private(url: str) -> None:
    """A new SQLite file is for our eyes only, and what SQLite puts beside it takes after it."""
    path = make_url(url).database
    if url.startswith("sqlite") and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch(mode=0o600)


if __name__ == "__main__":
    given = load_settings(needs_secret=False)
    upgrade(given.database, sign_in=sign_in_of(given))
