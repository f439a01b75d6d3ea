"""Alarms, dashboard, topic and budget on emulators. moto keeps no budget's hearers, so budgets are on MiniStack only."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aws_config import iam_policies
from aws_config.account import account_of
from aws_config.alarms import GATEWAY, rules
from aws_config.config import Names
from aws_config.iam_policies import Grant
from aws_config.installation import every_stage
from aws_config.resource_manager import ResourceManager
from aws_config.watching import watcher, watching_stages
from lib.settings import Settings
from scripts import setup_cloudwatch_alarms, verify_aws_resources
from tests.aws.ministack import ACCOUNT, Emulator, SignedAs, until
from tests.aws.probes import ARNS, is_refused
from tests.aws.test_commands_on_emulators import lead_to
from tests.aws.test_permissions import parts, without
from tests.aws.test_setup_on_emulators import Writes, left_in, until_done

pytestmark = pytest.mark.aws
NAMES = Names()
ALARMS = {NAMES.alarms + rule.alarm(thing) for rule in rules(NAMES) for thing in rule.things}
ANY = NAMES.alarms + "server-errors"
ANYONE = {"Sid": "Anyone", "Effect": "Allow", "Principal": "*"}
BUDGET = {"AccountId": ACCOUNT, "BudgetName": NAMES.cost_budget}


def settings(**others: Any) -> Settings:
    return Settings(_env_file=None, ops_email="operations@budget.example", **others)


def manager(aws: SignedAs, **others: Any) -> ResourceManager:
    return ResourceManager(watching_stages(aws, account_of(aws), settings(**others)))


def wrong(aws: SignedAs, **others: Any) -> dict[str, set[str]]:
    """What is not as it should be: of which thing, which facts; none for what is not there."""
    found = [each for each in manager(aws, **others).plan() if not each.is_right]
    return {each.name: {difference.fact for difference in each.differences} for each in found}


def alarms_in(aws: SignedAs) -> dict[str, Any]:
    pages = aws.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}


def test_a_second_run_changes_nothing(emulator):
    manager(emulator.root()).apply()
    again = emulator.root()
    writes = Writes(again)
    manager(again).apply()
    assert writes.names == []
    assert wrong(again) == {}
    assert set(alarms_in(again)) == ALARMS


def test_every_run_that_is_cut_off_is_continued(ministack_server):
    ministack_server.reset()
    aws = ministack_server.root()
    writes = Writes(aws, deadly=True)
    runs = until_done(lambda: manager(aws, monthly_budget_usd=25).apply())
    assert wrong(ministack_server.root(), monthly_budget_usd=25) == {}
    assert len(writes.names) == runs - 1 > len(ALARMS)


def test_api_gateway_is_watched_for_as_long_as_it_serves_pages(emulator):
    aws, gateway = emulator.root(), NAMES.alarms + GATEWAY
    apis = aws.client("apigatewayv2")
    manager(aws).apply()
    for _ in range(2):  # one that is made anew has another id
        api = apis.create_api(Name=NAMES.api, ProtocolType="HTTP")["ApiId"]
        assert wrong(aws)[NAMES.alarms] == {GATEWAY}
        manager(aws).apply()
        assert alarms_in(aws)[gateway]["Dimensions"] == [{"Name": "ApiId", "Value": api}]
        assert set(alarms_in(aws)) == ALARMS | {gateway}
        assert wrong(aws) == {}
        apis.delete_api(ApiId=api)
    manager(aws).apply()
    assert set(alarms_in(aws)) == ALARMS


def test_installations_live_beside_each_other(emulator):
    aws = emulator.root()
    manager(aws).apply()
    manager(aws, app_env="staging", secret_key="made up", base_url="https://x.example").apply()
    assert len(alarms_in(aws)) == 2 * len(ALARMS)
    manager(aws, app_env="staging", secret_key="made up", base_url="https://x.example").remove()
    assert set(alarms_in(aws)) == ALARMS
    assert wrong(aws) == {}


def test_teardown_takes_it_too(ministack_server):
    """Also what the settings ask for no more."""
    ministack_server.reset()
    aws = ministack_server.root()
    manager(aws, monthly_budget_usd=25).apply()
    assert len(left_in(aws)) > len(ALARMS)
    nothing_asked = Settings(_env_file=None)
    ResourceManager(every_stage(aws, account_of(aws), nothing_asked)).remove()
    assert left_in(aws) == []


def put(aws: SignedAs, metric: str, value: float = 1, **dimensions: str) -> None:
    """As CloudWatch makes it of a line of this installation's log."""
    of = {"Installation": NAMES.base, **dimensions}
    about = {"MetricName": metric, "Value": value, "Unit": "Count"}
    told = {**about, "Dimensions": [{"Name": name, "Value": each} for name, each in of.items()]}
    aws.client("cloudwatch").put_metric_data(Namespace="SmartBudget", MetricData=[told])


