"""Applications and environments of Elastic Beanstalk."""

from collections.abc import Sequence, Set
from typing import Any

from aws_config.beanstalk import VARIABLES, Option, newest_platform
from aws_config.resources.base import Difference, Facts
from aws_config.resources.waiting import LOOKS, wait_until

KEPT_VERSIONS = 50
GONE = ("", "Terminated")


class ApplicationResource:
    """What versions are versions of. The oldest go by themselves: an account has room for a thousand."""

    kind = "application"

    def __init__(self, aws: Any, name: str, service_role: str) -> None:
        """`service_role`: the ARN of the role that removes old versions."""
        self.name = name
        self._eb, self._role = aws.client("elasticbeanstalk"), service_role

    def wanted(self) -> Facts:
        return {
            "ServiceRole": self._role,
            "MaxCountRule": {"Enabled": True, "MaxCount": KEPT_VERSIONS, "DeleteSourceFromS3": True},
        }

    def actual(self) -> Facts | None:
        found = self._eb.describe_applications(ApplicationNames=[self.name])["Applications"]
        if not found:
            return None
        config = found[0].get("ResourceLifecycleConfig", {})
        facts = {
            "ServiceRole": config.get("ServiceRole"),
            "MaxCountRule": config.get("VersionLifecycleConfig", {}).get("MaxCountRule"),
        }
        return {fact: value for fact, value in facts.items() if value}

    def create(self) -> None:
        self._eb.create_application(ApplicationName=self.name, Description="Smart Budget Planner")

    def change(self, facts: Set[str]) -> None:
        wanted = self.wanted()
        self._eb.update_application_resource_lifecycle(
            ApplicationName=self.name,
            ResourceLifecycleConfig={
                "ServiceRole": wanted["ServiceRole"],
                "VersionLifecycleConfig": {"MaxCountRule": wanted["MaxCountRule"]},
            },
        )

    def remove(self) -> None:
        """Its versions go with it."""
        if self.actual() is not None:
            self._eb.delete_application(ApplicationName=self.name)

    def opens(self, difference: Difference) -> bool:
        return False


class EnvironmentResource:
    """Where the planner runs. Which version and which platform it has by now is no fact of ours: deployments and managed
    updates change both."""

    kind = "environment"

    def __init__(
        self,
        aws: Any,
        application: str,
        name: str,
        options: Sequence[Option],
        *,
        platform: str = "",
        operations_role: str = "",
        looks: int = LOOKS,
    ) -> None:
        """
        Args:
            platform: The name of one; the newest Docker there is if it is "".
            operations_role: The ARN of the role in whose name Elastic Beanstalk makes what an environment is made of, so
                that whoever deploys need not be allowed to.
            looks: How often to look whether a change is done, LOOK_EVERY so many seconds.
        """
        self.name = name
        self._eb = aws.client("elasticbeanstalk")
        self._application, self._platform, self._role = application, platform, operations_role
        self._options = list(options)
        self._looks = looks

    def wanted(self) -> Facts:
        return {_fact(option.namespace, option.name): option.value for option in self._options}

    def actual(self) -> Facts | None:
        if self._status() in (*GONE, "Terminating"):
            return None
        found = self._eb.describe_configuration_settings(
            ApplicationName=self._application, EnvironmentName=self.name
        )["ConfigurationSettings"]
        ours = self.wanted()
        said = {
            _fact(each["Namespace"], each["OptionName"]): each["Value"]
            for settings in found
            for each in settings["OptionSettings"]
            if "Value" in each
        }
        return {
            fact: value for fact, value in said.items() if fact in ours or fact.startswith(f"{VARIABLES} ")
        }

    def create(self) -> None:
        """With the newest version, if there is one; Amazon's sample runs there otherwise."""
        role = {"OperationsRole": self._role} if self._role else {}
        version = self._newest_version()
        self._eb.create_environment(
            ApplicationName=self._application,
            EnvironmentName=self.name,
            SolutionStackName=self._platform or newest_platform(self._platforms()),
            Tier={"Name": "WebServer", "Type": "Standard"},
            OptionSettings=[_setting(option) for option in self._options],
            **role,
            **({"VersionLabel": version} if version else {}),
        )

    def change(self, facts: Set[str]) -> None:
        self.wait()
        known = {_fact(option.namespace, option.name) for option in self._options}
        self._eb.update_environment(
            EnvironmentName=self.name,
            OptionSettings=[
                _setting(option) for option in self._options if _fact(option.namespace, option.name) in facts
            ],
            OptionsToRemove=[
                {"Namespace": VARIABLES, "OptionName": fact.removeprefix(f"{VARIABLES} ")}
                for fact in sorted(facts - known)
            ],
        )
        self.wait()

    def remove(self) -> None:
        """What it is made of goes with it: machines, load balancer; its logs stay as long as they are kept."""
        status = self._status()
        if status not in (*GONE, "Terminating"):
            self.wait()
            self._eb.terminate_environment(EnvironmentName=self.name)
        if status not in GONE:
            self._wait_for(*GONE)

    def opens(self, difference: Difference) -> bool:
        return difference.fact.endswith((" DisableIMDSv1", " SSLPolicy"))

    def wait(self) -> None:
        """Until nothing is being changed there. Raises Unsettled after half an hour."""
        self._wait_for("Ready")

    def _wait_for(self, *statuses: str) -> None:
        def said(status: str) -> str:
            return f"The environment {self.name} is still being changed ({status}). Look at its events, or run this again."

        wait_until(lambda status: status in statuses, self._status, said, self._looks)

    def _status(self) -> str:
        """ "" if there is none."""
        found = self._eb.describe_environments(EnvironmentNames=[self.name], IncludeDeleted=False)[
            "Environments"
        ]
        return str(found[0]["Status"]) if found else ""

    def _platforms(self) -> list[str]:
        return list(self._eb.list_available_solution_stacks()["SolutionStacks"])

    def _newest_version(self) -> str:
        found = self._eb.describe_application_versions(ApplicationName=self._application)[
            "ApplicationVersions"
        ]
        newest = max(found, key=lambda version: version["DateCreated"], default=None)
        return str(newest["VersionLabel"]) if newest else ""


def _fact(namespace: str, name: str) -> str:
    return f"{namespace} {name}"


def _setting(option: Option) -> dict[str, str]:
    return {"Namespace": option.namespace, "OptionName": option.name, "Value": option.value}
