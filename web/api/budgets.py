"""Budgets: list, set, end; and how the month stands."""

from typing import Any

from lib.periods import Month
from web.api.blueprint import bp
from web.api.budget_models import BudgetIn, BudgetList, BudgetOut, Summary
from web.api.description import BUDGETS, described
from web.api.models import MonthQuery
from web.context import me, services, today

Answer = Any


@bp.get("/api/budget")
@described(BUDGETS, {200: BudgetList})
def list_budgets(query: MonthQuery) -> BudgetList:
    """The budgets that hold in a month."""
    return BudgetList.of(services.budgets.month(me(), query.month or _now(), today()), me())


@bp.post("/api/budget")
@described(BUDGETS, {200: BudgetOut}, "write", problems=(409,))
def set_budget(json: BudgetIn) -> BudgetOut:
    """Set what may be spent on a category.

    A category has one budget: this adds it, or changes the one that is there.
    """
    month = json.month or _now()
    budget = services.budgets.set_budget(
        me(),
        json.key(me()),
        json.amount,
        month,
        only=json.only,
        thresholds=json.thresholds(),
        rollover=json.rollover,
    )
    return BudgetOut.of(budget, json.amount, me())


@bp.delete("/api/budget/<id:budget_id>")
@described(BUDGETS, {204: None}, "write")
def delete_budget(budget_id: str) -> Answer:
    """End a budget from the current month on.

    Earlier months keep it.
    """
    services.budgets.remove_budget(me(), budget_id, _now())
    return "", 204


@bp.get("/api/summary")
@described(BUDGETS, {200: Summary})
def get_summary(query: MonthQuery) -> Summary:
    """How a month stands: each budget, what is spent without one, and the totals."""
    return Summary.of(services.budgets.month(me(), query.month or _now(), today()), me())


def _now() -> Month:
    return Month.of(today())
