"""Bring every table back as it was at a moment of the last 35 days, beside those that are there: nothing of them is changed.

    .venv/bin/python -m scripts.restore_tables 2026-11-22T03:40:00Z --as rescued             what would be made
    .venv/bin/python -m scripts.restore_tables 2026-11-22T03:40:00Z --as rescued --apply     make it, and wait
    .venv/bin/python -m scripts.restore_tables --as rescued --remove rescued                 take it away again

`--as` is the AWS_PREFIX of the copies: with it, scripts/copy_data.py takes them home. Files that were deleted come back by
scripts/restore_files.py. Cut off, the same command goes on.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from aws_config.config import QUEUES, TABLES, Names, names_of
from aws_config.resource_manager import ResourceManager
from aws_config.resources.queues import QueueResource
from aws_config.resources.restored import RestoredTableResource
from lib.settings import load_settings
from scripts.operating import CANNOT, Bench, parser_of, plan_and_apply, remove, run, start

TOO_EARLY_OR_LATE = "InvalidRestoreTimeException"
EXAMPLE = "write it such as 2026-11-22T03:40:00Z, which is UTC"
JUST_BEGUN = timedelta(minutes=1)  # a window that is no longer tells of nothing: AWS decides then


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("restore_tables", __doc__)
    parser.add_argument("moment", nargs="?", type=moment, help="such as 2026-11-22T03:40:00Z")
    parser.add_argument(
        "--as", dest="prefix", required=True, metavar="PREFIX", help="what the copies' names start with"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="make them; without this, it is only shown")
    what.add_argument(
        "--remove", metavar="PREFIX", help="take the copies away; their prefix says that you mean it"
    )
    options = start(argv, parser)
    if not options.remove and options.moment is None:
        parser.error("say a moment, such as 2026-11-22T03:40:00Z")
    return run(options, lambda bench: restore(bench, options))


def moment(text: str) -> datetime:
    """With its zone: an hour's mistake is the whole difference. Raises ArgumentTypeError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is none: {EXAMPLE}") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"a moment needs its zone: {EXAMPLE}")
    return found.astimezone(UTC)


def restore(bench: Bench, options: argparse.Namespace) -> int:
    """Raises ValueError where the copies would be another installation's tables."""
    copies = names_of(load_settings(needs_secret=False, aws_prefix=options.prefix))
    _refuse_neighbours(bench, copies)
    when = options.moment or datetime.now(UTC)
    tables = [
        RestoredTableResource(bench.aws, bench.names.table(what), copies.table(what), when) for what in TABLES
    ]
    manager = ResourceManager([tables])
    if options.remove:
        return _remove(bench, manager, options)
    kept = [_tell_window(bench, table, when) for table in tables]
    if not all(kept):
        raise ValueError(_not_kept(when))
    again = f"{bench.command} {when:%Y-%m-%dT%H:%M:%SZ} --as {copies.prefix}"
    try:
        return plan_and_apply(bench, manager, apply=options.apply, command=again)
    except ClientError as error:
        if error.response["Error"]["Code"] != TOO_EARLY_OR_LATE:
            raise
        raise ValueError(_not_kept(when)) from error


def _refuse_neighbours(bench: Bench, copies: Names) -> None:
    if copies.base == bench.names.base:
        raise ValueError(f"--as {copies.prefix} is this installation itself. Take another prefix.")
    for what in QUEUES:
        if QueueResource(bench.aws, bench.account, copies.queue(what)).url():
            raise ValueError(
                f"{copies.base} is an installation of its own: it has queues. Take another prefix."
            )


def _not_kept(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC is not one of the moments that can be restored."


def _tell_window(bench: Bench, table: RestoredTableResource, when: datetime) -> bool:
    """Say from when to when it can be restored, and return False where that moment is outside. A copy that is there already
    needs none: the window moves on while others are made."""
    found = table.window()
    if found is None:
        bench.screen.say(f"{table.source}: it has no point-in-time recovery.", "bold red")
        return True
    first, last = found
    is_kept = first <= when <= last or last - first < JUST_BEGUN or table.actual() is not None
    begin, end = (each.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") for each in found)
    bench.screen.say(
        f"{table.source} can be restored from {begin} to {end} UTC", "dim" if is_kept else "bold red"
    )
    return is_kept


def _remove(bench: Bench, manager: ResourceManager, options: argparse.Namespace) -> int:
    if options.remove != options.prefix:
        bench.screen.complain(f"That is not their prefix. It is {options.prefix}.")
        return CANNOT
    return remove(bench, manager)


if __name__ == "__main__":
    sys.exit(main())
