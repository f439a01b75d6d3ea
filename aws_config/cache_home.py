"""The Redis that several machines share, where they are on AWS: its place in a network, and itself."""

from typing import Any

from aws_config.config import names_of
from aws_config.private_place import network_of, place_stages
from aws_config.resource_manager import Stage
from aws_config.resources.caches import CacheResource
from aws_config.resources.networks import Network
from aws_config.resources.waiting import LOOKS
from lib.settings import Settings

PORT = 6379


def cache_stages(aws: Any, settings: Settings, *, looks: int = LOOKS) -> list[Stage]:
    network = network_of(aws, settings)
    place = place_stages(aws, settings, network, "elasticache", names_of(settings).cache, PORT)
    return [*place, [cache(aws, settings, network, looks=looks)]]


def cache(aws: Any, settings: Settings, network: Network, *, looks: int = LOOKS) -> CacheResource:
    names = names_of(settings)
    return CacheResource(
        aws, names.cache, network, node=settings.cache_type, nodes=settings.cache_nodes, looks=looks
    )
