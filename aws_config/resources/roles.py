"""Roles of IAM: who may take them, and what they may do then."""

import json
from collections.abc import Iterable, Sequence, Set
from typing import Any
from urllib.parse import unquote

from aws_config.account import Account
from aws_config.iam_policies import Grant, document
from aws_config.resources.base import Difference, Facts, if_there, policy_of, statements, widens

ABSENT = ("NoSuchEntity", "NoSuchEntityException")
INLINE = "planner"  # the one policy a role has
LAMBDA = "lambda.amazonaws.com"
MACHINES = "ec2.amazonaws.com"
BEANSTALK = "elasticbeanstalk.amazonaws.com"


class RoleResource:
    kind = "role"

    def __init__(
        self,
        aws: Any,
        account: Account,
        name: str,
        *,
        service: str,
        grants: Iterable[Grant],
        description: str = "",
        managed: Sequence[str] = (),
        external_id: str = "",
    ) -> None:
        """
        Args:
            service: Who may take the role, such as LAMBDA; for MACHINES it gets an instance profile of its name.
            managed: ARNs of policies that AWS keeps up to date.
            external_id: What the service has to say of whom it acts for.
        """
        self.name = name
        self._iam, self._account = aws.client("iam"), account
        self._service, self._policy, self._description = service, document(grants), description
        self._managed, self._external_id = sorted(managed), external_id

    @property
    def arn(self) -> str:
        return self._account.arn("iam", f"role/{self.name}")

    def wanted(self) -> Facts:
        profile = {"InstanceProfile": [self.name]} if self._service == MACHINES else {}
        return {
            "TrustPolicy": self._trust(),
            "OtherPolicies": self._managed,
            **profile,
            **statements(self._policy),
        }

    def actual(self) -> Facts | None:
        role = if_there(lambda: self._iam.get_role(RoleName=self.name)["Role"], *ABSENT)
        if role is None:
            return None
        inline = self._pages("list_role_policies", "PolicyNames")
        attached = self._pages("list_attached_role_policies", "AttachedPolicies")
        profiles = sorted(each["InstanceProfileName"] for each in self._profiles())
        return {
            "TrustPolicy": _document(role["AssumeRolePolicyDocument"]),
            "OtherPolicies": sorted(
                {*inline} - {INLINE} | {policy["PolicyArn"] for policy in attached},
            ),
            **({"InstanceProfile": profiles} if profiles else {}),
            **statements(self._inline() if INLINE in inline else None),
        }

    def create(self) -> None:
        self._iam.create_role(
            RoleName=self.name,
            AssumeRolePolicyDocument=json.dumps(self._trust()),
            Description=self._description,
        )

    def change(self, facts: Set[str]) -> None:
        if "TrustPolicy" in facts:
            self._iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=json.dumps(self._trust()))
        if any(fact.startswith("Policy ") for fact in facts):
            self._iam.put_role_policy(
                RoleName=self.name, PolicyName=INLINE, PolicyDocument=json.dumps(self._policy)
            )
        if "OtherPolicies" in facts:
            self._drop_policies(keep=(INLINE, *self._managed))
            for arn in self._managed:
                self._iam.attach_role_policy(RoleName=self.name, PolicyArn=arn)
        if "InstanceProfile" in facts:
            self._set_profile()

    def remove(self) -> None:
        if self.actual() is None:
            self._remove_profile()  # left by a removal that was cut off
            return
        self._drop_policies(keep=())
        for profile in self._profiles():
            self._leave(profile["InstanceProfileName"])
        self._remove_profile()
        self._iam.delete_role(RoleName=self.name)

    def opens(self, difference: Difference) -> bool:
        return difference.fact in ("TrustPolicy", "OtherPolicies") or widens(difference)

    def _trust(self) -> dict[str, Any]:
        said = {"StringEquals": {"sts:ExternalId": self._external_id}}
        return policy_of(
            {
                "Sid": "OnlyThatService",
                "Effect": "Allow",
                "Principal": {"Service": self._service},
                "Action": "sts:AssumeRole",
                **({"Condition": said} if self._external_id else {}),
            }
        )

    def _inline(self) -> dict[str, Any]:
        return _document(self._iam.get_role_policy(RoleName=self.name, PolicyName=INLINE)["PolicyDocument"])

    def _pages(self, operation: str, part: str) -> list[Any]:
        pages = self._iam.get_paginator(operation).paginate(RoleName=self.name)
        return [each for page in pages for each in page[part]]

    def _profiles(self) -> list[dict[str, Any]]:
        return self._pages("list_instance_profiles_for_role", "InstanceProfiles")

    def _drop_policies(self, keep: Sequence[str]) -> None:
        """All but those kept: names of our own, ARNs of attached ones."""
        for policy in self._pages("list_attached_role_policies", "AttachedPolicies"):
            if policy["PolicyArn"] not in keep:
                self._iam.detach_role_policy(RoleName=self.name, PolicyArn=policy["PolicyArn"])
        for name in self._pages("list_role_policies", "PolicyNames"):
            if name not in keep:
                self._iam.delete_role_policy(RoleName=self.name, PolicyName=name)

    def _set_profile(self) -> None:
        """Be in the instance profile of our name, made if need be, and in no other."""
        wanted = self.name if self._service == MACHINES else ""
        names = {profile["InstanceProfileName"] for profile in self._profiles()}
        for other in names - {wanted}:
            self._leave(other)
        if not wanted or wanted in names:
            return
        which = {"InstanceProfileName": wanted}
        there = if_there(lambda: self._iam.get_instance_profile(**which), *ABSENT)
        profile = (there or self._iam.create_instance_profile(**which))["InstanceProfile"]
        for role in profile["Roles"]:  # a profile has room for one
            self._iam.remove_role_from_instance_profile(InstanceProfileName=wanted, RoleName=role["RoleName"])
        self._iam.add_role_to_instance_profile(InstanceProfileName=wanted, RoleName=self.name)

    def _leave(self, profile: str) -> None:
        self._iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=self.name)

    def _remove_profile(self) -> None:
        if self._service == MACHINES:
            if_there(lambda: self._iam.delete_instance_profile(InstanceProfileName=self.name), *ABSENT)


def _document(found: Any) -> dict[str, Any]:
    """IAM sends documents percent-encoded; boto3 mostly decodes them."""
    return dict(json.loads(unquote(found)) if isinstance(found, str) else found)