def test_what_happens_is_told_to_the_topic_in_words_that_help(ministack_server):
    """From the metric that the web server writes to what whoever is woken reads."""
    ministack_server.reset()
    aws = ministack_server.root()
    manager(aws).apply()
    on_call = f"arn:aws:sqs:us-east-1:{ACCOUNT}:on-call"
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{**ANYONE, "Action": "sqs:*", "Resource": on_call}]}
    )
    heard = aws.client("sqs").create_queue(QueueName="on-call", Attributes={"Policy": policy})["QueueUrl"]
    aws.client("sns").subscribe(TopicArn=ARNS.operations_topic, Protocol="sqs", Endpoint=on_call)
    put(aws, "Requests", 7, Service="web", Class="5xx")
    until(lambda: alarms_in(aws)[ANY]["StateValue"] == "ALARM")
    (message,) = aws.client("sqs", read_timeout=25).receive_message(QueueUrl=heard, WaitTimeSeconds=5)[
        "Messages"
    ]
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (ANY, "ALARM")
    assert told["AlarmDescription"].endswith("docs/operations.md#alarm-server-errors")


def _change_alarm(**facts: Any) -> Callable[[SignedAs], Any]:
    """As somebody does in the console: it sends everything, with that changed."""

    def change(aws: SignedAs) -> None:
        kept = (
            "AlarmName",
            "AlarmDescription",
            "Namespace",
            "MetricName",
            "Dimensions",
            "Period",
            "Statistic",
        )
        more = ("EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData", "AlarmActions")
        there = {
            name: value for name, value in alarms_in(aws)[ANY].items() if name in (*kept, *more, "OKActions")
        }
        aws.client("cloudwatch").put_metric_alarm(**{**there, **facts})

    return change


def _rename(aws: SignedAs) -> None:
    _change_alarm(AlarmName=f"{ANY}-at-night")(aws)
    aws.client("cloudwatch").delete_alarms(AlarmNames=[ANY])


def _drop_widget(aws: SignedAs) -> None:
    cloudwatch = aws.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=NAMES.dashboard)["DashboardBody"])
    left = [each for each in body["widgets"] if each["properties"].get("title") != "dead-letters"]
    cloudwatch.put_dashboard(DashboardName=NAMES.dashboard, DashboardBody=json.dumps({"widgets": left}))


def _topic(name: str, value: str) -> Callable[[SignedAs], Any]:
    return lambda aws: aws.client("sns").set_topic_attributes(
        TopicArn=ARNS.operations_topic, AttributeName=name, AttributeValue=value
    )


def _unsubscribe(aws: SignedAs) -> None:
    sns = aws.client("sns")
    for each in sns.list_subscriptions_by_topic(TopicArn=ARNS.operations_topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


FOR_ALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{**ANYONE, "Action": "sns:Publish", "Resource": ARNS.operations_topic}],
    }
)
OF_TOPIC = {"Policy Anyone", "Policy OnlyThisAccount", "Policy OnlyOverTLS", "Policy OurAlarms"}
DAMAGES: dict[str, tuple[Callable[[SignedAs], Any], dict[str, set[str]]]] = {
    "limit raised": (_change_alarm(Threshold=500), {NAMES.alarms: {"server-errors"}}),
    "silenced": (_change_alarm(ActionsEnabled=False), {NAMES.alarms: {"server-errors"}}),
    "tells nobody": (_change_alarm(AlarmActions=[]), {NAMES.alarms: {"server-errors"}}),
    "renamed": (_rename, {NAMES.alarms: {"server-errors", "server-errors-at-night"}}),
    "alarm gone": (
        lambda aws: aws.client("cloudwatch").delete_alarms(AlarmNames=[ANY]),
        {NAMES.alarms: {"server-errors"}},
    ),
    "widget gone": (_drop_widget, {NAMES.dashboard: {"Widget dead-letters"}}),
    "dashboard gone": (
        lambda aws: aws.client("cloudwatch").delete_dashboards(DashboardNames=[NAMES.dashboard]),
        {NAMES.dashboard: set()},
    ),
    "topic for everyone": (_topic("Policy", FOR_ALL), {NAMES.operations_topic: OF_TOPIC}),
    "alarms cannot use its key": (
        _topic("KmsMasterKeyId", "alias/aws/sns"),
        {NAMES.operations_topic: {"KmsMasterKeyId"}},
    ),
    "nobody hears": (_unsubscribe, {"operations@budget.example": set()}),
}


