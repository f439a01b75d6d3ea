"""Who reaches whom within a network: security groups, and the subnets that something may be in."""

from collections.abc import Set
from typing import Any

from botocore.exceptions import ClientError

from aws_config.resources.base import Difference, Facts, Protected


class Network:
    """A VPC that is there already: the region's default one unless it is named."""

    def __init__(self, aws: Any, vpc: str = "", subnets: str = "") -> None:
        """`subnets`: ids with commas between them, all of the network's if it is ""."""
        self._ec2, self._vpc, self._subnets = aws.client("ec2"), vpc, subnets

    @property
    def vpc(self) -> str:
        """Raises ValueError where no network is named and there is no default one."""
        if not self._vpc:
            found = self._ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
            if not found:
                raise ValueError("This region has no default network: set VPC_ID.")
            self._vpc = str(found[0]["VpcId"])
        return self._vpc

    @property
    def subnets(self) -> list[str]:
        if self._subnets:
            return sorted(self._subnets.split(","))
        pages = self._ec2.get_paginator("describe_subnets").paginate(
            Filters=[{"Name": "vpc-id", "Values": [self.vpc]}]
        )
        return sorted(each["SubnetId"] for page in pages for each in page["Subnets"])

    def group(self, name: str) -> dict[str, Any] | None:
        """The network's security group of that name."""
        wanted = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "group-name", "Values": [name]}]
        found = self._ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
        return dict(found[0]) if found else None


class SecurityGroupResource:
    """Lets members of one other group in at one port, and nobody else; or is that other group, which is for machines to be in."""

    kind = "security group"

    def __init__(self, aws: Any, network: Network, name: str, *, lets_in: str = "", port: int = 0) -> None:
        """`lets_in`: the name of the other group; "" where who is let in is not ours to say."""
        self.name = name
        self._ec2, self._network = aws.client("ec2"), network
        self._lets_in, self._port = lets_in, port

    def wanted(self) -> Facts:
        if not self._lets_in:
            return {}
        other = (self._network.group(self._lets_in) or {}).get("GroupId", self._lets_in)
        return {"Ingress": [f"tcp {self._port}-{self._port} {other}"]}

    def actual(self) -> Facts | None:
        found = self._network.group(self.name)
        if found is None:
            return None
        return {"Ingress": sorted(map(_said, _one_by_one(found)))} if self._lets_in else {}

    def create(self) -> None:
        self._ec2.create_security_group(
            GroupName=self.name, Description="Smart Budget Planner", VpcId=self._network.vpc
        )

    def change(self, facts: Set[str]) -> None:
        found = self._network.group(self.name) or {}
        wanted = self.wanted()["Ingress"]
        rules = {_said(rule): rule for rule in _one_by_one(found)}
        for said in rules.keys() - {*wanted}:
            self._ec2.revoke_security_group_ingress(GroupId=found["GroupId"], IpPermissions=[rules[said]])
        for said in {*wanted} - rules.keys():
            other = [{"GroupId": said.split()[-1]}]
            rule = {
                "IpProtocol": "tcp",
                "FromPort": self._port,
                "ToPort": self._port,
                "UserIdGroupPairs": other,
            }
            self._ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=[rule])

    def remove(self) -> None:
        """Raises Protected while something is in it or names it."""
        if (found := self._network.group(self.name)) is None:
            return
        try:
            self._ec2.delete_security_group(GroupId=found["GroupId"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "DependencyViolation":
                raise
            raise Protected(
                f"The security group {self.name} is still in use: run this again when nothing is in it."
            ) from error

    def opens(self, difference: Difference) -> bool:
        return bool({*(difference.now or [])} - {*(difference.wanted or [])})


def _one_by_one(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Its rules, each for one source."""
    rules = []
    for rule in group.get("IpPermissions", []):
        way = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
        for pair in rule.get("UserIdGroupPairs", []):
            rules.append({**way, "UserIdGroupPairs": [{"GroupId": pair["GroupId"]}]})
        for kind in ("IpRanges", "Ipv6Ranges", "PrefixListIds"):
            name = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId"}[kind]
            rules += [{**way, kind: [{name: each[name]}]} for each in rule.get(kind, [])]
    return rules


def _said(rule: dict[str, Any]) -> str:
    (source,) = next(rule[name] for name in rule if name not in ("IpProtocol", "FromPort", "ToPort"))[:1]
    ports = f"{rule.get('FromPort', 'any')}-{rule.get('ToPort', 'any')}"
    return f"{rule['IpProtocol']} {ports} {next(iter(source.values()))}"
