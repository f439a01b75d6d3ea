"""Functions of Lambda, and their logs."""

import time
from collections.abc import Callable, Mapping, Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.function_plans import LIVE, FunctionPlan
from aws_config.packages import HANDLER, Architecture, Package
from aws_config.resources.base import Difference, Facts, if_there

PATIENCE = 60  # seconds; a package takes a while to get there
LIKE_LATEST = "what was deployed last"
SETTINGS = ("Runtime", "Handler", "Timeout", "MemorySize", "Architectures", "Role", "Environment")
NEW_ROLE = (1, 2, 4, 8, 15, 30)  # seconds; Lambda knows a new role, and what it may do, only after a while
NOT_YET = ("cannot be assumed", "does not have permissions to call")  # in what Lambda says of such a role
KEPT_VERSIONS = 5  # of a function


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
        code, architectures = {"ZipFile": self._package.data}, [self._architecture]
        once_known(
            lambda: self._lambda.create_function(
                FunctionName=self.name, Code=code, Architectures=architectures, **self._settings
            )
        )

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
            once_known(
                lambda: self._lambda.update_function_configuration(FunctionName=self.name, **self._settings)
            )
            self._wait()
        self._lead_to(self._published())
        self._forget_old_versions()

    def remove(self) -> None:
        if self._configuration() is not None:
            self._lambda.delete_function(FunctionName=self.name)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "Role"

    def _configuration(self, qualifier: str = "") -> dict[str, Any] | None:
        which = {"Qualifier": qualifier} if qualifier else {}
        return if_there(lambda: self._lambda.get_function_configuration(FunctionName=self.name, **which))

    def _wait(self) -> None:
        for waiter in ("function_active_v2", "function_updated_v2"):
            self._lambda.get_waiter(waiter).wait(FunctionName=self.name)

    def _published(self) -> str:
        """The version that is like what was deployed last, published if there is none."""
        latest = self._configuration() or {}
        for version in self._versions():
            if not _unlike(version, latest):
                return str(version["Version"])
        return str(self._lambda.publish_version(FunctionName=self.name)["Version"])

    def _versions(self) -> list[dict[str, Any]]:
        """Those that were published, the newest first."""
        pages = self._lambda.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        published = [each for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]
        return sorted(published, key=lambda each: int(each["Version"]), reverse=True)

    def _forget_old_versions(self) -> None:
        """Keep the newest, to go back to, and whatever an alias leads to: an account has room for 75 GB of code."""
        pages = self._lambda.get_paginator("list_aliases").paginate(FunctionName=self.name)
        aliases = [alias for page in pages for alias in page["Aliases"]]
        used = {alias["FunctionVersion"] for alias in aliases}
        for alias in aliases:  # one that leads a part of the calls elsewhere
            used |= {*(alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights", {})}
        for version in self._versions()[KEPT_VERSIONS:]:
            if version["Version"] not in used:
                self._lambda.delete_function(FunctionName=self.name, Qualifier=version["Version"])

    def _lead_to(self, version: str) -> None:
        where = {"FunctionName": self.name, "Name": LIVE, "FunctionVersion": version}
        if if_there(lambda: self._lambda.get_alias(FunctionName=self.name, Name=LIVE)) is None:
            self._lambda.create_alias(**where)
        else:
            self._lambda.update_alias(**where)


class LogGroupResource:
    """A log, made before anything writes to it: Lambda would make one that is kept for ever."""

    kind = "log group"

    def __init__(self, aws: Any, name: str, days: int) -> None:
        """`name`: such as "/aws/lambda/report-generator-function"."""
        self.name, self._days = name, days
        self._logs = aws.client("logs")

    def wanted(self) -> Facts:
        return {"retentionInDays": self._days}

    def actual(self) -> Facts | None:
        for page in self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=self.name):
            for group in page["logGroups"]:
                if group["logGroupName"] == self.name:
                    return {"retentionInDays": group.get("retentionInDays")}
        return None

    def create(self) -> None:
        self._logs.create_log_group(logGroupName=self.name)

    def change(self, facts: Set[str]) -> None:
        self._logs.put_retention_policy(logGroupName=self.name, retentionInDays=self._days)

    def remove(self) -> None:
        if self.actual() is not None:
            self._logs.delete_log_group(logGroupName=self.name)

    def opens(self, difference: Difference) -> bool:
        return False


def _unlike(version: Mapping[str, Any], latest: Mapping[str, Any]) -> list[str]:
    """In what a version differs from what was deployed last."""
    return [fact for fact in (*SETTINGS, "CodeSha256") if version.get(fact) != latest.get(fact)]


def once_known(ask: Callable[[], Any]) -> None:
    """Ask again while Lambda does not know the function's role yet, or what it may do."""
    for pause in NEW_ROLE:
        try:
            ask()
            return
        except ClientError as error:
            if not _is_new_role(error):
                raise
        time.sleep(pause)
    ask()


def _is_new_role(error: ClientError) -> bool:
    """Told by its wording: Lambda has one code for everything that is wrong with what it was given."""
    details = error.response["Error"]
    words = details.get("Message", "")
    return details["Code"] == "InvalidParameterValueException" and any(hint in words for hint in NOT_YET)
