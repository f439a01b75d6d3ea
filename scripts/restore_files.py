"""Bring files back that were deleted since a moment of the last 30 days.

    .venv/bin/python -m scripts.restore_files 2026-11-22T03:40:00Z             how many there are
    .venv/bin/python -m scripts.restore_files 2026-11-22T03:40:00Z --apply     bring them back
    .venv/bin/python -m scripts.restore_files 2026-11-22T03:40:00Z --user anna --apply     one account's

Receipts only: reports are made anew. What no expense has goes again, by itself: bring back the expenses as well. Whose account
was erased wanted their files gone: they stay so, unless `--user` names that account, by its id: nobody is called so any more.
"""

import argparse
import sys
from collections.abc import Sequence

from aws_config.dynamodb_client import DynamoDBClient
from aws_config.resources.restored import DeletedFiles
from lib.file_keys import owner_of
from scripts.operating import FINE, WRONG, Bench, parser_of, run, start
from scripts.restore_tables import moment

FOLDER = "receipts/"


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("restore_files", __doc__)
    parser.add_argument("moment", type=moment, help="such as 2026-11-22T03:40:00Z")
    parser.add_argument("--user", metavar="NAME", help="one account's only: its user name, or its id")
    parser.add_argument(
        "--apply", action="store_true", help="bring them back; without this, they are only counted"
    )
    options = start(argv, parser)
    return run(options, lambda bench: restore(bench, options))


def restore(bench: Bench, options: argparse.Namespace) -> int:
    owner = _owner(bench, options.user) if options.user else ""
    folder = f"{FOLDER}{owner}/" if owner else FOLDER
    deleted = DeletedFiles(bench.aws, bench.account, bench.names.bucket, folder, options.moment)
    found = list(deleted.each())
    if owner and not (found or _is_there(bench, owner)):
        raise ValueError(
            f"There is no account called {options.user!r}, and no file was deleted of one with that id. Of an erased account, "
            "copies of tables from before (scripts.restore_tables) have it in their table of users."
        )
    marks = found if options.user else _of_accounts(bench, found)
    skipped = len(found) - len(marks)
    if options.apply:
        deleted.bring_back(marks)
    left = 0 if options.apply else len(marks)
    what = "are there again" if options.apply else "were deleted since then; to bring them back, add --apply"
    bench.screen.say(f"{len(marks)} files {what}." if marks else "None was deleted since then.")
    if skipped:
        bench.screen.say(f"{skipped} more are of accounts that are not there, and stay deleted.", "yellow")
    bench.screen.hand_over({"deleted": left, "restored": len(marks) - left, "skipped": skipped})
    return WRONG if left else FINE


def _owner(bench: Bench, given: str) -> str:
    """The id of whoever is called so; else it is one."""
    user = DynamoDBClient(bench.aws, bench.names).find_user_by_username(given)
    return user.user_id if user else given


def _of_accounts(bench: Bench, marks: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Those of accounts that are there."""
    there = {owner for owner in {owner_of(mark["Key"]) for mark in marks} - {""} if _is_there(bench, owner)}
    return [mark for mark in marks if owner_of(mark["Key"]) in there]


def _is_there(bench: Bench, owner: str) -> bool:
    users, dynamodb = bench.names.table("users"), bench.aws.client("dynamodb")
    return "Item" in dynamodb.get_item(TableName=users, Key={"user_id": {"S": owner}}, ConsistentRead=True)


if __name__ == "__main__":
    sys.exit(main())
