"""What wakes somebody: every alarm of an installation, as data. The dashboard and docs/operations.md show the same.

A rule is one kind of alarm, with one runbook; it watches one thing or several alike. Metrics of our own are in docs/metrics.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aws_config.config import QUEUES, TABLES, WEB_FUNCTION, Names
from aws_config.embedded_metrics import NAMESPACE as OURS
from aws_config.function_plans import PLANS, WEB, visibility
from aws_config.resources.queues import TRIES
from lib.metrics import (
    ALERTS_FAILED,
    ERRORS,
    LATENCY,
    QUEUE_DEPTH,
    REQUESTS,
    USERS_WITH_ERRORS,
    WEB_SERVER,
    WORKER,
)

MINUTE, HOUR = 60, 3600  # seconds
RUNBOOKS = "docs/operations.md#alarm-"
SLOW = 2000  # milliseconds
GATEWAY = "gateway-errors"
SENDERS = (WORKER, "notification-processor")  # of alerts
SICK = 20  # of Elastic Beanstalk's health: "degraded"; 15 is a warning, 25 severe
WAITED = 15 * MINUTE  # that work may wait in any queue
# Each table's most frequent read; writes are transactions. SystemErrors are counted by operation only.
READS = dict.fromkeys(TABLES, "Query") | {"users": "GetItem", "records": "GetItem"}

Dimensions = Mapping[str, str]
Silence = Literal["notBreaching", "breaching", "ignore"]


@dataclass(frozen=True)
class Watched:
    """`limit`: the value from which it is an alarm, or below which where `Rule.below` says so."""

    limit: int
    dimensions: Dimensions


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`silence`: what it means that there is no data. `name` is its runbook's too."""

    name: str
    means: str
    namespace: str
    metric: str
    statistic: str
    period: int  # seconds
    times: int = 1  # so many periods in a row
    below: bool = False
    silence: Silence = "notBreaching"
    things: Mapping[
        str, Watched
    ]  # by what comes before the rule in an alarm's name; "" where there is only one

    def alarm(self, thing: str) -> str:
        """What its alarm is called within the installation."""
        return f"{thing}-{self.name}" if thing else self.name

    @property
    def description(self) -> str:
        """What whoever is woken reads first."""
        return f"{self.means} What to do: {RUNBOOKS}{self.name}"


def rules(names: Names, *, api: str = "") -> list[Rule]:
    """All of them, the ones that people feel first. `api`: the id of the one that leads to pages from a function, if there is one."""
    return [*_people(names, api), *_work(names), *_functions(names), *_tables(names)]


def _people(names: Names, api: str) -> list[Rule]:
    return [
        Rule(
            name="server-errors",
            means="People get error pages (5xx).",
            namespace=OURS,
            metric=REQUESTS.name,
            statistic="Sum",
            period=5 * MINUTE,
            things={"": Watched(5, _ours(names, WEB_SERVER) | {REQUESTS.label: "5xx"})},
        ),
        *([_gateway(api)] if api else []),
        Rule(
            name="slow-pages",
            means="One page in twenty takes longer than two seconds, for a quarter of an hour.",
            namespace=OURS,
            metric=LATENCY.name,
            statistic="p95",
            period=5 * MINUTE,
            times=3,
            things={"": Watched(SLOW, _ours(names, WEB_SERVER))},
        ),
        Rule(
            name="environment-unwell",
            means="Elastic Beanstalk calls the environment degraded: machines do not answer, or are overloaded.",
            namespace="AWS/ElasticBeanstalk",
            metric="EnvironmentHealth",
            statistic="Maximum",
            period=MINUTE,
            times=5,  # machines that are being replaced
            things={"": Watched(SICK, {"EnvironmentName": names.environment})},
        ),
        Rule(
            name="alerts-failed",
            means="Alerts are given up and do not reach people.",
            namespace=OURS,
            metric=ALERTS_FAILED.name,
            statistic="Sum",
            period=15 * MINUTE,
            things={who: Watched(5, _ours(names, who)) for who in SENDERS},
        ),
        Rule(
            name="budgets-unchecked",
            means="The daily run could not look after some people's budgets.",
            namespace=OURS,
            metric=USERS_WITH_ERRORS.name,
            statistic="Sum",
            period=HOUR,
            things={"": Watched(1, _ours(names, "budget-alert"))},
        ),
    ]


def _gateway(api: str) -> Rule:
    """Refusals of too many requests (429) wake nobody: AWS counts them as 4xx, among wrong addresses and passwords."""
    return Rule(
        name=GATEWAY,
        means="API Gateway answers with errors (5xx): the function's, or its own because it cannot call the function.",
        namespace="AWS/ApiGateway",
        metric="5xx",
        statistic="Sum",
        period=5 * MINUTE,
        things={"": Watched(5, {"ApiId": api})},
    )


