"""What an installation has on Elastic Beanstalk besides what it has anyway, in the order in which it can be made."""

from typing import Any

from aws_config import beanstalk_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.beanstalk import options
from aws_config.config import names_of
from aws_config.resource_manager import Stage
from aws_config.resources.base import Resource
from aws_config.resources.beanstalk import ApplicationResource, EnvironmentResource
from aws_config.resources.functions import LogGroupResource
from aws_config.resources.roles import BEANSTALK, MACHINES, RoleResource
from lib.settings import Settings

# Kept up to date by AWS: what it takes to look after an environment, and to make one.
LOOKING_AFTER = (
    "service-role/AWSElasticBeanstalkEnhancedHealth",
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
)
MAKING = ("service-role/AWSElasticBeanstalkRoleCore", "service-role/AWSElasticBeanstalkRoleCWL")


def beanstalk_stages(aws: Any, account: Account, settings: Settings) -> list[Stage]:
    """Roles, then the application and its log, then where it runs."""
    arns = Arns(account, names_of(settings))
    service_role = arns.role(arns.names.service_role)
    return [
        beanstalk_roles(aws, account, settings),
        [
            ApplicationResource(aws, arns.names.application, service_role),
            LogGroupResource(aws, arns.names.environment_log, settings.log_days),
        ],
        [environment(aws, account, settings)],
    ]


def environment(aws: Any, account: Account, settings: Settings) -> EnvironmentResource:
    arns = Arns(account, names_of(settings))
    return EnvironmentResource(
        aws,
        arns.names.application,
        arns.names.environment,
        options(settings, arns.names, arns.role(arns.names.service_role)),
        platform=settings.eb_platform,
        operations_role=arns.role(arns.names.operations_role),
    )


def beanstalk_roles(aws: Any, account: Account, settings: Settings) -> list[Resource]:
    arns = Arns(account, names_of(settings))
    return [
        RoleResource(
            aws,
            account,
            arns.names.environment_role,
            service=MACHINES,
            grants=beanstalk_policies.machines(arns, settings),
            description="Smart Budget Planner: machines of Elastic Beanstalk",
        ),
        RoleResource(
            aws,
            account,
            arns.names.service_role,
            service=BEANSTALK,
            grants=(),
            description="Smart Budget Planner: how Elastic Beanstalk looks after its machines",
            managed=_of_aws(account, *LOOKING_AFTER),
            external_id="elasticbeanstalk",
        ),
        RoleResource(
            aws,
            account,
            arns.names.operations_role,
            service=BEANSTALK,
            grants=beanstalk_policies.passing(arns),
            description="Smart Budget Planner: how Elastic Beanstalk makes what an environment is made of",
            managed=_of_aws(account, *MAKING),
        ),
    ]


def _of_aws(account: Account, *names: str) -> list[str]:
    return [f"arn:{account.partition}:iam::aws:policy/{name}" for name in names]
