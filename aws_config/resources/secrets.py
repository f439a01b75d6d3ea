"""Secrets of Secrets Manager. What is in one is made there, at random, and never read by the setup."""

import json
import secrets
from collections.abc import Set
from typing import Any

from aws_config.resources.base import Difference, Facts, if_there

RECOVERY_DAYS = 7  # for which what was removed can come back
OTHERS = "ResourcePolicy"  # who else is let in


class SecretResource:
    """What signs cookies. It stays what it is: another would sign everyone out."""

    kind = "secret"

    def __init__(self, aws: Any, name: str) -> None:
        self.name = name
        self._secrets = aws.client("secretsmanager")

    def wanted(self) -> Facts:
        return {}

    def actual(self) -> Facts | None:
        found = self._described()
        if found is None or "DeletedDate" in found:
            return None
        policy = self._secrets.get_resource_policy(SecretId=self.name).get("ResourcePolicy")
        return {OTHERS: json.loads(policy)} if policy else {}

    def create(self) -> None:
        if self._described() is not None:  # removed a few days ago
            self._secrets.restore_secret(SecretId=self.name)
            return
        self._secrets.create_secret(
            Name=self.name,
            Description="Smart Budget Planner: signs cookies",
            SecretString=secrets.token_hex(32),
        )

    def change(self, facts: Set[str]) -> None:
        if OTHERS in facts:
            self._secrets.delete_resource_policy(SecretId=self.name)

    def remove(self) -> None:
        if self.actual() is not None:
            self._secrets.delete_secret(SecretId=self.name, RecoveryWindowInDays=RECOVERY_DAYS)

    def opens(self, difference: Difference) -> bool:
        return True

    def version(self) -> str:
        """The id of the text that counts now; "" where there is none."""
        versions = (self._described() or {}).get("VersionIdsToStages", {})
        return next((id for id, stages in versions.items() if "AWSCURRENT" in stages), "")

    def _described(self) -> dict[str, Any] | None:
        return if_there(lambda: self._secrets.describe_secret(SecretId=self.name))
