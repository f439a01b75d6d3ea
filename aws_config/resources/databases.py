"""A PostgreSQL of RDS: encrypted, reachable from within its network alone, and with a password that nobody has to know."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from aws_config.resources.base import PROTECTION, Difference, Facts, Protected, Unchangeable, if_there
from aws_config.resources.networks import Network
from aws_config.resources.waiting import LOOKS, wait_until
from lib.periods import utc_now

PORT = 5432
OWNER = "planner"  # who signs in, and what the database is called
STATUS, AVAILABLE, FULL = "Status", "available", "storage-full"
WORKABLE = {AVAILABLE, FULL, "storage-optimization", "storage-initialization"}  # AWS takes changes meanwhile
WELL = WORKABLE - {FULL} | {"backing-up"}
_RESTORE = "Restore it beside this one: docs/deploying.md#restoring-a-database-of-rds."
LASTING = {  # what does not pass by itself, and what ends it; everything else is on its way to something
    "failed": _RESTORE,
    "incompatible-restore": _RESTORE,
    "restore-error": _RESTORE,
    "incompatible-create": "Remove it and make it again.",
    "incompatible-network": "Look at its subnets: AWS finds no room for it there.",
    "incompatible-option-group": "Give it another option group.",
    "incompatible-parameters": "Set its parameter group back to what it can start with, and reboot it.",
    "inaccessible-encryption-credentials": f"AWS may not use its key in KMS. {_RESTORE}",
    "inaccessible-encryption-credentials-recoverable": "Let AWS use its key in KMS again, and start it.",
    "insufficient-capacity": "AWS has no such machine left there: wait, or set RDS_TYPE to another.",
    "insufficient-resource-limits": "The account may have no more of it: ask AWS for a higher limit.",
    "stopped": "Start it: aws rds start-db-instance --db-instance-identifier {name}.",
}
WITHOUT_SNAPSHOT = {
    "failed",
    "incompatible-restore",
    "incompatible-network",
}  # AWS makes no last one of these
_ANEW = "Restore a snapshot of it as it should be, or make a new one and move to it with pg_dump."
FOR_GOOD = {  # what is not changed here, and what a person can do
    "StorageEncrypted": _ANEW,
    "SubnetGroup": _ANEW,
    "EngineVersion": "Its major version is raised by hand: docs/deploying.md#a-postgresql-of-rds.",
}
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
    version: int = 17  # of PostgreSQL, the major one; AWS chooses and raises the minor one


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

    @property
    def leaves_snapshot(self) -> bool:
        """Whether AWS makes a last snapshot of it, as it is now."""
        return (self._instance() or {}).get("DBInstanceStatus") not in WITHOUT_SNAPSHOT

    def wanted(self) -> Facts:
        group = (self._network.group(self.name) or {}).get("GroupId")
        return {
            STATUS: AVAILABLE,
            "EngineVersion": str(self._plan.version),
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
        return None if found is None or found["DBInstanceStatus"] == "deleting" else self._facts(found)

    def _facts(self, found: dict[str, Any]) -> Facts:
        status, version = found["DBInstanceStatus"], found.get("EngineVersion", "0")
        return {
            STATUS: AVAILABLE if status in WELL else status,
            # A later one that it was brought to, and what it has grown by itself, are as they should be.
            "EngineVersion": str(min(int(version.split(".")[0]), self._plan.version)),
            "DBInstanceClass": found.get("DBInstanceClass"),
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
        """Whoever can come in is shut out in any case. Raises Unchangeable for what is for good, and for what no change ends."""
        found = self._at_rest()
        now, wanted = self._facts(found), self.wanted()
        still = {fact for fact in facts - {STATUS} if now[fact] != wanted[fact]}
        fixed = sorted(still & FOR_GOOD.keys())
        if asked := still & OPENS - FOR_GOOD.keys() if fixed else still:
            self._modify({fact: wanted[fact] for fact in sorted(asked)})
        if fixed:
            what_to_do = " ".join(dict.fromkeys(FOR_GOOD[fact] for fact in fixed))
            raise Unchangeable(
                f"{', '.join(fixed)} of the database {self.name} cannot be changed. {what_to_do}"
            )
        if found["DBInstanceStatus"] == FULL and "AllocatedStorage" not in still:
            raise Unchangeable(
                f"The database {self.name} is full ({FULL}), and takes no more until it is larger: set RDS_STORAGE to begin with "
                f"more than the {found.get('AllocatedStorage')} GB that it has."
            )

    def remove(self) -> None:
        """Leaves a snapshot where AWS makes one, and the automatic backups until they are too old where it makes none.

        Waits, because its subnets and its security group can only go when it is gone. Raises Protected.
        """
        if (found := self._instance()) is None:
            return
        if found["DBInstanceStatus"] != "deleting":
            if found.get("DeletionProtection"):
                raise Protected(f"The database {self.name} is protected from deletion.")
            status = self._settled(_is_at_rest)["DBInstanceStatus"]
            last: Facts = {"SkipFinalSnapshot": True, "DeleteAutomatedBackups": False}
            if status not in WITHOUT_SNAPSHOT:
                name = f"{self.name}-{utc_now():%Y-%m-%d-%H%M%S}"
                last = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": name}
            self._rds.delete_db_instance(DBInstanceIdentifier=self.name, **last)
        self._settled(lambda found: not found)

    def opens(self, difference: Difference) -> bool:
        return difference.fact in OPENS

    def _modify(self, facts: Facts) -> None:
        self._rds.modify_db_instance(DBInstanceIdentifier=self.name, ApplyImmediately=True, **_asked(facts))
        # For a moment after it was asked to change it still says that it is available: what is to come says otherwise.
        self._at_rest(and_nothing_to_come=True)

    def _at_rest(self, *, and_nothing_to_come: bool = False) -> dict[str, Any]:
        """Raises Unchangeable where it stays as it is until a person does something, Unsettled after half an hour."""

        def is_done(found: dict[str, Any]) -> bool:
            waits = and_nothing_to_come and found.get("PendingModifiedValues")
            return _is_at_rest(found) and not waits

        found = self._settled(is_done)
        status = found["DBInstanceStatus"]
        if status in LASTING:
            raise Unchangeable(
                f"The database {self.name} is {status}. {LASTING[status].format(name=self.name)}"
            )
        return found

    def _settled(self, is_done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        def said(found: dict[str, Any]) -> str:
            status = found.get("DBInstanceStatus", "not to be seen")
            return f"The database {self.name} is still being changed ({status}). Run this again in a while."

        return wait_until(is_done, lambda: self._instance() or {}, said, self._looks)

    def _instance(self) -> dict[str, Any] | None:
        found = if_there(lambda: self._rds.describe_db_instances(DBInstanceIdentifier=self.name), ABSENT)
        return dict(found["DBInstances"][0]) if found and found["DBInstances"] else None


def _is_at_rest(found: dict[str, Any]) -> bool:
    return found.get("DBInstanceStatus") in WORKABLE | LASTING.keys()


def _asked(facts: Facts) -> dict[str, Any]:
    return {ASKED_AS.get(fact, fact): value for fact, value in facts.items() if fact != STATUS}
