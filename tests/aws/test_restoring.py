"""Bringing back what was there. Emulators keep no past: they copy what is there now, so what AWS does with a moment is its own."""

import argparse
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from aws_config.account import account_of
from aws_config.config import Names
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.resources.base import look
from aws_config.resources.restored import RestoredTableResource
from lib.records import User
from lib.services import build_services
from lib.settings import Settings, load_settings
from scripts import restore_files, restore_tables, setup_aws_resources
from scripts.operating import Bench
from scripts.screen import Screen
from tests.aws.ministack import SignedAs
from tests.aws.moto_aws import account, answers, forget_where_we_are, says
from tests.aws.stubbed import scripted
from tests.aws.test_commands_on_emulators import here, on_ministack, run  # noqa: F401  # fixtures
from tests.aws.test_operations_page import LOOKING, page

NAMES, RESCUED = Names(), Names(prefix="rescued")
AN_HOUR_AGO = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
AS = (AN_HOUR_AGO, "--as", "rescued")
aws = pytest.mark.aws


def put_user(aws: Any, name: str) -> None:
    aws.client("dynamodb").put_item(TableName=NAMES.table("users"), Item={"user_id": {"S": name}})


def users(aws: SignedAs, table: str) -> set[str]:
    return {each["user_id"]["S"] for each in aws.client("dynamodb").scan(TableName=table)["Items"]}


@aws
def test_tables_come_back_beside_those_that_are_there(run, here):  # noqa: F811
    run(setup_aws_resources.main, "--apply")
    root = here.root()
    put_user(root, "anna")
    planned = run(restore_tables.main, *AS)
    assert planned.code == 1
    assert "To do it: .venv/bin/python -m scripts.restore_tables" in planned.out
    assert set(root.client("dynamodb").list_tables()["TableNames"]) == set(NAMES.tables.values())
    done = run(restore_tables.main, *AS, "--apply")
    assert (done.code, done.err) == (0, "")
    put_user(root, "ben")
    assert users(root, RESCUED.table("users")) == {"anna"}
    assert users(root, NAMES.table("users")) == {"anna", "ben"}
    again = run(restore_tables.main, *AS, "--apply", "--json")
    assert (again.code, again.json["changed"]) == (0, [])
    refused = run(restore_tables.main, "--as", "rescued", "--remove", "smart-budget")
    assert (refused.code, "It is rescued" in refused.err) == (2, True)
    assert run(restore_tables.main, "--as", "rescued", "--remove", "rescued").code == 0
    assert set(root.client("dynamodb").list_tables()["TableNames"]) == set(NAMES.tables.values())


@aws
def test_the_copies_can_become_the_installation(run, on_ministack, monkeypatch):  # noqa: F811
    """With the files of the old one. From then on they are nobody's to remove as copies."""
    run(setup_aws_resources.main, "--apply")
    put_user(on_ministack.root(), "anna")
    run(restore_tables.main, *AS, "--apply")
    monkeypatch.setenv("AWS_PREFIX", "rescued")
    monkeypatch.setenv("S3_BUCKET_NAME", NAMES.bucket)
    monkeypatch.setenv("BACKEND", "aws")
    assert run(setup_aws_resources.main, "--apply").code == 0
    assert run(setup_aws_resources.main).code == 0
    build_services(load_settings(needs_secret=False)).store.check()
    monkeypatch.setenv("AWS_PREFIX", "smart-budget")
    for more in (("--remove", "rescued"), ("--apply",)):
        refused = run(restore_tables.main, *AS, *more)
        assert (refused.code, "is an installation of its own" in refused.err) == (2, True)
    assert users(on_ministack.root(), RESCUED.table("users")) == {"anna"}


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: Any) -> Any:
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with account() as found:
        assert setup_aws_resources.main(["--apply"]) == 0
        capsys.readouterr()
        yield found


def test_an_installation_is_not_put_over_itself(set_up, capsys):
    assert restore_tables.main([AN_HOUR_AGO, "--as", "smart-budget", "--apply"]) == 2
    assert "is this installation itself" in capsys.readouterr().err


def test_somebodys_tables_are_no_copies(set_up, capsys):
    table = RESCUED.table("users")
    assert restore_tables.main([*AS, "--apply"]) == 0
    set_up.client("dynamodb").update_table(TableName=table, DeletionProtectionEnabled=True)
    assert restore_tables.main([*AS, "--apply"]) == 1
    assert "somebody's table" in capsys.readouterr().err
    assert restore_tables.main(["--as", "rescued", "--remove", "rescued"]) == 1
    left = set_up.client("dynamodb").list_tables()["TableNames"]
    assert set(left) - set(NAMES.tables.values()) == {table}


