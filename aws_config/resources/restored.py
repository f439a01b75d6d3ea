"""What was there at an earlier moment, beside what is there now: tables under another name, and files that were deleted."""

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.resources.base import PROTECTION, Difference, Facts, Protected, Unchangeable, if_there

PATIENCE = 12 * 3600  # seconds; DynamoDB takes from minutes to hours
LOOK_EVERY = 15  # seconds
AT_ONCE = 1000  # files in one request
SOURCE, MOMENT = "RestoredFrom", "RestoredAsOf"  # facts, and the tags of ours that keep them


class RestoredTableResource:
    """A copy of a table as it was at a moment of the last 35 days. Nothing in it expires, and it has no recovery of its own.

    Which table and which moment is written on it once it is whole; until then DynamoDB says so, while it restores.
    """

    kind = "table"

    def __init__(self, aws: Any, source: str, name: str, moment: datetime) -> None:
        """`source` and `name`: tables, the one there is and the one to be."""
        self.name = name
        self.source, self._dynamodb, self._moment = source, aws.client("dynamodb"), moment
        self._is_ours = False  # made by us just now

    def wanted(self) -> Facts:
        return {"TableStatus": "ACTIVE", PROTECTION: False, **self._mark()}

    def actual(self) -> Facts | None:
        found = if_there(lambda: self._dynamodb.describe_table(TableName=self.name)["Table"])
        if found is None or found["TableStatus"] == "DELETING":
            return None
        return {
            "TableStatus": found["TableStatus"],
            PROTECTION: found.get("DeletionProtectionEnabled", False),
            **_restored(found.get("RestoreSummary")),
            **self._tags(found),
        }

    def create(self) -> None:
        self._dynamodb.restore_table_to_point_in_time(
            SourceTableName=self.source, TargetTableName=self.name, RestoreDateTime=self._moment
        )
        self._is_ours = True

    def change(self, facts: Set[str]) -> None:
        """Wait until it is whole, and write on it what it is."""
        if PROTECTION in facts:
            raise Unchangeable(
                f"{self.name} is protected: it is no copy, but somebody's table. Take another prefix."
            )
        if not self._is_ours and facts & {SOURCE, MOMENT}:
            there = self.actual() or {}
            raise Unchangeable(
                f"{self.name} is a copy of {there.get(SOURCE, 'nothing we know')} as of {there.get(MOMENT, 'nobody knows when')}, "
                "not the one that was asked for. Take another prefix, or take that copy away first (--remove)."
            )
        until = time.monotonic() + PATIENCE
        while (self.actual() or {}).get("TableStatus") != "ACTIVE":
            if time.monotonic() > until:
                raise Unchangeable(f"{self.name} is still being restored. Run this again: it goes on.")
            time.sleep(LOOK_EVERY)
        self._write_mark()

    def remove(self) -> None:
        there = self.actual()
        if there is None:
            return
        if there[PROTECTION]:
            raise Protected(f"{self.name} is protected: it is no copy, but somebody's table.")
        if there.get(SOURCE) != self.source:
            raise Protected(f"{self.name} was not restored from {self.source}: it is somebody's table.")
        self._dynamodb.delete_table(TableName=self.name)

    def opens(self, difference: Difference) -> bool:
        return False

    def window(self) -> tuple[datetime, datetime] | None:
        """Between which moments its source can be restored; None where it cannot."""
        answer = self._dynamodb.describe_continuous_backups(TableName=self.source)
        found = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if found.get("PointInTimeRecoveryStatus") != "ENABLED":
            return None
        return found["EarliestRestorableDateTime"], found["LatestRestorableDateTime"]

    def _mark(self) -> dict[str, str]:
        return {SOURCE: self.source, MOMENT: _second(self._moment)}

    def _write_mark(self) -> None:
        arn = self._dynamodb.describe_table(TableName=self.name)["Table"]["TableArn"]
        tags = [{"Key": key, "Value": value} for key, value in self._mark().items()]
        self._dynamodb.tag_resource(ResourceArn=arn, Tags=tags)

    def _tags(self, table: Mapping[str, Any]) -> dict[str, str]:
        """What is written on it; a table that is being made has nothing on it."""
        if table["TableStatus"] != "ACTIVE":
            return {}
        pages = self._dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=table["TableArn"])
        return {
            tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"] if tag["Key"] in self._mark()
        }


def _restored(summary: Mapping[str, Any] | None) -> dict[str, str]:
    """What DynamoDB says of a table that it restored."""
    if not summary or "SourceTableArn" not in summary:
        return {}
    return {
        SOURCE: summary["SourceTableArn"].rpartition("/")[2],
        MOMENT: _second(summary["RestoreDateTime"]),
    }


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class DeletedFiles:
    """Files of a bucket that were deleted since a moment; S3 keeps what was in them for 30 days."""

    def __init__(self, aws: Any, account: Account, bucket: str, folder: str, since: datetime) -> None:
        """`folder`: what their keys start with, such as "receipts/"."""
        self._s3, self._since = aws.client("s3"), since
        self._ours = {"Bucket": bucket, "ExpectedBucketOwner": account.number}
        self._folder = folder

    def each(self) -> Iterator[dict[str, str]]:
        """The marks that say that a file is deleted: key and version of each."""
        pages = self._s3.get_paginator("list_object_versions").paginate(**self._ours, Prefix=self._folder)
        for page in pages:
            for mark in page.get("DeleteMarkers", []):
                if mark["IsLatest"] and mark["LastModified"] >= self._since:
                    yield {"Key": mark["Key"], "VersionId": mark["VersionId"]}

    def bring_back(self, marks: Sequence[dict[str, str]]) -> None:
        """Take the marks away: what was under them shows again."""
        for start in range(0, len(marks), AT_ONCE):
            part = list(marks[start : start + AT_ONCE])
            answer = self._s3.delete_objects(**self._ours, Delete={"Objects": part, "Quiet": True})
            for problem in answer.get("Errors", []):
                raise ClientError({"Error": problem}, "DeleteObjects")
