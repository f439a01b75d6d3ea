"""Budgets: what may be spent this month, category by category."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, Form, RadioField, StringField

from lib.budgeting.months import BudgetMonth
from lib.budgeting.sheet import grouped
from lib.categories import OVERALL
from lib.errors import Changed, Invalid, NotFound
from lib.money import parse_limit
from lib.periods import Month
from lib.records import Budget
from lib.writing import formats
from web.budget_forms import BudgetTable, Change, parse_thresholds, unused_categories
from web.budget_rows import category_of, other_currencies, rows
from web.context import chosen_month, me, services, today
from web.toast import undoable

bp = Blueprint("budgets", __name__)
Answer = str | Redirect | tuple[str, int]


class BudgetForm(Form):
    """One budget in detail."""

    amount = StringField("Amount a month")
    reach = RadioField(
        "From when", choices=[("on", "From this month on"), ("only", "This month only")], default="on"
    )
    thresholds = StringField("Warn me at", default="80")
    rollover = BooleanField("Carry what is left, or overspent, into the next month")


@bp.route("/budget", methods=["GET", "POST"])
def index() -> Answer:
    """The month's budgets in one table that is edited in place, and spending that has none underneath."""
    user, month = me(), _month()
    if request.method == "GET":
        return _page(month, BudgetTable(user))
    table = BudgetTable.read(user, request.form)
    changes = table.changes(services.store.list_budgets(user.user_id), month)
    if table.errors:
        return _page(month, table), 400
    saved = _save(table, changes, month)
    if table.errors:
        return _page(month, table, saved=bool(saved)), 409
    _say(saved, month)
    return redirect(url_for(".index", month=str(month)))


@bp.route("/budget/<budget_id>", methods=["GET", "POST"])
def edit(budget_id: str) -> Answer:
    """One budget: its amount, from when it holds, when to warn, whether to carry on what is left."""
    user, month, budget = me(), _month(), _budget(budget_id)
    form = BudgetForm(request.form) if request.method == "POST" else _filled(budget, month)
    error = ""
    if request.method == "POST" and form.validate():
        try:
            _apply(form, budget, month)
            flash(f"Budget for {category_of(user, budget.category).name} saved.")
            return redirect(url_for(".index", month=str(month)))
        except Invalid as invalid:
            form[invalid.field if invalid.field in form else "amount"].errors = [invalid.message]
        except Changed as changed:
            error = changed.message
    page = render_template(
        "budgets/edit.html",
        form=form,
        budget=budget,
        category=category_of(user, budget.category),
        month=month,
        version=_seen(budget),
        changed=error,
        back=url_for(".index", month=str(month)),
    )
    return (page, 409) if error else (page, 400) if form.errors else page


@bp.post("/budget/<budget_id>/remove")
def remove(budget_id: str) -> Redirect:
    """End a budget from the month on. Earlier months keep it."""
    user, month, budget = me(), _month(), _budget(budget_id)
    ended = services.budgets.remove_budget(user, budget_id, month)
    fields = {"ended": services.budgets.note_ended(user, ended), "month": str(month)}
    undoable(f"Budget for {category_of(user, budget.category).name} removed.", url_for(".undo"), fields)
    return redirect(url_for(".index", month=str(month)))


@bp.post("/budget/undo")
def undo() -> Redirect:
    """Bring back what was ended, as it was."""
    user = me()
    back = services.budgets.bring_back(user, request.form.get("ended", ""))
    if back:
        flash(f"Budget for {category_of(user, back[0].category).name} is back.")
    else:
        flash("There was nothing to bring back any more.")
    return redirect(url_for(".index", month=str(_month())))


@bp.post("/budget/copy")
def copy() -> Redirect:
    """Give the month the amounts of the one before."""
    month = _month()
    count = services.budgets.copy_last_month(me(), month)
    words = f"{count} budgets now" if count > 1 else "1 budget now" if count else "All budgets already"
    flash(f"{words} as in {formats.month_name(month.plus(-1), me().locale)}.")
    return redirect(url_for(".index", month=str(month)))