def test_a_copy_of_another_moment_is_not_taken_for_this_one(set_up, capsys):
    earlier = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    assert restore_tables.main([*AS, "--apply"]) == 0
    capsys.readouterr()
    assert restore_tables.main([earlier, *AS[1:]]) == 1
    assert f"RestoredAsOf: is {AN_HOUR_AGO}, should be {earlier}" in capsys.readouterr().out
    assert restore_tables.main([earlier, *AS[1:], "--apply"]) == 1
    assert f"as of {AN_HOUR_AGO}, not the one that was asked for" in capsys.readouterr().err
    assert restore_tables.main([*AS, "--apply"]) == 0


def test_a_table_that_was_never_restored_is_neither_a_copy_nor_removed(set_up, capsys):
    table = RESCUED.table("users")
    set_up.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert restore_tables.main(["--as", "rescued", "--remove", "rescued"]) == 1
    assert f"{table} was not restored from {NAMES.table('users')}" in capsys.readouterr().err
    assert restore_tables.main([*AS, "--apply"]) == 1
    assert "nothing we know" in capsys.readouterr().err
    assert table in set_up.client("dynamodb").list_tables()["TableNames"]


def test_a_run_that_was_cut_off_goes_on_by_what_dynamodb_says():
    """Before anything could be written on the copy; emulators are done at once, and do not say which moment it was."""
    name, source = RESCUED.table("users"), NAMES.table("users")
    arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{name}"
    then = datetime(2026, 11, 22, 3, 40, tzinfo=UTC)
    summary = {
        "SourceTableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{source}",
        "RestoreDateTime": then,
        "RestoreInProgress": True,
    }
    described = {"TableName": name, "TableArn": arn, "TableStatus": "CREATING", "RestoreSummary": summary}
    with scripted() as script:
        script.expects("dynamodb.describe_table", None, {"Table": described})
        found = look(RestoredTableResource(script.aws, source, name, then))
        assert [each.fact for each in found.differences] == ["TableStatus"]
        script.expects("dynamodb.describe_table", None, {"Table": {**described, "TableStatus": "ACTIVE"}})
        script.expects("dynamodb.list_tags_of_resource", {"ResourceArn": arn}, {"Tags": []})
        assert look(RestoredTableResource(script.aws, source, name, then)).is_right


