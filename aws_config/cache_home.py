"""The Redis that several machines share, where they are on AWS: its place in a network, and itself."""

from typing import Any

from aws_config.config import names_of
from aws_config.private_place import network_of, place_stages
from aws_config.resource_manager import ResourceManager
from aws_config.resources.caches import CacheResource
from aws_config.resources.waiting import LOOKS
from lib.settings import Settings

PORT = 6379


def cache_manager(aws: Any, settings: Settings, *, looks: int = LOOKS) -> ResourceManager:
    network, name = network_of(aws, settings), names_of(settings).cache
    itself = CacheResource(
        aws, name, network, node=settings.cache_type, nodes=settings.cache_nodes, looks=looks
    )

    def outcome() -> dict[str, str]:
        return {"REDIS_URL": url} if (url := itself.url) else {}

    place = place_stages(aws, settings, network, "elasticache", name, PORT)
    return ResourceManager([*place, [itself]], outcome)