def test_what_was_changed_by_hand_is_named_and_mended(emulator):
    aws = emulator.root()
    manager(aws).apply()
    for name, (change, told) in DAMAGES.items():
        change(aws)
        assert wrong(aws) == told, name
        manager(aws).apply()
        assert wrong(aws) == {}, name
        assert set(alarms_in(aws)) == ALARMS, name


@pytest.fixture
def budgets(ministack_server: Emulator) -> SignedAs:
    ministack_server.reset()
    aws = ministack_server.root()
    manager(aws, monthly_budget_usd=25).apply()
    return aws


def notification(kind: str, percent: int) -> dict[str, Any]:
    how = {"ComparisonOperator": "GREATER_THAN", "ThresholdType": "PERCENTAGE"}
    return {"NotificationType": kind, "Threshold": percent, **how}


def test_a_budget_tells_of_four_fifths_of_all_and_of_what_is_to_come(budgets):
    found = budgets.client("budgets").describe_budget(**BUDGET)["Budget"]
    assert (found["BudgetLimit"], found["TimeUnit"]) == ({"Amount": "25", "Unit": "USD"}, "MONTHLY")
    for kind, percent in (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)):
        heard = budgets.client("budgets").describe_subscribers_for_notification(
            **BUDGET, Notification=notification(kind, percent)
        )["Subscribers"]
        assert heard == [{"SubscriptionType": "EMAIL", "Address": "operations@budget.example"}]


