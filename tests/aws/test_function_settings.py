"""A function starts from the settings it is deployed with, and from nothing else."""

import os

import pytest

from aws_config.dynamodb_client import DynamoDBClient
from aws_config.function_home import environment
from lib.services import build_services
from lib.settings import Misconfigured, Settings, load_settings
from tests.aws.moto_aws import account

SECRET = "nobody else's business"
INSTALLED = Settings(
    _env_file=None,
    app_env="prod",
    backend="aws",
    secret_key=SECRET,
    base_url="https://budget.example",
    ses_from="planner@budget.example",
    aws_prefix="home",
    s3_bucket_name="our-files",
    email_channel="ses",
)


@pytest.fixture
def in_a_function(monkeypatch, tmp_path):
    """As Lambda starts one: an empty folder, what it was deployed with, and the region."""
    for name in set(os.environ) & {field.upper() for field in Settings.model_fields}:
        monkeypatch.delenv(name)
    for name, value in (environment(INSTALLED) | {"AWS_REGION": "us-east-1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


def test_it_gets_services_that_work(in_a_function):
    settings = load_settings(needs_secret=False)
    with account():
        services = build_services(settings)
        assert isinstance(services.store, DynamoDBClient)
        services.files._aws.client("s3").create_bucket(Bucket="our-files")
        services.files.check()
    assert (settings.address, settings.email_channel) == ("https://budget.example", "ses")


def test_no_secret_is_handed_to_it(in_a_function):
    assert SECRET not in environment(INSTALLED).values()
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        load_settings()
