"""What an environment of Elastic Beanstalk is told: how many machines, how they are looked after, and the planner's settings."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from aws_config.config import Names
from lib.settings import Settings

VARIABLES = "aws:elasticbeanstalk:application:environment"
PLATFORM = re.compile(r"64bit Amazon Linux 2023 v(\d+)\.(\d+)\.(\d+) running Docker")
ELSEWHERE = {  # settings of other homes, of the operator's machine, or of Elastic Beanstalk itself
    *("host", "port", "data_dir", "database_url", "redis_url", "aws_profile", "aws_endpoint_url"),
    *("secret_key", "secret_key_file", "metrics_token", "budget_alert_schedule", "log_retention_days"),
    *("ops_email", "monthly_budget_usd", "database_secret"),
}
OTHER_HOMES = ("smtp_", "sms_", "eb_", "api_", "vpc_", "cache_", "rds_")


class Option(NamedTuple):
    """One of an environment's settings, as Elastic Beanstalk names it."""

    namespace: str
    name: str
    value: str


def options(settings: Settings, names: Names, service_role: str) -> list[Option]:
    """Everything we say about an environment. The rest is left as the platform has it."""
    return [
        *_machines(settings, names),
        *_care(service_role),
        *_logs(settings),
        *_https(settings),
        *_variables(settings),
    ]


def _machines(settings: Settings, names: Names) -> list[Option]:
    fewest, most = settings.eb_sizes
    launch, group, trigger = (
        "aws:autoscaling:launchconfiguration",
        "aws:autoscaling:asg",
        "aws:autoscaling:trigger",
    )
    return [
        Option("aws:elasticbeanstalk:environment", "EnvironmentType", "LoadBalanced"),
        Option("aws:elasticbeanstalk:environment", "LoadBalancerType", "application"),
        Option(launch, "IamInstanceProfile", names.environment_role),
        Option(launch, "DisableIMDSv1", "true"),
        Option("aws:ec2:instances", "InstanceTypes", settings.eb_instance_type),
        Option(group, "MinSize", str(fewest)),
        Option(group, "MaxSize", str(most)),
        Option(trigger, "MeasureName", "CPUUtilization"),
        Option(trigger, "Statistic", "Average"),
        Option(trigger, "Unit", "Percent"),
        Option(trigger, "UpperThreshold", "60"),
        Option(trigger, "LowerThreshold", "20"),
    ]


def _care(service_role: str) -> list[Option]:
    """How versions come, how machines are found to be well, and when the platform is brought up to date."""
    deploying, rolling = "aws:elasticbeanstalk:command", "aws:autoscaling:updatepolicy:rollingupdate"
    process = "aws:elasticbeanstalk:environment:process:default"
    updates = "aws:elasticbeanstalk:managedactions"
    return [
        Option("aws:elasticbeanstalk:environment", "ServiceRole", service_role),
        Option(deploying, "DeploymentPolicy", "RollingWithAdditionalBatch"),
        Option(deploying, "BatchSizeType", "Percentage"),
        Option(deploying, "BatchSize", "50"),
        Option(deploying, "Timeout", "900"),
        Option(rolling, "RollingUpdateEnabled", "true"),
        Option(rolling, "RollingUpdateType", "Health"),
        Option("aws:elasticbeanstalk:application", "Application Healthcheck URL", "/health"),
        Option(process, "HealthCheckPath", "/health"),
        Option(process, "HealthCheckInterval", "10"),
        Option(process, "HealthCheckTimeout", "5"),
        Option(process, "HealthyThresholdCount", "2"),
        Option(process, "UnhealthyThresholdCount", "3"),
        Option(process, "DeregistrationDelay", "30"),
        Option(process, "MatcherHTTPCode", "200"),
        Option("aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced"),
        Option(updates, "ManagedActionsEnabled", "true"),
        Option(updates, "PreferredStartTime", "Sun:03:00"),
        Option(f"{updates}:platformupdate", "UpdateLevel", "minor"),
        Option("aws:elasticbeanstalk:environment:proxy", "ProxyServer", "none"),
    ]


def _logs(settings: Settings) -> list[Option]:
    logs = "aws:elasticbeanstalk:cloudwatch:logs"
    return [
        Option(logs, "StreamLogs", "true"),
        Option(logs, "DeleteOnTerminate", "false"),
        Option(logs, "RetentionInDays", str(settings.log_days)),
    ]


def _https(settings: Settings) -> list[Option]:
    if not settings.eb_certificate:
        return []
    listener = "aws:elbv2:listener:443"
    return [
        Option(listener, "ListenerEnabled", "true"),
        Option(listener, "Protocol", "HTTPS"),
        Option(listener, "SSLCertificateArns", settings.eb_certificate),
        Option(listener, "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        Option(listener, "DefaultProcess", "default"),
    ]


def _variables(settings: Settings) -> list[Option]:
    ours = {"aws_region": settings.aws_region, "proxies": 1}
    return [Option(VARIABLES, *each) for each in sorted(variables(settings, **ours).items())]


def variables(settings: Settings, **ours: object) -> dict[str, str]:
    """The planner's own settings for where it serves pages on AWS, as they are set here, and `ours`; no secret is among them."""
    kept = settings.model_dump(mode="json", exclude_defaults=True)
    given = {
        name: value
        for name, value in kept.items()
        if name not in ELSEWHERE and not name.startswith(OTHER_HOMES)
    }
    told = {**given, "backend": "aws", "log_format": "json", **ours}
    return {name.upper(): _text(value) for name, value in told.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def newest_platform(stacks: Iterable[str]) -> str:
    """The newest Docker on Amazon Linux 2023 among the names of all platforms. Raises ValueError if there is none."""
    found = [
        (tuple(map(int, match.groups())), match[0])
        for stack in stacks
        if (match := PLATFORM.fullmatch(stack))
    ]
    if not found:
        raise ValueError("This region offers no Docker on Amazon Linux 2023: name a platform in EB_PLATFORM.")
    return max(found)[1]
