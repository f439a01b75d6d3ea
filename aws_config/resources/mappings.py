"""The queues that call functions."""

import time
from collections.abc import Set
from typing import Any

from aws_config.account import Account
from aws_config.function_plans import LIVE, FunctionPlan
from aws_config.resources.base import Difference, Facts
from aws_config.resources.functions import PATIENCE, once_known

PARTLY = "ReportBatchItemFailures"  # what could not be done comes back, and nothing else does


class MappingResource:
    """The bond between a queue and the function that serves it."""

    kind = "event source mapping"

    def __init__(self, aws: Any, account: Account, queue: str, function: str, plan: FunctionPlan) -> None:
        self.name = f"{queue} → {function}"
        self._lambda = aws.client("lambda", read_timeout=PATIENCE)
        self._queue, self._function = account.arn("sqs", queue), f"{function}:{LIVE}"
        self._plan = plan
        self._arn = account.arn("lambda", f"function:{self._function}")

    def wanted(self) -> Facts:
        return {
            "BatchSize": self._plan.batch,
            "MaximumConcurrency": self._plan.side_by_side,
            "FunctionResponseTypes": [PARTLY],
            "Enabled": True,
            "Function": self._arn,
        }

    def actual(self) -> Facts | None:
        mapping = self._mapping()
        if mapping is None:
            return None
        return {
            "BatchSize": mapping["BatchSize"],
            "MaximumConcurrency": (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency"),
            "FunctionResponseTypes": mapping.get("FunctionResponseTypes") or [],
            "Enabled": mapping["State"] not in ("Disabled", "Disabling"),
            "Function": mapping["FunctionArn"],
        }

    def create(self) -> None:
        once_known(
            lambda: self._lambda.create_event_source_mapping(EventSourceArn=self._queue, **self._settings())
        )

    def change(self, facts: Set[str]) -> None:
        mapping = self._settled()
        self._lambda.update_event_source_mapping(UUID=mapping["UUID"], **self._settings())

    def remove(self) -> None:
        if self._mapping() is not None:
            self._lambda.delete_event_source_mapping(UUID=self._settled()["UUID"])

    def opens(self, difference: Difference) -> bool:
        return False

    def _settings(self) -> dict[str, Any]:
        return {
            "FunctionName": self._function,
            "BatchSize": self._plan.batch,
            "ScalingConfig": {"MaximumConcurrency": self._plan.side_by_side},
            "FunctionResponseTypes": [PARTLY],
            "Enabled": True,
        }

    def _mapping(self) -> dict[str, Any] | None:
        """The queue's, of this function whatever it is called by."""
        pages = self._lambda.get_paginator("list_event_source_mappings").paginate(EventSourceArn=self._queue)
        base = self._arn.removesuffix(f":{LIVE}").split(":")
        for page in pages:
            for mapping in page["EventSourceMappings"]:
                if (
                    mapping["FunctionArn"].split(":")[: len(base)] == base
                    and mapping.get("State") != "Deleting"
                ):
                    return dict(mapping)
        return None

    def _settled(self) -> dict[str, Any]:
        """Lambda takes no change while it is at another."""
        for pause in (*[2] * 60, None):
            mapping = self._mapping() or {}
            if pause is None or not str(mapping.get("State", "")).endswith("ing"):
                break
            time.sleep(pause)
        return mapping
