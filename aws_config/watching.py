"""What tells somebody that the planner is not well, in the order in which it can be made; and what setting it up takes."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError

from aws_config import web_home
from aws_config.account import Account
from aws_config.alarms import GATEWAY, rules
from aws_config.arns import Arns
from aws_config.config import names_of
from aws_config.dashboard import widgets
from aws_config.faults import REFUSED, code_of
from aws_config.iam_policies import Grant, files_of
from aws_config.resource_manager import Stage
from aws_config.resources.alarms import AlarmsResource, DashboardResource
from aws_config.resources.base import Resource, if_there
from aws_config.resources.costs import CostBudgetResource
from aws_config.resources.topics import SubscriptionResource, TopicResource
from lib.settings import Settings

T = TypeVar("T")


class Home(NamedTuple):
    """Where pages are served, as far as whoever asks may see it."""

    api: str | None = ""  # the id of the one that leads to pages from a function; None: nobody may say
    machines: bool = True  # whether machines have, or will have, a log on Elastic Beanstalk


def watching_stages(
    aws: Any, account: Account, settings: Settings, *, everything: bool = False
) -> list[Stage]:
    """`everything`: also what the settings ask for no more, where all of it is to go."""
    arns = Arns(account, names_of(settings))
    home = Home() if everything else _home(aws, account, settings)
    api, address = home.api or "", settings.ops_email
    costs: list[Resource] = [
        CostBudgetResource(
            aws, account, arns.names.cost_budget, dollars=settings.monthly_budget_usd, address=address
        )
    ]
    return [
        [
            TopicResource(aws, account, arns.names.operations_topic, alarms=arns.alarm("*")),
            *(costs if everything or settings.monthly_budget_usd else []),
        ],
        [
            *([SubscriptionResource(aws, arns.operations_topic, address)] if address else []),
            AlarmsResource(
                aws,
                arns.names.alarms,
                rules(arns.names, api=api),
                arns.operations_topic,
                but={GATEWAY} if home.api is None else frozenset(),
            ),
            DashboardResource(
                aws,
                arns.names.dashboard,
                widgets(arns, api=api, machines=home.machines),
                unsure=home.api is None,
            ),
        ],
    ]


def _home(aws: Any, account: Account, settings: Settings) -> Home:
    """Where nobody says that the function serves the pages, machines are going to: their log is shown before it is there."""
    api = _allowed(lambda: web_home.api(aws, account, settings).id)
    if not api:
        return Home(api)
    logs, log = aws.client("logs"), names_of(settings).environment_log
    there = _allowed(
        lambda: if_there(lambda: logs.describe_log_streams(logGroupName=log, limit=1)) is not None
    )
    return Home(api, there is not False)


def _allowed(look: Callable[[], T]) -> T | None:
    """What is seen there; None for whoever may not look."""
    try:
        return look()
    except ClientError as error:
        if code_of(error) not in REFUSED:
            raise
        return None


def unheard(aws: Any, account: Account, settings: Settings) -> list[str]:
    """In sentences, what alarms that are all set up do not reach, whom else they do, and what could not be looked at."""
    if not settings.ops_email:
        return []
    topic = Arns(account, names_of(settings)).operations_topic
    said = SubscriptionResource(aws, topic, settings.ops_email).unheard()
    if _home(aws, account, settings).api is None:
        said.append(
            f"These credentials may not see whether a function serves the pages: the alarm {GATEWAY} is left as it is, and so is the "
            "dashboard; one that is new shows nothing of it. scripts.setup_cloudwatch_alarms --show-operator prints what it takes."
        )
    return said


def watcher(arns: Arns) -> list[Grant]:
    """What whoever sets all that up has to be allowed."""
    return [
        Grant("SetAlarms", ("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"), (arns.alarm("*"),)),
        Grant(
            "SeeAlarms",
            ("cloudwatch:DescribeAlarms", "cloudwatch:ListMetrics"),
            ("*",),
            reason="Alarms are looked for by the start of their names, and metrics by theirs, among all of the account's.",
        ),
        Grant(
            "SetDashboard",
            ("cloudwatch:GetDashboard", "cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"),
            (arns.dashboard,),
        ),
        Grant(
            "SetTopic",
            (
                "sns:CreateTopic",
                "sns:GetTopicAttributes",
                "sns:SetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:Subscribe",
                "sns:DeleteTopic",
            ),
            (arns.operations_topic,),
        ),
        Grant("SetCosts", ("budgets:ViewBudget", "budgets:ModifyBudget"), (arns.cost_budget,)),
        Grant("FindApi", ("apigateway:GET",), (arns.apis,)),
        Grant("SeeLog", ("logs:DescribeLogStreams",), (arns.environment_log, f"{arns.environment_log}:*")),
        files_of(arns, "FindRegion", ("s3:ListBucket",), arns.bucket),
    ]
