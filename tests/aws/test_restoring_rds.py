"""docs/deploying.md leads a database of RDS back to what it was: its commands are run as they stand there, on moto."""

import re
from pathlib import Path

from aws_config.resources.networks import Network
from scripts import setup_rds
from scripts.operating import FINE
from tests.aws.command_line import ask
from tests.aws.moto_aws import account
from tests.aws.test_databases import NAME, bench, manager, wrong

PAGE = (Path(__file__).resolve().parents[2] / "docs/deploying.md").read_text(encoding="utf-8")
SETUP = ".venv/bin/python -m scripts.setup_rds"


def commands(title: str) -> list[str]:
    """Of the part under that title."""
    part = PAGE.partition(f"### {title}\n")[2].partition("\n##")[0]
    return "".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL)).splitlines()


def databases(aws) -> dict[str, dict]:
    found = aws.client("rds").describe_db_instances()["DBInstances"]
    return {each["DBInstanceIdentifier"]: each for each in found}


def test_what_was_takes_the_place_of_what_is(capsys):
    with account() as aws:
        manager(aws).apply()
        before = databases(aws)[NAME]
        group = str((Network(aws).group(NAME) or {})["GroupId"])
        for command in commands("Restoring a database of RDS"):
            match command.removeprefix(SETUP).split():
                case ["--apply"]:
                    assert wrong(aws)[NAME][0] == "differs"
                    assert setup_rds.set_up(bench(aws), apply=True) == FINE
                case ["--show-reader"]:
                    capsys.readouterr()
                    assert setup_rds.show_reader(bench(aws)) == FINE
                case _:
                    ask(command.replace("sg-0123456789abcdef0", group), aws)
        after = databases(aws)
        assert set(after) == {NAME, "smart-budget-before"}
        assert wrong(aws) == {}
        secret = after[NAME]["MasterUserSecret"]["SecretArn"]
        assert secret in capsys.readouterr().out
        assert secret != before["MasterUserSecret"]["SecretArn"]
        assert after["smart-budget-before"]["DeletionProtection"] is True


def test_its_password_is_changed_at_once_and_can_be_read():
    with account() as aws:
        manager(aws).apply()
        secret = databases(aws)[NAME]["MasterUserSecret"]["SecretArn"]
        rotate, read = commands("Its password and its backups")
        ask(read.replace("rds!db-…", secret), aws)
        keeper = aws.client("secretsmanager")
        before = keeper.describe_secret(SecretId=secret)["VersionIdsToStages"]
        ask(rotate, aws)
        assert keeper.describe_secret(SecretId=secret)["VersionIdsToStages"] != before


def test_the_alarms_that_the_page_gives_are_taken():
    with account() as aws:
        found = [each for each in commands("A PostgreSQL of RDS") if each.startswith("aws ")]
        for command in found:
            ask(command, aws)
        made = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
        assert {each["Dimensions"][0]["Value"] for each in made} == {NAME}
        assert {each["MetricName"] for each in made} == {"FreeStorageSpace", "DatabaseConnections"}
