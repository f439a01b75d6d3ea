"""The PostgreSQL of several machines on RDS, on moto: MiniStack keeps no passwords for single databases. What a machine may read is
MiniStack's to say, and what moto forgets (insights, changes that take their time) is asked for in AWS's own words."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_config import iam_policies
from aws_config.account import account_of
from aws_config.database_home import database, database_manager, reader
from aws_config.private_place import network_of
from aws_config.resource_manager import ResourceManager, Unsettled
from aws_config.resources.base import Difference, Unchangeable
from aws_config.resources.networks import Network
from aws_config.secrets import login_reader
from aws_config.session import AWS
from lib.settings import Settings
from scripts import setup_rds
from scripts.operating import CANNOT, FINE, WRONG, Bench
from scripts.screen import Screen
from tests.aws.ministack import ACCOUNT, Emulator
from tests.aws.moto_aws import InThisProcess, account
from tests.aws.stubbed import scripted
from tests.aws.test_setup_on_emulators import Writes

NAME = "smart-budget-database"
PLAIN = Settings(_env_file=None)
IN_A_NETWORK = Settings(_env_file=None, vpc_id="vpc-0123456789abcdef0")
GROUP = {"SecurityGroups": [{"GroupId": "sg-1"}]}


@pytest.fixture
def aws() -> Iterator[AWS]:
    with account() as aws:
        yield aws


def manager(aws: AWS, settings: Settings = PLAIN) -> ResourceManager:
    return database_manager(aws, settings, looks=1)


def wrong(aws: AWS, settings: Settings = PLAIN) -> dict[str, tuple[str, list[str]]]:
    found = [each for each in manager(aws, settings).plan() if not each.is_right]
    return {each.name: (each.state, [one.fact for one in each.differences]) for each in found}


def instance(aws: AWS) -> dict[str, Any]:
    (found,) = aws.client("rds").describe_db_instances()["DBInstances"]
    return dict(found)


def bench(aws: AWS) -> Bench:
    return Bench(PLAIN, aws, account_of(aws), Screen(as_json=False))


def test_it_is_encrypted_backed_up_and_protected_and_nobody_has_to_know_its_password(aws):
    manager(aws).apply()
    made = instance(aws)
    for fact in ("StorageEncrypted", "DeletionProtection", "AutoMinorVersionUpgrade"):
        assert made[fact] is True, fact
    assert (made["PubliclyAccessible"], made["MultiAZ"], made["BackupRetentionPeriod"]) == (False, False, 7)
    assert (made["Engine"], made["AllocatedStorage"], made["MaxAllocatedStorage"]) == ("postgres", 20, 100)
    told = Settings(
        _env_file=None,
        database_url="postgresql://planner@database/planner",
        database_secret=made["MasterUserSecret"]["SecretArn"],
    )
    assert login_reader(told)()["password"]


def test_only_the_machines_group_gets_in_and_a_second_run_changes_nothing(aws):
    manager(aws).apply()
    network = Network(aws)
    (rule,) = network.group(NAME)["IpPermissions"]
    machines = network.group("smart-budget-machines")["GroupId"]
    assert (rule["FromPort"], rule["ToPort"], rule.get("IpRanges", [])) == (5432, 5432, [])
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [machines]
    assert [each["VpcSecurityGroupId"] for each in instance(aws)["VpcSecurityGroups"]] == [
        network.group(NAME)["GroupId"]
    ]
    again = InThisProcess("us-east-1")
    writes = Writes(again)
    manager(again).apply()
    assert (writes.names, wrong(aws)) == ([], {})


def test_one_that_was_opened_by_hand_is_named_and_closed_again(aws):
    manager(aws).apply()
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=NAME, PubliclyAccessible=True, DeletionProtection=False, ApplyImmediately=True
    )
    assert wrong(aws) == {NAME: ("open", ["PubliclyAccessible", "DeletionProtection"])}
    manager(aws).apply()
    assert wrong(aws) == {}
    assert instance(aws)["PubliclyAccessible"] is False


def test_what_it_has_grown_by_itself_stays_and_what_is_asked_for_is_given(aws):
    manager(aws).apply()
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=NAME, AllocatedStorage=50, ApplyImmediately=True
    )
    assert wrong(aws) == {}
    more = Settings(
        _env_file=None,
        rds_type="db.m7g.large",
        rds_storage="60-200",
        rds_multi_az=True,
        rds_backup_days=30,
    )
    asked = [
        "DBInstanceClass",
        "AllocatedStorage",
        "MaxAllocatedStorage",
        "MultiAZ",
        "BackupRetentionPeriod",
    ]
    assert wrong(aws, more) == {NAME: ("differs", asked)}
    manager(aws, more).apply()
    assert wrong(aws, more) == {}


def test_what_is_for_good_is_said_and_not_tried(aws):
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=NAME,
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        MasterUsername="planner",
        ManageMasterUserPassword=True,
        AllocatedStorage=20,
        StorageEncrypted=False,
        MultiAZ=True,
    )
    made = database(aws, PLAIN, network_of(aws, PLAIN), looks=1)
    writes = Writes(aws)
    with pytest.raises(Unchangeable, match="StorageEncrypted of the database"):
        made.change({"StorageEncrypted", "MultiAZ"})
    assert made.opens(Difference("StorageEncrypted", False, True))
    assert writes.names == []


def test_aws_is_asked_for_it_in_these_words():
    with scripted() as script:
        script.expects("ec2.describe_security_groups", None, GROUP)
        script.expects(
            "rds.create_db_instance",
            {
                "DBInstanceIdentifier": NAME,
                "Engine": "postgres",
                "EngineVersion": "17",
                "DBName": "planner",
                "MasterUsername": "planner",
                "ManageMasterUserPassword": True,
                "Port": 5432,
                "DBInstanceClass": "db.t4g.micro",
                "StorageType": "gp3",
                "AllocatedStorage": 20,
                "MaxAllocatedStorage": 100,
                "MultiAZ": False,
                "StorageEncrypted": True,
                "PubliclyAccessible": False,
                "BackupRetentionPeriod": 7,
                "DeletionProtection": True,
                "AutoMinorVersionUpgrade": True,
                "EnablePerformanceInsights": False,
                "DBSubnetGroupName": NAME,
                "VpcSecurityGroupIds": ["sg-1"],
            },
        )
        database(script.aws, IN_A_NETWORK, network_of(script.aws, IN_A_NETWORK)).create()


def test_a_change_that_is_still_to_come_is_not_taken_for_done():
    settings = IN_A_NETWORK.model_copy(update={"rds_insights": True})
    available = {"DBInstanceIdentifier": NAME, "DBInstanceStatus": "available"}
    pending = {**available, "PendingModifiedValues": {"DBInstanceClass": "db.t4g.micro"}}
    with scripted() as script:
        script.expects("rds.describe_db_instances", None, {"DBInstances": [available]})
        script.expects("ec2.describe_security_groups", None, GROUP)
        script.expects(
            "rds.modify_db_instance",
            {
                "DBInstanceIdentifier": NAME,
                "ApplyImmediately": True,
                "DBInstanceClass": "db.t4g.micro",
                "EnablePerformanceInsights": True,
            },
        )
        script.expects("rds.describe_db_instances", None, {"DBInstances": [pending]})
        made = database(script.aws, settings, network_of(script.aws, settings), looks=1)
        with pytest.raises(Unsettled, match="still being changed"):
            made.change({"DBInstanceClass", "PerformanceInsightsEnabled"})


def test_the_command_tells_what_to_set_and_what_machines_must_be_allowed(aws, capsys):
    assert setup_rds.show_reader(bench(aws)) == CANNOT
    assert setup_rds.set_up(bench(aws), apply=True) == FINE
    said = capsys.readouterr().out
    secret = instance(aws)["MasterUserSecret"]["SecretArn"]
    assert f"DATABASE_URL=postgresql://planner@{instance(aws)['Endpoint']['Address']}:5432/planner?" in said
    assert "sslmode=verify-full" in said
    assert f"DATABASE_SECRET={secret}\n" in said
    assert setup_rds.show_reader(bench(aws)) == FINE
    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["secretsmanager:GetSecretValue"], [secret])


def test_a_program_is_told_as_much_in_one_document(aws, capsys):
    told = Bench(PLAIN, aws, account_of(aws), Screen(as_json=True))
    assert setup_rds.set_up(told, apply=False) == WRONG
    assert json.loads(capsys.readouterr().out)["settings"] == {}
    for _ in range(2):
        assert setup_rds.set_up(told, apply=True) == FINE
        settings = json.loads(capsys.readouterr().out)["settings"]
        assert settings["DATABASE_SECRET"] == instance(aws)["MasterUserSecret"]["SecretArn"]
        assert instance(aws)["Endpoint"]["Address"] in settings["DATABASE_URL"]
        assert "sslmode=verify-full" in settings["DATABASE_URL"]
    for name in ("another", NAME):
        assert setup_rds.remove(told, name) == CANNOT
        assert json.loads(capsys.readouterr().out) == {"removed": False}


def test_it_goes_only_when_its_protection_was_lifted_and_leaves_a_snapshot(aws, capsys):
    assert setup_rds.set_up(bench(aws), apply=True) == FINE
    before = wrong(aws)
    assert setup_rds.remove(bench(aws), "another") == CANNOT
    assert setup_rds.remove(bench(aws), NAME) == CANNOT
    assert "Nothing was removed" in capsys.readouterr().err
    assert wrong(aws) == before
    rds = aws.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=False, ApplyImmediately=True)
    for _ in range(2):
        assert setup_rds.remove(bench(aws), NAME) == FINE
    assert {state for state, _ in wrong(aws).values()} == {"missing"}
    (kept,) = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert kept["DBSnapshotIdentifier"].startswith(f"{NAME}-2")


@pytest.mark.aws
def test_a_machine_may_read_that_one_secret_and_no_more(ministack_server: Emulator):
    ministack_server.reset()
    root = ministack_server.root()
    keeper, iam = root.client("secretsmanager"), root.client("iam")
    ours, other = (
        keeper.create_secret(Name=name, SecretString="kept")["ARN"] for name in ("rds-database", "another")
    )
    anyone = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    }
    trust = {"Version": "2012-10-17", "Statement": [anyone]}
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(trust))
    policy = json.dumps(iam_policies.document(reader(ours)))
    iam.put_role_policy(RoleName="machine", PolicyName="planner", PolicyDocument=policy)
    asking = ministack_server.under("machine").client("secretsmanager")
    assert asking.get_secret_value(SecretId=ours)["SecretString"] == "kept"
    for ask in (
        lambda: asking.get_secret_value(SecretId=other),
        lambda: asking.put_secret_value(SecretId=ours, SecretString="mine"),
        lambda: asking.list_secrets(),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            ask()
