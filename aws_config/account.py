"""Whose account it is, and what things in it are called in full."""

from dataclasses import dataclass
from typing import Any

GLOBAL = frozenset({"iam", "budgets"})  # services whose names say no region
NAMELESS = frozenset({"s3"})  # and whose names say no account either


@dataclass(frozen=True)
class Account:
    """`number` has twelve digits; `partition` is "aws" but in China and for governments."""

    number: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """The full name of `resource` as its service writes it, such as "table/smart-budget-users"."""
        region = "" if service in GLOBAL | NAMELESS else self.region
        number = "" if service in NAMELESS else self.number
        return f"arn:{self.partition}:{service}:{region}:{number}:{resource}"


def account_of(aws: Any) -> Account:
    """Ask AWS who we are. Every caller may, so whatever goes wrong is the credentials or the way there."""
    arn = aws.client("sts").get_caller_identity()["Arn"].split(":")
    return Account(number=arn[4], region=aws.region, partition=arn[1])
