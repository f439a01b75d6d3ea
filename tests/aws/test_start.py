"""`make run` with BACKEND=aws: it starts where AWS is set up, and says what is missing where it is not."""

import pytest

from aws_config.config import names_of
from aws_config.sqs_client import WORK
from lib.settings import Settings
from scripts.run import Problem, look_at_aws
from tests.aws import dynamodb_local
from tests.aws.moto_aws import account

SETTINGS = Settings(_env_file=None, backend="aws", ses_from="planner@example.com")


def test_what_is_missing_is_named_with_what_helps(caplog):
    with account(), pytest.raises(Problem) as problem:
        look_at_aws(SETTINGS)
    assert "store, files, queue" in str(problem.value)
    assert "scripts.setup_aws_resources" in str(problem.value)


def test_it_starts_where_everything_is_there():
    names = names_of(SETTINGS)
    with account() as aws:
        dynamodb_local.set_up(aws, names)
        aws.client("s3").create_bucket(Bucket=names.bucket)
        with pytest.raises(Problem, match=r": queue\."):
            look_at_aws(SETTINGS)
        aws.client("sqs").create_queue(QueueName=names.queue(WORK))
        look_at_aws(SETTINGS)