def test_a_budget_that_was_changed_by_hand_is_named_and_mended(budgets):
    client, nearly = budgets.client("budgets"), notification("ACTUAL", 80)
    limit = {"BudgetLimit": {"Amount": "900.50", "Unit": "USD"}, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    client.update_budget(AccountId=ACCOUNT, NewBudget={"BudgetName": NAMES.cost_budget, **limit})
    client.delete_notification(**BUDGET, Notification=nearly)
    stranger = {"SubscriptionType": "EMAIL", "Address": "someone@else.example"}
    client.create_subscriber(**BUDGET, Notification=notification("ACTUAL", 100), Subscriber=stranger)
    client.create_notification(**BUDGET, Notification=notification("ACTUAL", 55), Subscribers=[stranger])
    assert wrong(budgets, monthly_budget_usd=25) == {
        NAMES.cost_budget: {
            "BudgetLimit",
            "Notification ACTUAL 80%",
            "Notification ACTUAL 100%",
            "Notification ACTUAL 55%",
        }
    }
    manager(budgets, monthly_budget_usd=25).apply()
    assert wrong(budgets, monthly_budget_usd=25) == {}


def test_another_limit_is_a_change_of_settings(budgets):
    assert wrong(budgets, monthly_budget_usd=40) == {NAMES.cost_budget: {"BudgetLimit"}}
    manager(budgets, monthly_budget_usd=40).apply()
    assert wrong(budgets, monthly_budget_usd=40) == {}


@pytest.fixture
def operator(budgets: SignedAs) -> str:
    """A role that may do nothing yet."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    }
    budgets.client("iam").create_role(
        RoleName="operator",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    budgets.client("s3").create_bucket(Bucket=NAMES.bucket)
    budgets.client("logs").create_log_group(logGroupName=NAMES.environment_log)
    return "operator"


def give(root: SignedAs, role: str, grants: list[Grant]) -> None:
    policy = json.dumps(iam_policies.document(grants))
    root.client("iam").put_role_policy(RoleName=role, PolicyName="watcher", PolicyDocument=policy)


def test_whoever_sets_it_up_needs_no_more_than_is_printed(ministack_server, budgets, operator):
    """All of it: made, looked at, put right, and taken away."""
    give(budgets, operator, SEEN)
    asking = ministack_server.under(operator)
    everything = ResourceManager(watching_stages(asking, account_of(budgets), settings()))
    everything.remove()
    everything.apply()
    _drop_widget(budgets)
    everything.apply()
    assert all(each.is_right for each in everything.plan())


# MiniStack does not see which alarm or dashboard a request is about, and has names of its own for what is done with budgets.
SEEN = [
    replace(grant, resources=("*",)) if grant.actions[0].startswith("cloudwatch:") else grant
    for grant in watcher(ARNS)
    if not grant.actions[0].startswith("budgets:")
]
TOPIC = {"TopicArn": ARNS.operations_topic}
PROBES: dict[str, Callable[[SignedAs], Any]] = {
    "cloudwatch:PutMetricAlarm": _change_alarm(),
    "cloudwatch:DeleteAlarms": lambda aws: aws.client("cloudwatch").delete_alarms(AlarmNames=[ANY]),
    "cloudwatch:DescribeAlarms": alarms_in,
    "cloudwatch:ListMetrics": lambda aws: aws.client("cloudwatch").list_metrics(Namespace="SmartBudget"),
    "cloudwatch:GetDashboard": lambda aws: aws.client("cloudwatch").get_dashboard(
        DashboardName=NAMES.dashboard
    ),
    "cloudwatch:PutDashboard": lambda aws: aws.client("cloudwatch").put_dashboard(
        DashboardName=NAMES.dashboard, DashboardBody='{"widgets": []}'
    ),
    "cloudwatch:DeleteDashboards": lambda aws: aws.client("cloudwatch").delete_dashboards(
        DashboardNames=[NAMES.dashboard]
    ),
    "sns:CreateTopic": lambda aws: aws.client("sns").create_topic(Name=NAMES.operations_topic),
    "sns:GetTopicAttributes": lambda aws: aws.client("sns").get_topic_attributes(**TOPIC),
    "sns:SetTopicAttributes": _topic("DisplayName", "Planner"),
    "sns:ListSubscriptionsByTopic": lambda aws: aws.client("sns").list_subscriptions_by_topic(**TOPIC),
    "sns:Subscribe": lambda aws: aws.client("sns").subscribe(
        **TOPIC, Protocol="email", Endpoint="b@budget.example"
    ),
    "sns:DeleteTopic": lambda aws: aws.client("sns").delete_topic(**TOPIC),
    "apigateway:GET": lambda aws: aws.client("apigatewayv2").get_apis(),
    "logs:DescribeLogStreams": lambda aws: aws.client("logs").describe_log_streams(
        logGroupName=NAMES.environment_log
    ),
    "s3:ListBucket": lambda aws: aws.client("s3").head_bucket(Bucket=NAMES.bucket),
}


def test_every_permission_that_is_printed_is_needed(ministack_server, budgets, operator):
    asking = ministack_server.under(operator)
    works_without = []
    for part in sorted(parts(SEEN)):
        give(budgets, operator, without(SEEN, part))
        if not is_refused(lambda asking, root, arn: PROBES[part[0]](asking), asking, budgets, part[1]):  # noqa: B023
            works_without.append(part)
    assert works_without == []


def test_the_command_and_verify_agree(ministack_server, monkeypatch, tmp_path, capsys):
    ministack_server.reset()
    lead_to(monkeypatch, ministack_server)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPS_EMAIL", "operations@budget.example")
    assert setup_cloudwatch_alarms.main([]) == 1
    said = capsys.readouterr().out
    assert "Nobody hears of costs: set MONTHLY_BUDGET_USD" in said
    assert "has heard nothing of the web server" in said
    assert "has heard nothing of the worker" in said
    put(ministack_server.root(), "QueueDepth", Service="worker")
    assert setup_cloudwatch_alarms.main(["--apply"]) == 0
    said = capsys.readouterr().out
    assert "operations@budget.example has to click" in said
    assert "nothing of the web server" in said
    assert "nothing of the worker" not in said
    verify_aws_resources.main(["--functions", str(tmp_path), "--json"])
    found = {each["kind"]: each["state"] for each in json.loads(capsys.readouterr().out)["findings"]}
    assert (found["alarms"], found["dashboard"], found["subscription"]) == ("right", "right", "right")
    assert setup_cloudwatch_alarms.main(["--off"]) == 0
    assert left_in(ministack_server.root()) == []
