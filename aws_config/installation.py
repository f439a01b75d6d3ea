"""Everything one installation has on AWS, in the order in which it can be made."""

from email.utils import parseaddr
from typing import Any

from aws_config import iam_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, QUEUES, Names, names_of
from aws_config.dynamodb.tables import ALL_TABLES, create_arguments
from aws_config.function_home import function_roles, function_stages, schedule_stage
from aws_config.function_plans import visibility
from aws_config.resource_manager import Stage
from aws_config.resources.base import Resource
from aws_config.resources.bucket import BucketResource
from aws_config.resources.queues import QueueResource
from aws_config.resources.roles import MACHINES, RoleResource
from aws_config.resources.secrets import SecretResource
from aws_config.resources.senders import SenderResource
from aws_config.resources.tables import TableResource
from aws_config.resources.topics import TopicResource
from aws_config.watching import watching_stages
from aws_config.web_home import web_stages
from lib.settings import Settings


def stages(aws: Any, account: Account, settings: Settings, *, protect: bool | None = None) -> list[Stage]:
    """What the planner needs before it can start. A queue needs its dead letters' queue to be there.

    Args:
        protect: Whether tables refuse to be deleted; as a rule they do in production.
    """
    names = names_of(settings)
    protected = settings.app_env == "prod" if protect is None else protect
    origin = (settings.address,)
    return [
        [
            *tables(aws, names, protect=protected),
            BucketResource(aws, account, names.bucket, origins=origin, report_days=settings.report_days),
            TopicResource(aws, account, names.topic()),
            *dead_letters(aws, account, names),
            *senders(aws, settings),
            *secrets(aws, settings),
            web_role(aws, account, settings),
            *function_roles(aws, account, settings),
        ],
        queues(aws, account, names),
    ]


def tables(aws: Any, names: Names, *, protect: bool) -> list[Resource]:
    return [
        TableResource(aws, create_arguments(table, names), expires=table.expires, protect=protect)
        for table in ALL_TABLES
    ]


def queues(aws: Any, account: Account, names: Names) -> list[Resource]:
    return [
        QueueResource(
            aws,
            account,
            names.queue(what),
            visibility=visibility(what),
            dead_letters=names.dead_letters(what),
        )
        for what in QUEUES
    ]


def dead_letters(aws: Any, account: Account, names: Names) -> list[Resource]:
    return [QueueResource(aws, account, names.dead_letters(what)) for what in QUEUES]


def senders(aws: Any, settings: Settings) -> list[Resource]:
    address = parseaddr(settings.ses_from)[1]
    return [SenderResource(aws, address)] if address else []


def secrets(aws: Any, settings: Settings) -> list[Resource]:
    return [SecretResource(aws, settings.secrets_id)] if settings.secrets_id else []


def web_role(aws: Any, account: Account, settings: Settings) -> Resource:
    arns = Arns(account, names_of(settings))
    return RoleResource(
        aws,
        account,
        arns.names.web_role,
        service=MACHINES,
        grants=iam_policies.web(arns, settings),
        description="Smart Budget Planner: serves pages and does the planner's own work",
    )


def every_stage(
    aws: Any, account: Account, settings: Settings, *, protect: bool | None = None
) -> list[Stage]:
    """What goes at the end: everything there may be, whether its code is here or not, further topics included.

    But for the address that e-mails come from: another installation may send from it too.
    """
    first, *later = stages(aws, account, settings, protect=protect)
    first = [each for each in first if not isinstance(each, SenderResource)]
    further = [TopicResource(aws, account, name) for name in further_topics(aws, names_of(settings))]
    return [
        [*first, *further],
        *later,
        *function_stages(aws, account, settings, FUNCTIONS)[1:],
        schedule_stage(aws, account, settings),
        *watching_stages(aws, account, settings, everything=True),
        *web_stages(aws, account, settings),
    ]


def further_topics(aws: Any, names: Names) -> list[str]:
    """Those that were made when the first had all the filters it takes."""
    pages = aws.client("sns").get_paginator("list_topics").paginate()
    there = {topic["TopicArn"].rpartition(":")[2] for page in pages for topic in page["Topics"]}
    start = f"{names.topic()}-"
    return sorted(name for name in there if name.startswith(start) and name.removeprefix(start).isdecimal())


def kept_data(names: Names) -> set[tuple[str, str]]:
    """By kind and name: what holds what people entered."""
    return {("bucket", names.bucket), *(("table", name) for name in names.tables.values())}
