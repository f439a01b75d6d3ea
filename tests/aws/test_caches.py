"""The Redis of several machines on ElastiCache. MiniStack alone: moto forgets which subnets and security groups a cache is in."""

import json
from typing import Any

import pytest

from aws_config.account import account_of
from aws_config.cache_home import cache_manager
from aws_config.resource_manager import ResourceManager
from aws_config.resources.networks import Network
from lib.settings import Settings
from scripts import setup_elasticache
from scripts.operating import FINE, Bench
from scripts.screen import Screen
from tests.aws.ministack import Emulator, SignedAs
from tests.aws.test_setup_on_emulators import Writes

pytestmark = pytest.mark.aws
PLAIN = Settings(_env_file=None)
NAME = "smart-budget-cache"


@pytest.fixture
def root(ministack_server: Emulator) -> SignedAs:
    ministack_server.reset()
    return ministack_server.root()


def manager(aws: Any, settings: Settings = PLAIN) -> ResourceManager:
    return cache_manager(aws, settings, looks=1)


def wrong(aws: Any, settings: Settings = PLAIN) -> dict[str, tuple[str, list[str]]]:
    found = [each for each in manager(aws, settings).plan() if not each.is_right]
    return {each.name: (each.state, [one.fact for one in each.differences]) for each in found}


def test_it_is_encrypted_and_only_the_machines_group_gets_in(root, ministack_server):
    manager(root).apply()
    (group,) = root.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert (group["TransitEncryptionEnabled"], group["AtRestEncryptionEnabled"]) == (True, True)
    network = Network(root)
    (rule,) = network.group(NAME)["IpPermissions"]
    machines = network.group("smart-budget-machines")["GroupId"]
    assert (rule["FromPort"], rule["ToPort"], rule.get("IpRanges", [])) == (6379, 6379, [])
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [machines]
    again = ministack_server.root()
    writes = Writes(again)
    manager(again).apply()
    assert (writes.names, wrong(root)) == ([], {})


def test_who_was_let_in_by_hand_is_named_and_put_out_again(root):
    manager(root).apply()
    everyone = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    root.client("ec2").authorize_security_group_ingress(
        GroupId=Network(root).group(NAME)["GroupId"], IpPermissions=[everyone]
    )
    assert wrong(root) == {NAME: ("open", ["Ingress"])}
    manager(root).apply()
    assert wrong(root) == {}


def test_a_second_node_takes_over_where_one_is_asked_for(root):
    manager(root).apply()
    doubled = Settings(_env_file=None, cache_nodes=2)
    assert wrong(root, doubled) == {NAME: ("differs", ["Nodes", "AutomaticFailover", "MultiAZ"])}
    manager(root, doubled).apply()
    assert wrong(root, doubled) == {}


def test_the_command_tells_the_address_and_takes_it_all_away(root, capsys):
    bench = Bench(PLAIN, root, account_of(root), Screen(as_json=False))
    assert setup_elasticache.set_up(bench, apply=True) == FINE
    assert "REDIS_URL=rediss://" in capsys.readouterr().out
    told = Bench(PLAIN, root, account_of(root), Screen(as_json=True))
    assert setup_elasticache.set_up(told, apply=True) == FINE
    assert json.loads(capsys.readouterr().out)["settings"]["REDIS_URL"].startswith("rediss://")
    assert setup_elasticache.remove(bench, "another") == 2
    for _ in range(2):
        assert setup_elasticache.remove(bench, NAME) == FINE
    assert {state for state, _ in wrong(root).values()} == {"missing"}
