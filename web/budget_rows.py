"""Budget lines as pages show them: figures written out, bars measured, a state in a word."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lib.budgeting.months import BudgetLine, BudgetMonth
from lib.categories import OVERALL, Category
from lib.records import Budget, User
from lib.writing import formats
from web import charts

ALL_SPENDING = Category(OVERALL, "All spending", "wallet2", 0)


class BudgetRow(NamedTuple):
    key: str
    category: Category
    budget: Budget | None
    bar: charts.Progress
    spent: str
    available: str
    left: str  # without a sign: `state_words` say whether it is left or over
    per_day: str
    percent: str
    state: str  # fine, near or over
    state_words: str
    sentence: str
    read_out: str  # what the bar says to those who do not see it
    carried: str
    amount_typed: str  # the amount as the input shows it
    suggestion: str
    spark: charts.Spark
    spark_words: str


def category_of(user: User, key: str) -> Category:
    return ALL_SPENDING if key == OVERALL else user.categories[key]


def rows(
    user: User, lines: tuple[BudgetLine, ...], elapsed: tuple[int, int] | None = None
) -> list[BudgetRow]:
    """`elapsed` is days gone and days in the month: where the bars mark today."""
    return [
        _row(line, category_of(user, line.category), user.currency, user.locale, elapsed) for line in lines
    ]


@lru_cache(maxsize=2048)
def _row(
    line: BudgetLine, category: Category, currency: str, locale: str, elapsed: tuple[int, int] | None
) -> BudgetRow:
    def money(amount: Decimal) -> str:
        return formats.money(amount, currency, locale)

    left, percent = money(abs(line.left)), formats.percent_text(line.percent, locale)
    over = f"Over by {left}"
    words = {"fine": f"{left} left", "near": f"{left} left", "over": over}[line.state]
    if line.budget is None:
        words = "No budget"
    spent, available = money(line.spent), money(line.available)
    return BudgetRow(
        key=line.category,
        category=category,
        budget=line.budget,
        bar=charts.progress(line.spent, line.available, elapsed),
        spent=spent,
        available=available,
        left=left,
        per_day=money(line.per_day) if line.per_day else "",
        percent=percent,
        state=line.state,
        state_words=words,
        sentence=line.sentence,
        read_out=f"{spent} of {available} spent, {percent}",
        carried=_carried(line, currency, locale),
        amount_typed=formats.plain_amount(line.amount, currency, locale) if line.budget else "",
        suggestion=formats.plain_amount(line.suggestion, currency, locale)
        if line.suggestion is not None
        else "",
        spark=charts.sparkline(line.recent),
        spark_words="The months before: " + ", ".join(money(amount) for amount in line.recent),
    )


def _carried(line: BudgetLine, currency: str, locale: str) -> str:
    if not line.carried:
        return ""
    amount = formats.money(abs(line.carried), currency, locale)
    return f"{amount} carried over" if line.carried > 0 else f"{amount} overspent before"


def other_currencies(user: User, month: BudgetMonth) -> str:
    """What was spent in other money, in words; empty when nothing was."""
    amounts = [
        formats.money(other.spent, other.currency, user.locale)
        for other in month.other_currencies
        if other.spent
    ]
    if not amounts:
        return ""
    return f"Also spent in other currencies: {', '.join(amounts)}. Budgets are in {user.currency} and do not count it."
