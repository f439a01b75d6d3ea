"""What state a database of RDS is in, and what follows: AWS's own words, because every emulator's is always available."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.database_home import database
from aws_config.private_place import network_of
from aws_config.resource_manager import Unsettled
from aws_config.resources.base import Unchangeable, look
from aws_config.resources.databases import LASTING, DatabaseResource
from lib.settings import Settings
from scripts import setup_rds
from scripts.operating import Bench
from scripts.screen import Screen
from tests.aws.stubbed import Scripted, scripted

NAME = "smart-budget-database"
SETTINGS = Settings(_env_file=None, vpc_id="vpc-0123456789abcdef0")
GROUP = {"SecurityGroups": [{"GroupId": "sg-1"}]}
RIGHT = {
    "DBInstanceIdentifier": NAME,
    "EngineVersion": "17.6",
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": 20,
    "MaxAllocatedStorage": 100,
    "MultiAZ": False,
    "StorageEncrypted": True,
    "PubliclyAccessible": False,
    "BackupRetentionPeriod": 7,
    "DeletionProtection": True,
    "AutoMinorVersionUpgrade": True,
    "MasterUserSecret": {"SecretArn": "arn"},
    "DBSubnetGroup": {"DBSubnetGroupName": NAME},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
}
KEY_GONE = "inaccessible-encryption-credentials"


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def the_database(script: Scripted, settings: Settings = SETTINGS) -> DatabaseResource:
    return database(script.aws, settings, network_of(script.aws, settings), looks=1)


def is_found(script: Scripted, status: str, **otherwise: Any) -> None:
    found = {**RIGHT, "DBInstanceStatus": status, **otherwise}
    script.expects("rds.describe_db_instances", {"DBInstanceIdentifier": NAME}, {"DBInstances": [found]})


def is_gone(script: Scripted) -> None:
    script.refuses("rds.describe_db_instances", "DBInstanceNotFound")


def is_asked_for(script: Scripted) -> None:
    """What it should be, where its network is looked at."""
    script.expects("ec2.describe_security_groups", None, GROUP)


def is_changed(script: Scripted, **facts: Any) -> None:
    asked = {"DBInstanceIdentifier": NAME, "ApplyImmediately": True, **facts}
    script.expects("rds.modify_db_instance", asked)


@pytest.mark.parametrize(
    "status", ["available", "backing-up", "storage-optimization", "storage-initialization"]
)
def test_one_that_works_is_right(script, status):
    is_found(script, status)
    is_asked_for(script)
    assert look(the_database(script)).is_right


@pytest.mark.parametrize("status", ["storage-full", "modifying", "something new", *LASTING])
def test_any_other_state_is_a_difference(script, status):
    is_found(script, status)
    is_asked_for(script)
    (difference,) = look(the_database(script)).differences
    assert (difference.fact, difference.now) == ("Status", status)


@pytest.mark.parametrize("status", LASTING)
def test_what_does_not_pass_is_not_waited_for_and_what_ends_it_is_said(script, status):
    is_found(script, status)
    with pytest.raises(Unchangeable, match=f"The database {NAME} is {status}. [A-Z]"):
        the_database(script).change({"MultiAZ"})


@pytest.mark.parametrize("status", ["creating", "modifying", "rebooting", "backing-up", "something new"])
def test_what_passes_is_waited_for_by_its_name(script, status):
    is_found(script, status)
    with pytest.raises(Unsettled, match=rf"still being changed \({status}\)"):
        the_database(script).change({"MultiAZ"})


@pytest.mark.parametrize("status", ["available", "storage-optimization", "storage-initialization"])
def test_while_aws_arranges_its_storage_it_can_be_closed(script, status):
    """That may take more than a day."""
    is_found(script, status, PubliclyAccessible=True)
    is_asked_for(script)
    is_changed(script, PubliclyAccessible=False)
    is_found(script, status)
    the_database(script).change({"PubliclyAccessible"})


def test_what_has_come_right_while_it_was_made_is_not_asked_for_again(script):
    is_found(script, "available")
    is_asked_for(script)
    the_database(script).change({"Status", "MultiAZ", "SubnetGroup", "SecurityGroups"})


def test_a_full_one_grows_by_its_setting(script):
    more = SETTINGS.model_copy(update={"rds_storage": "60-100"})
    is_found(script, "storage-full")
    is_asked_for(script)
    is_changed(script, AllocatedStorage=60)
    is_found(script, "storage-optimization", AllocatedStorage=60)
    the_database(script, more).change({"Status", "AllocatedStorage"})


def test_a_full_one_that_is_to_stay_as_large_is_said_to_be(script):
    is_found(script, "storage-full", AllocatedStorage=100)
    is_asked_for(script)
    with pytest.raises(Unchangeable, match=r"full .* RDS_STORAGE to begin with more than the 100 GB"):
        the_database(script).change({"Status"})


def test_what_lets_anyone_in_is_closed_before_what_is_for_good_is_said(script):
    is_found(script, "available", PubliclyAccessible=True, StorageEncrypted=False, MultiAZ=True)
    is_asked_for(script)
    is_changed(script, PubliclyAccessible=False)
    is_found(script, "available")
    with pytest.raises(Unchangeable, match="StorageEncrypted of the database"):
        the_database(script).change({"PubliclyAccessible", "StorageEncrypted", "MultiAZ"})


@pytest.mark.parametrize(("version", "is_right"), [("17.2", True), ("18.1", True), ("16.9", False)])
def test_an_older_major_version_is_a_difference_that_a_person_ends(script, version, is_right):
    is_found(script, "available", EngineVersion=version)
    is_asked_for(script)
    assert look(the_database(script)).is_right == is_right
    if not is_right:
        is_found(script, "available", EngineVersion=version)
        is_asked_for(script)
        with pytest.raises(Unchangeable, match="raised by hand"):
            the_database(script).change({"EngineVersion"})


@pytest.mark.parametrize("status", ["failed", "incompatible-restore", "incompatible-network"])
def test_one_that_failed_goes_without_a_snapshot_and_leaves_its_backups(script, status):
    for _ in range(2):
        is_found(script, status, DeletionProtection=False)
    script.expects(
        "rds.delete_db_instance",
        {"DBInstanceIdentifier": NAME, "SkipFinalSnapshot": True, "DeleteAutomatedBackups": False},
    )
    is_gone(script)
    the_database(script).remove()


@pytest.mark.parametrize("status", ["storage-full", "storage-optimization", "stopped", KEY_GONE])
def test_any_other_that_is_at_rest_goes_with_a_snapshot(script, status):
    for _ in range(2):
        is_found(script, status, DeletionProtection=False)
    script.expects("rds.delete_db_instance", None)
    is_found(script, "deleting")
    with pytest.raises(Unsettled, match=r"\(deleting\)"):
        the_database(script).remove()


def test_who_removes_one_that_failed_is_told_before_that_there_is_no_snapshot(script, capsys):
    is_found(script, "failed")  # what it says of it …
    for call in ("describe_security_groups", "describe_security_groups"):
        script.expects(f"ec2.{call}", None, {"SecurityGroups": []})
    script.refuses("rds.describe_db_subnet_groups", "DBSubnetGroupNotFoundFault")
    is_found(script, "failed")  # … and whether it is protected
    bench = Bench(SETTINGS, script.aws, Account("123456789012", "us-east-1"), Screen(as_json=False))
    assert setup_rds.remove(bench, NAME) == 2
    assert "no last snapshot" in capsys.readouterr().err


def test_what_aws_refuses_is_not_taken_for_a_state(script):
    is_found(script, "available", DeletionProtection=False)
    is_found(script, "available", DeletionProtection=False)
    script.refuses("rds.delete_db_instance", "SnapshotQuotaExceeded")
    with pytest.raises(ClientError, match="SnapshotQuotaExceeded"):
        the_database(script).remove()
