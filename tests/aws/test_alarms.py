"""The list of alarms and the page that shows them, by themselves: AWS takes both, and each alarm has a runbook."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from aws_config.account import Account
from aws_config.alarms import GATEWAY, READS, Rule, rules
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, QUEUES, TABLES, WEB_FUNCTION, Names
from aws_config.dashboard import widgets
from aws_config.embedded_metrics import NAMESPACE, EmbeddedMetrics
from aws_config.function_plans import PLANS, folder
from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import look
from aws_config.resources.topics import SubscriptionResource, TopicResource
from aws_config.session import AWS
from aws_config.watching import unheard, watching_stages
from lib.metrics import ALL, WEB_SERVER, WORKER
from lib.services import metrics_of
from lib.settings import Settings
from scripts import setup_cloudwatch_alarms, verify_aws_resources
from tests.aws.moto_aws import account, answers, forget_where_we_are, says, works

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
METRICS = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
NAMES = Names()
API = "a1b2c3d4e5"
RULES = rules(NAMES, api=API)
ARNS = Arns(Account("123456789012", "us-east-1"), NAMES)
DAY, WEEK = 24 * 3600, 7 * 24 * 3600
by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def names_of_alarms(watched: list[Rule]) -> list[str]:
    return [rule.alarm(thing) for rule in watched for thing in rule.things]


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_runbooks_are_those_of_the_alarms_in_their_order():
    told = re.findall(r"^\| \[`…?-?([a-z-]+)`\]\(#(alarm-[a-z-]+)\) \|", PAGE, re.MULTILINE)
    assert told == [(rule.name, f"alarm-{rule.name}") for rule in RULES]
    headings = [slug(heading) for heading in re.findall(r"^#+ (Alarm: .*)$", PAGE, re.MULTILINE)]
    assert headings == [anchor for _, anchor in told]


@by_rule
def test_an_alarm_says_what_it_means_and_where_its_runbook_is(rule):
    path, _, anchor = rule.description.rpartition("What to do: ")[2].partition("#")
    assert (ROOT / path).is_file()
    assert re.search(rf"^#+ Alarm: {anchor.removeprefix('alarm-')}$", PAGE, re.MULTILINE)
    assert rule.means.endswith(".")
    assert len(rule.description) <= 1024  # characters, as many as CloudWatch takes


@by_rule
def test_the_page_says_the_limits_that_hold(rule):
    (row,) = [
        line for line in PAGE.splitlines() if line.startswith("| [`") and f"(#alarm-{rule.name})" in line
    ]
    numbers = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", row)}
    limits = {watched.limit for watched in rule.things.values()}
    assert (
        len(limits) > 1 or limits <= numbers
    )  # where each thing has its own, the words say how it comes about
    assert {"breaching": "an alarm", "notBreaching": "well", "ignore": "as it was"}[rule.silence] in row


@by_rule
def test_cloudwatch_takes_its_times(rule):
    assert rule.period % 60 == 0
    assert rule.period * rule.times <= (WEEK if rule.period >= 3600 else DAY)


def test_every_thing_is_watched():
    watched = {rule.name: set(rule.things) for rule in RULES}
    assert watched["dead-letters"] == watched["old-messages"] == set(QUEUES)
    assert watched["errors"] == watched["throttles"] == watched["near-timeout"] == {*FUNCTIONS, WEB_FUNCTION}
    assert watched["reads-throttled"] == watched["writes-throttled"] == set(TABLES) == set(READS)
    assert len(watched["system-errors"]) == 2 * len(TABLES)
    assert set(watched["alerts-failed"]) == {"worker", "notification-processor"}


def test_api_gateway_is_watched_where_it_serves_the_pages():
    (rule,) = [rule for rule in RULES if rule not in rules(NAMES)]
    assert (rule.name, rule.signal.namespace, rule.signal.metric) == (GATEWAY, "AWS/ApiGateway", "5xx")
    assert rule.things[""].dimensions == {"ApiId": API}


def test_silence_is_an_alarm_where_something_has_to_speak():
    assert {rule.name for rule in RULES if rule.silence == "breaching"} == {"worker-silent", "alerts-not-run"}
    assert {rule.name for rule in RULES if rule.below} == {"worker-silent", "alerts-not-run"}


def test_a_function_is_called_slow_before_it_is_cut_off():
    (near,) = [rule for rule in RULES if rule.name == "near-timeout"]
    for what, plan in PLANS.items():
        assert plan.timeout * 800 < near.things[what].limit < plan.timeout * 1000


def test_work_is_old_only_after_all_its_tries():
    (old,) = [rule for rule in RULES if rule.name == "old-messages"]
    assert old.things["notification-queue"].limit == 5 * 6 * PLANS["notification-processor-function"].timeout
    assert min(watched.limit for watched in old.things.values()) == 900


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.signal.namespace == NAMESPACE], ids=lambda rule: rule.name
)
def test_metrics_of_our_own_are_watched_as_they_are_written(rule):
    """By the same name, and with just the dimensions of one of the metrics that CloudWatch makes of a line."""
    assert f"`{rule.signal.metric}`" in METRICS
    (metric,) = [each for each in ALL if each.name == rule.signal.metric]
    for watched in rule.things.values():
        lines: list[str] = []
        metrics = EmbeddedMetrics(watched.dimensions["Service"], NAMES.base, lines.append)
        metrics.record(metric, 1, watched.dimensions.get(metric.label, ""))
        metrics.flush()
        (line,) = map(json.loads, lines)
        (about,) = line["_aws"]["CloudWatchMetrics"]
        assert about["Namespace"] == rule.signal.namespace
        made = [{name: line[name] for name in dimensions} for dimensions in about["Dimensions"]]
        assert watched.dimensions in made


def test_who_is_watched_is_who_writes(tmp_path):
    """The names are taken from where they are written: an alarm on a name that nobody has never begins."""
    settings = Settings(
        _env_file=None, backend="aws", log_format="json", data_dir=tmp_path, ses_from="planner@budget.example"
    )
    functions = [
        importlib.import_module(f"lambda_functions.{folder(what)}.lambda_function")
        for what in (*FUNCTIONS, WEB_FUNCTION)
    ]
    going_on = [create_app(settings).extensions["planner"].metrics, metrics_of(settings, WORKER)]
    writing = {each.service for each in (*going_on, *(function.metrics for function in functions))}
    watched = {watched.dimensions.get("Service") for rule in RULES for watched in rule.things.values()}
    assert watched - {None} <= writing
    assert len(writing) == len(FUNCTIONS) + 2  # the web server is called so in both homes


def test_a_machine_that_is_set_up_as_the_page_says_writes_metrics(tmp_path):
    """Without them four alarms would call everything well, whatever happens."""
    (settings,) = re.findall(r"```ini\n(APP_ENV=prod\n.*?)```", PAGE, re.DOTALL)
    (tmp_path / ".env").write_text(settings.replace("a long random text of your own", "x" * 64))
    given = Settings(_env_file=tmp_path / ".env")
    assert {metrics_of(given, who).service for who in (WEB_SERVER, WORKER)} == {WEB_SERVER, WORKER}
    (agent,) = [json.loads(each) for each in re.findall(r'```json\n(\{"logs".*?)```', PAGE, re.DOTALL)]
    (file,) = agent["logs"]["logs_collected"]["files"]["collect_list"]
    assert file["log_group_name"] == NAMES.environment_log
    assert f"StandardOutput=append:{file['file_path']}" in PAGE


def test_names_tell_alarms_and_installations_apart():
    ours = names_of_alarms(RULES)
    assert len(set(ours)) == len(ours)
    assert all(re.fullmatch(r"[a-z-]{1,100}", name) for name in ours)
    others = [Names(app_env="staging"), Names(prefix="smart-budget-alarms"), Names(prefix="smart")]
    assert not any(names.alarms.startswith(NAMES.alarms) for names in others)


def test_every_alarm_is_on_the_page_with_its_limit():
    shown = widgets(ARNS, api=API)
    (state,) = [each["properties"]["alarms"] for each in shown if each["type"] == "alarm"]
    assert state == [ARNS.alarm(name) for name in names_of_alarms(RULES)]
    assert len(state) <= 100  # as many as CloudWatch shows in one
    graphs = {each["properties"].get("title"): each["properties"] for each in shown}
    for rule in RULES:
        lines = {line["value"] for line in graphs[rule.name]["annotations"]["horizontal"]}
        assert lines == {watched.limit for watched in rule.things.values()}
        assert len(graphs[rule.name]["metrics"]) == len(rule.things)


def test_nothing_on_the_page_covers_anything():
    taken: set[tuple[int, int]] = set()
    for each in widgets(ARNS, api=API):
        place = {
            (x, y)
            for x in range(each["x"], each["x"] + each["width"])
            for y in range(each["y"], each["y"] + each["height"])
        }
        assert not place & taken
        assert max(x for x, _ in place) < 24
        taken |= place


def test_the_page_asks_no_log_that_is_not_there():
    """One that is not would fail the whole query."""
    machines, web = NAMES.environment_log, f"/aws/lambda/{NAMES.function(WEB_FUNCTION)}"
    functions = [f"/aws/lambda/{NAMES.function(what)}" for what in FUNCTIONS]

    def asked(**home: Any) -> list[list[str]]:
        logs = [each["properties"]["query"] for each in widgets(ARNS, **home) if each["type"] == "log"]
        return [re.findall(r"SOURCE '([^']+)'", query) for query in logs]

    assert asked() == [[machines], functions]
    assert asked(api=API) == [[machines], [*functions, web]]
    assert asked(api=API, machines=False) == [[*functions, web]]


def test_what_lambda_says_of_a_function_is_among_the_errors():
    """What alarm `errors` is for most often comes from Lambda, not from us."""
    [query] = [
        each["properties"]["query"]
        for each in widgets(ARNS, api=API)
        if each["properties"].get("title") == "errors of functions"
    ]
    [found] = re.findall(r"filter level = 'ERROR' or @message like /(.+?)/ ", query)
    broken = [
        "2026-11-22T05:00:00.000Z 8f5 Task timed out after 29.03 seconds",
        "RequestId: 8f5 Error: Runtime exited with error: signal: killed",
        "[ERROR] Runtime.ImportModuleError: Unable to import module 'lambda_function': No module named 'lib'",
        "RequestId: 8f5 Error Type: Runtime.ExitError",
    ]
    usual = [
        "INIT_START Runtime Version: python:3.13.v75 Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:1a2b",
        "REPORT RequestId: 8f5 Duration: 12.00 ms Billed Duration: 13 ms Memory Size: 256 MB",
    ]
    assert [bool(re.search(found, line)) for line in broken + usual] == [True] * 4 + [False] * 2
    assert "coalesce(message, @message) as what" in query


def test_graphs_are_written_as_cloudwatch_reads_them():
    for each in widgets(ARNS, api=API):
        for metric in each["properties"].get("metrics", []):
            *names, options = metric
            assert isinstance(options, dict)
            assert all(isinstance(name, str) for name in names)
            assert len(names) % 2 == 0  # namespace and metric, then pairs of dimensions; nothing for a search
    assert len(json.dumps({"widgets": widgets(ARNS, api=API)})) < 100_000


def test_nobody_to_hear_it_is_said(monkeypatch, tmp_path, capsys):
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with account():
        assert setup_cloudwatch_alarms.main(["--apply"]) == 2
    assert "Set OPS_EMAIL" in capsys.readouterr().err


def test_what_it_takes_to_set_it_up_is_printed(monkeypatch, tmp_path, capsys):
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with account():
        assert setup_cloudwatch_alarms.main(["--show-operator"]) == 0
    said = json.loads(capsys.readouterr().out)["Statement"]
    assert {action for each in said for action in each["Action"]} >= {
        "cloudwatch:PutMetricAlarm",
        "budgets:ModifyBudget",
        "apigateway:GET",
    }
    assert [each["Sid"] for each in said if each["Resource"] == ["*"]] == ["SeeAlarms"]


def test_a_key_that_alarms_cannot_use_keeps_them_quiet_but_lets_nobody_in(monkeypatch):
    forget_where_we_are(monkeypatch)
    with account() as aws:
        told = TopicResource(aws, ARNS.account, NAMES.operations_topic, alarms=ARNS.alarm("*"))
        people = TopicResource(aws, ARNS.account, NAMES.topic())
        ResourceManager([[told, people]]).apply()
        for topic, key in ((told, "alias/aws/sns"), (people, "")):
            aws.client("sns").set_topic_attributes(
                TopicArn=topic.arn, AttributeName="KmsMasterKeyId", AttributeValue=key
            )
        assert (look(told).state, look(people).state) == ("differs", "open")
        ResourceManager([[told, people]]).apply()
        assert look(told).is_right
        assert look(people).is_right


def test_who_has_not_clicked_the_link_yet_is_said():
    """Until then an alarm reaches nobody, and it tells of a state only when that changes."""
    with account() as aws:
        person = SubscriptionResource(aws, ARNS.operations_topic, "anna@budget.example")
        assert person.unheard() == []  # there is no topic
        asked = {"Protocol": "email", "Endpoint": "anna@budget.example"}
        for arn, said in (("PendingConfirmation", ["anna@budget.example has not clicked"]), ("arn:…:1", [])):
            says(aws, "sns.ListSubscriptionsByTopic", Subscriptions=[{**asked, "SubscriptionArn": arn}])
            assert [each[: len("anna@budget.example has not clicked")] for each in person.unheard()] == said
            assert look(person).is_right


def test_an_address_that_was_replaced_and_still_hears_is_named(monkeypatch, tmp_path, capsys):
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPS_EMAIL", "new@budget.example")
    with account() as aws:
        ResourceManager([[TopicResource(aws, ARNS.account, NAMES.operations_topic)]]).apply()
        for protocol, address in (("email", "old@budget.example"), ("sms", "+4915112345678")):
            aws.client("sns").subscribe(TopicArn=ARNS.operations_topic, Protocol=protocol, Endpoint=address)
        assert setup_cloudwatch_alarms.main([]) == 1
        said = capsys.readouterr().out
        verify_aws_resources.main([])
        assert "old@budget.example hears too" in said
        assert "+49151" not in said
        assert "old@budget.example hears too" in capsys.readouterr().out


HERE = (ARNS.account, Settings(_env_file=None, ops_email="anna@budget.example"))


def watching(aws: AWS, kind: str, **all_of_it: bool) -> Any:
    """The alarms, or the dashboard, as they should be for what there is on AWS."""
    stages = watching_stages(aws, *HERE, **all_of_it)
    return next(each for stage in stages for each in stage if each.kind == kind)


def test_the_log_of_machines_is_shown_unless_a_function_serves_the_pages_in_their_place():
    shown = "Widget errors of web server and worker"
    with account() as aws:
        assert shown in watching(aws, "dashboard").wanted()  # machines are to come
        aws.client("apigatewayv2").create_api(Name=NAMES.api, ProtocolType="HTTP")
        assert shown not in watching(aws, "dashboard").wanted()
        aws.client("logs").create_log_group(logGroupName=NAMES.environment_log)
        assert shown in watching(aws, "dashboard").wanted()


def test_who_may_not_look_for_the_api_leaves_its_alarm_as_it_is_and_is_told():
    def told() -> list[str]:
        return [sentence for sentence in unheard(aws, *HERE) if GATEWAY in sentence]

    with account() as aws:
        aws.client("apigatewayv2").create_api(Name=NAMES.api, ProtocolType="HTTP")
        ResourceManager([[watching(aws, "alarms")]]).apply()
        there = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
        assert NAMES.alarms + GATEWAY in {alarm["AlarmName"] for alarm in there}
        assert told() == []
        answers(aws, "apigatewayv2.GetApis", "AccessDeniedException", 403)
        assert look(watching(aws, "alarms")).is_right
        assert len(told()) == 1
        ResourceManager([[watching(aws, "alarms")]]).apply()
        assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == there
        watching(aws, "alarms", everything=True).remove()
        assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_who_may_not_look_for_the_api_leaves_a_dashboard_as_it_is_but_makes_one_and_takes_it_away():
    def shown() -> str:
        return str(aws.client("cloudwatch").get_dashboard(DashboardName=NAMES.dashboard)["DashboardBody"])

    log = f"/aws/lambda/{NAMES.function(WEB_FUNCTION)}"
    with account() as aws:
        aws.client("apigatewayv2").create_api(Name=NAMES.api, ProtocolType="HTTP")
        ResourceManager([[watching(aws, "dashboard")]]).apply()
        seen = shown()
        assert log in seen
        answers(aws, "apigatewayv2.GetApis", "AccessDeniedException", 403)
        ResourceManager([[watching(aws, "dashboard")]]).apply()
        assert shown() == seen
        watching(aws, "dashboard").remove()
        assert look(watching(aws, "dashboard")).state == "missing"
        ResourceManager([[watching(aws, "dashboard")]]).apply()
        assert log not in shown()
        works(aws, "apigatewayv2.GetApis")
        assert look(watching(aws, "dashboard")).state == "differs"
