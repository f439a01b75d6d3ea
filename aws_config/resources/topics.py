"""Topics of SNS."""

import json
from collections.abc import Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.resources.base import Difference, Facts, only_over_tls, policy_of, statements, widens

KEY = "alias/aws/sns"  # AWS's own key for topics: encrypted at rest, nothing to look after
ABSENT = ("NotFound", "NotFoundException")
MANAGED = (  # by the account's owner; with a policy of our own, nobody has rights unless it says so
    *("sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe"),
    *("sns:ListSubscriptionsByTopic", "sns:Publish"),
)


class TopicResource:
    kind = "topic"

    def __init__(self, aws: Any, account: Account, name: str) -> None:
        self.name = name
        self._sns, self._account = aws.client("sns"), account

    @property
    def arn(self) -> str:
        return self._account.arn("sns", self.name)

    def wanted(self) -> Facts:
        return {"KmsMasterKeyId": KEY, **statements(self._policy())}

    def actual(self) -> Facts | None:
        try:
            found = self._sns.get_topic_attributes(TopicArn=self.arn)["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise
        key = {"KmsMasterKeyId": found["KmsMasterKeyId"]} if found.get("KmsMasterKeyId") else {}
        return {**key, **statements(found.get("Policy"))}

    def create(self) -> None:
        self._sns.create_topic(Name=self.name)

    def change(self, facts: Set[str]) -> None:
        if any(fact.startswith("Policy ") for fact in facts):
            self._set("Policy", json.dumps(self._policy()))
        if "KmsMasterKeyId" in facts:
            self._set("KmsMasterKeyId", KEY)

    def remove(self) -> None:
        """Its subscriptions go with it."""
        if self.actual() is not None:
            self._sns.delete_topic(TopicArn=self.arn)

    def opens(self, difference: Difference) -> bool:
        return difference.fact == "KmsMasterKeyId" or widens(difference)

    def _set(self, name: str, value: str) -> None:
        self._sns.set_topic_attributes(TopicArn=self.arn, AttributeName=name, AttributeValue=value)

    def _policy(self) -> dict[str, Any]:
        owner = {
            "Sid": "OnlyThisAccount",
            "Effect": "Allow",
            "Principal": {"AWS": self._account.arn("iam", "root")},
            "Action": list(MANAGED),
            "Resource": self.arn,
        }
        # SNS knows no "sns:*" in a topic's own policy, so what must come by TLS is named.
        secure = {**only_over_tls("sns", self.arn), "Action": ["sns:Publish", "sns:Subscribe"]}
        return policy_of(owner, secure)
