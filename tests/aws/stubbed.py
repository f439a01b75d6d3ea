"""AWS that answers as it is told, in order, and only to what it is asked in exactly these words: for what no emulator does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.stub import Stubber

from aws_config.session import AWS
from tests.aws.moto_aws import InThisProcess, forget_where_we_are


class Scripted:
    def __init__(self, aws: AWS) -> None:
        self.aws = aws
        self.asked: list[str] = []  # every request, as "service.operation", in order over all services
        self._stubbers: dict[str, Stubber] = {}

    def expects(self, what: str, wanted: dict[str, Any] | None, answer: dict[str, Any] | None = None) -> None:
        """The next request to that service is `what`, such as "s3.put_object", with these parameters (None: with any)."""
        service, _, operation = what.partition(".")
        self._stubber(service).add_response(operation, answer or {}, wanted)

    def refuses(self, what: str, code: str, wanted: dict[str, Any] | None = None) -> None:
        service, _, operation = what.partition(".")
        self._stubber(service).add_client_error(operation, code, "Refused.", expected_params=wanted)

    def is_done(self) -> None:
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()

    def _stubber(self, service: str) -> Stubber:
        if service not in self._stubbers:
            plain = {"s3": {"read_timeout": 60}}.get(service, {})
            client = self.aws.client(service, **plain)
            stubber = self._stubbers[service] = Stubber(client)
            stubber.activate()
            client.meta.events.register(
                "provide-client-params.*.*",
                lambda model, **_: self.asked.append(f"{service}.{model.name}"),
            )
        return self._stubbers[service]


@contextmanager
def scripted() -> Iterator[Scripted]:
    with pytest.MonkeyPatch.context() as patch:
        forget_where_we_are(patch)
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIASCRIPTED")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
        script = Scripted(InThisProcess("us-east-1"))
        yield script
        script.is_done()
