"""What is set for a home on AWS, and what AWS takes for it."""

import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

NAMES = {  # what AWS takes, and what to say where something does not fit
    "aws_region": (r"[a-z]{2}(-[a-z]+)+-[0-9]", "use the name of a region, such as us-east-1"),
    "aws_prefix": (
        r"(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",  # the longest name made from it has to fit into 64 characters
        "use up to 20 small letters and digits, with single hyphens between them, such as smart-budget",
    ),
    "s3_bucket_name": (  # no dots: AWS's certificate does not cover them
        r"([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?",
        "use 3 to 63 small letters, digits and hyphens",
    ),
    "secrets_id": (
        r"([A-Za-z0-9/_+=.@-]{1,400})?",
        "write the name of a secret in AWS Secrets Manager, such as smart-budget/secret-key",
    ),
    "database_secret": (  # RDS writes a "!" into the names of its own
        r"((arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@!-]{1,512})?",
        "write the name or the ARN of a secret in AWS Secrets Manager",
    ),
    "eb_instances": (r"[1-9][0-9]?-[1-9][0-9]?", "write the fewest and the most machines, such as 2-4"),
    "eb_certificate": (
        r"(arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+)?",
        "write the ARN of a certificate in AWS Certificate Manager",
    ),
    "vpc_id": (r"(vpc-[0-9a-f]{8,17})?", "write the id of a network, such as vpc-0123456789abcdef0"),
    "vpc_subnets": (
        r"(subnet-[0-9a-f]{8,17}(,subnet-[0-9a-f]{8,17})*)?",
        "write ids with commas between them, such as subnet-0123456789abcdef0,subnet-0fedcba9876543210",
    ),
    "cache_type": (r"cache\.[a-z0-9]+\.[a-z0-9]+", "write a node type, such as cache.t4g.micro"),
    "rds_type": (r"db\.[a-z0-9]+\.[a-z0-9]+", "write an instance class, such as db.t4g.micro"),
    "rds_storage": (
        r"[1-9][0-9]{1,4}-[1-9][0-9]{1,4}",
        "write gigabytes at first and at most, such as 20-100",
    ),
    "budget_alert_schedule": (
        r"(cron|rate)\([^()]+\)",
        "write it as EventBridge does, in UTC, such as cron(0 8 * * ? *) or rate(1 day)",
    ),
}
LOG_DAYS = {"prod": 365, "staging": 30}  # 7 elsewhere
POSSIBLE_LOG_DAYS = (  # CloudWatch takes no others
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


class AwsSettings(BaseModel):
    """A part of `lib.settings.Settings`."""

    backend: Literal["selfhost", "aws"] = "selfhost"
    aws_region: str = "us-east-1"
    aws_profile: str = ""
    aws_endpoint_url: str = ""  # an emulator in the place of all of AWS
    aws_prefix: str = "smart-budget"
    s3_bucket_name: str = ""
    ses_from: str = ""
    email_channel: Literal["sns", "ses"] = "sns"  # by which budget alerts go on AWS
    budget_alert_schedule: str = "cron(0 8 * * ? *)"
    eb_instances: str = "2-4"  # the fewest and the most machines on Elastic Beanstalk
    eb_instance_type: str = "t3.small"
    eb_certificate: str = ""  # for HTTPS there
    eb_platform: str = ""  # its newest Docker platform unless set
    ops_email: str = ""  # who is told when the planner is not well
    monthly_budget_usd: int = Field(0, ge=0, le=1_000_000)  # what the AWS account may cost; 0: nobody is told
    api_rate: int = Field(100, ge=1, le=10_000)  # requests a second that API Gateway lets through
    vpc_id: str = ""  # where cache and database are; the region's default network unless set
    vpc_subnets: str = ""  # those of it that it may use; all of them unless set
    cache_type: str = "cache.t4g.micro"
    cache_nodes: int = Field(1, ge=1, le=6)  # from two on another takes over where one fails
    rds_type: str = "db.t4g.micro"
    rds_storage: str = "20-100"  # gigabytes at first and at most
    rds_multi_az: bool = False  # whether another takes over where one fails
    rds_backup_days: int = Field(7, ge=1, le=35)
    rds_insights: bool = False  # whether AWS keeps what the database does, for looking into it
    secrets_id: str = ""  # in AWS Secrets Manager: what signs cookies, instead of SECRET_KEY
    database_secret: str = ""  # there too: the password for DATABASE_URL, which may change at any time
    log_retention_days: int | None = None  # unless set, as long as APP_ENV says

    @field_validator(*NAMES)
    @classmethod
    def _possible_on_aws(cls, name: str, field: ValidationInfo) -> str:
        pattern, words = NAMES[str(field.field_name)]
        if not re.fullmatch(pattern, name):
            raise ValueError(words)
        return name

    @field_validator("ses_from")  # SES takes ASCII only, so another domain is written as xn--…
    @classmethod
    def _can_send(cls, address: str) -> str:
        if address and not re.fullmatch(
            r"[!-?A-~]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", parseaddr(address)[1]
        ):
            raise ValueError(
                "write an address, such as planner@budget.example or Budget <planner@budget.example>"
            )
        return address

    @field_validator("ops_email")
    @classmethod
    def _can_hear(cls, address: str) -> str:
        if address and not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", address):
            raise ValueError("write one address, such as operations@budget.example")
        return address

    @field_validator("log_retention_days")
    @classmethod
    def _is_kept_for_so_long(cls, days: int | None) -> int | None:
        if days is not None and days not in POSSIBLE_LOG_DAYS:
            raise ValueError(f"CloudWatch keeps a log for {', '.join(map(str, POSSIBLE_LOG_DAYS))} days")
        return days

    def troubles_on_aws(self) -> Iterator[str]:
        if self.eb_sizes[0] > self.eb_sizes[1]:
            yield "EB_INSTANCES must name the fewest machines first, such as 2-4"
        first, most = self.rds_sizes
        if first < 20 or most > 65_536 or most * 10 < first * 11:  # AWS takes nothing else
            yield "RDS_STORAGE must name gigabytes at first, from 20, and a tenth more or above at most, up to 65536, such as 20-100"

    @property
    def eb_sizes(self) -> tuple[int, int]:
        """The fewest and the most machines."""
        fewest, most = self.eb_instances.split("-")
        return int(fewest), int(most)

    @property
    def rds_sizes(self) -> tuple[int, int]:
        """The database's gigabytes, at first and at most."""
        first, most = self.rds_storage.split("-")
        return int(first), int(most)

    @property
    def is_on_aws(self) -> bool:
        return self.backend == "aws"
