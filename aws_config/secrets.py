"""What is kept in AWS Secrets Manager: what signs cookies, and the password for a database."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from aws_config.faults import code_of
from aws_config.session import AWS, connect
from lib.settings import Misconfigured, Settings

FIELD = "SECRET_KEY"  # of a secret that is JSON


def secret_key(settings: Settings) -> str:
    """The secret's text; of a JSON object, as the console makes them, its SECRET_KEY.

    Raises:
        Misconfigured: If it cannot be read, or holds none. The message says nothing of what it holds.
    """
    where, text = _read(connect(settings), "SECRETS_ID", settings.secrets_id)
    found = _field(_document(text), FIELD) if _is_json(text) else text
    if not found:
        raise Misconfigured(f"SECRETS_ID: {where} holds no {FIELD}. Put a long random text there.")
    return found


def login_reader(settings: Settings) -> Callable[[], dict[str, str]]:
    """What reads who signs in to the database, over one client that stays.

    In libpq's words: the secret's text as "password"; of a JSON object, as RDS makes and changes them, its password, and its
    username as "user". It raises Misconfigured as above.
    """
    secret = settings.database_secret
    region = (
        secret.split(":")[3] if secret.startswith("arn:") else ""
    )  # a machine may be in another, or know none
    aws = connect(settings, region)
    return lambda: _login(aws, secret)


def _login(aws: AWS, secret: str) -> dict[str, str]:
    where, text = _read(aws, "DATABASE_SECRET", secret)
    document = _document(text) if _is_json(text) else {"password": text}
    login = {"user": _field(document, "username"), "password": _field(document, "password")}
    if not login["password"]:
        raise Misconfigured(f"DATABASE_SECRET: {where} holds no password.")
    return {name: value for name, value in login.items() if value}


def _read(aws: AWS, setting: str, name: str) -> tuple[str, str]:
    """Where it is, for people, and what it holds."""
    where = f"the secret {name} in {aws.region}"
    try:
        client = aws.client("secretsmanager")
        return where, str(client.get_secret_value(SecretId=name).get("SecretString", "")).strip()
    except (ClientError, BotoCoreError) as error:
        why = code_of(error) or type(error).__name__
        raise Misconfigured(
            f"{setting}: {where} cannot be read ({why}). Look at {setting} and AWS_REGION, and whether we may read it."
        ) from error


def _is_json(text: str) -> bool:
    return text.startswith("{")


def _document(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _field(document: dict[str, Any], name: str) -> str:
    found = document.get(name)
    return found.strip() if isinstance(found, str) else ""
