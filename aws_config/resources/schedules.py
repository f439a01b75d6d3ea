"""The rule of EventBridge that runs a function on time."""

import json
from collections.abc import Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.function_plans import LIVE
from aws_config.resources.base import Difference, Facts, statements, widens
from aws_config.resources.functions import found

TARGET = "function"
RETRIES = 3


class ScheduleResource:
    kind = "schedule"

    def __init__(self, aws: Any, account: Account, name: str, expression: str, function: str) -> None:
        """`expression`: as EventBridge writes it, in UTC: "cron(0 8 * * ? *)"."""
        self.name = name
        self._events, self._lambda = aws.client("events"), aws.client("lambda")
        self._expression, self._function = expression, function
        self._rule = account.arn("events", f"rule/{name}")
        self._arn = account.arn("lambda", f"function:{function}:{LIVE}")

    def wanted(self) -> Facts:
        return {
            "ScheduleExpression": self._expression,
            "State": "ENABLED",
            "Targets": {TARGET: self._arn},
            f"Policy {self.name}": {
                "Sid": self.name,
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": self._arn,
                "Condition": {"ArnLike": {"AWS:SourceArn": self._rule}},
            },
        }

    def actual(self) -> Facts | None:
        rule = found(lambda: self._events.describe_rule(Name=self.name))
        if rule is None:
            return None
        targets = self._events.list_targets_by_rule(Rule=self.name)["Targets"]
        return {
            "ScheduleExpression": rule.get("ScheduleExpression"),
            "State": rule["State"],
            "Targets": {target["Id"]: target["Arn"] for target in targets},
            **statements(self._policy()),
        }

    def create(self) -> None:
        self._put_rule()

    def change(self, facts: Set[str]) -> None:
        if facts & {"ScheduleExpression", "State"}:
            self._put_rule()
        if any(fact.startswith("Policy ") for fact in facts):
            self._allow(facts)
        if "Targets" in facts:
            self._aim()

    def remove(self) -> None:
        if found(lambda: self._events.describe_rule(Name=self.name)) is None:
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

    def _policy(self) -> dict[str, Any] | None:
        """Who may call the alias."""
        answer = found(lambda: self._lambda.get_policy(FunctionName=self._function, Qualifier=LIVE))
        return json.loads(answer["Policy"]) if answer else None

    def _allow(self, facts: Set[str]) -> None:
        """Let the rule call the function, and nobody else."""
        there = statements(self._policy())
        for fact in facts & there.keys():
            self._lambda.remove_permission(
                FunctionName=self._function, Qualifier=LIVE, StatementId=there[fact]["Sid"]
            )
        if f"Policy {self.name}" not in facts:
            return
        try:
            self._lambda.add_permission(
                FunctionName=self._function,
                Qualifier=LIVE,
                StatementId=self.name,
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
                SourceArn=self._rule,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceConflictException":  # someone added it just now
                raise
