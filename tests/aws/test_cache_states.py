"""What state a cache of ElastiCache is in, and what follows: AWS's own words, because the emulator's is always available."""

from collections.abc import Iterator
from typing import Any

import pytest

from aws_config.resource_manager import Unsettled
from aws_config.resources.base import Difference, Unchangeable, look
from aws_config.resources.caches import CacheResource
from aws_config.resources.networks import Network
from tests.aws.stubbed import Scripted, scripted

NAME = "smart-budget-cache"
RIGHT = {
    "ReplicationGroupId": NAME,
    "CacheNodeType": "cache.t4g.micro",
    "MemberClusters": ["one"],
    "AutomaticFailover": "disabled",
    "MultiAZ": "disabled",
    "TransitEncryptionEnabled": True,
    "AtRestEncryptionEnabled": True,
    "SnapshotRetentionLimit": 0,
}


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def the_cache(script: Scripted) -> CacheResource:
    network = Network(script.aws, "vpc-0123456789abcdef0")
    return CacheResource(script.aws, NAME, network, node="cache.t4g.micro", nodes=1, looks=1)


def is_found(script: Scripted, status: str, **otherwise: Any) -> None:
    found = {**RIGHT, "Status": status, **otherwise}
    script.expects(
        "elasticache.describe_replication_groups",
        {"ReplicationGroupId": NAME},
        {"ReplicationGroups": [found]},
    )


def is_looked_at(script: Scripted, status: str, group: str = "sg-1", **otherwise: Any) -> None:
    """It, its nodes within `group`, and what it should be."""
    is_found(script, status, **otherwise)
    node = {
        "ReplicationGroupId": NAME,
        "CacheSubnetGroupName": NAME,
        "SecurityGroups": [{"SecurityGroupId": group, "Status": "active"}],
    }
    script.expects("elasticache.describe_cache_clusters", {}, {"CacheClusters": [node]})
    should_be(script)


def should_be(script: Scripted) -> None:
    script.expects("ec2.describe_security_groups", None, {"SecurityGroups": [{"GroupId": "sg-1"}]})


@pytest.mark.parametrize("status", ["available", "snapshotting"])
def test_one_that_works_is_right(script, status):
    is_looked_at(script, status)
    assert look(the_cache(script)).is_right


@pytest.mark.parametrize("status", ["creating", "modifying", "create-failed", "something new"])
def test_any_other_state_is_a_difference(script, status):
    is_looked_at(script, status)
    assert look(the_cache(script)).differences == (Difference("Status", status, "available"),)


@pytest.mark.parametrize("status", ["creating", "modifying", "snapshotting", "something new"])
def test_what_passes_is_waited_for_by_its_name(script, status):
    is_found(script, status)
    with pytest.raises(Unsettled, match=rf"still being changed \({status}\)"):
        the_cache(script).change({"Nodes"})


def test_one_that_was_never_made_is_said_and_can_be_removed(script):
    is_found(script, "create-failed")
    with pytest.raises(Unchangeable, match="is create-failed. Remove it and make it again"):
        the_cache(script).change({"Nodes"})
    for _ in range(2):
        is_found(script, "create-failed")
    script.expects("elasticache.delete_replication_group", {"ReplicationGroupId": NAME})
    script.refuses("elasticache.describe_replication_groups", "ReplicationGroupNotFoundFault")
    the_cache(script).remove()


def test_what_has_come_right_while_it_was_made_is_not_asked_for_again(script):
    is_found(script, "available")
    is_looked_at(script, "available")
    the_cache(script).change({"Status", "Nodes", "SubnetGroup", "SecurityGroups"})


def test_who_could_come_in_is_shut_out_before_what_is_for_good_is_said(script):
    plain = {"TransitEncryptionEnabled": False}
    is_found(script, "available", **plain)
    is_looked_at(script, "available", group="sg-anyone", **plain)
    should_be(script)
    script.expects("elasticache.modify_replication_group", None)
    is_found(script, "available", **plain)
    with pytest.raises(Unchangeable, match="TransitEncryptionEnabled of the cache"):
        the_cache(script).change({"TransitEncryptionEnabled", "SecurityGroups"})


def test_what_is_for_good_is_said_and_not_tried(script):
    is_found(script, "available", TransitEncryptionEnabled=False)
    is_looked_at(script, "available", TransitEncryptionEnabled=False)
    with pytest.raises(Unchangeable, match="TransitEncryptionEnabled of the cache"):
        the_cache(script).change({"TransitEncryptionEnabled", "Nodes"})
    assert the_cache(script).opens(Difference("TransitEncryptionEnabled", False, True))
