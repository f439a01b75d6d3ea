"""Budgets and the month's summary as the API takes and gives them."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lib.budgeting.months import BudgetLine, BudgetMonth, State
from lib.categories import OVERALL
from lib.errors import Invalid
from lib.money import rounded
from lib.records import MAX_THRESHOLDS, Budget, User
from web.api.fields import Amount, LimitIn, MonthIn, Whole
from web.api.models import CategoryName, In, Out, SumOut, category_key

ALL = "All spending"


def _different(values: list[int]) -> list[int]:
    if len(set(values)) < len(values):
        raise ValueError("Use each percentage once.")
    return values


class BudgetIn(In):
    """What may be spent a month. A category has one budget: setting it again changes it."""

    category: CategoryName
    """A category's name, in any case, or its key; "*" for a limit on all spending."""
    amount: LimitIn
    alert_threshold: Annotated[int, Whole(1, 100)] | None = Field(None, examples=[80])
    """Percent at which it counts as nearly used up. Null: as it is, 80 for a new budget."""
    alert_thresholds: (
        Annotated[
            list[Annotated[int, Whole(1, 100)]],
            Field(min_length=1, max_length=MAX_THRESHOLDS, json_schema_extra={"uniqueItems": True}),
            AfterValidator(_different),
        ]
        | None
    ) = Field(None, examples=[[80, 95]])
    """Several of them, in any order: each is told of once a month. Instead of `alert_threshold`, which is the lowest."""
    period: Literal["monthly"] = "monthly"
    month: MonthIn | None = Field(None, examples=["2026-11"])
    """From which month on the amount holds; earlier months stay as they are. Null: the current one."""
    only: bool = False
    """Whether the amount holds in that month alone."""
    rollover: bool | None = None
    """Whether what is left, or overspent, is carried into the next month. Null: as it is, no for a new budget."""

    def key(self, user: User) -> str:
        """Raises Invalid for a category that the user does not have."""
        return OVERALL if self.category == OVERALL else category_key(user, self.category)

    def thresholds(self) -> tuple[int, ...] | None:
        """Raises Invalid where the two ways to say it disagree."""
        one = self.alert_threshold
        several = sorted(self.alert_thresholds) if self.alert_thresholds else None
        if one and several and one != several[0]:
            raise Invalid(
                "This is not the lowest of alert_thresholds. Send one of the two.", "alert_threshold"
            )
        return tuple(several) if several else (one,) if one else None


class _Named(Out):
    category: str = Field(examples=["Groceries"])
    """The category's name at present; "All spending" for the limit on everything."""
    category_key: str = Field(examples=["Groceries"])
    """What the category is called by programs: stays when it is renamed. "*" for the limit on everything."""


class BudgetOut(_Named):
    budget_id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    amount: Amount = Field(examples=["400.00"])
    period: Literal["monthly"] = "monthly"
    alert_threshold: int = Field(examples=[80])
    """Percent at which it counts as nearly used up: the lowest of `alert_thresholds`."""
    alert_thresholds: list[int] = Field(examples=[[80, 95]])
    """Percent of the amount that are told of, each once a month, ascending."""
    rollover: bool
    """Whether what is left, or overspent, is carried into the next month."""
    version: int
    """Goes up with every change."""

    @classmethod
    def of(cls, budget: Budget, amount: Decimal, user: User) -> "BudgetOut":
        return cls(
            **_named(user, budget.category),
            budget_id=budget.budget_id,
            amount=_money(amount, user),
            alert_threshold=budget.alert_threshold,
            alert_thresholds=list(budget.alert_thresholds),
            rollover=budget.rollover_since is not None,
            version=budget.version,
        )


class BudgetList(Out):
    month: str = Field(examples=["2026-11"])
    currency: str = Field(examples=["EUR"])
    budgets: list[BudgetOut]
    """Those that hold in that month, the endangered first; a limit on all spending before them."""

    @classmethod
    def of(cls, found: BudgetMonth, user: User) -> "BudgetList":
        lines = (found.overall, *found.lines) if found.overall else found.lines
        budgets = [BudgetOut.of(line.budget, line.amount, user) for line in lines if line.budget]
        return cls(month=str(found.month), currency=user.currency, budgets=budgets)


