"""Who may call a function: what stands in the policy of its alias."""

import json
from collections.abc import Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.function_plans import LIVE
from aws_config.resources.base import Facts, if_there, statements


class Caller:
    """The one service that may call an alias, for one thing of ours. Nobody else may: whoever is found there goes."""

    def __init__(self, aws: Any, account: Account, function: str, sid: str, service: str) -> None:
        """`sid`: what its statement is called; `service`: such as "events.amazonaws.com"."""
        self.alias = account.arn("lambda", f"function:{function}:{LIVE}")
        self._lambda, self._function = aws.client("lambda"), function
        self._sid, self._service = sid, service

    def wanted(self, source: str) -> Facts:
        """`source`: the ARN, or the pattern of one, of what the service calls for."""
        statement = {
            "Sid": self._sid,
            "Effect": "Allow",
            "Principal": {"Service": self._service},
            "Action": "lambda:InvokeFunction",
            "Resource": self.alias,
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        }
        return {f"Policy {self._sid}": statement}

    def actual(self) -> Facts:
        answer = if_there(lambda: self._lambda.get_policy(FunctionName=self._function, Qualifier=LIVE))
        return statements(json.loads(answer["Policy"]) if answer else None)

    def set_right(self, facts: Set[str], source: str) -> None:
        """Let the service call, and nobody else of whom `facts` speak."""
        there = self.actual()
        for fact in facts & there.keys():
            self._lambda.remove_permission(
                FunctionName=self._function, Qualifier=LIVE, StatementId=there[fact]["Sid"]
            )
        if not facts & self.wanted(source).keys():
            return
        try:
            self._lambda.add_permission(
                FunctionName=self._function,
                Qualifier=LIVE,
                StatementId=self._sid,
                Action="lambda:InvokeFunction",
                Principal=self._service,
                SourceArn=source,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceConflictException":  # someone added it just now
                raise
