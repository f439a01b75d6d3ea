"""Amazon's DynamoDB engine, for tests of what only it can say."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from aws_config.config import Names
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.session import AWS
from lib.records import User
from tests import engines
from tests.aws import dynamodb_local
from tests.aws.dynamodb.lagging import Lagging
from tests.aws.dynamodb.meter import Meter
from tests.conftest import Clock
from tests.contract.samples import user


class Engine(NamedTuple):
    url: str
    names: Names  # of our tables
    copies: Names  # of tables for what indexes show that do not follow


@pytest.fixture(scope="session")
def dynamodb_engine() -> Iterator[Engine]:
    if not engines.wants_dynamodb():
        engines.missing("TEST_DYNAMODB=1")
    with dynamodb_local.dynamodb_local() as url:
        aws = dynamodb_local.at(url)
        yield Engine(url, dynamodb_local.set_up(aws), dynamodb_local.set_up(aws))


@pytest.fixture
def dynamodb(dynamodb_engine: Engine) -> tuple[AWS, Names]:
    """A way to it of this test's own, as it may listen to its client, and tables with nothing in them."""
    dynamodb_local.empty(dynamodb_local.at(dynamodb_engine.url), dynamodb_engine.names)
    return dynamodb_local.at(dynamodb_engine.url), dynamodb_engine.names


@pytest.fixture
def lagging(dynamodb: tuple[AWS, Names], dynamodb_engine: Engine) -> Lagging:
    return Lagging(*dynamodb, dynamodb_engine.copies)


@pytest.fixture
def store(dynamodb: tuple[AWS, Names], clock: Clock) -> DynamoDBClient:
    return DynamoDBClient(*dynamodb, now=clock)


@pytest.fixture
def meter(dynamodb: tuple[AWS, Names]) -> Meter:
    return Meter(dynamodb[0])


@pytest.fixture
def alice(store: DynamoDBClient) -> User:
    return store.create_user(user("alice"))
