"""The Redis that several machines share, where they are on AWS: its network's rules, its subnets, itself."""

from typing import Any

from aws_config.config import names_of
from aws_config.resource_manager import Stage
from aws_config.resources.caches import LOOKS, CacheResource, CacheSubnetsResource
from aws_config.resources.networks import Network, SecurityGroupResource
from lib.settings import Settings

PORT = 6379


def cache_stages(aws: Any, settings: Settings, *, looks: int = LOOKS) -> list[Stage]:
    """A group for machines to be in, which alone is let in; then where the cache may be, and the cache."""
    names = names_of(settings)
    network = Network(aws, settings.vpc_id, settings.vpc_subnets)
    return [
        [SecurityGroupResource(aws, network, names.machines)],
        [
            SecurityGroupResource(aws, network, names.cache, lets_in=names.machines, port=PORT),
            CacheSubnetsResource(aws, names.cache, network),
        ],
        [cache(aws, settings, network, looks=looks)],
    ]


def cache(aws: Any, settings: Settings, network: Network, *, looks: int = LOOKS) -> CacheResource:
    names = names_of(settings)
    return CacheResource(
        aws, names.cache, network, node=settings.cache_type, nodes=settings.cache_nodes, looks=looks
    )
