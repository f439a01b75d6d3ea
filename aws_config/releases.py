"""Versions of the planner on Elastic Beanstalk: bring one there, let the environment run it, see how it does.

`pause` is how time passes between two looks, so that tests need none.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.config import Names

LOOK_EVERY = 10  # seconds
READ_WITHIN = 10 * 60  # seconds until Elastic Beanstalk has read a bundle
READY = "Ready"
WELL = ("Ok", "Info")  # as enhanced health says it; Info while a change is being made
IN_A_ROW = 3  # looks: what is so once may be so by chance


class Failed(Exception):
    """A version does not run as it should; the message says what was seen."""


@dataclass(frozen=True)
class Version:
    label: str
    made_at: datetime
    status: str  # PROCESSED is one that can run


@dataclass(frozen=True)
class State:
    """How an environment is."""

    status: str  # Ready, or what is being done to it
    version: str  # "" while it runs Amazon's sample
    health: str
    address: str  # where its load balancer answers
    can_abort: bool

    @property
    def is_well(self) -> bool:
        return self.status == READY and self.health in WELL


class Releases:
    def __init__(
        self, aws: Any, account: Account, names: Names, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._eb, self._s3, self._ecr = (
            aws.client("elasticbeanstalk"),
            aws.client("s3", read_timeout=60),
            aws.client("ecr"),
        )
        self._account, self._names, self._pause = account, names, pause

    def state(self) -> State:
        """Raises ValueError where there is no such environment."""
        name = self._names.environment
        found = self._eb.describe_environments(
            ApplicationName=self._names.application, EnvironmentNames=[name], IncludeDeleted=False
        )["Environments"]
        if not found:
            raise ValueError(
                f"There is no environment {name}: scripts.setup_elastic_beanstalk --apply makes it."
            )
        one = found[0]
        return State(
            status=one["Status"],
            version=one.get("VersionLabel", ""),
            health=one.get("HealthStatus", ""),
            address=one.get("CNAME", ""),
            can_abort=one.get("AbortableOperationInProgress", False),
        )

    def has_https(self) -> bool:
        """Whether the environment's load balancer has a certificate."""
        found = self._eb.describe_configuration_settings(
            ApplicationName=self._names.application, EnvironmentName=self._names.environment
        )["ConfigurationSettings"]
        listener = ("aws:elbv2:listener:443", "ListenerEnabled", "true")
        said = (option for each in found for option in each["OptionSettings"])
        return any((o["Namespace"], o["OptionName"], o.get("Value")) == listener for o in said)

    def image(self, tag: str) -> str:
        """The image with that name in our repository, by its digest: a name may move. Raises ValueError if there is none."""
        repository = self._names.repository
        try:
            found = self._ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])[
                "imageDetails"
            ]
            uri = self._ecr.describe_repositories(repositoryNames=[repository])["repositories"][0][
                "repositoryUri"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] not in (
                "ImageNotFoundException",
                "RepositoryNotFoundException",
            ):
                raise
            raise ValueError(
                f"There is no image {repository}:{tag}: scripts/build_and_push.sh brings it there."
            ) from error
        return f"{uri}@{found[0]['imageDigest']}"

    def versions(self) -> list[Version]:
        """The newest first."""
        pages = self._eb.get_paginator("describe_application_versions").paginate(
            ApplicationName=self._names.application
        )
        found = [
            Version(each["VersionLabel"], each["DateCreated"], each.get("Status", ""))
            for page in pages
            for each in page["ApplicationVersions"]
        ]
        return sorted(found, key=lambda version: version.made_at, reverse=True)

    def publish(self, label: str, bundle: bytes, description: str) -> None:
        """Make it a version that can run; nothing happens if it is one already. Raises Failed if it cannot be one."""
        if self._version(label) is None:
            bucket = self._eb.create_storage_location()["S3Bucket"]
            key = f"{self._names.application}/{label}.zip"
            self._s3.put_object(Bucket=bucket, Key=key, Body=bundle, ExpectedBucketOwner=self._account.number)
            self._eb.create_application_version(
                ApplicationName=self._names.application,
                VersionLabel=label,
                Description=description[:200],
                SourceBundle={"S3Bucket": bucket, "S3Key": key},
                AutoCreateApplication=False,
                Process=True,
            )
        for _ in range(READ_WITHIN // LOOK_EVERY):
            status = self._version(label)
            if status in ("PROCESSED", "UNPROCESSED"):
                return
            if status == "FAILED":
                raise Failed(
                    f"Elastic Beanstalk cannot read the bundle of {label}. Delete that version there before another try."
                )
            self._pause(LOOK_EVERY)
        raise Failed(f"The version {label} was not processed in time.")

    def switch(self, label: str) -> None:
        """Begin to run that version."""
        self._eb.update_environment(EnvironmentName=self._names.environment, VersionLabel=label)

    def wait(self, label: str, seconds: float, tell: Callable[[State], None] = lambda _: None) -> State:
        """Until it runs that version, and has been well for a while. Raises Failed after so many seconds, or once it will not."""
        well = elsewhere = 0
        for _ in range(max(1, round(seconds / LOOK_EVERY))):
            state = self.state()
            tell(state)
            elsewhere = elsewhere + 1 if state.status == READY and state.version != label else 0
            if elsewhere == IN_A_ROW:
                raise Failed(
                    f"{label} was not taken: {state.version or 'the sample'} runs again. {self.last_words()}"
                )
            well = well + 1 if state.is_well and state.version == label else 0
            if well == IN_A_ROW:
                return state
            self._pause(LOOK_EVERY)
        raise Failed(
            f"{label} was not well after {seconds:.0f} seconds: {state.status}, {state.health}. {self.last_words()}"
        )

    def settle(self, seconds: float) -> bool:
        """Stop what is being done to it, and wait until it is Ready for something else. Raises Failed after so many seconds.

        Returns whether something could be stopped: Elastic Beanstalk itself goes back to what ran before that.
        """
        stops = (state := self.state()).status != READY and state.can_abort
        if stops:
            self._eb.abort_environment_update(EnvironmentName=self._names.environment)
        for _ in range(max(1, round(seconds / LOOK_EVERY))):
            if self.state().status == READY:
                return stops
            self._pause(LOOK_EVERY)
        raise Failed("Something is still being done to the environment.")

    def last_words(self) -> str:
        """What Elastic Beanstalk complained of last, if it did."""
        found = self._eb.describe_events(
            EnvironmentName=self._names.environment, Severity="WARN", MaxRecords=1
        )["Events"]
        return str(found[0]["Message"]) if found else ""

    def _version(self, label: str) -> str | None:
        """Its status; None if there is none."""
        found = self._eb.describe_application_versions(
            ApplicationName=self._names.application, VersionLabels=[label]
        )["ApplicationVersions"]
        return str(found[0].get("Status", "")) if found else None
