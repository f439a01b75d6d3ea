"""A Redis of ElastiCache: encrypted on its disks and on the way, and reachable from within its network alone."""

from collections.abc import Callable, Mapping, Set
from typing import Any

from aws_config.resources.base import Difference, Facts, Unchangeable, if_there
from aws_config.resources.networks import Network
from aws_config.resources.waiting import LOOKS, wait_until

ENGINE = "valkey"  # Redis as it goes on under a free licence, and cheaper there
FOR_GOOD = {"TransitEncryptionEnabled", "AtRestEncryptionEnabled", "SubnetGroup"}
STATUS, AVAILABLE, LOST = "Status", "available", "create-failed"
WELL = {AVAILABLE, "snapshotting"}
OPENS = {"SecurityGroups", "TransitEncryptionEnabled"}
ANEW = "Remove it and make it again: nothing in it has to stay, and the planner goes on without it meanwhile."
ABSENT = "ReplicationGroupNotFoundFault"


class CacheResource:
    """A replication group, of one node or several; nothing in it has to stay, so there are no snapshots."""

    kind = "cache"

    def __init__(
        self, aws: Any, name: str, network: Network, *, node: str, nodes: int, looks: int = LOOKS
    ) -> None:
        """
        Args:
            name: Its own, its subnet group's, and its security group's.
            looks: How often to look whether a change is done, LOOK_EVERY so many seconds.
        """
        self.name = name
        self._cache, self._network = aws.client("elasticache"), network
        self._node, self._nodes = node, nodes
        self._looks = looks

    @property
    def url(self) -> str:
        """What belongs into REDIS_URL; "" until it is there."""
        found = self._group() or {}
        place = found.get("NodeGroups", [{}])[0].get("PrimaryEndpoint") or {}
        return f"rediss://{place['Address']}:{place['Port']}/0" if place else ""

    def wanted(self) -> Facts:
        group = (self._network.group(self.name) or {}).get("GroupId")
        return {
            STATUS: AVAILABLE,
            "CacheNodeType": self._node,
            "Nodes": self._nodes,
            "AutomaticFailover": self._is_doubled,
            "MultiAZ": self._is_doubled,
            "TransitEncryptionEnabled": True,
            "AtRestEncryptionEnabled": True,
            "SnapshotRetentionLimit": 0,
            "SubnetGroup": self.name,
            "SecurityGroups": [group],
        }

    def actual(self) -> Facts | None:
        group = self._group()
        if group is None or group["Status"] == "deleting":
            return None
        pages = self._cache.get_paginator("describe_cache_clusters").paginate()
        nodes = [each for page in pages for each in page["CacheClusters"]]
        ours = [each for each in nodes if each.get("ReplicationGroupId") == self.name]
        return {
            STATUS: AVAILABLE if group["Status"] in WELL else group["Status"],
            "CacheNodeType": group.get("CacheNodeType"),
            "Nodes": _nodes(group),
            "AutomaticFailover": _on(group.get("AutomaticFailover")),
            "MultiAZ": _on(group.get("MultiAZ")),
            "TransitEncryptionEnabled": group.get("TransitEncryptionEnabled"),
            "AtRestEncryptionEnabled": group.get("AtRestEncryptionEnabled"),
            "SnapshotRetentionLimit": group.get("SnapshotRetentionLimit", 0),
            "SubnetGroup": next((each.get("CacheSubnetGroupName") for each in ours), None),
            "SecurityGroups": sorted(
                {one["SecurityGroupId"] for each in ours for one in each.get("SecurityGroups", [])}
            ),
        }

    def create(self) -> None:
        wanted = self.wanted()
        self._cache.create_replication_group(
            ReplicationGroupId=self.name,
            ReplicationGroupDescription="Smart Budget Planner: rings workers, counts tries",
            Engine=ENGINE,
            CacheNodeType=self._node,
            NumCacheClusters=self._nodes,
            AutomaticFailoverEnabled=self._is_doubled,
            MultiAZEnabled=self._is_doubled,
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="required",
            AtRestEncryptionEnabled=True,
            SnapshotRetentionLimit=0,
            CacheSubnetGroupName=self.name,
            SecurityGroupIds=wanted["SecurityGroups"],
        )

    def change(self, facts: Set[str]) -> None:
        """Whoever can come in is shut out in any case. Raises Unchangeable for what is for good, and for one that was never made."""
        self.wait()
        now, wanted = self.actual() or {}, self.wanted()
        still = {fact for fact in facts - {STATUS} if now.get(fact) != wanted[fact]}
        fixed = sorted(still & FOR_GOOD)
        self._put_right(still & OPENS - FOR_GOOD if fixed else still)
        if fixed:
            raise Unchangeable(f"{', '.join(fixed)} of the cache {self.name} cannot be changed. {ANEW}")

    def remove(self) -> None:
        """Without a snapshot. Waits, because its subnets and its security group can only go when it is gone."""
        if (found := self._group()) is None:
            return
        if found["Status"] != "deleting":
            self._settled(AVAILABLE, LOST)
            self._cache.delete_replication_group(ReplicationGroupId=self.name)
        self._settled("")

    def opens(self, difference: Difference) -> bool:
        return difference.fact in OPENS

    def wait(self) -> None:
        """Until nothing is being changed there. Raises Unchangeable where it was never made, Unsettled after half an hour."""
        if self._settled(AVAILABLE, LOST) == LOST:
            raise Unchangeable(f"The cache {self.name} is {LOST}. {ANEW}")

    @property
    def _is_doubled(self) -> bool:
        return self._nodes > 1

    def _put_right(self, facts: Set[str]) -> None:
        fewer = _nodes(self._group() or {}) - self._nodes if "Nodes" in facts else 0
        if fewer < 0:
            self._resize(self._cache.increase_replica_count)
        if facts - {"Nodes"}:
            self._modify()
        if fewer > 0:  # the last replica may only go when nobody counts on it
            self._resize(self._cache.decrease_replica_count)

    def _modify(self) -> None:
        self._cache.modify_replication_group(
            ReplicationGroupId=self.name,
            ApplyImmediately=True,
            CacheNodeType=self._node,
            AutomaticFailoverEnabled=self._is_doubled,
            MultiAZEnabled=self._is_doubled,
            SnapshotRetentionLimit=0,
            SecurityGroupIds=self.wanted()["SecurityGroups"],
        )
        self.wait()

    def _resize(self, resize: Callable[..., Any]) -> None:
        resize(ReplicationGroupId=self.name, NewReplicaCount=self._nodes - 1, ApplyImmediately=True)
        self.wait()

    def _settled(self, *statuses: str) -> str:
        """Which of these it is in the end; "" is gone."""

        def said(status: str) -> str:
            return f"The cache {self.name} is still being changed ({status}). Run this again in a while."

        def status() -> str:
            return str((self._group() or {}).get("Status", ""))

        return wait_until(lambda now: now in statuses, status, said, self._looks)

    def _group(self) -> dict[str, Any] | None:
        found = if_there(
            lambda: self._cache.describe_replication_groups(ReplicationGroupId=self.name), ABSENT
        )
        return dict(found["ReplicationGroups"][0]) if found and found["ReplicationGroups"] else None


def _nodes(group: Mapping[str, Any]) -> int:
    """How many it has; while it is made they are not in node groups yet."""
    placed = [node for each in group.get("NodeGroups", []) for node in each.get("NodeGroupMembers", [])]
    return len(placed or group.get("MemberClusters", []))


def _on(said: str | None) -> bool:
    return said in ("enabled", "enabling")
