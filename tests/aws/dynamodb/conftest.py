"""Amazon's DynamoDB engine, for tests of what only it can say."""

from collections.abc import Iterator

import pytest

from aws_config.config import Names
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.session import AWS
from lib.records import User
from tests import engines
from tests.aws import dynamodb_local
from tests.aws.dynamodb.meter import Meter
from tests.conftest import Clock
from tests.contract.samples import user


@pytest.fixture(scope="session")
def dynamodb_server() -> Iterator[str]:
    if not engines.wants_dynamodb():
        engines.missing("TEST_DYNAMODB=1")
    with dynamodb_local.dynamodb_local() as url:
        yield url


@pytest.fixture
def dynamodb(dynamodb_server: str) -> Iterator[tuple[AWS, Names]]:
    """A new way to it, as each test may listen to its client, and tables of its own."""
    aws = dynamodb_local.at(dynamodb_server)
    names = dynamodb_local.set_up(aws)
    yield aws, names
    dynamodb_local.take_down(dynamodb_local.at(dynamodb_server), names)


@pytest.fixture
def store(dynamodb: tuple[AWS, Names], clock: Clock) -> DynamoDBClient:
    return DynamoDBClient(*dynamodb, now=clock)


@pytest.fixture
def meter(dynamodb: tuple[AWS, Names]) -> Meter:
    return Meter(dynamodb[0])


@pytest.fixture
def alice(store: DynamoDBClient) -> User:
    return store.create_user(user("alice"))
