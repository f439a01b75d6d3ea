"""One page for whoever was woken: what is wrong now, what people feel, what works on, and what it stands on.

Every alarm is on it with its limit, then what has no alarm but helps to see why.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_config.alarms import MINUTE, RUNBOOKS, SENDERS, Rule, rules
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, WEB_FUNCTION
from aws_config.embedded_metrics import NAMESPACE
from lib.metrics import ALERTS_SENT, QUEUE_DEPTH, REQUESTS, WEB_SERVER, WORKER, Metric

COLUMNS, WIDTH, HEIGHT = 24, 8, 6  # of CloudWatch's grid, and of what is on it as a rule
ABREAST = COLUMNS // WIDTH
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
    functions = {what: arns.names.function(what) for what in (*FUNCTIONS, *([WEB_FUNCTION] if api else []))}
    logs = {
        "errors of web server and worker": [arns.names.environment_log] if machines else [],
        "errors of functions": [f"/aws/lambda/{name}" for name in functions.values()],
    }
    graphs = [*(_graph(arns, rule) for rule in watched), *_besides(arns, functions)]
    placed = [
        _widget("metric", graph, x=number % ABREAST * WIDTH, y=HEAD + number // ABREAST * HEIGHT)
        for number, graph in enumerate(graphs)
    ]
    return [
        *_top(arns, watched),
        *placed,
        *_logs(arns, logs, below=HEAD + -(-len(graphs) // ABREAST) * HEIGHT),
    ]


def _widget(
    kind: str,
    properties: Mapping[str, Any],
    *,
    x: int = 0,
    y: int = 0,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Widget:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _top(arns: Arns, watched: Sequence[Rule]) -> list[Widget]:
    words = (
        f"# {arns.names.base}\n"
        "Red on the right is what is wrong now. Each alarm says what it means and names its runbook:\n"
        f"`{RUNBOOKS}…`. First aid: `scripts.rollback --apply` if it began with a deployment."
    )
    alarms = [arns.alarm(rule.alarm(thing)) for rule in watched for thing in rule.things]
    state = {"title": "Alarms", "alarms": alarms, "sortBy": "stateUpdatedTimestamp"}
    return [
        _widget("text", {"markdown": words}, height=HEAD),
        _widget("alarm", state, x=WIDTH, width=COLUMNS - WIDTH, height=HEAD),
    ]


def _graph(arns: Arns, rule: Rule) -> dict[str, Any]:
    """A rule's metric for each thing, with the limits from which it is an alarm."""
    namespace, metric, statistic = rule.signal
    metrics = [
        [namespace, metric, *_flat(watched.dimensions), {"label": thing or rule.name}]
        for thing, watched in rule.things.items()
    ]
    limits = sorted({watched.limit for watched in rule.things.values()})
    lines = [{"label": "alarm", "value": limit} for limit in limits]
    shape = _shape(arns, rule.name, metrics, statistic, rule.period)
    return {**shape, "annotations": {"horizontal": lines}}


def _besides(arns: Arns, functions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What no alarm is on: how much there is to do, and what of it is done. `functions`: names, by what they are."""

    def ours(metric: Metric, service: str, by: str = "") -> list[Any]:
        about = {"Installation": arns.names.base, "Service": service} | ({metric.label: by} if by else {})
        return [NAMESPACE, metric.name, *_flat(about), {"label": by or service}]

    answers = [ours(REQUESTS, WEB_SERVER, f"{first}xx") for first in (2, 3, 4, 5)]
    waiting = [ours(QUEUE_DEPTH, WORKER, queue) for queue in ("work", "notifications")]
    called = [
        ["AWS/Lambda", "Invocations", "FunctionName", name, {"label": what}]
        for what, name in functions.items()
    ]
    yield _shape(arns, "answers", answers)
    yield _shape(arns, "what waits", waiting, "Maximum", 60)
    yield _shape(arns, "alerts sent", [ours(ALERTS_SENT, who) for who in SENDERS])
    yield _found(arns, "indexes throttled", "TableName,GlobalSecondaryIndexName", "WriteThrottleEvents")
    yield _found(arns, "system errors by operation", "TableName,Operation", "SystemErrors")
    yield _shape(arns, "functions run", called)


def _found(arns: Arns, title: str, dimensions: str, metric: str) -> dict[str, Any]:
    """Whatever DynamoDB has of that metric on our tables: only a dashboard can ask so."""
    tables = " OR ".join(f'"{name}"' for name in arns.names.tables.values())
    asked = f'{{AWS/DynamoDB,{dimensions}}} MetricName="{metric}" TableName=({tables})'
    return _shape(arns, title, [[{"expression": f"SEARCH('{asked}', 'Sum', 300)", "id": "found"}]])


def _logs(arns: Arns, groups: Mapping[str, Sequence[str]], *, below: int) -> list[Widget]:
    """The newest errors, by what each says of itself: docs/operations.md, "What the logs say". From the row `below` on."""
    fields = "@timestamp, @log, route, request_id, coalesce(message, @message) as what, error"
    ill = f"level = 'ERROR' or @message like /{OF_LAMBDA}/"
    wanted = f"fields {fields} | filter {ill} | sort @timestamp desc | limit 20"
    queries = {
        title: " | ".join([*(f"SOURCE '{name}'" for name in names), wanted])
        for title, names in groups.items()
        if names
    }
    return [
        _widget(
            "log",
            {"title": title, "region": arns.account.region, "query": query, "view": "table"},
            y=below + number * HEIGHT,
            width=COLUMNS,
        )
        for number, (title, query) in enumerate(queries.items())
    ]


def _shape(
    arns: Arns, title: str, metrics: Sequence[Sequence[Any]], statistic: str = "Sum", period: int = 5 * MINUTE
) -> dict[str, Any]:
    return {
        "title": title,
        "region": arns.account.region,
        "view": "timeSeries",
        "stat": statistic,
        "period": period,
        "yAxis": {"left": {"min": 0}},
        "metrics": metrics,
    }


def _flat(dimensions: Mapping[str, str]) -> list[str]:
    return [part for pair in dimensions.items() for part in pair]
