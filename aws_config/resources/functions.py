"""Functions of Lambda, their logs, and the queues that call them."""

import time
from collections.abc import Callable, Mapping, Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.function_plans import LIVE, LOG_DAYS, FunctionPlan
from aws_config.packages import HANDLER, Architecture, Package
from aws_config.resources.base import Difference, Facts

BATCH = 10  # messages at once
PARTLY = "ReportBatchItemFailures"  # what could not be done comes back, and nothing else does
PATIENCE = 60  # seconds; a package takes a while to get there
LIKE_LATEST = "what was deployed last"
SETTINGS = ("Runtime", "Handler", "Timeout", "MemorySize", "Architectures", "Role", "Environment")
NEW_ROLE = (1, 2, 4, 8, 15)  # seconds; Lambda knows a new role only after a while


class FunctionResource:
    """A function and the alias that everything calls, so that a version can be gone back to."""

    kind = "function"

    def __init__(
        self,
        aws: Any,
        name: str,
        plan: FunctionPlan,
        *,
        role: str,
        environment: Mapping[str, str],
        package: Package | None = None,
        architecture: Architecture = "arm64",
        python: str = "3.13",
    ) -> None:
        """`role`: its ARN. `package`: None where only the rest is looked at, or where it goes."""
        self.name = name
        self._lambda = aws.client("lambda", read_timeout=PATIENCE)
        self._package, self._architecture = package, architecture
        self._settings = {
            "Runtime": f"python{python}",
            "Handler": f"{HANDLER}.lambda_handler",
            "Timeout": plan.timeout,
            "MemorySize": plan.memory,
            "Role": role,
            "Environment": {"Variables": dict(environment)},
        }

    def wanted(self) -> Facts:
        code = {"CodeSha256": self._package.sha256} if self._package else {}
        return {**self._settings, "Architectures": [self._architecture], **code, "Live": LIKE_LATEST}

    def actual(self) -> Facts | None:
        latest = self._configuration()
        if latest is None:
            return None
        live = self._configuration(LIVE)
        facts = {fact: latest.get(fact) for fact in SETTINGS}
        if self._package:
            facts["CodeSha256"] = latest["CodeSha256"]
        if live is None:
            return facts
        behind = _unlike(live, latest)
        return {**facts, "Live": f"other {', '.join(behind)}" if behind else LIKE_LATEST}

    def create(self) -> None:
        if self._package is None:
            raise ValueError(f"{self.name} cannot be made without its code")
        for pause in (*NEW_ROLE, None):
            try:
                self._lambda.create_function(
                    FunctionName=self.name,
                    Code={"ZipFile": self._package.data},
                    Architectures=[self._architecture],
                    **self._settings,
                )
                break
            except ClientError as error:
                if pause is None or not _is_new_role(error):
                    raise
                time.sleep(pause)

    def change(self, facts: Set[str]) -> None:
        self._wait()
        if self._package and facts & {"CodeSha256", "Architectures"}:
            self._lambda.update_function_code(
                FunctionName=self.name,
                ZipFile=self._package.data,
                Architectures=[self._architecture],
            )
            self._wait()
        if facts & self._settings.keys():
            self._lambda.update_function_configuration(FunctionName=self.name, **self._settings)
            self._wait()
        self._lead_to(self._published())

    def remove(self) -> None:
        if self._configuration() is not None:
            self._lambda.delete_function(FunctionName=self.name)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "Role"

    def _configuration(self, qualifier: str = "") -> dict[str, Any] | None:
        which = {"Qualifier": qualifier} if qualifier else {}
        return found(lambda: self._lambda.get_function_configuration(FunctionName=self.name, **which))

    def _wait(self) -> None:
        for waiter in ("function_active_v2", "function_updated_v2"):
            self._lambda.get_waiter(waiter).wait(FunctionName=self.name)

    def _published(self) -> str:
        """The version that is like what was deployed last, published if there is none."""
        latest = self._configuration() or {}
        pages = self._lambda.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        for version in reversed([each for page in pages for each in page["Versions"]]):
            if version["Version"] != "$LATEST" and not _unlike(version, latest):
                return str(version["Version"])
        return str(self._lambda.publish_version(FunctionName=self.name)["Version"])

    def _lead_to(self, version: str) -> None:
        where = {"FunctionName": self.name, "Name": LIVE, "FunctionVersion": version}
        if found(lambda: self._lambda.get_alias(FunctionName=self.name, Name=LIVE)) is None:
            self._lambda.create_alias(**where)
        else:
            self._lambda.update_alias(**where)