@pytest.mark.parametrize(
    ("wrong", "why"),
    [("yesterday", "'yesterday' is none"), ("2026-11-22T03:40:00", "needs its zone"), ("", "'' is none")],
)
def test_a_moment_says_its_zone(wrong, why, capsys):
    with pytest.raises(SystemExit) as ended:
        restore_tables.main([wrong, "--as", "rescued"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert why in said
    assert "such as 2026-11-22T03:40:00Z" in said


def test_where_there_is_no_recovery_it_says_so(set_up, capsys):
    set_up.client("dynamodb").update_continuous_backups(
        TableName=NAMES.table("users"),
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    assert restore_tables.main(list(AS)) == 1
    said = capsys.readouterr().out
    assert "smart-budget-users: it has no point-in-time recovery" in said
    assert f"{NAMES.table('expenses')} can be restored from 20" in said


def test_a_moment_that_is_not_kept_is_said(set_up):
    answers(set_up, "dynamodb.RestoreTableToPointInTime", "InvalidRestoreTimeException")
    options = argparse.Namespace(
        moment=datetime(2020, 1, 1, tzinfo=UTC), prefix="rescued", apply=True, remove=None
    )
    bench = Bench(Settings(_env_file=None), set_up, account_of(set_up), Screen(as_json=True))
    with pytest.raises(ValueError, match="2020-01-01 00:00:00 UTC is not one of the moments"):
        restore_tables.restore(bench, options)


def test_a_moment_outside_of_what_is_kept_is_said_before_anything_is_made(set_up, capsys):
    last = datetime.now(UTC)
    kept = {
        "PointInTimeRecoveryStatus": "ENABLED",
        "EarliestRestorableDateTime": last - timedelta(days=1),
        "LatestRestorableDateTime": last,
    }
    answer = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": kept}
    says(set_up, "dynamodb.DescribeContinuousBackups", ContinuousBackupsDescription=answer)
    bench = Bench(Settings(_env_file=None), set_up, account_of(set_up), Screen(as_json=False))
    for days, is_kept in ((0.5, True), (2, False), (-1, False)):
        when = last - timedelta(days=days)
        options = argparse.Namespace(moment=when, prefix="rescued", apply=False, remove=None)
        if is_kept:
            assert restore_tables.restore(bench, options) == 1
            continue
        with pytest.raises(ValueError, match="is not one of the moments"):
            restore_tables.restore(bench, options)
        said = capsys.readouterr().out.splitlines()[-len(NAMES.tables) :]
        assert all("smart-budget-" in line and " can be restored from " in line for line in said)


def test_taking_away_what_is_not_there_says_so(set_up, capsys):
    for _ in range(2):
        assert restore_tables.main(["--as", "rescue", "--remove", "rescue"]) == 1
        said = capsys.readouterr()
        assert ("Removing" in said.out, "nothing to remove" in said.err) == (False, True)


def receipts_of(client: Any, *keys: str) -> None:
    for key in keys:
        client.put_object(Bucket=NAMES.bucket, Key=key, Body=io.BytesIO(b"a receipt"))


def restored(count: int, skipped: int = 0) -> dict[str, int]:
    return {"deleted": 0, "restored": count, "skipped": skipped}


def there(client: Any) -> set[str]:
    return {each["Key"] for each in client.list_objects_v2(Bucket=NAMES.bucket).get("Contents", [])}


@aws
def test_files_that_were_deleted_since_come_back(run, on_ministack):  # noqa: F811
    run(setup_aws_resources.main, "--apply")
    for owner in ("anna", "ben"):
        put_user(on_ministack.root(), owner)
    s3 = on_ministack.root().client("s3")
    receipts_of(s3, "receipts/anna/1.jpg", "receipts/ben/2.jpg", "receipts/ben/3.jpg", "reports/anna/r.pdf")
    for key in ("receipts/anna/1.jpg", "receipts/ben/2.jpg", "reports/anna/r.pdf"):
        s3.delete_object(Bucket=NAMES.bucket, Key=key)
    later = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert run(restore_files.main, later, "--apply", "--json").json == restored(0)
    counted = run(restore_files.main, AN_HOUR_AGO)
    assert (counted.code, "2 files were deleted since then" in counted.out) == (1, True)
    assert there(s3) == {"receipts/ben/3.jpg"}
    assert run(restore_files.main, AN_HOUR_AGO, "--user", "anna", "--apply").code == 0
    assert there(s3) == {"receipts/ben/3.jpg", "receipts/anna/1.jpg"}
    assert run(restore_files.main, AN_HOUR_AGO, "--apply", "--json").json == restored(1)
    assert s3.get_object(Bucket=NAMES.bucket, Key="receipts/ben/2.jpg")["Body"].read() == b"a receipt"
    assert run(restore_files.main, AN_HOUR_AGO).code == 0


def test_files_of_an_erased_account_stay_away_unless_it_is_named(set_up, capsys):
    put_user(set_up, "anna")
    s3 = set_up.client("s3")
    s3.delete_bucket_policy(Bucket=NAMES.bucket)  # moto does not see that we come by TLS
    receipts_of(s3, "receipts/anna/1.jpg", "receipts/erased/2.jpg")
    for key in ("receipts/anna/1.jpg", "receipts/erased/2.jpg"):
        s3.delete_object(Bucket=NAMES.bucket, Key=key)
    assert restore_files.main([AN_HOUR_AGO]) == 1
    said = capsys.readouterr().out
    assert "1 files were deleted since then" in said
    assert "1 more are of accounts that are not there" in said
    assert restore_files.main([AN_HOUR_AGO, "--apply", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == restored(1, skipped=1)
    assert there(s3) == {"receipts/anna/1.jpg"}
    assert restore_files.main([AN_HOUR_AGO, "--user", "erased", "--apply"]) == 0
    assert there(s3) == {"receipts/anna/1.jpg", "receipts/erased/2.jpg"}


def test_an_account_is_named_as_it_signs_in_and_one_that_is_not_there_is_said(set_up, capsys):
    store = DynamoDBClient(set_up, NAMES)
    store.create_user(User("anna-id", "anna", "anna@example.com", "", datetime.now(UTC)))
    s3 = set_up.client("s3")
    s3.delete_bucket_policy(Bucket=NAMES.bucket)  # moto does not see that we come by TLS
    for key in ("receipts/anna-id/1.jpg", "receipts/ben-id/2.jpg"):
        receipts_of(s3, key)
        s3.delete_object(Bucket=NAMES.bucket, Key=key)
    assert restore_files.main([AN_HOUR_AGO, "--user", "Anna", "--apply"]) == 0
    assert there(s3) == {"receipts/anna-id/1.jpg"}
    assert restore_files.main([AN_HOUR_AGO, "--user", "anna-id"]) == 0
    capsys.readouterr()
    assert restore_files.main([AN_HOUR_AGO, "--user", "anne"]) == 2
    assert "There is no account called 'anne'" in capsys.readouterr().err


def test_rescued_records_are_looked_at_without_a_worker_and_one_can_sign_in(monkeypatch, tmp_path):
    """Beside the settings of production, as docs/operations.md says it."""
    settings, commands = page()
    assert not [each for each in commands if "data/rescued" in each and "make run" in each]
    (found,) = [match for each in commands if (match := LOOKING.match(each))]
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(settings + "FORCE_HTTPS=1\n")
    for name, value in (each.split("=") for each in found[1].split()):
        monkeypatch.setenv(name, value)
    app = create_app()
    assert app.extensions["planner"].settings.data_dir == Path("data/rescued")
    seen = app.test_client().get("/login", base_url="http://localhost:5000")
    cookie = seen.headers["Set-Cookie"]
    assert cookie.startswith("planner=")
    assert "Secure" not in cookie  # or a browser would not send it back over HTTP
