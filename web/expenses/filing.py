"""Where the planner would file an expense: suggested in the form, explained on the expense's page, corrected with one press."""

from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for

from lib.categories import UNCATEGORISED, Category
from lib.categorising.purchase import Purchase
from lib.errors import Invalid
from lib.filing.asking import alike, purchase_of
from lib.filing.review import Answered
from lib.money import parse_amount
from lib.records import Expense, User
from lib.writing.formats import number
from web.context import me, services, today
from web.expenses.blueprint import bp, list_address, name_of
from web.expenses.forms import ExpenseForm
from web.filing_words import Why, why_filed, why_suggested
from web.toast import undoable

Answer = Any


class Hint(NamedTuple):
    """A suggestion in the form."""

    why: Why
    value: str  # what the form gets where it is taken, as a query
    is_taken: bool


class Explained(NamedTuple):
    """What the page of an expense says about its category, where no person chose it."""

    why: Why | None  # None while it waits
    is_filed: bool  # or only a guess
    others: tuple[Category, ...]  # likely, too


@bp.post("/expenses/suggest")
def suggest() -> Answer:
    """A suggestion for what stands in the form, as a piece of a page; empty where there is none."""
    hint = hint_of(ExpenseForm(request.form), me())
    return render_template("expenses/suggestion.html", hint=hint) if hint else ""


def hint_of(form: ExpenseForm, user: User) -> Hint | None:
    """Where that belongs, if an answer is likely enough and nothing else was chosen."""
    payee, description = form.typed("payee"), form.typed("description")
    if not payee and not description:
        return None
    currency = form.typed("currency") or user.currency
    amount = None
    with suppress(Invalid, KeyError):
        amount = parse_amount(form.typed("amount"), currency, user.locale)
    purchase = Purchase(today(), description, payee, amount, bool(form.money_in.data), currency)
    suggestion = services.filing.suggest(user, purchase)
    why = why_suggested(suggestion, user)
    chosen = form.typed("category") or form.typed("other_category")
    if why is None or suggestion.category == UNCATEGORISED or chosen not in ("", why.category.key):
        return None
    return Hint(why, urlencode({"other_category": why.category.key}), bool(chosen))


def explained(expense: Expense, user: User) -> Explained | None:
    """Why it is filed as it is, or what it may be; None where a person chose."""
    if expense.is_waiting:
        return Explained(None, is_filed=False, others=())
    suggestion = services.filing.suggest(user, purchase_of(expense)) if expense.is_open else None
    if suggestion is None:
        return None
    why = why_filed(expense.filing, user) if expense.filing else why_suggested(suggestion, user)
    if why is None or why.category.key == UNCATEGORISED:
        return None
    own = user.categories[expense.category].key
    likely = (suggestion.guess, *(key for key, _ in suggestion.alternatives))
    others = [user.categories[key] for key in likely if key not in (why.category.key, own, UNCATEGORISED)]
    return Explained(why, own == why.category.key, tuple(others))


@bp.post("/expenses/<expense_id>/category")
def choose(expense_id: str) -> Answer:
    """Give one expense a category, or say that the planner's is right."""
    user, back = me(), request.form.get("back", "")
    services.expenses.get_expense(user, expense_id)
    key = request.form.get("category", "")
    try:
        if not key or key == UNCATEGORISED:
            raise Invalid("Choose the category that it should have.", "category")
        services.expenses.change_expenses(user, [expense_id], category=key)
    except Invalid as problem:
        flash(problem.message, "error")
        return redirect(url_for(".edit", expense_id=expense_id), 303)
    saved = services.expenses.get_expense(user, expense_id)
    flash(f"{name_of(saved, user)} is filed under {user.categories[saved.category].name}")
    offer_look_alikes(saved)
    return redirect(list_address(back), 303)


def offer_look_alikes(expense: Expense) -> None:
    """Where a person has just said where it belongs: a toast with a button that files the likes of it there, too."""
    user = me()
    category = user.categories[expense.category]
    if category.key == UNCATEGORISED:
        return
    others = services.review.look_alikes(user, expense)
    count = sum(user.categories[each.category].key != category.key for each in others)
    if count:
        undoable(
            f"{counted(count, user)} more {'looks' if count == 1 else 'look'} like it",
            url_for(".file_alike"),
            {"alike": alike(expense).key, "category": category.key},
            label=f"File {'it' if count == 1 else 'them'} too",
        )


@bp.post("/expenses/alike")
def file_alike() -> Answer:
    """File all look-alikes under one category."""
    user, key = me(), request.form.get("category", "")
    try:
        say_filed(services.review.answer_alike(user, request.form.get("alike", ""), key), key)
    except Invalid as problem:
        flash(problem.message, "error")
    return redirect(url_for(".index"), 303)


def say_filed(answered: Answered, key: str = "") -> None:
    """A toast that can take it back."""
    user = me()
    where = f" under {user.categories[key].name}" if key else ""
    if not answered.ids:
        flash("Those have their category already.")
        return
    undoable(f"Filed {counted(len(answered.ids), user)}{where}", url_for(".unfile"), {"noted": answered.note})


@bp.post("/expenses/unfile")
def unfile() -> Answer:
    """Put what one answer filed back where it was, but for what changed since, and forget what was learned of it."""
    count = services.review.take_back(me(), request.form.get("noted", ""))
    flash(f"{counted(count, me())} back as before" if count else "There was nothing to undo.")
    return redirect(url_for(".review"), 303)


def counted(count: int, user: User) -> str:
    return f"{number(count, user.locale)} expense{'' if count == 1 else 's'}"
