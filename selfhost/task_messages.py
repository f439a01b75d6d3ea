"""How a task is written down for a worker: as JSON, because reading a pickle runs what is in it.

Whoever can write to the queue, and a Redis is reached over the network, would otherwise run what they like in every worker.
"""

import json
import logging
from typing import Any

from huey import Huey
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer

log = logging.getLogger(__name__)


class AsJson(Serializer):  # type: ignore[misc]  # Huey has no types
    """A task's id, its name at Huey, and its arguments: texts, all of them."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, *data.args]).encode()

    def _deserialize(self, data: bytes) -> Message:
        """Raises ValueError or RecursionError for anything else."""
        parts = json.loads(data)
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise ValueError("not a list of texts")
        "".join(parts).encode()  # half a character, which JSON can name, could neither be stored nor logged
        id, name, *arguments = parts
        return Message(id, name, retries=0, retry_delay=0, args=tuple(arguments), kwargs={})


class Bell(Huey):  # type: ignore[misc]
    """Drops what it cannot read. What was to be done is in the store and is found there: the queue may lose anything."""

    def __init__(self, storage: type, **others: Any) -> None:
        super().__init__("planner", storage_class=storage, results=False, serializer=AsJson(), **others)

    def deserialize_task(self, data: bytes) -> Any:
        try:
            return super().deserialize_task(data)
        except (ValueError, RecursionError, HueyException) as error:
            log.warning("dropped what is no task from the queue: %s", type(error).__name__)
            return None