@bp.post("/budget/suggest")
def suggest() -> Redirect:
    """Set a budget for every category without one that has a usual amount."""
    user, month = me(), _month()
    have = {line.category for line in services.budgets.month(user, month, today()).lines}
    added = 0
    for category, amount in services.budgets.suggestions(user, month).items():
        if category not in have and user.categories[category] in user.categories.offered:
            services.budgets.set_budget(user, category, amount, month)
            added += 1
    flash(f"{added} budgets added." if added != 1 else "1 budget added.")
    return redirect(url_for(".index", month=str(month)))


def _month() -> Month:
    """The month that a form names, or the address, or this one."""
    text = request.form.get("month", "")
    return Month.parse(text) if text else chosen_month()


def _budget(budget_id: str) -> Budget:
    found = [b for b in services.store.list_budgets(me().user_id) if b.budget_id == budget_id]
    if not found:
        raise NotFound
    return found[0]


def _save(table: BudgetTable, changes: list[Change], month: Month) -> list[Change]:
    """Save one after another; what someone changed meanwhile is said at its row and left alone."""
    saved = []
    for change in changes:
        try:
            _save_one(change, month)
            saved.append(change)
        except Changed as changed:
            table.errors[change.category] = changed.message
        except Invalid as invalid:
            table.errors[change.category] = invalid.message
    return saved


def _save_one(change: Change, month: Month) -> None:
    user = me()
    if change.amount is not None:
        services.budgets.set_budget(user, change.category, change.amount, month, version=change.version)
        return
    group = grouped(user, services.store.list_budgets(user.user_id)).get(change.category)
    if group:
        if group[0].version != change.version:
            raise Changed
        services.budgets.remove_budget(user, group[0].budget_id, month)


def _say(saved: list[Change], month: Month) -> None:
    if len(saved) == 1:
        name = category_of(me(), saved[0].category).name
        what = "removed" if saved[0].amount is None else "saved"
        flash(f"Budget for {name} {what}, from {formats.month_name(month, me().locale)} on.")
    elif saved:
        flash(f"{len(saved)} budgets saved, from {formats.month_name(month, me().locale)} on.")
    else:
        flash("Nothing was different.")


def _page(month: Month, table: BudgetTable, saved: bool = False) -> str:
    user, day = me(), today()
    shown: BudgetMonth = services.budgets.month(user, month, day)
    elapsed = (day.day, month.days) if month == Month.of(day) else None
    unused = unused_categories(user, shown)
    return render_template(
        "budgets/index.html",
        b=shown,
        month=month,
        this_month=Month.of(day),
        path=url_for(".index"),
        overall=rows(user, (shown.overall,), elapsed)[0] if shown.overall else None,
        lines=rows(user, shown.lines, elapsed),
        unbudgeted=rows(user, shown.unbudgeted, elapsed),
        unused=[user.categories[key] for key in unused],
        suggestions=_suggestions(unused, month) if unused else {},
        can_suggest=any(line.suggestion for line in shown.unbudgeted),
        others=other_currencies(user, shown),
        table=table,
        saved=saved,
        overall_key=OVERALL,
    )


def _suggestions(keys: list[str], month: Month) -> dict[str, str]:
    user = me()
    found = services.budgets.suggestions(user, month)
    return {key: formats.plain_amount(found[key], user.currency, user.locale) for key in keys if key in found}


def _filled(budget: Budget, month: Month) -> BudgetForm:
    user, amount = me(), budget.amount_in(month)
    return BudgetForm(
        amount=formats.plain_amount(amount, user.currency, user.locale) if amount is not None else "",
        thresholds=", ".join(map(str, budget.alert_thresholds)),
        rollover=budget.rollover_since is not None,
    )


def _apply(form: BudgetForm, budget: Budget, month: Month) -> None:
    """Save what the form says. Raises Invalid at a field, or Changed."""
    user = me()
    changes: dict[str, Any] = {"rollover": form.rollover.data, "only": form.reach.data == "only"}
    services.budgets.set_budget(
        user,
        budget.category,
        parse_limit(form.amount.data or "", user.currency, user.locale),
        month,
        thresholds=parse_thresholds(form.thresholds.data or ""),
        version=_seen(budget),
        **changes,
    )


def _seen(budget: Budget) -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else budget.version
