"""Topics of SNS."""

import json
from collections.abc import Set
from typing import Any

from aws_config.account import Account
from aws_config.resources.base import (
    Difference,
    Facts,
    if_there,
    only_over_tls,
    policy_of,
    statements,
    widens,
)

KEY = "alias/aws/sns"  # AWS's own key for topics: encrypted at rest, nothing to look after
ABSENT = ("NotFound", "NotFoundException")
UNCONFIRMED = "PendingConfirmation"  # stands where a subscription's ARN will be
MANAGED = (  # by the account's owner; with a policy of our own, nobody has rights unless it says so
    *("sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe"),
    *("sns:ListSubscriptionsByTopic", "sns:Publish"),
)


class TopicResource:
    kind = "topic"

    def __init__(self, aws: Any, account: Account, name: str, *, alarms: str = "") -> None:
        """`alarms`: the ARN of those that are told here. CloudWatch cannot use AWS's own key, so such a topic has none: what
        alarms say holds nobody's data."""
        self.name = name
        self._sns, self._account, self._alarms = aws.client("sns"), account, alarms

    @property
    def arn(self) -> str:
        return self._account.arn("sns", self.name)

    def wanted(self) -> Facts:
        key = {} if self._alarms else {"KmsMasterKeyId": KEY}
        return {**key, **statements(self._policy())}

    def actual(self) -> Facts | None:
        found = if_there(lambda: self._sns.get_topic_attributes(TopicArn=self.arn)["Attributes"], *ABSENT)
        if found is None:
            return None
        key = {"KmsMasterKeyId": found["KmsMasterKeyId"]} if found.get("KmsMasterKeyId") else {}
        return {**key, **statements(found.get("Policy"))}

    def create(self) -> None:
        self._sns.create_topic(Name=self.name)

    def change(self, facts: Set[str]) -> None:
        if any(fact.startswith("Policy ") for fact in facts):
            self._set("Policy", json.dumps(self._policy()))
        if "KmsMasterKeyId" in facts:
            self._set("KmsMasterKeyId", "" if self._alarms else KEY)

    def remove(self) -> None:
        """Its subscriptions go with it."""
        if self.actual() is not None:
            self._sns.delete_topic(TopicArn=self.arn)

    def opens(self, difference: Difference) -> bool:
        return (difference.fact == "KmsMasterKeyId" and not self._alarms) or widens(difference)

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
        return policy_of(owner, secure, *([self._letting_alarms()] * bool(self._alarms)))

    def _letting_alarms(self) -> dict[str, Any]:
        return {
            "Sid": "OurAlarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": self.arn,
            "Condition": {
                "ArnLike": {"aws:SourceArn": self._alarms},
                "StringEquals": {"aws:SourceAccount": self._account.number},
            },
        }


class SubscriptionResource:
    """Somebody's e-mail address on a topic. Whether they have clicked AWS's link is theirs to do, and no fact of ours; so are
    other subscriptions that people made for themselves. It goes with its topic."""

    kind = "subscription"

    def __init__(self, aws: Any, topic: str, address: str) -> None:
        """`topic`: its ARN."""
        self.name = address
        self._sns, self._topic = aws.client("sns"), topic

    def wanted(self) -> Facts:
        return {}

    def actual(self) -> Facts | None:
        return {} if self._is_there() else None

    def create(self) -> None:
        """SNS sends them an e-mail with a link to click; without that for three days, it is gone again."""
        self._sns.subscribe(TopicArn=self._topic, Protocol="email", Endpoint=self.name)

    def change(self, facts: Set[str]) -> None: ...

    def remove(self) -> None: ...

    def opens(self, difference: Difference) -> bool:
        return False

    def unheard(self) -> list[str]:
        """What whoever counts on it has to know, in sentences: who does not hear yet, and who else does."""
        found = self._addresses()
        waits = found.get(self.name) == UNCONFIRMED
        return [
            *([f"{self.name} has not clicked the link in AWS's e-mail yet, and hears nothing."] * waits),
            *(
                f"{other} hears too; to end that, use the link in any of the e-mails."
                for other in sorted(found.keys() - {self.name})
            ),
        ]

    def _is_there(self) -> bool:
        return self.name in self._addresses()

    def _addresses(self) -> dict[str, str]:
        """E-mail addresses on the topic, and what AWS says of each: an ARN, or UNCONFIRMED."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        found = if_there(pages.build_full_result, *ABSENT) or {}
        there = [each for each in found.get("Subscriptions", []) if each["Protocol"] == "email"]
        return {each["Endpoint"]: each["SubscriptionArn"] for each in there}
