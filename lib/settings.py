"""Everything that can be set, read once at the start. What each does: docs/settings.md."""

import os
import re
import secrets
from collections.abc import Iterator
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network
from itertools import permutations
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from lib.aws_values import AWS_NAMES, LOG_DAYS, POSSIBLE_LOG_DAYS
from lib.posting import target_of
from lib.setting_values import networks, pairs, troubles_of_database, with_tls, write_once

CANNOT_SIGN = "SECRET_KEY (or SECRET_KEY_FILE, or SECRETS_ID) must be set outside of APP_ENV=local"
OPEN_REDIS = (
    "REDIS_URL needs a password, as in redis://:password@host:6379/0, or TLS, as in rediss://host:6379/0, with APP_ENV=staging or"
    " prod: whoever comes into Redis takes work away, and lifts the bounds on tries"
)


class Misconfigured(Exception):
    """The settings cannot be used; the message lists every problem, a line each."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="forbid", env_ignore_empty=True)
    needs_secret: ClassVar[bool] = True

    app_env: Literal["local", "dev", "staging", "prod"] = "local"
    host: str = Field("127.0.0.1", min_length=1)  # 0.0.0.0 lets other devices in the same network in
    port: int = Field(5000, ge=1, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    database_secret: str = (
        ""  # a secret in AWS Secrets Manager with the password for it, which may change at any time
    )
    redis_url: SecretStr = SecretStr("")  # what several machines of one home share besides the database
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    secrets_id: str = ""  # a secret in AWS Secrets Manager, instead of the two above
    base_url: str = ""  # how people reach the planner, for links in e-mails: "https://budget.example"
    proxies: int = Field(0, ge=0, le=5)  # trusted reverse proxies in front, whose forwarded headers count
    force_https: bool = False
    web_workers: int | None = Field(None, ge=1, le=64)  # unless set, by processors: lib/processors.py
    web_threads: int = Field(4, ge=1, le=64)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_retention_days: int | None = None  # on AWS; unless set, as long as APP_ENV says
    metrics_token: SecretStr = SecretStr("")  # who has it may read /metrics
    registration: bool = True  # whether strangers may make accounts
    demo: bool = True  # whether /demo is open
    session_idle_days: int = Field(7, ge=1, le=365)
    session_days: int = Field(30, ge=1, le=365)
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    sms_url: SecretStr = SecretStr("")  # many gateways take a key in it
    sms_format: Literal["form", "json"] = "form"
    sms_fields: str = "to=To,text=Body,from=From"
    sms_more: str = ""  # fields whose values are always the same
    sms_from: str = ""
    sms_user: str = ""
    sms_password: SecretStr = SecretStr("")
    sms_token: SecretStr = SecretStr("")
    webhook_networks: str = ""  # private ones that webhooks may lead into
    backend: Literal["selfhost", "aws"] = "selfhost"
    aws_region: str = "us-east-1"
    aws_profile: str = ""
    aws_endpoint_url: str = ""  # an emulator in the place of all of AWS
    aws_prefix: str = "smart-budget"
    s3_bucket_name: str = ""
    ses_from: str = ""
    email_channel: Literal["sns", "ses"] = "sns"  # by which budget alerts go on AWS
    budget_alert_schedule: str = "cron(0 8 * * ? *)"
    receipt_reading: Literal["auto", "textract", "off"] = "auto"
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
    report_days: int = Field(90, ge=1, le=3650)  # after which a report's file goes

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return url

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in ("", "redis", "rediss") or (parts.scheme and not parts.hostname):
            raise ValueError("use redis://host:6379/0, or rediss://:password@host:6379/0 for TLS")
        return url

    @field_validator(*AWS_NAMES)
    @classmethod
    def _possible_on_aws(cls, name: str, field: ValidationInfo) -> str:
        pattern, words = AWS_NAMES[str(field.field_name)]
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

    @field_validator("sms_url")
    @classmethod
    def _is_a_gateway(cls, url: SecretStr) -> SecretStr:
        try:
            if given := url.get_secret_value():
                target_of(given)
        except ValueError:
            raise ValueError("write the gateway's whole address, such as https://sms.example/send") from None
        return url

    @field_validator("sms_fields", "sms_more")
    @classmethod
    def _is_in_pairs(cls, text: str, field: ValidationInfo) -> str:
        names = set(pairs(text))
        if field.field_name == "sms_fields" and not {"to", "text"} <= names <= {"to", "text", "from"}:
            raise ValueError(
                "name the gateway's fields for to, text and from, such as to=To,text=Body,from=From"
            )
        return text

    @field_validator("sms_token", "sms_password", "sms_user")
    @classmethod
    def _fits_into_a_header(cls, value: SecretStr | str) -> SecretStr | str:
        text = value if isinstance(value, str) else value.get_secret_value()
        if not text.isprintable() or (isinstance(value, SecretStr) and not text.isascii()):
            raise ValueError("it has characters that no header can hold")
        return value

    @field_validator("log_retention_days")
    @classmethod
    def _is_kept_for_so_long(cls, days: int | None) -> int | None:
        if days is not None and days not in POSSIBLE_LOG_DAYS:
            raise ValueError(f"CloudWatch keeps a log for {', '.join(map(str, POSSIBLE_LOG_DAYS))} days")
        return days

    @field_validator("metrics_token")
    @classmethod
    def _is_hard_to_guess(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not re.fullmatch(r"[!-~]{16,}", token.get_secret_value()):
            raise ValueError("write at least 16 letters, digits and signs, without spaces")
        return token

    @field_validator("webhook_networks")
    @classmethod
    def _is_of_networks(cls, text: str) -> str:
        try:
            networks(text)
        except ValueError:
            raise ValueError("write networks with commas between them, such as 192.168.1.0/24") from None
        return text

    @field_validator("base_url", "aws_endpoint_url")
    @classmethod
    def _leads_here(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("write the whole address, such as https://budget.example")
        return url

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := list(self._missing()):
            raise ValueError("\n  ".join(missing))
        return self

    def _missing(self) -> Iterator[str]:
        has_address = bool(self.base_url) or self.is_local
        if self.needs_secret and self._lacks_secret:
            yield CANNOT_SIGN
        if self.app_env in ("staging", "prod") and self._lets_anyone_into_redis:
            yield OPEN_REDIS
        if self.database_secret:
            yield from troubles_of_database(self.database_url, is_local=self.is_local)
        if self.eb_sizes[0] > self.eb_sizes[1]:
            yield "EB_INSTANCES must name the fewest machines first, such as 2-4"
        first, most = self.rds_sizes
        if first < 20 or most > 65_536 or most * 10 < first * 11:  # AWS takes nothing else
            yield "RDS_STORAGE must name gigabytes at first, from 20, and a tenth more or above at most, up to 65536, such as 20-100"
        if self.smtp_host and not self.smtp_from:
            yield "SMTP_FROM must be set along with SMTP_HOST: the address that e-mails come from"
        yield from self._missing_for_sms()
        if self.is_on_aws and not self.ses_from:
            yield "SES_FROM must be set along with BACKEND=aws: the address that e-mails come from"
        if self.receipt_reading == "textract" and not self.is_on_aws:
            yield "RECEIPT_READING=textract needs BACKEND=aws: auto reads with what this machine has"
        if self.has_mail and not has_address:
            along = "BACKEND=aws" if self.is_on_aws else "SMTP_HOST"
            yield f"BASE_URL must be set along with {along}: links in e-mails start with it"

    def _missing_for_sms(self) -> Iterator[str]:
        if self.sms_token.get_secret_value() and self.sms_user:
            yield "SMS_TOKEN and SMS_USER are two ways of signing in: set one of them"
        if bool(self.sms_user) != bool(self.sms_password.get_secret_value()):
            yield "SMS_USER and SMS_PASSWORD belong together: set both of them"
        fields = [field.removesuffix("[]") for field in (*self.sms_names.values(), *self.sms_fixed)]
        if any(f"{one}.".startswith(f"{two}.") for one, two in permutations(fields, 2)):
            yield "SMS_FIELDS and SMS_MORE use one field for two things"
        if self.sms_url.get_secret_value() and "from" in self.sms_names and not self.sms_from:
            yield "SMS_FROM must be set along with SMS_URL, or SMS_FIELDS without “from”: who the SMS come from"

    @property
    def sms_names(self) -> dict[str, str]:
        """The gateway's names for "to" and "text", and for "from" where it has one."""
        return pairs(self.sms_fields)

    @property
    def sms_fixed(self) -> dict[str, str]:
        return pairs(self.sms_more)

    @property
    def private_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of our own that webhooks may lead into."""
        return networks(self.webhook_networks)

    @property
    def _lacks_secret(self) -> bool:
        given = self.secret_key.get_secret_value().strip() or self.secret_key_file or self.secrets_id
        return not self.is_local and not given

    @property
    def _lets_anyone_into_redis(self) -> bool:
        parts = urlsplit(self.redis_url.get_secret_value())
        return parts.scheme == "redis" and not parts.password

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
    def log_days(self) -> int:
        """For how many days CloudWatch keeps the log."""
        return self.log_retention_days or LOG_DAYS.get(self.app_env, 7)

    @property
    def is_local(self) -> bool:
        return self.app_env == "local"

    @property
    def is_on_aws(self) -> bool:
        return self.backend == "aws"

    @property
    def has_mail(self) -> bool:
        """Whether e-mails leave this machine; without, they are files in the outbox."""
        return bool(self.smtp_host) or self.is_on_aws

    @property
    def database(self) -> str:
        """The database's SQLAlchemy URL: a file in the data folder unless another is set."""
        if self.database_secret and not self.is_local:
            return with_tls(self.database_url)
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'planner.db'}"

    @property
    def bind(self) -> str:
        """Where the web server listens."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """What links in e-mails start with."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")

    def secret(self) -> str:
        """What signs cookies, where it is not in Secrets Manager: as set, or on one machine made once and kept in the data folder.

        Raises:
            Misconfigured: If the file with it is missing or empty, or nothing is set outside of APP_ENV=local.
        """
        if self._lacks_secret:
            raise Misconfigured(CANNOT_SIGN)
        if given := self.secret_key.get_secret_value().strip():
            return given
        path = self.secret_key_file or self.data_dir / "secret"
        if self.secret_key_file is None and not path.exists():
            write_once(path, secrets.token_hex(32))
        try:
            kept = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"The secret cannot be read: {path} ({type(error).__name__})") from error
        if not kept:
            raise Misconfigured(
                f"The secret is empty: {path}. Put a long random text there, or set SECRET_KEY."
            )
        return kept


