"""Budgets that were just ended, noted down so that they can be brought back as they were."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from lib.periods import Month
from lib.records import Budget, Document, Step

KIND = "ended-budgets"


def note_of(user_id: str, note_id: str, budgets: Iterable[Budget], expires_at: datetime) -> Document:
    """`budgets` as they were, each with the version that it has been left with: 0 for what is gone."""
    data = {"budgets": [_to_json(budget) for budget in budgets]}
    return Document(user_id, KIND, note_id, data, expires_at=expires_at)


def budgets_of(note: Document) -> list[Budget]:
    """What to save to bring them back."""
    return [_from_json(note.user_id, data) for data in note.data["budgets"]]


def left_as(budget: Budget, saved: Budget | None) -> Budget:
    """`budget` with the version to save it over `saved` with, or over nothing."""
    return replace(budget, version=saved.version if saved else 0)


def _to_json(budget: Budget) -> dict[str, Any]:
    return {
        "budget_id": budget.budget_id,
        "category": budget.category,
        "steps": [[str(since), None if amount is None else str(amount)] for since, amount in budget.steps],
        "created_at": budget.created_at.isoformat(),
        "alert_thresholds": list(budget.alert_thresholds),
        "rollover_since": None if budget.rollover_since is None else str(budget.rollover_since),
        "version": budget.version,
    }


def _from_json(user_id: str, data: dict[str, Any]) -> Budget:
    steps = (
        Step(Month.stored(since), None if amount is None else Decimal(amount))
        for since, amount in data["steps"]
    )
    since = data["rollover_since"]
    thresholds = data.get("alert_thresholds") or [
        data["alert_threshold"]
    ]  # a note from before there were several
    return Budget(
        user_id,
        data["budget_id"],
        data["category"],
        tuple(steps),
        datetime.fromisoformat(data["created_at"]),
        tuple(thresholds),
        None if since is None else Month.stored(since),
        data["version"],
    )
