"""Everything that can be set, read once at the start. What each does: docs/settings.md."""

import os
import re
import secrets
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from lib.aws_settings import LOG_DAYS, AwsSettings
from lib.setting_values import networks, troubles_of_database, with_tls, write_once
from lib.sms_settings import SmsSettings

CANNOT_SIGN = "SECRET_KEY (or SECRET_KEY_FILE, or SECRETS_ID) must be set outside of APP_ENV=local"
MAKE_ONE = "everyone can read this one in the documentation; `openssl rand -hex 32` makes one of your own"
OPEN_REDIS = (
    "REDIS_URL needs a password, as in redis://:password@host:6379/0, or TLS, as in rediss://host:6379/0, with APP_ENV=staging or"
    " prod: whoever comes into Redis takes work away, and lifts the bounds on tries"
)
# What our pages write in the place of a secret: whoever reads them knows it.
EXAMPLE = re.compile(r"a\W*long\W*random\W*text\W*of\W*your\W*own", re.IGNORECASE)


class Misconfigured(Exception):
    """The settings cannot be used; the message lists every problem, a line each."""


class Settings(SmsSettings, AwsSettings, BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="forbid", env_ignore_empty=True)
    needs_secret: ClassVar[bool] = True

    app_env: Literal["local", "dev", "staging", "prod"] = "local"
    host: str = Field("127.0.0.1", min_length=1)  # 0.0.0.0 lets other devices in the same network in
    port: int = Field(5000, ge=1, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: SecretStr = SecretStr("")  # what several machines of one home share besides the database
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    base_url: str = ""  # how people reach the planner, for links in e-mails: "https://budget.example"
    proxies: int = Field(0, ge=0, le=5)  # trusted reverse proxies in front, whose forwarded headers count
    force_https: bool = False
    web_workers: int | None = Field(None, ge=1, le=64)  # unless set, by processors: lib/processors.py
    web_threads: int = Field(4, ge=1, le=64)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
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
    webhook_networks: str = ""  # private ones that webhooks may lead into
    receipt_reading: Literal["auto", "textract", "off"] = "auto"
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

    @field_validator("metrics_token")
    @classmethod
    def _is_hard_to_guess(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not re.fullmatch(r"[!-~]{16,}", token.get_secret_value()):
            raise ValueError("write at least 16 letters, digits and signs, without spaces")
        if EXAMPLE.search(token.get_secret_value()):
            raise ValueError(MAKE_ONE)
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
        if self.needs_secret and not self.is_local and EXAMPLE.search(self.secret_key.get_secret_value()):
            yield f"SECRET_KEY: {MAKE_ONE}"
        if self.app_env in ("staging", "prod") and self._lets_anyone_into_redis:
            yield OPEN_REDIS
        if self.database_secret:
            yield from troubles_of_database(self.database_url, is_local=self.is_local)
        yield from self.troubles_on_aws()
        if self.smtp_host and not self.smtp_from:
            yield "SMTP_FROM must be set along with SMTP_HOST: the address that e-mails come from"
        yield from self.troubles_with_sms()
        if self.is_on_aws and not self.ses_from:
            yield "SES_FROM must be set along with BACKEND=aws: the address that e-mails come from"
        if self.receipt_reading == "textract" and not self.is_on_aws:
            yield "RECEIPT_READING=textract needs BACKEND=aws: auto reads with what this machine has"
        if self.has_mail and not has_address:
            along = "BACKEND=aws" if self.is_on_aws else "SMTP_HOST"
            yield f"BASE_URL must be set along with {along}: links in e-mails start with it"

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
    def log_days(self) -> int:
        """For how many days CloudWatch keeps the log."""
        return self.log_retention_days or LOG_DAYS.get(self.app_env, 7)

    @property
    def is_local(self) -> bool:
        return self.app_env == "local"

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
