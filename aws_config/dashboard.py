"""One page for whoever was woken: what is wrong now, what people feel, what works on, and what it stands on.

Every alarm is on it with its limit, then what has no alarm but helps to see why.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_config.alarms import RUNBOOKS, SENDERS, Rule, rules
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, WEB_FUNCTION
from aws_config.embedded_metrics import NAMESPACE
from lib.metrics import ALERTS_SENT, QUEUE_DEPTH, REQUESTS, WEB_SERVER, WORKER

COLUMNS, WIDTH, HEIGHT = 24, 8, 6  # of CloudWatch's grid
HEAD = 5  # rows for the words on top, and for the state of every alarm
# What Lambda itself says of a function that was broken off or cannot start: text, in which nothing is called a level.
OF_LAMBDA = r"Task timed out|Runtime exited|Runtime\.[A-Z]|\[ERROR\]"
Widget = Mapping[str, Any]


def widgets(arns: Arns, *, api: str = "", machines: bool = True) -> list[Widget]:
    """
    Args:
        api: The id of the one that leads to pages from a function, if there is one.
        machines: Whether the log that Elastic Beanstalk's write is or will be there: a query that names none fails as a whole.
    """
    watched = rules(arns.names, api=api)
    functions = [*FUNCTIONS, *([WEB_FUNCTION] if api else [])]
    logs = {
        "errors of web server and worker": [arns.names.environment_log] if machines else [],
        "errors of functions": [f"/aws/lambda/{arns.names.function(what)}" for what in functions],
    }
    graphs = [*(_graph(arns, rule) for rule in watched), *_besides(arns, functions)]
    placed = [
        {
            "type": kind,
            "x": number % (COLUMNS // WIDTH) * WIDTH,
            "y": HEAD + number // (COLUMNS // WIDTH) * HEIGHT,
            "width": WIDTH,
            "height": HEIGHT,
            "properties": properties,
        }
        for number, (kind, properties) in enumerate(graphs)
    ]
    return [*_top(arns, watched), *placed, *_logs(arns, logs, below=len(graphs))]


def _top(arns: Arns, watched: Sequence[Rule]) -> list[Widget]:
    words = (
        f"# {arns.names.base}\n"
        "Red on the right is what is wrong now. Each alarm says what it means and names its runbook:\n"
        f"`{RUNBOOKS}…`. First aid: `scripts.rollback --apply` if it began with a deployment."
    )
    alarms = [arns.alarm(rule.alarm(thing)) for rule in watched for thing in rule.things]
    return [
        {"type": "text", "x": 0, "y": 0, "width": WIDTH, "height": HEAD, "properties": {"markdown": words}},
        {
            "type": "alarm",
            "x": WIDTH,
            "y": 0,
            "width": COLUMNS - WIDTH,
            "height": HEAD,
            "properties": {"title": "Alarms", "alarms": alarms, "sortBy": "stateUpdatedTimestamp"},
        },
    ]


def _graph(arns: Arns, rule: Rule) -> tuple[str, dict[str, Any]]:
    """A rule's metric for each thing, with the limits from which it is an alarm."""
    metrics = [
        [rule.namespace, rule.metric, *_flat(watched.dimensions), {"label": thing or rule.name}]
        for thing, watched in rule.things.items()
    ]
    limits = sorted({watched.limit for watched in rule.things.values()})
    lines = [{"label": "alarm", "value": limit} for limit in limits]
    return "metric", {
        **_shape(arns, rule.name, rule.statistic, rule.period),
        "metrics": metrics,
        "annotations": {"horizontal": lines},
    }


def _besides(arns: Arns, functions: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What no alarm is on: how much there is to do, and what of it is done."""
    names, installation = arns.names, ["Installation", arns.names.base]

    def ours(service: str, *more: str) -> list[str]:
        return [*installation, "Service", service, *more]

    yield (
        "metric",
        {
            **_shape(arns, "answers", "Sum", 300),
            "metrics": [
                [
                    NAMESPACE,
                    REQUESTS.name,
                    *ours(WEB_SERVER, REQUESTS.label, f"{first}xx"),
                    {"label": f"{first}xx"},
                ]
                for first in (2, 3, 4, 5)
            ],
        },
    )
    yield (
        "metric",
        {
            **_shape(arns, "what waits", "Maximum", 60),
            "metrics": [
                [NAMESPACE, QUEUE_DEPTH.name, *ours(WORKER, QUEUE_DEPTH.label, queue), {"label": queue}]
                for queue in ("work", "notifications")
            ],
        },
    )
    yield (
        "metric",
        {
            **_shape(arns, "alerts sent", "Sum", 300),
            "metrics": [[NAMESPACE, ALERTS_SENT.name, *ours(who), {"label": who}] for who in SENDERS],
        },
    )
    yield (
        "metric",
        _found(arns, "indexes throttled", "TableName,GlobalSecondaryIndexName", "WriteThrottleEvents"),
    )
    yield "metric", _found(arns, "system errors by operation", "TableName,Operation", "SystemErrors")
    yield (
        "metric",
        {
            **_shape(arns, "functions run", "Sum", 300),
            "metrics": [
                ["AWS/Lambda", "Invocations", "FunctionName", names.function(what), {"label": what}]
                for what in functions
            ],
        },
    )


def _found(arns: Arns, title: str, dimensions: str, metric: str) -> dict[str, Any]:
    """Whatever DynamoDB has of that metric on our tables: only a dashboard can ask so."""
    tables = " OR ".join(f'"{name}"' for name in arns.names.tables.values())
    asked = f'{{AWS/DynamoDB,{dimensions}}} MetricName="{metric}" TableName=({tables})'
    return {
        **_shape(arns, title, "Sum", 300),
        "metrics": [[{"expression": f"SEARCH('{asked}', 'Sum', 300)", "id": "found"}]],
    }


def _logs(arns: Arns, groups: Mapping[str, Sequence[str]], *, below: int) -> list[Widget]:
    """The newest errors, by what each says of itself: docs/operations.md, "What the logs say"."""
    fields = "@timestamp, @log, route, request_id, coalesce(message, @message) as what, error"
    ill = f"level = 'ERROR' or @message like /{OF_LAMBDA}/"
    wanted = f"fields {fields} | filter {ill} | sort @timestamp desc | limit 20"
    first = HEAD + -(-below // (COLUMNS // WIDTH)) * HEIGHT
    return [
        {
            "type": "log",
            "x": 0,
            "y": first + number * HEIGHT,
            "width": COLUMNS,
            "height": HEIGHT,
            "properties": {
                "title": title,
                "region": arns.account.region,
                "query": " | ".join([*(f"SOURCE '{name}'" for name in names), wanted]),
                "view": "table",
            },
        }
        for number, (title, names) in enumerate((title, names) for title, names in groups.items() if names)
    ]


def _shape(arns: Arns, title: str, statistic: str, period: int) -> dict[str, Any]:
    return {
        "title": title,
        "region": arns.account.region,
        "view": "timeSeries",
        "stat": statistic,
        "period": period,
        "yAxis": {"left": {"min": 0}},
    }


def _flat(dimensions: Mapping[str, str]) -> list[str]:
    return [part for pair in dimensions.items() for part in pair]