def _work(names: Names) -> list[Rule]:
    return [
        Rule(
            name="worker-silent",
            means="No worker has said for ten minutes how long its queues are: none runs, or none can.",
            namespace=OURS,
            metric=QUEUE_DEPTH.name,
            statistic="SampleCount",
            period=5 * MINUTE,
            times=2,
            below=True,
            silence="breaching",
            things={"": Watched(1, _ours(names, WORKER))},
        ),
        Rule(
            name="worker-errors",
            means="The worker meets what nobody expected, again and again.",
            namespace=OURS,
            metric=ERRORS.name,
            statistic="Sum",
            period=15 * MINUTE,
            things={"": Watched(5, _ours(names, WORKER))},
        ),
        Rule(
            name="dead-letters",
            means="Messages were given up after five tries and wait in the dead letters.",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            period=5 * MINUTE,
            things={what: Watched(1, {"QueueName": names.dead_letters(what)}) for what in QUEUES},
        ),
        Rule(
            name="old-messages",
            means="Work waits for longer than all its tries would take: nobody does it, or nobody can.",
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            statistic="Maximum",
            period=5 * MINUTE,
            times=2,
            things={
                what: Watched(max(WAITED, TRIES * visibility(what)), {"QueueName": names.queue(what)})
                for what in QUEUES
            },
        ),
    ]


def _functions(names: Names) -> list[Rule]:
    """Of functions, which AWS says itself. What a function gives back to its queue is no error of it; the one that serves pages
    is silent where machines do."""

    plans = PLANS | {WEB_FUNCTION: WEB}

    def every(limit: Mapping[str, int]) -> dict[str, Watched]:
        return {what: Watched(limit[what], {"FunctionName": names.function(what)}) for what in plans}

    return [
        Rule(
            name="errors",
            means="A function broke off: it crashed, ran out of time or memory, or cannot start.",
            namespace="AWS/Lambda",
            metric="Errors",
            statistic="Sum",
            period=5 * MINUTE,
            things=every(dict.fromkeys(plans, 1)),
        ),
        Rule(
            name="throttles",
            means="A function is kept from running, because too many run at once in the account.",
            namespace="AWS/Lambda",
            metric="Throttles",
            statistic="Sum",
            period=5 * MINUTE,
            times=2,
            things=every(dict.fromkeys(plans, 1)),
        ),
        Rule(
            name="near-timeout",
            means="A function takes nearly all the time that it is given; soon it will be cut off.",
            namespace="AWS/Lambda",
            metric="Duration",
            statistic="Maximum",
            period=5 * MINUTE,
            things=every({what: plan.timeout * 900 for what, plan in plans.items()}),  # ms: nine tenths
        ),
        Rule(
            name="alerts-not-run",
            means="The daily alerts have not run for 26 hours.",
            namespace="AWS/Lambda",
            metric="Invocations",
            statistic="Sum",
            period=HOUR,
            times=26,
            below=True,
            silence="breaching",
            things={"": Watched(1, {"FunctionName": names.function("budget-alert-function")})},
        ),
    ]


def _tables(names: Names) -> list[Rule]:
    """Mistakes in requests (UserErrors) wake nobody: they are ours, and errors of pages or functions by then.

    An alarm on DynamoDB's metrics stays as it was while there is no data, whatever it is told.
    """

    def throttled(kind: str) -> Rule:
        return Rule(
            name=f"{kind.lower()}s-throttled",
            means=f"DynamoDB refuses {kind.lower()}s of a table, because there are too many at once.",
            namespace="AWS/DynamoDB",
            metric=f"{kind}ThrottleEvents",
            statistic="Sum",
            period=5 * MINUTE,
            silence="ignore",
            things={what: Watched(10, {"TableName": names.table(what)}) for what in TABLES},
        )

    return [
        throttled("Read"),
        throttled("Write"),
        Rule(
            name="system-errors",
            means="DynamoDB fails at requests that were right: it is ill itself.",
            namespace="AWS/DynamoDB",
            metric="SystemErrors",
            statistic="Sum",
            period=5 * MINUTE,
            silence="ignore",
            things={
                f"{what}-{kind}": Watched(5, {"TableName": names.table(what), "Operation": operation})
                for what in TABLES
                for kind, operation in (("read", READS[what]), ("write", "TransactWriteItems"))
            },
        ),
    ]


def _ours(names: Names, service: str) -> dict[str, str]:
    return {"Installation": names.base, "Service": service}
