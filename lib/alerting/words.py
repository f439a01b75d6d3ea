"""What a finding says, in its owner's money and dates: a subject that tells it all, a sentence more, and the figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from lib.alerting.rules import EARLY, OVER, Large, Level, PriceRise, Unusual
from lib.budgeting.months import BudgetLine
from lib.categories import OVERALL
from lib.records import Expense, User
from lib.writing.formats import month_name, percent_text, short_day, short_money, whole_day

LONGEST_NAME = 60  # of a payee or a category, in a subject


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


def money_of(user: User) -> Callable[[Decimal], str]:
    def money(amount: Decimal) -> str:
        return short_money(amount, user.currency, user.locale)

    return money


def of_level(user: User, found: Level) -> Words:
    """A budget, or the limit for all spending, that has come to a level."""
    line, money = found.line, money_of(user)
    name = "All spending" if line.category == OVERALL else _short(user.categories[line.category].name)
    month = month_name(found.month, user.locale)
    of = f" of {money(line.available)}" if line.available > 0 else ""
    spent = f"You have spent {money(line.spent)}{of} in {month}."
    says_it = (
        found.level == OVER and not line.carried < 0
    )  # the subject; else earlier months are to blame, too
    message = spent if says_it else f"{spent} {line.sentence}".strip()
    data = {
        "figures": _figures(line, money),
        "percent": line.percent,
        "state": "over" if found.level == OVER else "near",
        "category": line.category,
        "month": str(found.month),
        "level": found.level,
        "link": f"/budget?{urlencode({'month': found.month})}",
        "action": "See the budgets of the month" if line.category == OVERALL else f"Look at {name}",
    }
    return Words(_level_subject(user, found, name), message, data)


def _level_subject(user: User, found: Level, name: str) -> str:
    line, money = found.line, money_of(user)
    whole = line.category == OVERALL
    if found.level == OVER:
        over = money(-line.left)
        return f"You are {over} over your limit for the month" if whole else f"{name} is {over} over budget"
    if found.level == EARLY and line.runs_out_on is not None:
        day = short_day(line.runs_out_on, user.locale)
        return (
            f"Your limit for the month may be reached on {day}" if whole else f"{name} may run out on {day}"
        )
    used = percent_text(line.percent, user.locale)
    return (
        f"{used} of your limit for the month is spent" if whole else f"{name}: {used} of the budget is spent"
    )


def _figures(line: BudgetLine, money: Callable[[Decimal], str]) -> list[list[str]]:
    figures = [["Budget", money(line.amount)]]
    if line.carried:
        figures.append(["From earlier months", money(line.carried)])
    figures.append(["Spent", money(line.spent)])
    figures.append(["Over", money(-line.left)] if line.left < 0 else ["Left", money(line.left)])
    if line.left > 0 and line.per_day:
        figures.append(["A day, until the end", money(line.per_day)])
    return figures


def of_large(user: User, found: Large, budgeted: Decimal) -> Words:
    expense, money = found.expense, money_of(user)
    where = f" at {_short(expense.payee)}" if expense.payee else ""
    category = user.categories[expense.category].name
    share = (
        f", {percent_text(found.share, user.locale)} of its budget of {money(budgeted)}"
        if found.share
        else ""
    )
    message = f"{money(expense.amount)} in {category} on {whole_day(expense.spent_on, user.locale)}{share}."
    return Words(f"Large expense: {money(expense.amount)}{where}", message, _of_expense(user, expense))


def of_price_rise(user: User, found: PriceRise) -> Words:
    expense, before = found.expense, found.before
    new = short_money(expense.amount, expense.currency, user.locale)
    old = short_money(before.amount, before.currency, user.locale)
    payee = _short(expense.payee)
    rise = short_money(expense.amount - before.amount, expense.currency, user.locale)
    message = f"{payee} took {new} on {whole_day(expense.spent_on, user.locale)}, and {old} on {whole_day(before.spent_on, user.locale)}: {rise} more."
    return Words(f"{payee} now costs {new}, before {old}", message, _of_expense(user, expense))


def of_unusual(user: User, found: Unusual) -> Words:
    money = money_of(user)
    name = _short(user.categories[found.category].name)
    month = month_name(found.month, user.locale)
    data = {
        "figures": [[f"Spent in {month}", money(found.spent)], ["A usual month", money(_about(found.usual))]],
        "category": found.category,
        "month": str(found.month),
        "link": f"/expenses?{urlencode({'category': found.category, 'month': found.month})}",
        "action": f"See what it was in {name}",
    }
    message = f"{money(found.spent)} so far in {month}; a usual month comes to {money(_about(found.usual))}."
    return Words(f"{name} is far above its usual month", message, data)


def of_expense(user: User, expense: Expense) -> Words:
    """The note that an expense was added."""
    amount = short_money(expense.amount, expense.currency, user.locale)
    where = f" at {_short(expense.payee)}" if expense.payee else ""
    category = user.categories[expense.category].name
    message = f"{amount} in {category} on {whole_day(expense.spent_on, user.locale)}."
    return Words(f"Added: {amount}{where}", message, _of_expense(user, expense))


def _of_expense(user: User, expense: Expense) -> dict[str, Any]:
    return {
        "figures": [
            ["Amount", short_money(expense.amount, expense.currency, user.locale)],
            *([["Payee", expense.payee]] if expense.payee else []),
            ["Category", user.categories[expense.category].name],
            ["Day", whole_day(expense.spent_on, user.locale)],
        ],
        "expense_id": expense.expense_id,
        "category": expense.category,
        "link": f"/expenses/{expense.expense_id}",
        "action": "Look at the expense",
    }


def _about(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1)) if amount >= 10 else amount


def _short(name: str) -> str:
    """A name on one line that leaves room for what is said of it."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
