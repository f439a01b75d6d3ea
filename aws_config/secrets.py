"""What signs cookies, kept in AWS Secrets Manager."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from aws_config.faults import code_of
from aws_config.session import connect
from lib.settings import Misconfigured, Settings

FIELD = "SECRET_KEY"  # of a secret that is JSON


def secret_key(settings: Settings) -> str:
    """The secret's text; of a JSON object, as the console makes them, its SECRET_KEY.

    Raises:
        Misconfigured: If it cannot be read, or holds none. The message says nothing of what it holds.
    """
    where = f"the secret {settings.secrets_id} in {settings.aws_region}"
    try:
        client = connect(settings).client("secretsmanager")
        text = str(client.get_secret_value(SecretId=settings.secrets_id).get("SecretString", ""))
    except (ClientError, BotoCoreError) as error:
        why = code_of(error) or type(error).__name__
        raise Misconfigured(f"SECRETS_ID: {where} cannot be read ({why}).") from error
    found = _field(text) if text.lstrip().startswith("{") else text.strip()
    if not found:
        raise Misconfigured(f"SECRETS_ID: {where} holds no {FIELD}. Put a long random text there.")
    return found


def _field(text: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return ""
    found = document.get(FIELD)
    return found.strip() if isinstance(found, str) else ""
