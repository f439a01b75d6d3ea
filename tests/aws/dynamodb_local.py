"""Amazon's own DynamoDB engine, in memory, on a port of its own: `make` gets it into .cache (see the Makefile)."""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from aws_config.config import Names
from aws_config.dynamodb.tables import ALL_TABLES, Table, create_arguments, time_to_live_arguments
from aws_config.session import AWS
from tests.engines import free_port, missing, program

ROOT = Path(__file__).resolve().parents[2]
_VERSION = re.findall(r"<version>([0-9.]+)</version>", (ROOT / "tools/pom.xml").read_text())[-1]
PLACE = ROOT / f".cache/dynamodb-local-{_VERSION}"
_SERVER = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
_STARTS_WITHIN = 60  # seconds
_FEW = 50  # items
_REGION = "us-east-1"


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """The URL of a server with nothing in it."""
    if not (PLACE / "made").exists():
        missing(f"DynamoDB Local (make {PLACE.relative_to(ROOT)}/made)")
    port = free_port()
    command = [program("java"), "-Xmx768m", f"-Djava.library.path={PLACE}", "-cp", f"{PLACE}/*", _SERVER]
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            [*command, "-inMemory", "-port", str(port), "-disableTelemetry"],
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=PLACE,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, server, said)
            yield url
        finally:
            server.terminate()
            server.wait()


def at(url: str) -> AWS:
    """A way to a server, with credentials that mean nothing and whatever else is in the environment left out."""
    aws = AWS(_REGION, endpoint=url)
    aws._session = _anyone()
    return aws


def _anyone() -> boto3.Session:
    """A session of its own, as what listens to one's clients would hear another's; only the descriptions are read once."""
    core = botocore.session.Session()
    core.register_component("data_loader", _descriptions())
    return boto3.Session("anyone", "anything", region_name=_REGION, botocore_session=core)


@lru_cache(maxsize=1)
def _descriptions() -> Any:
    return botocore.session.Session().get_component("data_loader")


def set_up(aws: AWS, names: Names | None = None) -> Names:
    """Make every table under names that nobody else has."""
    names = names or Names(f"test-{uuid4().hex[:12]}")
    for table in ALL_TABLES:
        _make(aws, table, names)
    return names


def _make(aws: AWS, table: Table, names: Names) -> None:
    aws.client("dynamodb").create_table(**create_arguments(table, names))
    if (expiring := time_to_live_arguments(table, names)) is not None:
        aws.client("dynamodb").update_time_to_live(**expiring)


def empty(aws: AWS, names: Names) -> None:
    """Nothing in any table any more."""
    client = aws.client("dynamodb")
    for table in ALL_TABLES:
        name = names.table(table.what)
        found = client.scan(TableName=name, Limit=_FEW)
        if "LastEvaluatedKey" in found:  # quicker than to delete one by one
            client.delete_table(TableName=name)
            _make(aws, table, names)
        for item in found["Items"] if "LastEvaluatedKey" not in found else []:
            key = {part: item[part] for part in (table.hash, table.range) if part}
            client.delete_item(TableName=name, Key=key)


def take_down(aws: AWS, names: Names) -> None:
    for table in ALL_TABLES:
        aws.client("dynamodb").delete_table(TableName=names.table(table.what))


def everything(aws: AWS, names: Names) -> dict[str, list[dict[str, Any]]]:
    """All items of all tables, as DynamoDB has them, by table."""
    client = aws.client("dynamodb")
    return {
        table.what: [
            item
            for page in client.get_paginator("scan").paginate(TableName=names.table(table.what))
            for item in page["Items"]
        ]
        for table in ALL_TABLES
    }


def _wait(url: str, server: "subprocess.Popen[bytes]", said: Any) -> None:
    """Until the server answers."""
    patient = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
    client = _anyone().client("dynamodb", endpoint_url=url, config=patient)
    give_up = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            client.list_tables()
            return
        except BotoCoreError:
            if server.poll() is not None or time.monotonic() > give_up:
                said.seek(0)
                raise RuntimeError(f"DynamoDB Local does not start: {said.read().decode()}") from None
            time.sleep(0.1)