class Standing(_Named):
    """How a category stands in a month."""

    budget_id: str | None = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    """Null where money is spent without a budget."""
    budget: Amount = Field(examples=["400.00"])
    """The month's amount."""
    carried: Amount = Field(examples=["0.00"])
    """Left of earlier months, below zero where they were overspent; comes on top of the budget."""
    spent: Amount = Field(examples=["287.70"])
    """Money out less money in."""
    remaining: Amount = Field(examples=["112.30"])
    """What is left, below zero when overspent."""
    percentage: int = Field(examples=[71])
    """Used of what there is to spend, rounded down; 0 where that is nothing."""
    count: int = Field(examples=[9])
    """Of expenses."""
    state: State
    """Over; near (the alert threshold is reached, or this pace leads over); or fine, as is a bill that is paid."""
    per_day: Amount | None = Field(examples=["11.23"])
    """May be spent on each day that is left, today included; only in the current month."""
    projected: Amount | None = Field(examples=["391.00"])
    """By the end of the month, where that can be said; only in the current month."""
    runs_out_on: datetime.date | None = Field(examples=["2026-11-29"])
    """The day on which nothing is left at this pace, if there is one."""
    sentence: str = Field(examples=["At this pace you reach €400 on the 29th."])
    """The most urgent thing to know, in words."""

    @classmethod
    def of(cls, line: BudgetLine, user: User) -> "Standing":
        return cls(
            **_named(user, line.category),
            budget_id=line.budget and line.budget.budget_id,
            budget=_money(line.amount, user),
            carried=_money(line.carried, user),
            spent=_money(line.spent, user),
            remaining=_money(line.left, user),
            percentage=line.percent,
            count=line.count,
            state=line.state,
            per_day=None if line.per_day is None else _money(line.per_day, user),
            projected=None if line.projected is None else _money(line.projected, user),
            runs_out_on=line.runs_out_on,
            sentence=line.sentence,
        )


class Summary(Out):
    """A month at a glance: the figures of the overview. Only the account's currency is added up."""

    month: str = Field(examples=["2026-11"])
    currency: str = Field(examples=["EUR"])
    budgets: list[Standing]
    """Categories with a budget, the endangered first."""
    unbudgeted: list[Standing]
    """Categories with expenses and without a budget, the largest first."""
    overall: Standing | None
    """The limit on all spending, where there is one."""
    total_budget: Amount = Field(examples=["2000.00"])
    """What there is to spend: the limit on all spending, else the budgets together; with what is carried over."""
    total_expenses: Amount = Field(examples=["1587.70"])
    """All spending of the month, with and without a budget."""
    remaining: Amount = Field(examples=["412.30"])
    """Left to spend: of the limit on all spending, else of the budgets together."""
    projected: Amount | None = Field(examples=["1960.00"])
    """All spending by the end of the month, where that can be said; only in the current month."""
    income: Amount = Field(examples=["3100.00"])
    """What came in as Income."""
    other_currencies: list[SumOut]
    """What the month holds in other money: never converted, never added."""

    @classmethod
    def of(cls, found: BudgetMonth, user: User) -> "Summary":
        whole, limit = found.totals, found.overall
        return cls(
            month=str(found.month),
            currency=user.currency,
            budgets=[Standing.of(line, user) for line in found.lines],
            unbudgeted=[Standing.of(line, user) for line in found.unbudgeted],
            overall=Standing.of(limit, user) if limit else None,
            total_budget=_money(limit.available if limit else whole.available, user),
            total_expenses=_money(found.spent, user),
            remaining=_money(limit.left if limit else whole.left, user),
            projected=None if found.projected is None else _money(found.projected, user),
            income=_money(found.income, user),
            other_currencies=[SumOut.of(each) for each in found.other_currencies],
        )


def _money(amount: Decimal, user: User) -> Decimal:
    """With all the decimals of the account's currency: a budget of "400" is shown as "400.00"."""
    return rounded(amount, user.currency)


def _named(user: User, key: str) -> dict[str, str]:
    if key == OVERALL:
        return {"category": ALL, "category_key": OVERALL}
    category = user.categories[key]
    return {"category": category.name, "category_key": category.key}
