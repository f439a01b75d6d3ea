"""Bring a database to the program's schema, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import selfhost.migrations
from selfhost.sql.engine import Database

_LOCK = 7_202_611  # any number of our own: whoever migrates this PostgreSQL database holds it


def upgrade(url: str, revision: str = "head") -> None:
    """Make or update every table, in one transaction. Whoever comes second waits, then finds it done."""
    _run(url, command.upgrade, revision)


def downgrade(url: str, revision: str) -> None:
    _run(url, command.downgrade, revision)


def _run(url: str, step: object, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(selfhost.migrations.__path__[0])))
    database = Database(url)
    try:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            config.attributes["connection"] = connection
            step(config, revision)  # type: ignore[operator]
    finally:
        database.close()