class LogGroupResource:
    """A function's log, made before the function writes to it: Lambda would make one that is kept for ever."""

    kind = "log group"

    def __init__(self, aws: Any, function: str) -> None:
        self.name = f"/aws/lambda/{function}"
        self._logs = aws.client("logs")

    def wanted(self) -> Facts:
        return {"retentionInDays": LOG_DAYS}

    def actual(self) -> Facts | None:
        for page in self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=self.name):
            for group in page["logGroups"]:
                if group["logGroupName"] == self.name:
                    return {"retentionInDays": group.get("retentionInDays")}
        return None

    def create(self) -> None:
        self._logs.create_log_group(logGroupName=self.name)

    def change(self, facts: Set[str]) -> None:
        self._logs.put_retention_policy(logGroupName=self.name, retentionInDays=LOG_DAYS)

    def remove(self) -> None:
        if self.actual() is not None:
            self._logs.delete_log_group(logGroupName=self.name)

    def opens(self, difference: Difference) -> bool:
        return False


class MappingResource:
    """The bond between a queue and the function that serves it."""

    kind = "event source mapping"

    def __init__(self, aws: Any, account: Account, queue: str, function: str) -> None:
        self.name = f"{queue} → {function}"
        self._lambda = aws.client("lambda", read_timeout=PATIENCE)
        self._queue, self._function = account.arn("sqs", queue), f"{function}:{LIVE}"
        self._arn = account.arn("lambda", f"function:{self._function}")

    def wanted(self) -> Facts:
        return {"BatchSize": BATCH, "FunctionResponseTypes": [PARTLY], "Enabled": True, "Function": self._arn}

    def actual(self) -> Facts | None:
        mapping = self._mapping()
        if mapping is None:
            return None
        return {
            "BatchSize": mapping["BatchSize"],
            "FunctionResponseTypes": mapping.get("FunctionResponseTypes") or [],
            "Enabled": mapping["State"] not in ("Disabled", "Disabling"),
            "Function": mapping["FunctionArn"],
        }

    def create(self) -> None:
        self._lambda.create_event_source_mapping(
            EventSourceArn=self._queue,
            FunctionName=self._function,
            BatchSize=BATCH,
            FunctionResponseTypes=[PARTLY],
            Enabled=True,
        )

    def change(self, facts: Set[str]) -> None:
        mapping = self._settled()
        self._lambda.update_event_source_mapping(
            UUID=mapping["UUID"],
            FunctionName=self._function,
            BatchSize=BATCH,
            FunctionResponseTypes=[PARTLY],
            Enabled=True,
        )

    def remove(self) -> None:
        if self._mapping() is not None:
            self._lambda.delete_event_source_mapping(UUID=self._settled()["UUID"])

    def opens(self, difference: Difference) -> bool:
        return False

    def _mapping(self) -> dict[str, Any] | None:
        """The queue's, of this function whatever it is called by."""
        pages = self._lambda.get_paginator("list_event_source_mappings").paginate(EventSourceArn=self._queue)
        base = self._arn.removesuffix(f":{LIVE}").split(":")
        for page in pages:
            for mapping in page["EventSourceMappings"]:
                if (
                    mapping["FunctionArn"].split(":")[: len(base)] == base
                    and mapping.get("State") != "Deleting"
                ):
                    return dict(mapping)
        return None

    def _settled(self) -> dict[str, Any]:
        """Lambda takes no change while it is at another."""
        for pause in (*[2] * 60, None):
            mapping = self._mapping() or {}
            if pause is None or not str(mapping.get("State", "")).endswith("ing"):
                break
            time.sleep(pause)
        return mapping


def found(read: Callable[[], Mapping[str, Any]]) -> dict[str, Any] | None:
    """What was read, or None if there is no such thing."""
    try:
        return dict(read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ResourceNotFoundException", "404"):
            return None
        raise


def _unlike(version: Mapping[str, Any], latest: Mapping[str, Any]) -> list[str]:
    """In what a version differs from what was deployed last."""
    return [fact for fact in (*SETTINGS, "CodeSha256") if version.get(fact) != latest.get(fact)]


def _is_new_role(error: ClientError) -> bool:
    """Told by its wording: Lambda has one code for everything that is wrong with what it was given."""
    details = error.response["Error"]
    return details["Code"] == "InvalidParameterValueException" and "assume" in details.get("Message", "")
