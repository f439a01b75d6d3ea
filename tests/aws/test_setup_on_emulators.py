"""Setting up, verifying and tearing down, on two emulators that know nothing of each other."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.installation import every_stage, stages
from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import Finding
from lib.settings import Settings
from tests.aws.ministack import ACCOUNT, Emulator, SignedAs

pytestmark = pytest.mark.aws
READS = ("Get", "List", "Describe", "Head", "Batch")
NAMES = Names()


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


class Writes:
    """The calls that changed something. If deadly, each is the last thing that its process does."""

    def __init__(self, aws: SignedAs, *, deadly: bool = False) -> None:
        self.names: list[str] = []
        self._deadly = deadly
        aws.session.events.register_last("after-call", self._after)

    def _after(self, model: Any, http_response: Any, **_: Any) -> None:
        if model.name.startswith(READS) or http_response.status_code >= 300:
            return
        self.names.append(model.name)
        if self._deadly:
            raise Killed(model.name)


def settings(app_env: str = "staging", **others: Any) -> Settings:
    return Settings(
        _env_file=None,
        app_env=app_env,
        secret_key="made up for tests",
        base_url="https://budget.example",
        ses_from="Planner <planner@budget.example>",
        **others,
    )


def manager(aws: SignedAs, wanted: Settings, **options: Any) -> ResourceManager:
    return ResourceManager(stages(aws, account_of(aws), wanted, **options))


def wrong(emulator: Emulator, wanted: Settings) -> list[Finding]:
    return [each for each in manager(emulator.root(), wanted).plan() if not each.is_right]


def test_a_second_run_changes_nothing(emulator):
    manager(emulator.root(), settings("prod")).apply()
    assert wrong(emulator, settings("prod")) == []
    again = emulator.root()
    writes = Writes(again)
    manager(again, settings("prod")).apply()
    assert writes.names == []


def test_every_run_that_is_cut_off_is_continued(emulator):
    """Each run dies after its first change: so every state that a killed run can leave is one that a run starts from."""
    aws = emulator.root()
    writes = Writes(aws, deadly=True)
    runs = until_done(lambda: manager(aws, settings()).apply())
    assert wrong(emulator, settings()) == []
    assert len(writes.names) == runs - 1 > 30


def until_done(run: Callable[[], object]) -> int:
    """Run it until it is not killed any more. Returns how many runs that took."""
    for number in range(1, 200):
        try:
            run()
        except Killed:
            continue
        return number
    raise AssertionError("it goes round in circles")


def test_installations_share_an_account(emulator):
    manager(emulator.root(), settings("prod")).apply()
    manager(emulator.root(), settings("dev", s3_bucket_name="another-bucket")).apply()
    assert wrong(emulator, settings("prod")) == []
    gone = manager(emulator.root(), settings("dev", s3_bucket_name="another-bucket"))
    gone.remove()
    assert wrong(emulator, settings("prod")) == []


def test_tables_of_production_are_protected(emulator):
    manager(emulator.root(), settings("prod")).apply()
    root = emulator.root()
    everything = ResourceManager(every_stage(root, account_of(root), settings("prod")))
    assert len(everything.remove()) == len(NAMES.tables)
    left = root.client("dynamodb").list_tables()["TableNames"]
    assert set(left) == set(NAMES.tables.values())


def test_teardown_leaves_nothing(emulator):
    manager(emulator.root(), settings("prod")).apply()
    root = emulator.root()
    root.client("s3").delete_bucket_policy(Bucket=NAMES.bucket)  # moto does not see that we come by TLS
    root.client("s3").put_object(Bucket=NAMES.bucket, Key="receipts/a/b.pdf", Body=b"1")
    root.client("s3").put_object(Bucket=NAMES.bucket, Key="receipts/a/b.pdf", Body=b"2")
    root.client("s3").delete_object(Bucket=NAMES.bucket, Key="receipts/a/b.pdf")
    root.client("sns").create_topic(Name=NAMES.topic(2))
    everything = ResourceManager(every_stage(root, account_of(root), settings("prod"), protect=False))
    everything.unprotect()
    assert everything.remove() == []
    assert left_in(root) == []


def test_a_teardown_that_is_cut_off_is_continued(emulator):
    manager(emulator.root(), settings()).apply()
    aws = emulator.root()
    Writes(aws, deadly=True)
    assert until_done(lambda: ResourceManager(every_stage(aws, account_of(aws), settings())).remove()) > 20
    assert left_in(emulator.root()) == []


def left_in(aws: SignedAs) -> list[str]:
    """Everything in the account, but for the address that e-mails come from, which stays."""
    iam, logs = aws.client("iam"), aws.client("logs")
    roles = [each["RoleName"] for each in iam.list_roles()["Roles"] if "/aws-" not in each["Path"]]
    return [
        *aws.client("dynamodb").list_tables()["TableNames"],
        *(each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]),
        *aws.client("sqs").list_queues().get("QueueUrls", []),
        *(each["TopicArn"] for each in aws.client("sns").list_topics()["Topics"]),
        *roles,
        *(each["InstanceProfileName"] for each in iam.list_instance_profiles()["InstanceProfiles"]),
        *(each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]),
        *(each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]),
        *(each["Name"] for each in aws.client("apigatewayv2").get_apis()["Items"]),
        *(each["Name"] for each in aws.client("events").list_rules()["Rules"]),
        *(
            each["AlarmName"]
            for each in aws.client("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
        ),
        *(each["DashboardName"] for each in aws.client("cloudwatch").list_dashboards()["DashboardEntries"]),
        *(
            each["BudgetName"]
            for each in aws.client("budgets").describe_budgets(AccountId=ACCOUNT)["Budgets"]
        ),
    ]


def _url(aws: SignedAs, name: str) -> str:
    return str(aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def _set_queue(name: str, **attributes: str) -> Callable[[SignedAs], Any]:
    def change(aws: SignedAs) -> None:
        where, sqs = _url(aws, name), aws.client("sqs")
        # moto drops a queue's policy when anything else is set without it.
        policy = sqs.get_queue_attributes(QueueUrl=where, AttributeNames=["Policy"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=where, Attributes=policy | attributes)

    return change


def _drop_index(aws: SignedAs) -> None:
    aws.client("dynamodb").update_table(
        TableName=NAMES.table("expenses"),
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "user_id-date-index"}}],
    )


def _policy(effect: str, arn: str, action: str) -> str:
    everyone = {"Sid": "Anyone", "Effect": effect, "Principal": "*", "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [everyone]})


def _role_more(aws: SignedAs) -> None:
    iam = aws.client("iam")
    found = iam.get_role_policy(RoleName=NAMES.web_role, PolicyName="planner")["PolicyDocument"]
    found["Statement"].append({"Sid": "More", "Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    iam.put_role_policy(RoleName=NAMES.web_role, PolicyName="planner", PolicyDocument=json.dumps(found))


def _role_less(aws: SignedAs) -> None:
    iam = aws.client("iam")
    found = iam.get_role_policy(RoleName=NAMES.web_role, PolicyName="planner")["PolicyDocument"]
    found["Statement"] = [each for each in found["Statement"] if each["Sid"] != "GiveWork"]
    iam.put_role_policy(RoleName=NAMES.web_role, PolicyName="planner", PolicyDocument=json.dumps(found))


def _role_trusts_all(aws: SignedAs) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    aws.client("iam").update_assume_role_policy(RoleName=NAMES.web_role, PolicyDocument=json.dumps(trust))


def _topic_for_all(aws: SignedAs) -> None:
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:{NAMES.topic()}"
    aws.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=_policy("Allow", arn, "sns:Publish")
    )


def _queue_for_all(aws: SignedAs) -> None:
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{NAMES.queue('work-queue')}"
    _set_queue(NAMES.queue("work-queue"), Policy=_policy("Allow", arn, "sqs:SendMessage"))(aws)


def _s3(operation: str, **what: Any) -> Callable[[SignedAs], Any]:
    return lambda aws: getattr(aws.client("s3"), operation)(Bucket=NAMES.bucket, **what)


Damage = tuple[
    Callable[[SignedAs], Any], str, str, str
]  # what is done to which: its state then, and the fact
TABLE, QUEUE = NAMES.table("expenses"), NAMES.queue("work-queue")
DAMAGES: dict[str, Damage] = {
    "index gone": (_drop_index, TABLE, "differs", "Index user_id-date-index"),
    "table gone": (
        lambda aws: aws.client("dynamodb").delete_table(TableName=NAMES.table("records")),
        NAMES.table("records"),
        "missing",
        "",
    ),
    "no recovery": (
        lambda aws: aws.client("dynamodb").update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        ),
        TABLE,
        "differs",
        "PointInTimeRecovery",
    ),
    "nothing expires": (
        lambda aws: aws.client("dynamodb").update_time_to_live(
            TableName=TABLE,
            TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
        ),
        TABLE,
        "differs",
        "TimeToLive",
    ),
    "protected by hand": (
        lambda aws: aws.client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=True),
        TABLE,
        "differs",
        "DeletionProtection",
    ),
    "queue gone": (
        lambda aws: aws.client("sqs").delete_queue(QueueUrl=_url(aws, QUEUE)),
        QUEUE,
        "missing",
        "",
    ),
    "dead letters gone": (
        lambda aws: aws.client("sqs").delete_queue(QueueUrl=_url(aws, f"{QUEUE}-dlq")),
        f"{QUEUE}-dlq",
        "missing",
        "",
    ),
    "hidden too shortly": (
        _set_queue(NAMES.queue("notification-queue"), VisibilityTimeout="30"),
        NAMES.queue("notification-queue"),
        "differs",
        "VisibilityTimeout",
    ),
    "queue for everyone": (_queue_for_all, QUEUE, "open", "Policy Anyone"),
    "no dead letters": (_set_queue(QUEUE, RedrivePolicy=""), QUEUE, "differs", "RedrivePolicy"),
    "topic for everyone": (_topic_for_all, NAMES.topic(), "open", "Policy Anyone"),
    "topic gone": (
        lambda aws: aws.client("sns").delete_topic(
            TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{NAMES.topic()}"
        ),
        NAMES.topic(),
        "missing",
        "",
    ),
    "address gone": (
        lambda aws: aws.client("sesv2").delete_email_identity(EmailIdentity="planner@budget.example"),
        "planner@budget.example",
        "missing",
        "",
    ),
    "bucket public": (_s3("delete_public_access_block"), NAMES.bucket, "open", "PublicAccessBlock"),
    "bucket without TLS": (_s3("delete_bucket_policy"), NAMES.bucket, "open", "Policy OnlyOverTLS"),
    "no versions": (
        _s3("put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"}),
        NAMES.bucket,
        "differs",
        "Versioning",
    ),
    "nothing tidied": (_s3("delete_bucket_lifecycle"), NAMES.bucket, "differs", "Lifecycle reports-expire"),
    "no uploads": (_s3("delete_bucket_cors"), NAMES.bucket, "differs", "CORS"),
    "role may more": (_role_more, NAMES.web_role, "open", "Policy More"),
    "role may less": (_role_less, NAMES.web_role, "differs", "Policy GiveWork"),
    "role for everyone": (_role_trusts_all, NAMES.web_role, "open", "TrustPolicy"),
    "another policy": (
        lambda aws: aws.client("iam").put_role_policy(
            RoleName=NAMES.web_role,
            PolicyName="other",
            PolicyDocument=_policy("Allow", "*", "*").replace('"Principal": "*", ', ""),
        ),
        NAMES.web_role,
        "open",
        "OtherPolicies",
    ),
    "no profile": (
        lambda aws: aws.client("iam").remove_role_from_instance_profile(
            InstanceProfileName=NAMES.web_role, RoleName=NAMES.web_role
        ),
        NAMES.web_role,
        "differs",
        "InstanceProfile",
    ),
}


@pytest.fixture(scope="module")
def plain() -> Settings:
    """An installation with plain names, whose tables may go."""
    return Settings(_env_file=None, base_url="https://budget.example", ses_from="planner@budget.example")


def test_whatever_was_broken_is_named_and_mended(emulator, plain):
    """A few things at a time, each of another resource; what is mended must be whole for the next round."""
    aws = emulator.root()
    manager(aws, plain).apply()
    for damages in rounds():
        for damage, *_ in damages:
            damage(aws)
        found = {each.name: each for each in manager(aws, plain).plan() if not each.is_right}
        assert {name: each.state for name, each in found.items()} == {
            name: state for _, name, state, _ in damages
        }
        for _, name, _, fact in damages:
            assert not fact or fact in {each.fact for each in found[name].differences}, found[name]
        manager(aws, plain).apply()
    assert wrong(emulator, plain) == []


def rounds() -> list[list[Damage]]:
    """All damages, each resource at most once a round."""
    grouped: list[list[Damage]] = []
    for damage in DAMAGES.values():
        free = next((each for each in grouped if damage[1] not in {other[1] for other in each}), None)
        if free is None:
            grouped.append([damage])
        else:
            free.append(damage)
    return grouped
