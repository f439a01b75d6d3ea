"""Copy everything that is yours into a new folder, also while the planner runs.

    python -m scripts.backup /media/stick

Makes /media/stick/planner-2026-11-21-140355 with database, files and secret: a data folder as it stands, to be used as
DATA_DIR, or put back in its place by `scripts.restore_backup`. The database is copied by SQLite itself, so that it is whole.
"""

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from lib.settings import Misconfigured, Settings, load_settings


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="backup", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="where the new folder is made")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings(needs_secret=False)
        made = backup(settings, options.folder, datetime.now().astimezone())
    except (Misconfigured, OSError, sqlite3.Error, ValueError) as problem:
        print(f"Nothing was backed up: {problem}", file=sys.stderr)
        return 1
    size = sum(file.stat().st_size for file in made.rglob("*") if file.is_file())
    print(f"{made} ({size / 1_000_000:.1f} MB), a copy of {settings.data_dir}")
    return 0


def backup(settings: Settings, folder: Path, now: datetime) -> Path:
    """Make the copy and return its folder, which has that name only once it is whole."""
    database = database_of(settings)
    made = folder / now.strftime("planner-%Y-%m-%d-%H%M%S")
    draft = made.with_name(f"{made.name}.unfinished")
    draft.mkdir(parents=True, mode=0o700)
    try:
        _copy_database(database, draft / "planner.db")
        if (settings.data_dir / "files").is_dir():
            shutil.copytree(settings.data_dir / "files", draft / "files")
        if (settings.data_dir / "secret").is_file():
            shutil.copy2(settings.data_dir / "secret", draft / "secret")
        return draft.rename(made)
    except BaseException:
        shutil.rmtree(draft)
        raise


def database_of(settings: Settings) -> Path:
    """The file that it is in. Raises ValueError for other databases than SQLite's."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ValueError("this is for SQLite databases; use pg_dump and pg_restore for PostgreSQL.")
    return Path(url.database)


def _copy_database(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


if __name__ == "__main__":
    sys.exit(main())
