"""The rule of EventBridge that runs a function on time."""

from collections.abc import Set
from typing import Any

from aws_config.account import Account
from aws_config.resources.base import Difference, Facts, if_there, widens
from aws_config.resources.callers import Caller

TARGET = "function"
RETRIES = 3


class ScheduleResource:
    kind = "schedule"

    def __init__(self, aws: Any, account: Account, name: str, expression: str, function: str) -> None:
        """`expression`: as EventBridge writes it, in UTC: "cron(0 8 * * ? *)"."""
        self.name = name
        self._events, self._expression = aws.client("events"), expression
        self._caller = Caller(aws, account, function, name, "events.amazonaws.com")
        self._rule = account.arn("events", f"rule/{name}")
        self._arn = self._caller.alias

    def wanted(self) -> Facts:
        return {
            "ScheduleExpression": self._expression,
            "State": "ENABLED",
            "Targets": {TARGET: self._arn},
            **self._caller.wanted(self._rule),
        }

    def actual(self) -> Facts | None:
        rule = if_there(lambda: self._events.describe_rule(Name=self.name))
        if rule is None:
            return None
        targets = self._events.list_targets_by_rule(Rule=self.name)["Targets"]
        return {
            "ScheduleExpression": rule.get("ScheduleExpression"),
            "State": rule["State"],
            "Targets": {target["Id"]: target["Arn"] for target in targets},
            **self._caller.actual(),
        }

    def create(self) -> None:
        self._put_rule()

    def change(self, facts: Set[str]) -> None:
        if facts & {"ScheduleExpression", "State"}:
            self._put_rule()
        if any(fact.startswith("Policy ") for fact in facts):
            self._caller.set_right(facts, self._rule)
        if "Targets" in facts:
            self._aim()

    def remove(self) -> None:
        if if_there(lambda: self._events.describe_rule(Name=self.name)) is None:
            return
        targets = self._events.list_targets_by_rule(Rule=self.name)["Targets"]
        if targets:
            self._events.remove_targets(Rule=self.name, Ids=[target["Id"] for target in targets])
        self._events.delete_rule(Name=self.name)

    def opens(self, difference: Difference) -> bool:
        return widens(difference)

    def _put_rule(self) -> None:
        self._events.put_rule(Name=self.name, ScheduleExpression=self._expression, State="ENABLED")

    def _aim(self) -> None:
        targets = self._events.list_targets_by_rule(Rule=self.name)["Targets"]
        others = [target["Id"] for target in targets if target["Id"] != TARGET]
        if others:
            self._events.remove_targets(Rule=self.name, Ids=others)
        self._events.put_targets(
            Rule=self.name,
            Targets=[
                {
                    "Id": TARGET,
                    "Arn": self._arn,
                    "RetryPolicy": {"MaximumRetryAttempts": RETRIES, "MaximumEventAgeInSeconds": 3600},
                }
            ],
        )
