"""One way to AWS: patient for seconds, not minutes, and nothing is made before it is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_config.session import connect
from lib.settings import Settings
from tests.aws.moto_aws import account, forget_where_we_are

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def test_aws_is_given_seconds(aws):
    config = aws.client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (2, 5, 32)
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


def test_what_takes_longer_says_so_and_keeps_the_rest(aws):
    config = aws.client("sqs", read_timeout=25).meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 25)
    assert aws.client("sqs").meta.config.read_timeout == 5


def test_a_client_is_made_once_a_process(aws):
    assert aws.client("sqs") is aws.client("sqs")
    assert aws.client("sqs", read_timeout=25) is aws.client("sqs", read_timeout=25)


def test_a_forked_process_makes_its_own(aws):
    mine = aws.client("sqs")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, b"own" if aws.client("sqs") is not mine else b"shared")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 10) == b"own"
    os.close(read)
    os.close(write)


def test_only_links_to_files_need_the_signature_named(aws):
    assert aws.client("s3").meta.config.signature_version == "s3v4"
    assert aws.client("dynamodb").meta.config.signature_version == "v4"


def test_region_and_endpoint_come_from_the_settings(monkeypatch):
    forget_where_we_are(monkeypatch)
    settings = Settings(_env_file=None, aws_region="eu-central-1", aws_endpoint_url="http://127.0.0.1:4570")
    client = connect(settings).client("sqs")
    assert (client.meta.region_name, client.meta.endpoint_url) == ("eu-central-1", "http://127.0.0.1:4570")


def test_nothing_is_made_by_importing_or_building():
    """A process with no credentials, no region and no network can do all of it."""
    program = """
import sys
from lib.services import build_services
from lib.settings import Settings
import boto3, botocore.session
def never(*_, **__): raise AssertionError("made too early")
boto3.Session = botocore.session.Session = never
build_services(Settings(_env_file=None, backend="aws", ses_from="planner@example.com"))
import aws_config.lambda_client, aws_config.sns_client, aws_config.worker
"""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=clean, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
