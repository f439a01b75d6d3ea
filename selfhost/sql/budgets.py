"""Budgets: one row per user and category."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lib.errors import Changed
from lib.periods import Month
from lib.records import Budget, Step
from selfhost.sql.engine import Database
from selfhost.sql.rows import from_stamp, maker, to_stamp
from selfhost.sql.tables import budgets
from selfhost.sql.users import touch

_LIST = (
    select(
        budgets.c.user_id,
        budgets.c.budget_id,
        budgets.c.category,
        budgets.c.steps,
        budgets.c.created_at,
        budgets.c.alert_thresholds,
        budgets.c.rollover_since,
        budgets.c.version,
    )
    .where(budgets.c.user_id == bindparam("user_id"))
    .order_by(budgets.c.category)
)
_ADD = insert(budgets)
_SAVE = update(budgets).where(
    budgets.c.user_id == bindparam("user"),
    budgets.c.budget_id == bindparam("id"),
    budgets.c.version == bindparam("read"),
)
_REMOVE = delete(budgets).where(
    budgets.c.user_id == bindparam("user_id"), budgets.c.budget_id == bindparam("budget_id")
)


_budget = maker(Budget)


class BudgetTable:
    _database: Database

    def save_budget(self, budget: Budget) -> Budget:
        saved = replace(budget, version=budget.version + 1)
        values = _values(saved)
        try:
            with self._database.write() as connection:
                if not touch(connection, budget.user_id):
                    raise Changed
                if budget.version == 0:
                    connection.execute(
                        _ADD, values | {"user_id": budget.user_id, "budget_id": budget.budget_id}
                    )
                elif not connection.execute(
                    _SAVE, values | {"user": budget.user_id, "id": budget.budget_id, "read": budget.version}
                ).rowcount:
                    raise Changed
        except IntegrityError as error:
            raise Changed from error
        return saved

    def list_budgets(self, user_id: str) -> list[Budget]:
        with self._database.read() as connection:
            rows = connection.execute(_LIST, {"user_id": user_id}).all()
        return [
            _budget(
                owner,
                budget_id,
                category,
                _steps(steps),
                from_stamp(created_at),
                _thresholds(thresholds),
                _month(since),
                version,
            )
            for owner, budget_id, category, steps, created_at, thresholds, since, version in rows
        ]

    def remove_budget(self, user_id: str, budget_id: str) -> bool:
        with self._database.write() as connection:
            touch(connection, user_id)
            return connection.execute(_REMOVE, {"user_id": user_id, "budget_id": budget_id}).rowcount == 1


def _values(budget: Budget) -> dict[str, Any]:
    steps = [[str(step.since), None if step.amount is None else str(step.amount)] for step in budget.steps]
    return {
        "category": budget.category,
        "steps": json.dumps(steps),
        "created_at": to_stamp(budget.created_at),
        "alert_thresholds": ",".join(map(str, budget.alert_thresholds)),
        "rollover_since": "" if budget.rollover_since is None else str(budget.rollover_since),
        "version": budget.version,
    }


@lru_cache(maxsize=2048)
def _steps(text: str) -> tuple[Step, ...]:
    return tuple(
        Step(Month.stored(since), None if amount is None else Decimal(amount))
        for since, amount in json.loads(text)
    )


@lru_cache(maxsize=512)
def _thresholds(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


@lru_cache(maxsize=512)
def _month(text: str) -> Month | None:
    return Month.stored(text) if text else None
