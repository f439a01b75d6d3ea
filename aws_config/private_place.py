"""Where cache and database are: a network that is there already, which only the planner's machines reach them in."""

from typing import Any

from aws_config.config import names_of
from aws_config.resource_manager import Stage
from aws_config.resources.networks import Network, SecurityGroupResource
from aws_config.resources.within import SubnetGroupResource
from lib.settings import Settings


def network_of(aws: Any, settings: Settings) -> Network:
    return Network(aws, settings.vpc_id, settings.vpc_subnets)


def place_stages(
    aws: Any, settings: Settings, network: Network, service: str, name: str, port: int
) -> list[Stage]:
    """A group for machines to be in, which alone is let in; then where what is called `name` may be."""
    machines = names_of(settings).machines
    return [
        [SecurityGroupResource(aws, network, machines)],
        [
            SecurityGroupResource(aws, network, name, lets_in=machines, port=port),
            SubnetGroupResource(aws, service, name, network),
        ],
    ]
