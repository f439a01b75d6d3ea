"""Expenses made ready to print: every word and figure is worked out here, once, so that the template only puts them down."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from lib.categories import INCOME, UNCATEGORISED
from lib.expenses import ExpenseProcessor
from lib.records import Expense, Filters, Page, Sum, User
from lib.writing.formats import long_day, money, whole_day
from web.filing_words import sentence
from web.icons import icon

PLUS = "+"


class Row(NamedTuple):
    id: str
    tile: Markup
    title: str
    more: str  # description, where the payee is the title
    category: str
    tags: tuple[str, ...]
    when: str  # only where the rows are not under their day
    amount: str
    money_in: str  # what to call it when money came in, else empty
    noted: bool
    receipts: int
    guess: str  # what the category may be, where the planner has a guess and is not sure enough
    why: str  # the planner's reason, where it filed the expense or has a guess


class Day(NamedTuple):
    heading: str
    total: str
    rows: list[Row]


def rows_of(expenses: Sequence[Expense], user: User, *, dated: bool = True) -> list[Row]:
    tiles: dict[str, Markup] = {}
    for key in {expense.category for expense in expenses}:
        category = user.categories[key]
        tiles[key] = _coloured(category.colour, icon(category.icon))
    return [_row(expense, user, dated, tiles[expense.category]) for expense in expenses]


def days_of(
    page: Page, user: User, filters: Filters, today: date, processor: ExpenseProcessor, *, continued: bool
) -> list[Day]:
    """A page of the list under its days, each with what it adds up to.

    A day that goes on over the page's border is summed up by the store, so that the total is the whole day's on both pages;
    it has none where that is more than a store adds up.
    """
    groups = [(day, list(rows)) for day, rows in groupby(page.items, key=lambda expense: expense.spent_on)]
    found = []
    for number, (day, expenses) in enumerate(groups):
        cut = (continued and number == 0) or (page.cursor and number == len(groups) - 1)
        if cut:
            one_day = replace(filters, since=day, until=day + timedelta(days=1))
            sums = processor.sum_expenses(user, one_day) or []
        else:
            sums = _sums(expenses, user)
        heading = _heading(day, user, today)
        found.append(Day(heading, spent_words(sums, user), rows_of(expenses, user, dated=False)))
    return found


def spent_words(sums: Sequence[Sum], user: User) -> str:
    """What was spent, the person's own currency first: "€412.30 + CHF 12.00"; empty where nothing was spent."""
    own_first = sorted((row for row in sums if row.spent), key=lambda row: row.currency != user.currency)
    return " + ".join(money(row.spent, row.currency, user.locale) for row in own_first)


def received_words(sums: Sequence[Sum], user: User) -> str:
    own_first = sorted((row for row in sums if row.received), key=lambda row: row.currency != user.currency)
    return " + ".join(money(row.received, row.currency, user.locale) for row in own_first)


def _sums(expenses: Sequence[Expense], user: User) -> list[Sum]:
    """What expenses in hand add up to."""
    spent: dict[str, Sum] = {}
    for expense in expenses:
        if user.categories[expense.category].is_spending:
            so_far = spent.get(expense.currency) or Sum(
                expense.currency, expense.amount * 0, expense.amount * 0, 0
            )
            spent[expense.currency] = replace(so_far, spent=so_far.spent + expense.counted)
    return list(spent.values())


@lru_cache(maxsize=1024)
def _coloured(colour: int, shown: Markup) -> Markup:
    """A category's icon in its colour: one short element, as a page has fifty."""
    small = str(shown).replace('"icon" aria-hidden="true"', f'"tile hue-{colour}"').replace("></use>", "/>")
    return Markup(small)  # noqa: S704  # from our own icons


def _heading(day: date, user: User, today: date) -> str:
    words = long_day(day, user.locale)
    if day == today:
        return f"Today, {words}"
    return f"Yesterday, {words}" if day == today - timedelta(days=1) else words


def _row(expense: Expense, user: User, dated: bool, tile: Markup) -> Row:
    category = user.categories[expense.category]
    title = expense.payee or expense.description or category.name
    amount = money(expense.amount, expense.currency, user.locale)
    return Row(
        id=expense.expense_id,
        tile=tile,
        title=title,
        more=expense.description if expense.payee else "",
        category=category.name,
        tags=expense.tags,
        when=whole_day(expense.spent_on, user.locale) if dated else "",
        amount=PLUS + amount if expense.money_in else amount,
        money_in=("Received" if category.key == INCOME else "Money back") if expense.money_in else "",
        noted=bool(expense.note),
        receipts=len(expense.receipts),
        guess=_guess(expense, user),
        why=_reason(expense),
    )


def _guess(expense: Expense, user: User) -> str:
    filing = expense.filing
    if filing is None or filing.category == UNCATEGORISED or expense.category != UNCATEGORISED:
        return ""
    return user.categories[filing.category].name


def _reason(expense: Expense) -> str:
    if expense.filing is None:
        return ""
    return "It waits to be looked at." if expense.is_waiting else sentence(expense.filing.reason)
