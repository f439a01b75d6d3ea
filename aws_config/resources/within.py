"""What a cache and a database within a network have in common: the subnets that they may be in."""

from collections.abc import Mapping, Set
from typing import Any

from aws_config.resources.base import Difference, Facts, if_there
from aws_config.resources.networks import Network

WORDS = {"elasticache": "Cache", "rds": "DB"}  # what each service calls a subnet group's kind
ABSENT = ("CacheSubnetGroupNotFoundFault", "DBSubnetGroupNotFoundFault")


class SubnetGroupResource:
    """Where a cache or a database may be."""

    def __init__(self, aws: Any, service: str, name: str, network: Network) -> None:
        """`service`: one of WORDS."""
        self.kind = {"elasticache": "cache subnet group", "rds": "database subnet group"}[service]
        self.name = name
        self._client, self._word, self._network = aws.client(service), WORDS[service], network

    def wanted(self) -> Facts:
        return {"SubnetIds": self._network.subnets}

    def actual(self) -> Facts | None:
        found = if_there(lambda: self._ask("describe_{}_subnet_groups"), *ABSENT)
        if found is None:
            return None
        (group,) = found[f"{self._word}SubnetGroups"]
        return {"SubnetIds": sorted(each["SubnetIdentifier"] for each in group["Subnets"])}

    def create(self) -> None:
        described = {f"{self._word}SubnetGroupDescription": "Smart Budget Planner"}
        self._ask("create_{}_subnet_group", SubnetIds=self._network.subnets, **described)

    def change(self, facts: Set[str]) -> None:
        self._ask("modify_{}_subnet_group", SubnetIds=self._network.subnets)

    def remove(self) -> None:
        if self.actual() is not None:
            self._ask("delete_{}_subnet_group")

    def opens(self, difference: Difference) -> bool:
        return False

    def _ask(self, what: str, **more: Any) -> Mapping[str, Any]:
        ask = getattr(self._client, what.format(self._word.lower()))
        answer: Mapping[str, Any] = ask(**{f"{self._word}SubnetGroupName": self.name}, **more)
        return answer
