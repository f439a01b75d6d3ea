"""The list of expenses and everything one does with them."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from lib.errors import Changed
from lib.expenses import draft_of
from lib.ids import new_id
from lib.records import Filters
from web.context import me, services, today
from web.expense_forms import TEXTS, ExpenseForm

bp = Blueprint("expenses", __name__)
Answer = Any


@bp.get("/expenses")
def index() -> Answer:
    """The expenses that the address selects, newest first."""
    page = services.expenses.list_expenses(me(), Filters(), request.args.get("cursor", ""))
    return render_template("expenses/index.html", page=page, categories=me().categories)


@bp.route("/expenses/new", methods=["GET", "POST"])
def new() -> Answer:
    """The form that adds an expense."""
    if request.method == "GET":
        source = request.args.get("from", "")
        form = ExpenseForm.of(services.expenses.draft_like(me(), source), me()) if source else ExpenseForm()
        return _form(form, new_id())
    form, key = _typed(), request.form.get("key", "")[:64]
    draft = form.draft(me(), today())
    if draft is None:
        return _form(form, key), 400
    services.expenses.add_expense(me(), draft, key or new_id())
    flash("Expense added.")
    return redirect(url_for(".new" if "another" in request.form else ".index"), 303)


@bp.route("/expenses/<expense_id>", methods=["GET", "POST"])
def edit(expense_id: str) -> Answer:
    """One expense, to look at and change."""
    saved = services.expenses.get_expense(me(), expense_id)
    if request.method == "GET":
        return _form(ExpenseForm.of(draft_of(saved), me()), "", saved)
    form = _typed()
    draft = form.draft(me(), today())
    if draft is None:
        return _form(form, "", saved), 400
    try:
        services.expenses.update_expense(me(), expense_id, draft, request.form.get("version", 0, int))
    except Changed:
        return _form(form, "", services.expenses.get_expense(me(), expense_id), stale=True), 409
    flash("Expense saved.")
    return redirect(url_for(".index"), 303)


@bp.post("/expenses/<expense_id>/delete")
def delete(expense_id: str) -> Answer:
    services.expenses.get_expense(me(), expense_id)
    services.expenses.delete_expenses(me(), [expense_id])
    flash("Expense deleted.")
    return redirect(url_for(".index"), 303)


@bp.post("/expenses/<expense_id>/duplicate")
def duplicate(expense_id: str) -> Answer:
    services.expenses.duplicate_expense(me(), expense_id, request.form.get("key", "")[:64] or new_id())
    flash("Expense added again, with today's date.")
    return redirect(url_for(".index"), 303)


@bp.post("/expenses/restore")
def restore() -> Answer:
    """Bring expenses (`id`, repeated) back from the trash."""
    restored = services.expenses.restore_expenses(me(), request.form.getlist("id"))
    flash(f"{len(restored)} expenses restored.")
    return redirect(url_for(".index"), 303)


@bp.post("/expenses/bulk")
def bulk() -> Answer:
    """Categorise, tag or delete the expenses that are ticked (`id`, repeated)."""
    ids = request.form.getlist("id")
    if request.form.get("action") == "delete":
        flash(f"{len(services.expenses.delete_expenses(me(), ids))} expenses deleted.")
    return redirect(url_for(".index"), 303)


@bp.get("/expenses/trash")
def trash() -> Answer:
    page = services.expenses.list_expenses(me(), Filters(removed=True), request.args.get("cursor", ""))
    return render_template("expenses/trash.html", page=page, categories=me().categories)


@bp.post("/expenses/trash/empty")
def empty_trash() -> Answer:
    flash(f"{services.expenses.empty_trash(me())} expenses deleted for good.")
    return redirect(url_for(".trash"), 303)


@bp.get("/expenses.csv")
def export() -> Response:
    """What the list shows, as a spreadsheet file."""
    return Response("", mimetype="text/csv")


def _typed() -> ExpenseForm:
    values = {name: request.form.get(name, "") for name in (*TEXTS, "money_in")}
    return ExpenseForm(values)


def _form(form: ExpenseForm, key: str, saved: Any = None, stale: bool = False) -> str:
    return render_template(
        "expenses/form.html",
        form=form,
        key=key,
        saved=saved,
        stale=stale,
        habits=services.expenses.habits(me()),
        today=today(),
    )
