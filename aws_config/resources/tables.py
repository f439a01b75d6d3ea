"""Tables of DynamoDB with their indexes."""

import time
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from aws_config.resources.base import PROTECTION, Difference, Facts, Protected, Unchangeable, if_there

ENCRYPTED = "KMS"  # by AWS's own key: nothing to look after, and every use of it is in the account's log
PATIENCE = 1800  # seconds; an index over a large table takes long to fill
INDEX = "Index "
NO_BACKUPS_YET = "ContinuousBackupsUnavailableException"


class TableResource:
    kind = "table"

    def __init__(
        self, aws: Any, definition: Mapping[str, Any], *, expires: str = "", protect: bool = False
    ) -> None:
        """`definition` is what `create_table` takes: name, keys, indexes. `expires`: the attribute with an item's end."""
        self._dynamodb = aws.client("dynamodb")
        self._definition, self._expires, self._protect = definition, expires, protect

    @property
    def name(self) -> str:
        return str(self._definition["TableName"])

    def wanted(self) -> Facts:
        facts = {
            "TableStatus": "ACTIVE",
            "KeySchema": _keys(self._definition["KeySchema"]),
            "BillingMode": self._definition["BillingMode"],
            "Encryption": ENCRYPTED,
            "PointInTimeRecovery": True,
            PROTECTION: self._protect,
            **{INDEX + name: _index(found, "ACTIVE") for name, found in self._indexes().items()},
        }
        return facts | ({"TimeToLive": self._expires} if self._expires else {})

    def actual(self) -> Facts | None:
        table = self._describe()
        if table is None or table["TableStatus"] == "DELETING":
            return None
        indexes = table.get("GlobalSecondaryIndexes") or []
        facts = {
            "TableStatus": table["TableStatus"],
            "KeySchema": _keys(table["KeySchema"]),
            "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "Encryption": _encryption(table.get("SSEDescription") or {}),
            "PointInTimeRecovery": self._is_recoverable(),
            PROTECTION: table.get("DeletionProtectionEnabled", False),
            **{INDEX + found["IndexName"]: _index(found, found["IndexStatus"]) for found in indexes},
        }
        expires = self._time_to_live()
        return facts | ({"TimeToLive": expires} if expires else {})

    def create(self) -> None:
        """One of that name may be on its way out. Where someone else makes it meanwhile, it is there as well."""
        self._wait_until(lambda: (self._describe() or {}).get("TableStatus") != "DELETING")
        try:
            self._dynamodb.create_table(
                **self._definition,
                SSESpecification={"Enabled": True, "SSEType": ENCRYPTED},
                DeletionProtectionEnabled=self._protect,
            )
        except self._dynamodb.exceptions.ResourceInUseException:
            self._wait()

    def change(self, facts: Set[str]) -> None:
        self._wait()
        if "KeySchema" in facts:
            raise Unchangeable(
                f"The keys of table {self.name} differ, and DynamoDB cannot change keys. Copy its items into another "
                "installation (.venv/bin/python -m scripts.copy_data), remove the table, and run the setup again."
            )
        if "BillingMode" in facts:
            self._update(BillingMode=self._definition["BillingMode"])
        if "Encryption" in facts:
            self._update(SSESpecification={"Enabled": True, "SSEType": ENCRYPTED})
        if PROTECTION in facts:
            self._update(DeletionProtectionEnabled=self._protect)
        if "PointInTimeRecovery" in facts:
            self._wait_until(self._made_recoverable)
        if "TimeToLive" in facts:
            self._set_time_to_live()
        for fact in sorted(facts):
            if fact.startswith(INDEX):
                self._change_index(fact.removeprefix(INDEX))

    def remove(self) -> None:
        table = self._describe()
        if table is None or table["TableStatus"] == "DELETING":
            return
        if table.get("DeletionProtectionEnabled"):
            raise Protected(f"Table {self.name} is protected from deletion.")
        self._wait()
        self._dynamodb.delete_table(TableName=self.name)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "Encryption"

    def _indexes(self) -> dict[str, Mapping[str, Any]]:
        return {found["IndexName"]: found for found in self._definition.get("GlobalSecondaryIndexes") or []}

    def _describe(self) -> dict[str, Any] | None:
        return if_there(lambda: self._dynamodb.describe_table(TableName=self.name)["Table"])

    def _made_recoverable(self) -> bool:
        """False as long as a new table's backups are still being prepared."""
        asked = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
        update = self._dynamodb.update_continuous_backups
        return if_there(lambda: update(TableName=self.name, **asked), NO_BACKUPS_YET) is not None

    def _is_recoverable(self) -> bool:
        """Not while the table is being made."""
        describe = self._dynamodb.describe_continuous_backups
        found = (
            if_there(lambda: describe(TableName=self.name), "TableNotFoundException", NO_BACKUPS_YET) or {}
        )
        backups = found.get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
        return bool(backups.get("PointInTimeRecoveryStatus") == "ENABLED")

    def _time_to_live(self) -> str:
        """The attribute; empty where there is none."""
        found = self._dynamodb.describe_time_to_live(TableName=self.name)["TimeToLiveDescription"]
        is_on = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        return str(found["AttributeName"]) if is_on else ""

    def _set_time_to_live(self) -> None:
        now = self._time_to_live()
        if now:  # one at a time: another attribute's must go first, and DynamoDB takes up to an hour for that
            self._switch_time_to_live(now, on=False)
        if self._expires:
            self._switch_time_to_live(self._expires, on=True)

    def _switch_time_to_live(self, attribute: str, *, on: bool) -> None:
        specification = {"AttributeName": attribute, "Enabled": on}
        self._dynamodb.update_time_to_live(TableName=self.name, TimeToLiveSpecification=specification)

    def _change_index(self, name: str) -> None:
        """Make it, make it anew, or remove it. One that is right but being filled is waited for."""
        table = self._describe() or {}
        now = {found["IndexName"]: found for found in table.get("GlobalSecondaryIndexes") or []}.get(name)
        wanted = self._indexes().get(name)
        if now and (not wanted or _index(now, "") != _index(wanted, "")):
            self._update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
            now = None
        if wanted and not now:
            used = {key["AttributeName"] for key in wanted["KeySchema"]}
            attributes = [
                each for each in self._definition["AttributeDefinitions"] if each["AttributeName"] in used
            ]
            self._update(
                AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=[{"Create": dict(wanted)}]
            )

    def _update(self, **changes: Any) -> None:
        self._dynamodb.update_table(TableName=self.name, **changes)
        self._wait()

    def _wait(self) -> None:
        """Until the table and its indexes are at rest: DynamoDB changes one thing at a time."""
        self._wait_until(self._is_at_rest)

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not is_so():
            if time.monotonic() > until:
                raise Unchangeable(
                    f"Table {self.name} is still changing after {PATIENCE // 60} minutes. Run this again."
                )
            time.sleep(1)

    def _is_at_rest(self) -> bool:
        table = self._describe() or {}
        indexes = table.get("GlobalSecondaryIndexes") or []
        states = {table.get("TableStatus"), *(found["IndexStatus"] for found in indexes)}
        return states == {"ACTIVE"}


def _keys(schema: Sequence[Mapping[str, str]]) -> str:
    """Such as "user_id, then sk"."""
    ordered = sorted(schema, key=lambda key: key["KeyType"])  # HASH comes before RANGE
    return ", then ".join(key["AttributeName"] for key in ordered)


def _index(found: Mapping[str, Any], status: str) -> dict[str, Any]:
    projection = found["Projection"]
    facts = {"KeySchema": _keys(found["KeySchema"]), "Projection": projection["ProjectionType"]}
    if included := projection.get("NonKeyAttributes"):
        facts["NonKeyAttributes"] = sorted(included)
    return {**facts, "IndexStatus": status}


def _encryption(description: Mapping[str, Any]) -> str:
    is_on = description.get("Status") in ("ENABLED", "ENABLING", "UPDATING")
    return str(description.get("SSEType", "")) if is_on else ""
