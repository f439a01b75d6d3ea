"""The way to AWS: one boto3 session a process and a client a service, made at their first use."""

import os
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from lib.settings import Settings

# A page waits: what does not answer within seconds is tried again, three times in all, and then said to be down.
PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
    tcp_keepalive=True,
)
ANSWER = 30  # seconds for what must not come twice; the function that sends has 60 for all
# Told so, because boto3 signs links to files in us-east-1 by the older scheme otherwise.
SIGNED = Config(signature_version="s3v4")
# Told so, because links would lead to s3.amazonaws.com otherwise, which sends a browser on to a new bucket's own region: a
# signature is good for one host only. An emulator's address is taken as it is.
REGIONAL = Config(s3={"addressing_style": "virtual"})


class AWS:
    """Where AWS is and who we are there. Connections are each process's own: gunicorn loads once and forks.

    Credentials come from where boto3 looks: a role, a profile, the environment.
    """

    def __init__(self, region: str, profile: str = "", endpoint: str = "") -> None:
        """`endpoint` stands in for all of AWS: an emulator's URL."""
        self.region, self._profile, self._endpoint = region, profile, endpoint
        self._lock = Lock()  # boto3 makes clients on one thread at a time; using them is safe on many
        self._session: Any = None
        self._clients: dict[tuple[int, str, int, int], Any] = {}

    @property
    def session(self) -> Any:  # Any: boto3 brings no types
        if self._session is None:
            self._session = boto3.Session(profile_name=self._profile or None, region_name=self.region)
        return self._session

    def client(self, service: str, *, read_timeout: int = 0, tries: int = 0) -> Any:
        """This process's client of a service, such as "dynamodb".

        Args:
            read_timeout: Seconds to wait for an answer, where that is another time than PATIENCE's.
            tries: How often a request is made at most, likewise.

        Raises:
            botocore.exceptions.BotoCoreError: If the profile or the region is none.
        """
        name = (os.getpid(), service, read_timeout, tries)
        if client := self._clients.get(name):
            return client
        with self._lock:
            if name not in self._clients:
                self._clients[name] = self._make(service, read_timeout, tries)
        return self._clients[name]

    def _make(self, service: str, read_timeout: int, tries: int) -> Any:
        config = PATIENCE
        if read_timeout:
            config = config.merge(Config(read_timeout=read_timeout))
        if tries:
            config = config.merge(Config(retries={"mode": "standard", "total_max_attempts": tries}))
        if service == "s3":
            config = config.merge(SIGNED if self._endpoint else SIGNED.merge(REGIONAL))
        return self.session.client(service, config=config, endpoint_url=self._endpoint or None)


def connect(settings: Settings, region: str = "") -> AWS:
    """`region`: where what is meant says so itself, another than AWS_REGION."""
    return AWS(region or settings.aws_region, settings.aws_profile, settings.aws_endpoint_url)
