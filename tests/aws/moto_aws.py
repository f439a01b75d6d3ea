"""AWS in this process: moto, which keeps what it is told until the test ends. No network, no account."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.loaders import create_loader
from moto import mock_aws

from aws_config.session import AWS

REGION = "us-east-1"


def forget_where_we_are(patch: pytest.MonkeyPatch) -> None:
    """No credentials, profile or endpoint of whoever runs the tests, and nobody to ask for some."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        patch.setenv(name, os.devnull)


_LOADER = create_loader()  # what each service is like is read once: that is most of making a client


class InThisProcess(AWS):
    """The way to an account that is made for each test."""

    @cached_property
    def session(self) -> Any:
        core = botocore.session.get_session()
        core.register_component("data_loader", _LOADER)
        return boto3.Session(botocore_session=core, region_name=self.region)


@contextmanager
def account(*, managed_policies: bool = False) -> Iterator[InThisProcess]:
    """A new, empty account, and the way to it.

    Args:
        managed_policies: Whether AWS's own policies are in it, which takes a second.
    """
    with pytest.MonkeyPatch.context() as patch:
        forget_where_we_are(patch)
        with mock_aws(config={"iam": {"load_aws_managed_policies": managed_policies}}):
            yield InThisProcess(REGION)


def says(aws: AWS, what: str, **parsed: Any) -> None:
    """From now on AWS answers `what` so, such as "sesv2.GetAccount", which moto does not know."""
    answer = {**parsed, "ResponseMetadata": {"RequestId": "REQUEST-1", "HTTPStatusCode": 200}}
    _instead(aws)[what] = lambda: (AWSResponse("https://aws.invalid", 200, {}, None), answer)


def answers(aws: AWS, what: str, code: str, status: int = 400) -> None:
    """From now on AWS refuses `what`, such as "s3.PutObject" or all of "sqs", with that code."""
    refusal = {
        "Error": {"Code": code, "Message": "Someone's secret: do not log this."},
        "ResponseMetadata": {"RequestId": "REQUEST-1", "HTTPStatusCode": status},
    }
    _instead(aws)[what] = lambda: (AWSResponse("https://aws.invalid", status, {}, None), refusal)


def breaks(aws: AWS, what: str, error: Exception) -> None:
    """From now on the way to AWS fails so."""

    def fail() -> None:
        raise error

    _instead(aws)[what] = fail


def works(aws: AWS, what: str) -> None:
    """From now on AWS answers `what` by itself again."""
    _instead(aws).pop(what, None)


_INSTEAD: WeakKeyDictionary[AWS, dict[str, Callable[[], Any]]] = WeakKeyDictionary()


def _instead(aws: AWS) -> dict[str, Callable[[], Any]]:
    """What comes in the place of an answer, by "service.Operation" or service; botocore asks before each request."""
    if aws not in _INSTEAD:
        happens = _INSTEAD[aws] = {}

        def look(model: Any, **_: Any) -> Any:
            service = model.service_model.service_name
            found = happens.get(f"{service}.{model.name}") or happens.get(service)
            return found() if found else None

        # In every client there is, and in those to come.
        for events in (aws.session.events, *(client.meta.events for client in aws._clients.values())):
            events.register_first("before-call", look)
    return _INSTEAD[aws]
