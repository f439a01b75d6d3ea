"""Budgets, one of a user and category: a claim in `records` refuses a second one, whatever its id."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from aws_config.dynamodb.conflicts import Refused
from aws_config.dynamodb.database import Database
from aws_config.dynamodb.expressions import Write, absent, any_of, compare, delete, put
from aws_config.dynamodb.recents import BUDGETS, Recents
from aws_config.dynamodb.tables import BY_CATEGORY
from aws_config.dynamodb.values import Item, can_be_key, from_stamp, kept, own_key, stamp
from lib.errors import Changed
from lib.periods import Month
from lib.records import Budget, Step

CLAIM = "-budget#"  # what the sort key of a category's claim begins with; no kind of document does


class BudgetTable:
    _database: Database
    _recents: Recents

    def save_budget(self, budget: Budget) -> Budget:
        saved = replace(budget, version=budget.version + 1)
        before = self._budget(budget.user_id, budget.budget_id) if budget.version else None
        if budget.version and (before is None or before["version"] != budget.version):
            raise Changed
        condition = absent("budget_id") if before is None else compare("version", "=", budget.version)
        writes = [put("budgets", _to_item(saved), condition)]
        if before is None or before["category"] != budget.category:
            writes.append(_claim(budget))
            if before is not None:
                writes.append(_give_up(before))
        try:
            self._change(budget.user_id, budget.budget_id, writes)
        except Refused as refused:
            raise Changed from refused
        return saved

    def list_budgets(self, user_id: str) -> list[Budget]:
        if not can_be_key(user_id):
            return []
        lately = self._recents.items(user_id, BUDGETS)
        theirs = compare("user_id", "=", user_id)
        found = [
            item
            for page in self._database.walk("budgets", theirs, index=BY_CATEGORY)
            for item in page.items
            if _id(item) not in lately
        ]
        found += [item for item in lately.values() if item is not None]
        return [_to_budget(item) for item in sorted(found, key=lambda item: str(item["category"]))]

    def remove_budget(self, user_id: str, budget_id: str) -> bool:
        while (before := self._budget(user_id, budget_id)) is not None:
            same = compare("version", "=", before["version"])
            key = {"budget_id": before["budget_id"]}
            try:
                self._change(user_id, budget_id, [delete("budgets", key, same), _give_up(before)])
            except Refused as refused:
                if refused.failed[0]:
                    return False
            else:
                return True
        return False

    def _budget(self, user_id: str, budget_id: str) -> Item | None:
        key = own_key(user_id, budget_id)
        return self._database.get("budgets", {"budget_id": key}) if can_be_key(key) else None

    def _change(self, user_id: str, budget_id: str, writes: list[Write]) -> None:
        with self._database.turn(user_id):
            self._database.transact([self._recents.touch(user_id, BUDGETS, [budget_id]), *writes])
        self._recents.forget(user_id, BUDGETS)


def _claim(budget: Budget) -> Write:
    key = {"user_id": budget.user_id, "sk": CLAIM + budget.category}
    free = any_of(absent("user_id"), compare("budget_id", "=", budget.budget_id))
    return put("records", key | {"budget_id": budget.budget_id}, free)


def _give_up(item: Item) -> Write:
    key = {"user_id": item["user_id"], "sk": CLAIM + item["category"]}
    return delete("records", key, any_of(absent("user_id"), compare("budget_id", "=", _id(item))))


def _id(item: Item) -> str:
    return str(item["budget_id"]).partition("/")[2]


def _to_item(budget: Budget) -> Item:
    steps = [[str(step.since), None if step.amount is None else str(step.amount)] for step in budget.steps]
    return kept(
        {
            "budget_id": own_key(budget.user_id, budget.budget_id),
            "user_id": budget.user_id,
            "category": budget.category,
            "steps": json.dumps(steps),
            "created_at": stamp(budget.created_at),
            "alert_threshold": budget.alert_threshold,
            "alert_thresholds": budget.alert_thresholds,
            "rollover_since": "" if budget.rollover_since is None else str(budget.rollover_since),
            "version": budget.version,
        }
    )


def _to_budget(item: Item) -> Budget:
    return Budget(
        item["user_id"],
        _id(item),
        item["category"],
        _steps(item["steps"]),
        from_stamp(item["created_at"]),
        alert_thresholds=_thresholds(item),
        rollover_since=Month.stored(item["rollover_since"]) if "rollover_since" in item else None,
        version=int(item["version"]),
    )


def _thresholds(item: Item) -> tuple[int, ...]:
    """One, in an item from before there could be several."""
    return tuple(map(int, item.get("alert_thresholds", [item["alert_threshold"]])))


@lru_cache(maxsize=2048)
def _steps(text: str) -> tuple[Step, ...]:
    return tuple(
        Step(Month.stored(since), None if amount is None else Decimal(amount))
        for since, amount in json.loads(text)
    )
