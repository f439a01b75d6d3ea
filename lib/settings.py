"""Everything that can be set, read once at the start. What each does: docs/settings.md."""

import os
import secrets
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Misconfigured(Exception):
    """The settings cannot be used; the message lists every problem, a line each."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="forbid", env_ignore_empty=True)

    app_env: Literal["local", "dev", "staging", "prod"] = "local"
    host: str = Field("127.0.0.1", min_length=1)  # 0.0.0.0 lets other devices in the same network in
    port: int = Field(5000, ge=1, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    base_url: str = ""  # how people reach the planner, for links in e-mails: "https://budget.example"
    proxies: int = Field(0, ge=0, le=5)  # trusted reverse proxies in front, whose forwarded headers count
    force_https: bool = False
    web_workers: int = Field(2, ge=1, le=64)
    web_threads: int = Field(4, ge=1, le=64)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
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

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return url

    @field_validator("base_url")
    @classmethod
    def _leads_here(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("write the whole address, such as https://budget.example")
        return url

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (
            self.app_env != "local"
            and not self.secret_key.get_secret_value().strip()
            and self.secret_key_file is None
        ):
            raise ValueError("SECRET_KEY (or SECRET_KEY_FILE) must be set outside of APP_ENV=local")
        if self.smtp_host and not self.smtp_from:
            raise ValueError("SMTP_FROM must be set along with SMTP_HOST: the address that e-mails come from")
        if self.smtp_host and not self.base_url and not self.is_local:
            raise ValueError("BASE_URL must be set along with SMTP_HOST: links in e-mails start with it")
        return self

    @property
    def is_local(self) -> bool:
        return self.app_env == "local"

    @property
    def database(self) -> str:
        """The database's SQLAlchemy URL: a file in the data folder unless another is set."""
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
        """What signs cookies: as set, or on one machine made once and kept in the data folder.

        Raises:
            Misconfigured: If the file with it is missing or empty.
        """
        if given := self.secret_key.get_secret_value().strip():
            return given
        path = self.secret_key_file or self.data_dir / "secret"
        if self.secret_key_file is None and not path.exists():
            _write_once(path, secrets.token_hex(32))
        try:
            kept = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"The secret cannot be read: {path} ({type(error).__name__})") from error
        if not kept:
            raise Misconfigured(
                f"The secret is empty: {path}. Put a long random text there, or set SECRET_KEY."
            )
        return kept


def _write_once(path: Path, content: str) -> None:
    """Create a file only we can read; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    with draft.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # after a power cut there is the whole secret, or none
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`. Raises Misconfigured with every problem in it."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # names and values are checked right there
    except ValidationError as problems:
        lines = []
        for problem in problems.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            lines.append(f"  {name + ': ' if name else ''}{problem['msg'].removeprefix('Value error, ')}")
        raise Misconfigured("These settings need a change:\n" + "\n".join(lines)) from None
