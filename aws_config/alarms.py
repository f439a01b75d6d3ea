"""What wakes somebody: every alarm of an installation, as data. The dashboard and docs/operations.md show the same.

A rule is one kind of alarm, with one runbook; it watches one thing or several alike. Metrics of our own are in docs/metrics.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Literal, NamedTuple

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
DYNAMODB = "AWS/DynamoDB"
# Each table's most frequent read; writes are transactions. SystemErrors are counted by operation only.
READS = dict.fromkeys(TABLES, "Query") | {"users": "GetItem", "records": "GetItem"}

Dimensions = Mapping[str, str]


class Signal(NamedTuple):
    """What is looked at, in CloudWatch's words."""

    namespace: str
    metric: str
    statistic: str = "Sum"


@dataclass(frozen=True)
class Watched:
    """`limit`: the value from which it is an alarm, or below which where `Rule.below` says so."""

    limit: int
    dimensions: Dimensions


@dataclass(frozen=True)
class Rule:
    """`things`: by what comes before the rule in an alarm's name; "" where there is only one."""

    name: str  # its runbook's too
    means: str
    signal: Signal
    things: Mapping[str, Watched]
    _: KW_ONLY
    period: int = 5 * MINUTE  # in seconds
    times: int = 1  # so many periods in a row
    below: bool = False  # it has to be heard: silence is an alarm as well

    @property
    def silence(self) -> Literal["notBreaching", "breaching", "ignore"]:
        """What it means that there is no data. DynamoDB's alarms stay as they were then, whatever they are told."""
        if self.below:
            return "breaching"
        return "ignore" if self.signal.namespace == DYNAMODB else "notBreaching"

    def alarm(self, thing: str) -> str:
        """What its alarm is called within the installation."""
        return f"{thing}-{self.name}" if thing else self.name

    @property
    def description(self) -> str:
        """What whoever is woken reads first."""
        return f"{self.means} What to do: {RUNBOOKS}{self.name}"


def rules(names: Names, *, api: str = "") -> list[Rule]:
    """All of them, the ones that people feel first. `api`: the id of the one that leads to pages from a function, if there is one."""
    known = [*_people(names, api), *_work(names), *_functions(names), *_tables(names)]
    return [rule for rule in known if api or rule.name != GATEWAY]


# fmt: off
def _people(names: Names, api: str) -> list[Rule]:
    """Refusals of too many requests (429) wake nobody: API Gateway counts them as 4xx, among wrong addresses and passwords."""
    web = _ours(names, WEB_SERVER)
    return [
        Rule("server-errors", "People get error pages (5xx).",
             Signal(OURS, REQUESTS.name), _one(5, web | {REQUESTS.label: "5xx"})),
        Rule(GATEWAY, "API Gateway answers with errors (5xx): the function's, or its own because it cannot call the function.",
             Signal("AWS/ApiGateway", "5xx"), _one(5, {"ApiId": api})),
        Rule("slow-pages", "One page in twenty takes longer than two seconds, for a quarter of an hour.",
             Signal(OURS, LATENCY.name, "p95"), _one(SLOW, web), times=3),
        Rule("environment-unwell",
             "Elastic Beanstalk calls the environment degraded: machines do not answer, or are overloaded.",
             Signal("AWS/ElasticBeanstalk", "EnvironmentHealth", "Maximum"),
             _one(SICK, {"EnvironmentName": names.environment}),
             period=MINUTE, times=5),  # machines that are being replaced
        Rule("alerts-failed", "Alerts are given up and do not reach people.",
             Signal(OURS, ALERTS_FAILED.name), {who: Watched(5, _ours(names, who)) for who in SENDERS},
             period=15 * MINUTE),
        Rule("budgets-unchecked", "The daily run could not look after some people's budgets.",
             Signal(OURS, USERS_WITH_ERRORS.name), _one(1, _ours(names, "budget-alert")), period=HOUR),
    ]


def _work(names: Names) -> list[Rule]:
    worker = _ours(names, WORKER)
    waiting = {what: max(WAITED, TRIES * visibility(what)) for what in QUEUES}
    return [
        Rule("worker-silent", "No worker has said for ten minutes how long its queues are: none runs, or none can.",
             Signal(OURS, QUEUE_DEPTH.name, "SampleCount"), _one(1, worker), times=2, below=True),
        Rule("worker-errors", "The worker meets what nobody expected, again and again.",
             Signal(OURS, ERRORS.name), _one(5, worker), period=15 * MINUTE),
        Rule("dead-letters", "Messages were given up after five tries and wait in the dead letters.",
             Signal("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum"),
             _each(dict.fromkeys(QUEUES, 1), "QueueName", names.dead_letters)),
        Rule("old-messages", "Work waits for longer than all its tries would take: nobody does it, or nobody can.",
             Signal("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum"),
             _each(waiting, "QueueName", names.queue), times=2),
    ]


def _functions(names: Names) -> list[Rule]:
    """Of functions, which AWS says itself. What a function gives back to its queue is no error of it; the one that serves pages
    is silent where machines do."""
    plans = PLANS | {WEB_FUNCTION: WEB}
    nearly = {what: plan.timeout * 900 for what, plan in plans.items()}  # in milliseconds: nine tenths
    once = _each(dict.fromkeys(plans, 1), "FunctionName", names.function)
    return [
        Rule("errors", "A function broke off: it crashed, ran out of time or memory, or cannot start.",
             Signal("AWS/Lambda", "Errors"), once),
        Rule("throttles", "A function is kept from running, because too many run at once in the account.",
             Signal("AWS/Lambda", "Throttles"), once, times=2),
        Rule("near-timeout", "A function takes nearly all the time that it is given; soon it will be cut off.",
             Signal("AWS/Lambda", "Duration", "Maximum"), _each(nearly, "FunctionName", names.function)),
        Rule("alerts-not-run", "The daily alerts have not run for 26 hours.",
             Signal("AWS/Lambda", "Invocations"), _one(1, {"FunctionName": names.function("budget-alert-function")}),
             period=HOUR, times=26, below=True),
    ]


def _tables(names: Names) -> list[Rule]:
    """Mistakes in requests (UserErrors) wake nobody: they are ours, and errors of pages or functions by then."""
    many = _each(dict.fromkeys(TABLES, 10), "TableName", names.table)
    operations = {
        f"{what}-{kind}": Watched(5, {"TableName": names.table(what), "Operation": operation})
        for what in TABLES
        for kind, operation in (("read", READS[what]), ("write", "TransactWriteItems"))
    }
    return [
        Rule("reads-throttled", "DynamoDB refuses reads of a table, because there are too many at once.",
             Signal(DYNAMODB, "ReadThrottleEvents"), many),
        Rule("writes-throttled", "DynamoDB refuses writes of a table, because there are too many at once.",
             Signal(DYNAMODB, "WriteThrottleEvents"), many),
        Rule("system-errors", "DynamoDB fails at requests that were right: it is ill itself.",
             Signal(DYNAMODB, "SystemErrors"), operations),
    ]
# fmt: on


def _one(limit: int, dimensions: Dimensions) -> dict[str, Watched]:
    return {"": Watched(limit, dimensions)}


def _each(limits: Mapping[str, int], dimension: str, called: Callable[[str], str]) -> dict[str, Watched]:
    return {what: Watched(limit, {dimension: called(what)}) for what, limit in limits.items()}


def _ours(names: Names, service: str) -> dict[str, str]:
    return {"Installation": names.base, "Service": service}
