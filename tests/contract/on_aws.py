"""Which AWS a contract suite meets: moto in this process, or MiniStack behind a socket, which asks who it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aws_config.session import AWS
from tests.aws.moto_aws import account

MINISTACK = pytest.param("ministack", marks=pytest.mark.aws)


@contextmanager
def way(kind: str, request: pytest.FixtureRequest) -> Iterator[AWS]:
    """An empty account of "moto" or "ministack", and the way to it."""
    if kind == "moto":
        with account() as aws:
            yield aws
        return
    emulator = request.getfixturevalue("ministack_server")
    emulator.reset()
    yield emulator.root()
