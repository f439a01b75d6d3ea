"""A PostgreSQL of RDS: encrypted, reachable from within its network alone, and with a password that nobody has to know."""

import time
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from aws_config.resource_manager import Unsettled
from aws_config.resources.base import PROTECTION, Difference, Facts, Protected, Unchangeable
from aws_config.resources.networks import Network
from aws_config.resources.within import LOOK_EVERY, LOOKS, found_by, wait_for
from lib.periods import utc_now

PORT = 5432
OWNER = "planner"  # who signs in, and what the database is called
FOR_GOOD = {"StorageEncrypted", "SubnetGroup"}
OPENS = {"SecurityGroups", "PubliclyAccessible", "StorageEncrypted"}
ASKED_AS = {  # facts that AWS is asked for under other names than it tells them by
    "SecurityGroups": "VpcSecurityGroupIds",
    "PerformanceInsightsEnabled": "EnablePerformanceInsights",
    "SubnetGroup": "DBSubnetGroupName",
}
ABSENT = "DBInstanceNotFound"


@dataclass(frozen=True)
class Plan:
    """How large it is and how it is looked after."""

    machine: str  # such as "db.t4g.micro"
    gigabytes: int
    most_gigabytes: int  # up to which it grows by itself
    is_doubled: bool = False  # another in a second zone takes over where one fails
    backup_days: int = 7
    has_insights: bool = False


class DatabaseResource:
    kind = "database"

    def __init__(self, aws: Any, name: str, network: Network, plan: Plan, *, looks: int = LOOKS) -> None:
        """
        Args:
            name: Its own, its subnet group's, and its security group's.
            looks: How often to look whether a change is done, LOOK_EVERY so many seconds.
        """
        self.name = name
        self._rds, self._network, self._plan, self._looks = aws.client("rds"), network, plan, looks

    @property
    def url(self) -> str:
        """What belongs into DATABASE_URL, but for how the server is known by; "" until it is there."""
        place = (self._instance() or {}).get("Endpoint") or {}
        return f"postgresql://{OWNER}@{place['Address']}:{place['Port']}/{OWNER}" if place else ""

    @property
    def secret(self) -> str:
        """The ARN of what belongs into DATABASE_SECRET; "" until it is there."""
        return str(((self._instance() or {}).get("MasterUserSecret") or {}).get("SecretArn", ""))

    def wanted(self) -> Facts:
        group = (self._network.group(self.name) or {}).get("GroupId")
        return {
            "DBInstanceClass": self._plan.machine,
            "AllocatedStorage": self._plan.gigabytes,
            "MaxAllocatedStorage": self._plan.most_gigabytes,
            "MultiAZ": self._plan.is_doubled,
            "StorageEncrypted": True,
            "PubliclyAccessible": False,
            "BackupRetentionPeriod": self._plan.backup_days,
            PROTECTION: True,
            "AutoMinorVersionUpgrade": True,
            "PerformanceInsightsEnabled": self._plan.has_insights,
            "ManageMasterUserPassword": True,
            "SubnetGroup": self.name,
            "SecurityGroups": [group],
        }

    def actual(self) -> Facts | None:
        found = self._instance()
        if found is None or found["DBInstanceStatus"] == "deleting":
            return None
        return {
            "DBInstanceClass": found.get("DBInstanceClass"),
            # What it has grown by itself is as it should be, and never taken back.
            "AllocatedStorage": min(found.get("AllocatedStorage", 0), self._plan.gigabytes),
            "MaxAllocatedStorage": found.get("MaxAllocatedStorage"),
            "MultiAZ": found.get("MultiAZ"),
            "StorageEncrypted": found.get("StorageEncrypted"),
            "PubliclyAccessible": found.get("PubliclyAccessible"),
            "BackupRetentionPeriod": found.get("BackupRetentionPeriod"),
            PROTECTION: found.get("DeletionProtection", False),
            "AutoMinorVersionUpgrade": found.get("AutoMinorVersionUpgrade"),
            "PerformanceInsightsEnabled": found.get("PerformanceInsightsEnabled", False),
            "ManageMasterUserPassword": "MasterUserSecret" in found,
            "SubnetGroup": found.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
            "SecurityGroups": sorted(
                each["VpcSecurityGroupId"] for each in found.get("VpcSecurityGroups", [])
            ),
        }

    def create(self) -> None:
        self._rds.create_db_instance(
            DBInstanceIdentifier=self.name,
            Engine="postgres",
            DBName=OWNER,
            MasterUsername=OWNER,
            Port=PORT,
            StorageType="gp3",
            **_asked(self.wanted()),
        )

    def change(self, facts: Set[str]) -> None:
        """Raises Unchangeable for what is for good."""
        self.wait()
        if fixed := sorted(facts & FOR_GOOD):
            raise Unchangeable(
                f"{', '.join(fixed)} of the database {self.name} cannot be changed. Restore a snapshot of it as it should be, or "
                "make a new one and move to it with pg_dump."
            )
        wanted = self.wanted()
        self._rds.modify_db_instance(
            DBInstanceIdentifier=self.name,
            ApplyImmediately=True,
            **_asked({fact: wanted[fact] for fact in sorted(facts)}),
        )
        self._wait_for_changes()

    def remove(self) -> None:
        """Leaves a snapshot. Waits, because its subnets and its security group can only go when it is gone. Raises Protected."""
        if (found := self._instance()) is None:
            return
        if found["DBInstanceStatus"] != "deleting":
            if found.get("DeletionProtection"):
                raise Protected(f"The database {self.name} is protected from deletion.")
            self.wait()
            self._rds.delete_db_instance(
                DBInstanceIdentifier=self.name,
                SkipFinalSnapshot=False,
                FinalDBSnapshotIdentifier=f"{self.name}-{utc_now():%Y-%m-%d-%H%M%S}",
            )
        self._wait_for("db_instance_deleted")

    def opens(self, difference: Difference) -> bool:
        return difference.fact in OPENS

    def wait(self) -> None:
        """Until nothing is being changed there. Raises Unsettled after half an hour."""
        self._wait_for("db_instance_available")

    def _wait_for_changes(self) -> None:
        """For a moment after it was asked to change it still says that it is available: what is to come says otherwise."""
        for number in range(self._looks):
            time.sleep(LOOK_EVERY if number else 0)
            self.wait()
            if not (self._instance() or {}).get("PendingModifiedValues"):
                return
        raise Unsettled(f"The database {self.name} is still being changed. Run this again in a while.")

    def _wait_for(self, what: str) -> None:
        wait_for(self._rds, what, f"database {self.name}", self._looks, DBInstanceIdentifier=self.name)

    def _instance(self) -> dict[str, Any] | None:
        found = found_by(lambda: self._rds.describe_db_instances(DBInstanceIdentifier=self.name), ABSENT)
        return dict(found["DBInstances"][0]) if found and found["DBInstances"] else None


def _asked(facts: Facts) -> dict[str, Any]:
    return {ASKED_AS.get(fact, fact): value for fact, value in facts.items()}
