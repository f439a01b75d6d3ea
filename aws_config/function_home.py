"""The functions of an installation besides the one that may serve pages: their roles, logs, themselves, and what calls them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_config import iam_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, WEB_FUNCTION, Names, names_of
from aws_config.function_plans import PLANS, folder, function_in
from aws_config.packages import Architecture, Package
from aws_config.resource_manager import Stage
from aws_config.resources.functions import FunctionResource, LogGroupResource
from aws_config.resources.mappings import MappingResource
from aws_config.resources.roles import LAMBDA, RoleResource
from aws_config.resources.schedules import ScheduleResource
from lib.settings import Settings


def deployable(code: Path) -> list[str]:
    """Those of FUNCTIONS whose code is in folder `code`. Raises ValueError for a folder that is no function's."""
    folders = sorted(path.name for path in code.iterdir() if path.is_dir()) if code.is_dir() else []
    ours = [name for name in folders if not name.startswith(("_", ".")) and name != folder(WEB_FUNCTION)]
    return [function_in(name) for name in ours]


def function_roles(aws: Any, account: Account, settings: Settings) -> list[RoleResource]:
    arns = Arns(account, names_of(settings))
    return [
        RoleResource(
            aws,
            account,
            arns.names.function_role(what),
            service=LAMBDA,
            grants=iam_policies.FUNCTION_GRANTS[what](arns, settings.ses_from),
            description=f"Smart Budget Planner: runs {arns.names.function(what)}",
        )
        for what in FUNCTIONS
    ]


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
    called = {what: names.function(what) for what in functions}
    roles = dict(zip(FUNCTIONS, function_roles(aws, account, settings), strict=True))
    return [
        [roles[what] for what in functions],
        [LogGroupResource(aws, f"/aws/lambda/{name}", settings.log_days) for name in called.values()],
        [
            FunctionResource(
                aws,
                name,
                PLANS[what],
                role=roles[what].arn,
                environment=environment(settings),
                package=(packages or {}).get(what),
                architecture=architecture,
                python=python,
            )
            for what, name in called.items()
        ],
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