def tell_a_library(name: str, value: str) -> None:
    """Set an environment variable, for a library that can be told in no other way."""
    os.environ[name] = value


class SettingsWithoutSecret(Settings):
    """For whoever signs no cookies: functions, the worker and commands. They are better off not knowing it."""

    needs_secret: ClassVar[bool] = False


def load_settings(*, needs_secret: bool = True, **overrides: object) -> Settings:
    """Read the environment and `.env`. Raises Misconfigured with every problem in it.

    Args:
        needs_secret: Whether the secret is one of the things that must be there, as it is for whoever serves pages.
    """
    kind = Settings if needs_secret else SettingsWithoutSecret
    try:
        return kind(**overrides)  # type: ignore[arg-type]  # names and values are checked right there
    except ValidationError as problems:
        lines = [_line(problem) for problem in problems.errors()] + _missing_besides(
            kind, problems, overrides
        )
        raise Misconfigured("These settings need a change:\n" + "\n".join(lines)) from None


def _missing_besides(
    kind: type[Settings], problems: ValidationError, overrides: dict[str, object]
) -> list[str]:
    """What is missing as well, which is only looked at once every value makes sense: with the default for each that does not."""
    wrong = {str(problem["loc"][0]) for problem in problems.errors() if problem["loc"]}
    instead = {name: Settings.model_fields[name].default for name in wrong & set(Settings.model_fields)}
    if not instead:
        return []
    try:
        kind(**{**overrides, **instead})
    except ValidationError as more:
        return [_line(problem) for problem in more.errors() if not problem["loc"]]
    return []


def _line(problem: ErrorDetails) -> str:
    name = ".".join(str(part) for part in problem["loc"]).upper()
    what = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        what = "there is no setting of that name"
    return f"  {name + ': ' if name else ''}{what}"
