"""What tells somebody that the planner is not well, in the order in which it can be made; and what setting it up takes."""

from typing import Any

from aws_config.account import Account
from aws_config.alarms import rules
from aws_config.arns import Arns
from aws_config.config import names_of
from aws_config.dashboard import widgets
from aws_config.iam_policies import Grant, files_of
from aws_config.resource_manager import Stage
from aws_config.resources.alarms import AlarmsResource, DashboardResource
from aws_config.resources.base import Resource
from aws_config.resources.costs import CostBudgetResource
from aws_config.resources.topics import SubscriptionResource, TopicResource
from lib.settings import Settings


def watching_stages(
    aws: Any, account: Account, settings: Settings, *, everything: bool = False
) -> list[Stage]:
    """`everything`: also what the settings ask for no more, where all of it is to go."""
    arns = Arns(account, names_of(settings))
    address = settings.ops_email
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
            AlarmsResource(aws, arns.names.alarms, rules(arns.names), arns.operations_topic),
            DashboardResource(aws, arns.names.dashboard, widgets(arns)),
        ],
    ]


def unheard(aws: Any, account: Account, settings: Settings) -> list[str]:
    """In sentences, what alarms that are all set up do not reach, and whom else they do."""
    topic = Arns(account, names_of(settings)).operations_topic
    return SubscriptionResource(aws, topic, settings.ops_email).unheard() if settings.ops_email else []


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
        files_of(arns, "FindRegion", ("s3:ListBucket",), arns.bucket),
    ]
