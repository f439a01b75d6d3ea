"""One expense: add it, look at it, change it, delete it."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import redirect, render_template, request, url_for

from lib.categories import UNCATEGORISED
from lib.errors import Changed
from lib.ids import id_for, new_id
from lib.records import Expense, User
from lib.writing.formats import plain_amount, whole_day
from web.context import me, services, today
from web.expenses.blueprint import bp, came_from, list_address, name_of, say_deleted
from web.expenses.filing import explained, hint_of, offer_look_alikes
from web.expenses.forms import ExpenseForm, differences, filled, filled_with
from web.expenses.offers import fill_in
from web.expenses.receipts import LARGEST_FORM, ReceiptsPart
from web.toast import undoable

Answer = Any
LONG_AGO = 10  # years; a day before that is probably a slip


@bp.route("/expenses/new", methods=["GET", "POST"])
def new() -> Answer:
    """The form that adds an expense, like another one if the address says `from`."""
    user = me()
    if request.method == "GET":
        source = request.args.get("from", "")
        form = filled(services.expenses.draft_like(user, source), user) if source else ExpenseForm()
        return _add_page(form, new_id(), came_from())
    key, back = request.form.get("key", "")[:64] or new_id(), request.form.get("back", "")
    form, part = _sent(id_for(user.user_id, key))
    if _asks_for_help(form):
        return _add_page(form, key, back, part=part.read(form))
    draft = form.draft(user, today())
    if draft is None:
        return _add_page(form, key, back, part=part.read(form)), 400
    expense = services.expenses.add_expense(user, draft, key)
    # Otherwise the back button led to a form that was saved, and something else was typed.
    if differences(draft, expense, user):
        return _add_page(form, new_id(), back, saved_as=name_of(expense, user)), 409
    if not part.keep():
        return redirect(url_for(".edit", expense_id=expense.expense_id, _anchor="receipts"), 303)
    undo = url_for(".delete", expense_id=expense.expense_id)
    said = f"Added {name_of(expense, user)}{_odd_day(expense.spent_on, user)}{_filed_words(expense, user)}"
    undoable(said, undo, {"back": back[:500]})
    return redirect(url_for(".new") if "another" in request.form else list_address(back), 303)


new.largest_body = LARGEST_FORM  # type: ignore[attr-defined]


def _asks_for_help(form: ExpenseForm) -> bool:
    """Whether a button was pressed that fills something in, or asks for a suggestion, and saves nothing."""
    if "use" in request.form:
        fill_in(form, request.form["use"])
    return "use" in request.form or "suggest" in request.form


def _sent(expense_id: str, saved: Expense | None = None) -> tuple[ExpenseForm, ReceiptsPart]:
    """The form as it came, its files taken in."""
    form, part = ExpenseForm(request.form), ReceiptsPart(me(), expense_id, saved)
    part.take(form)
    return form, part


def _add_page(
    form: ExpenseForm, key: str, back: str, *, saved_as: str = "", part: ReceiptsPart | None = None
) -> str:
    user = me()
    habits = services.expenses.habits(user)
    form.offer(user, habits.likeliest)
    return render_template(
        "expenses/add.html",
        form=form,
        part=part or ReceiptsPart(user, id_for(user.user_id, key)),
        key=key,
        habits=habits,
        back=back,
        saved_as=saved_as,
        leave=list_address(back),
        hint=hint_of(form, user) if request.method == "POST" else None,
        example=plain_amount(Decimal("12.5"), user.currency, user.locale),
    )


@bp.route("/expenses/<expense_id>", methods=["GET", "POST"])
def edit(expense_id: str) -> Answer:
    """One expense, to look at and change."""
    user = me()
    saved = services.expenses.get_expense(user, expense_id)
    if request.method == "GET":
        services.filing.see_to([saved])
        part = ReceiptsPart(user, expense_id, saved).look()
        return _edit_page(filled_with(saved, user), saved, came_from(), part)
    (form, part), back = _sent(expense_id, saved), request.form.get("back", "")
    if _asks_for_help(form):
        return _edit_page(form, saved, back, part.read(form))
    draft = form.draft(user, today(), saved)
    if draft is None:
        return _edit_page(form, saved, back, part.read(form)), 400
    try:
        expense = services.expenses.update_expense(
            user, expense_id, draft, request.form.get("version", 0, int)
        )
    except Changed:
        saved = services.expenses.get_expense(user, expense_id)
        if differences(draft, saved, user):
            return _edit_page(form, saved, back, part.look(), mine=draft), 409
        expense = saved  # the same was saved before: a double click, or the other window said the same
    if not part.keep():
        return redirect(url_for(".edit", expense_id=expense_id, _anchor="receipts"), 303)
    part.say(f"Saved {name_of(expense, user)}{_odd_day(expense.spent_on, user)}{_filed_words(expense, user)}")
    if expense.filing is None and expense.category != saved.category:
        offer_look_alikes(expense)
    return redirect(list_address(back), 303)


edit.largest_body = LARGEST_FORM  # type: ignore[attr-defined]


def _edit_page(form: ExpenseForm, saved: Expense, back: str, part: ReceiptsPart, mine: Any = None) -> str:
    user = me()
    return render_template(
        "expenses/edit.html",
        form=form.offer(user),
        part=part,
        saved=saved,
        name=name_of(saved, user),
        changes=differences(mine, saved, user) if mine else [],
        habits=services.expenses.habits(user),
        back=back,
        leave=list_address(back),
        said=explained(saved, user),
        hint=hint_of(form, user) if request.method == "POST" else None,
        key=new_id(),
    )


@bp.post("/expenses/<expense_id>/delete")
def delete(expense_id: str) -> Answer:
    """Into the trash. Twice is once."""
    user, back = me(), request.form.get("back", "")
    expense = services.expenses.get_expense(user, expense_id)
    services.expenses.delete_expenses(user, [expense_id])
    say_deleted(f"Deleted {name_of(expense, user)}", [expense_id], back)
    return redirect(list_address(back), 303)


@bp.post("/expenses/<expense_id>/duplicate")
def duplicate(expense_id: str) -> Answer:
    """The same again, today, without a form in between."""
    user = me()
    key = request.form.get("key", "")[:64] or new_id()
    expense = services.expenses.duplicate_expense(user, expense_id, key)
    undoable(f"Added {name_of(expense, user)}, today", url_for(".delete", expense_id=expense.expense_id))
    return redirect(list_address(request.form.get("back", "")), 303)


def _filed_words(expense: Expense, user: User) -> str:
    """Where the planner put it, if that was left to the planner."""
    if expense.is_waiting:
        return "; its category follows in a moment"
    if expense.filing is None or expense.category == UNCATEGORISED:
        return ""
    return f", filed under {user.categories[expense.category].name}: {expense.filing.reason}"


def _odd_day(day: date, user: User) -> str:
    """A word about a day that may be a slip. It is not refused: bills are written down ahead, and old ones late."""
    if day > today():
        return f", dated {whole_day(day, user.locale)}: that is in the future"
    if day.year < today().year - LONG_AGO:
        return f", dated {whole_day(day, user.locale)}: that is long ago"
    return ""
