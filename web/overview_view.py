"""The overview's figures in words and pictures: everything its template prints."""

from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import url_for

from lib.budgeting.overview import Overview, Share, TrendMonth
from lib.budgeting.words import ordinal
from lib.periods import Month
from lib.records import User
from lib.writing import formats
from web import charts
from web.budget_rows import other_currencies, rows


class Latest(NamedTuple):
    address: str
    hue: int
    icon: str
    title: str
    detail: str
    amount: str
    money_in: bool


def view(user: User, overview: Overview, today_of_month: int) -> dict[str, Any]:
    """What the template needs beside the overview itself."""
    month, lines = overview.month, overview.budgets.lines
    elapsed = (today_of_month, month.days) if overview.tense == "current" else None
    if overview.budgets.overall:
        lines = (overview.budgets.overall, *lines)
    return {
        "attention": rows(user, overview.attention),
        "lines": rows(user, lines, elapsed),
        "where": _bars(user, overview.where, month),
        "rest": _bars(user, overview.rest, month),
        "where_table": _where_table(user, overview.where + overview.rest),
        "where_words": _where_words(user, overview),
        "trend": _trend(user, overview),
        "trend_table": _trend_table(user, overview.trend),
        "trend_words": _trend_words(user, overview),
        "latest": _latest(user, overview),
        "versus": [c.sentence for c in (overview.versus_last_month, overview.versus_usual) if c],
        "others": other_currencies(user, overview.budgets),
        "notes": _notes(user, overview),
    }


def _notes(user: User, overview: Overview) -> dict[str, str]:
    """The line under each card."""
    cards = overview.cards

    def percent(value: int | None) -> str:
        return formats.percent_text(value or 0, user.locale)

    days = cards.days_left
    if overview.tense == "current":
        left = "Last day of the month" if days == 1 else f"{days} days to go, today included"
    else:
        left = "at the end of the month" if overview.tense == "past" else "for the month"
    spent = f"{percent(cards.percent)} of it"
    if cards.unbudgeted:
        spent += f", {formats.money(cards.unbudgeted, user.currency, user.locale)} without a budget"
    many = "1 budget" if cards.budget_count == 1 else f"{cards.budget_count} budgets"
    limit = overview.budgets.overall is not None
    income = overview.budgets.income
    return {
        "income": f"{formats.money(income, user.currency, user.locale)} came in" if income else "",
        "left": left,
        "spent": spent,
        "budgeted": f"limit for everything, {many}" if limit else many,
        "per_day": f"until the {ordinal(cards.until.day)}",
    }


def _latest(user: User, overview: Overview) -> list[Latest]:
    found = []
    for expense in overview.latest:
        category = user.categories[expense.category]
        amount = formats.money(expense.amount, expense.currency, user.locale)
        day = formats.short_day(expense.spent_on, user.locale)
        title = expense.payee or expense.description or category.name
        found.append(
            Latest(
                url_for("expenses.edit", expense_id=expense.expense_id),
                category.colour,
                category.icon,
                title,
                day if title == category.name else f"{day} · {category.name}",
                f"+{amount}" if expense.money_in else amount,
                expense.money_in,
            )
        )
    return found


def _where_words(user: User, overview: Overview) -> str:
    """The sentence over the chart: what to see in it."""
    if not overview.where:
        return ""
    largest = overview.where[0]
    name = user.categories[largest.category].name
    return f"{name} took the most: {formats.percent_text(largest.percent, user.locale)} of what was spent."


def _trend_words(user: User, overview: Overview) -> str:
    full = [shown for shown in overview.trend if not shown.partial and shown.spent]
    if not full:
        return "Each month's spending, with its budget as a line."
    over = sum(1 for shown in full if shown.budget is not None and shown.spent > shown.budget)
    dearest = max(full, key=lambda shown: shown.spent)
    words = f"{formats.month_name(dearest.month, user.locale)} was the dearest."
    if any(shown.budget is not None for shown in full):
        words += (
            f" Over budget in {over} of {len(full)} full months."
            if over
            else " No full month went over budget."
        )
    return words


def _bars(user: User, shares: tuple[Share, ...], month: Month) -> list[charts.Row]:
    lengths = charts.shares([share.spent for share in shares])
    address = url_for("expenses.index", month=str(month))
    found = []
    for share, length in zip(shares, lengths, strict=True):
        category = user.categories[share.category]
        value = formats.money(share.spent, user.currency, user.locale)
        note = formats.percent_text(share.percent, user.locale)
        link = f"{address}&{urlencode({'category': share.category})}"
        found.append(charts.Row(category.name, value, length, category.colour, category.icon, link, note))
    return found


def _where_table(user: User, shares: tuple[Share, ...]) -> list[tuple[str, ...]]:
    return [
        (
            user.categories[share.category].name,
            formats.money(share.spent, user.currency, user.locale),
            formats.percent_text(share.percent, user.locale),
            formats.number(share.count, user.locale),
        )
        for share in shares
    ]


def _trend(user: User, overview: Overview) -> charts.MonthChart:
    address = url_for("dashboard.index")

    def value(shown: TrendMonth) -> charts.MonthValue:
        name = formats.month_name(shown.month, user.locale)
        words = f"{name}: {_of_budget(user, shown)}{', so far' if shown.partial else ''}"
        short = formats.month_short(shown.month, user.locale)
        link = f"{address}?month={shown.month}"
        return charts.MonthValue(shown.spent, shown.budget, words, short, link, shown.partial)

    def tick(amount: Decimal) -> str:
        return formats.short_money(amount, user.currency, user.locale)

    return charts.months([value(shown) for shown in overview.trend], tick)


def _of_budget(user: User, shown: TrendMonth) -> str:
    spent = formats.money(shown.spent, user.currency, user.locale)
    if shown.budget is None:
        return f"{spent} spent"
    return f"{spent} spent of {formats.money(shown.budget, user.currency, user.locale)}"


def _trend_table(user: User, trend: tuple[TrendMonth, ...]) -> list[tuple[str, ...]]:
    return [
        (
            formats.month_name(shown.month, user.locale),
            formats.money(shown.spent, user.currency, user.locale),
            formats.money(shown.budget, user.currency, user.locale) if shown.budget is not None else "–",
        )
        for shown in trend
    ]
