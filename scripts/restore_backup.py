"""Put a backup back in place, as `scripts.backup` made it. Stop the planner first.

    .venv/bin/python -m scripts.restore_backup /media/stick/planner-2026-11-21-140355

Nothing is deleted: what was there is moved aside, into a folder beside it.
"""

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from lib.settings import Misconfigured, Settings, load_settings
from scripts.backup import database_of

LOGS = (
    "-wal",
    "-shm",
    "-journal",
)  # what SQLite has beside a database, and reads into whatever bears that name


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="restore_backup", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("backup", type=Path, help="the folder that scripts.backup made")
    options = parser.parse_args(arguments)
    try:
        aside = restore(load_settings(needs_secret=False), options.backup, datetime.now().astimezone())
    except (Misconfigured, OSError, sqlite3.Error, ValueError) as problem:
        print(f"Nothing was put back: {problem}", file=sys.stderr)
        return 1
    print(f"It is in place. What was there is in {aside}: remove that once all is well.")
    return 0


def restore(settings: Settings, backup: Path, now: datetime) -> Path:
    """Put it in place, and return the folder to which what was there is moved.

    Raises:
        ValueError: If it is no backup, or the planner runs.
    """
    database, folder = database_of(settings), settings.data_dir
    _look_at(backup)
    _make_sure_that_nobody_uses(database)
    stamp = now.strftime("%Y-%m-%d-%H%M%S")
    places = {"planner.db": database, "files": folder / "files", "secret": folder / "secret"}
    drafts = {name: place.parent / f"restoring-{stamp}" / name for name, place in places.items()}
    try:
        for name, draft in drafts.items():
            _copy(backup / name, draft)
        return _exchange(places, drafts, f"before-{stamp}")
    finally:
        for draft in drafts.values():
            shutil.rmtree(draft.parent, ignore_errors=True)


def _exchange(places: dict[str, Path], drafts: dict[str, Path], aside: str) -> Path:
    """Everything that is drafted takes its place, or nothing does."""
    moves = []
    for name, place in places.items():
        if drafts[name].exists():
            logs = [place.with_name(place.name + log) for log in LOGS]
            moves += [(old, old.parent / aside / old.name) for old in (place, *logs)]
            moves.append((drafts[name], place))
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in moves:
            if old.exists():
                new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                old.rename(new)
                done.append((old, new))
    except OSError:
        for old, new in reversed(done):
            new.rename(old)
        raise
    return places["planner.db"].parent / aside


def _look_at(backup: Path) -> None:
    if not (backup / "planner.db").is_file():
        raise ValueError(f"{backup} is no backup: there is no planner.db in it.")
    with closing(sqlite3.connect(f"file:{backup / 'planner.db'}?mode=ro&immutable=1", uri=True)) as database:
        found = database.execute("pragma quick_check(1)").fetchone()[0]
        tables = {name for (name,) in database.execute("select name from sqlite_master")}
    if found != "ok" or "users" not in tables:
        raise ValueError(f"{backup / 'planner.db'} is damaged, or not the planner's.")


def _make_sure_that_nobody_uses(database: Path) -> None:
    """Raises ValueError if anybody has it open: then SQLite does not take its log away."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0)) as found:
            found.execute("pragma journal_mode = delete")
    except sqlite3.OperationalError as error:
        raise ValueError("the planner is running. Stop it first.") from error
    except sqlite3.DatabaseError:
        return  # it is damaged, which may be why


def _copy(old: Path, new: Path) -> None:
    new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if old.is_dir():
        shutil.copytree(old, new)
    elif old.exists():
        shutil.copyfile(old, new)
        new.chmod(0o600)


if __name__ == "__main__":
    sys.exit(main())
