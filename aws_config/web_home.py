"""What an installation has whose pages a function serves, besides what it has anyway, in the order in which it can be made."""

from typing import Any

from aws_config import iam_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.beanstalk import variables
from aws_config.config import WEB_FUNCTION, names_of
from aws_config.function_plans import WEB
from aws_config.packages import Architecture, Package
from aws_config.resource_manager import Stage
from aws_config.resources.apis import ApiResource
from aws_config.resources.functions import FunctionResource, LogGroupResource
from aws_config.resources.roles import LAMBDA, RoleResource
from aws_config.resources.secrets import SecretResource
from lib.settings import Settings

LOGS = "/aws/vendedlogs"  # where AWS looks after who may write; elsewhere that has room for a few logs only
WRITABLE = "/tmp/planner"  # noqa: S108  # the one folder that a function may write to, and nobody else's


def web_stages(
    aws: Any,
    account: Account,
    settings: Settings,
    *,
    package: Package | None = None,
    architecture: Architecture = "arm64",
    python: str = "3.13",
) -> list[Stage]:
    """The function's role, logs, the function, and the API in front of it. `package`: None where its code is not looked at."""
    names = names_of(settings)
    function = names.function(WEB_FUNCTION)
    return [
        [role(aws, account, settings)],
        [
            LogGroupResource(aws, f"{folder}/{name}", settings.log_days)
            for folder, name in (("/aws/lambda", function), (LOGS, names.api))
        ],
        [
            FunctionResource(
                aws,
                function,
                WEB,
                role=account.arn("iam", f"role/{names.function_role(WEB_FUNCTION)}"),
                environment=environment(settings) | _signed_with(aws, settings),
                package=package,
                architecture=architecture,
                python=python,
            )
        ],
        [api(aws, account, settings)],
    ]


def api(aws: Any, account: Account, settings: Settings) -> ApiResource:
    names = names_of(settings)
    return ApiResource(
        aws,
        account,
        names.api,
        names.function(WEB_FUNCTION),
        log_group=f"{LOGS}/{names.api}",
        rate=settings.api_rate,
    )


def role(aws: Any, account: Account, settings: Settings) -> RoleResource:
    arns = Arns(account, names_of(settings))
    return RoleResource(
        aws,
        account,
        arns.names.function_role(WEB_FUNCTION),
        service=LAMBDA,
        grants=iam_policies.web_function(arns, settings),
        description="Smart Budget Planner: serves pages from a function",
    )


def _signed_with(aws: Any, settings: Settings) -> dict[str, str]:
    """Which secret signs, as a fact of the function: another one brings a version, and those who know the old one get no more calls."""
    version = SecretResource(aws, settings.secrets_id).version() if settings.secrets_id else ""
    return {"SECRET_VERSION": version} if version else {}


def environment(settings: Settings) -> dict[str, str]:
    """The settings it starts with; Lambda itself says the region."""
    given = variables(settings, app_env=settings.app_env, data_dir=WRITABLE, proxies=0, force_https=True)
    endpoint = {"AWS_ENDPOINT_URL": settings.aws_endpoint_url}
    return {name: value for name, value in (given | endpoint).items() if value and name != "AWS_REGION"}
