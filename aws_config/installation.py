"""Everything one installation has on AWS, in the order in which it can be made."""

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from aws_config import iam_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, QUEUES, WEB_FUNCTION, Names, names_of
from aws_config.dynamodb.tables import ALL_TABLES, create_arguments
from aws_config.function_plans import PLANS, folder, function_in, visibility
from aws_config.packages import Architecture, Package
from aws_config.resource_manager import Stage
from aws_config.resources.base import Resource
from aws_config.resources.bucket import BucketResource
from aws_config.resources.functions import FunctionResource, LogGroupResource
from aws_config.resources.mappings import MappingResource
from aws_config.resources.queues import QueueResource
from aws_config.resources.roles import LAMBDA, MACHINES, RoleResource
from aws_config.resources.schedules import ScheduleResource
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


def web_policy(account: Account, settings: Settings) -> dict[str, Any]:
    """What web server and worker may do, under the role of machines or of whatever else runs them."""
    return iam_policies.document(
        iam_policies.web(
            Arns(account, names_of(settings)),
            settings.ses_from,
            reads_pictures=settings.receipt_reading == "textract",
            secret=settings.secrets_id,
        )
    )


def web_role(aws: Any, account: Account, settings: Settings) -> Resource:
    return RoleResource(
        aws,
        account,
        names_of(settings).web_role,
        service=MACHINES,
        policy=web_policy(account, settings),
        description="Smart Budget Planner: serves pages and does the planner's own work",
    )


def function_roles(aws: Any, account: Account, settings: Settings) -> Sequence[Resource]:
    arns = Arns(account, names_of(settings))
    return [
        RoleResource(
            aws,
            account,
            arns.names.function_role(what),
            service=LAMBDA,
            policy=iam_policies.document(iam_policies.FUNCTION_GRANTS[what](arns, settings.ses_from)),
            description=f"Smart Budget Planner: runs {arns.names.function(what)}",
        )
        for what in FUNCTIONS
    ]


def deployable(code: Path) -> list[str]:
    """Those of FUNCTIONS whose code is in folder `code`. Raises ValueError for a folder that is no function's."""
    folders = sorted(path.name for path in code.iterdir() if path.is_dir()) if code.is_dir() else []
    ours = [name for name in folders if not name.startswith(("_", ".")) and name != folder(WEB_FUNCTION)]
    return [function_in(name) for name in ours]


def function_stages(
    aws: Any,
    account: Account,
    settings: Settings,
    functions: Sequence[str],
    *,
    packages: Mapping[str, Package] | None = None,
    architecture: Architecture = "arm64",
    python: str = "3.13",
) -> list[Stage]:
    """Functions with their logs and roles, then what calls them from a queue.

    Args:
        functions: Some of FUNCTIONS.
        packages: Their code by function; without it everything else is looked at.
    """
    names = names_of(settings)
    arns = Arns(account, names)
    roles = dict(zip(FUNCTIONS, function_roles(aws, account, settings), strict=True))

    def function(what: str) -> Resource:
        return FunctionResource(
            aws,
            names.function(what),
            PLANS[what],
            role=arns.role(names.function_role(what)),
            environment=environment(settings),
            package=(packages or {}).get(what),
            architecture=architecture,
            python=python,
        )

    return [
        [roles[what] for what in functions],
        [
            LogGroupResource(aws, f"/aws/lambda/{names.function(what)}", settings.log_days)
            for what in functions
        ],
        [function(what) for what in functions],
        mappings(aws, account, names, functions),
    ]


def mappings(aws: Any, account: Account, names: Names, functions: Sequence[str]) -> Stage:
    """What brings functions their work, of those that have a queue."""
    fed = [what for what in functions if PLANS[what].queue]
    return [
        MappingResource(aws, account, names.queue(PLANS[what].queue), names.function(what), PLANS[what])
        for what in fed
    ]


def schedule_stage(aws: Any, account: Account, settings: Settings) -> Stage:
    names = names_of(settings)
    function = names.function("budget-alert-function")
    return [
        ScheduleResource(aws, account, names.schedule, settings.budget_alert_schedule, function),
    ]


def environment(settings: Settings) -> dict[str, str]:
    """The settings a function starts with; no secret is among them."""
    given = {
        "APP_ENV": settings.app_env,
        "BACKEND": "aws",
        "AWS_PREFIX": settings.aws_prefix,
        "S3_BUCKET_NAME": settings.s3_bucket_name,
        "BASE_URL": settings.base_url,
        "SES_FROM": settings.ses_from,
        "EMAIL_CHANNEL": settings.email_channel,
        "AWS_ENDPOINT_URL": settings.aws_endpoint_url,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": settings.log_level,
        "REPORT_DAYS": str(settings.report_days),
    }
    return {name: value for name, value in given.items() if value}


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
