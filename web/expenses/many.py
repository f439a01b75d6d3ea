"""Many expenses at once, and the trash."""

from typing import Any
from urllib.parse import parse_qs

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from lib.errors import Invalid
from lib.expenses import MAX_AT_ONCE, TRASH_DAYS
from lib.records import Filters
from lib.tags import read_tags
from lib.writing.formats import number
from web.context import me, services
from web.expenses.blueprint import bp, list_address, say_deleted
from web.expenses.filters import read_selection
from web.expenses.rows import rows_of

Answer = Any
MOST_PAGES = 3  # that one look for what matches may take: a store may give them shorter than asked for


@bp.post("/expenses/bulk")
def bulk() -> Answer:
    """Categorise, tag or delete what is ticked (`id`, repeated), or with `all` everything the list selects."""
    back = request.form.get("back", "")
    try:
        _do(request.form.get("do", ""), _chosen(back), back)
    except Invalid as problem:
        flash(problem.message, "error")
    return redirect(list_address(back), 303)


def _do(action: str, ids: list[str], back: str) -> None:
    user, processor = me(), services.expenses
    if not ids:
        raise Invalid("Tick the expenses first, then choose what to do with them.")
    if action == "delete":
        deleted = processor.delete_expenses(user, ids)
        say_deleted(f"Deleted {_count(len(deleted))}", deleted, back)
    elif action == "category":
        key = request.form.get("category", "")
        if not key:
            raise Invalid("Choose the category that they should have.", "category")
        changed = processor.change_expenses(user, ids, category=key)
        flash(f"{_count(changed)} now in {user.categories[key].name}")
    elif action == "tag":
        tags = read_tags(request.form.get("tags", ""))
        if not tags:
            raise Invalid("Write the tag that they should have.", "tags")
        changed = processor.change_expenses(user, ids, add_tags=tags)
        flash(f"{_count(changed)} tagged {', '.join(tags)}")
    else:
        raise Invalid("Choose what to do: categorise, tag or delete.", "action")


def _chosen(back: str) -> list[str]:
    """The ids that are meant. Raises Invalid where `all` would be more than one action may change."""
    if not request.form.get("all"):
        return request.form.getlist("id")
    selection = read_selection(MultiDict(parse_qs(back)), me())
    if selection.errors:
        raise Invalid(next(iter(selection.errors.values())))
    ids = _matching(selection.filters)
    if len(ids) > MAX_AT_ONCE:
        most = number(MAX_AT_ONCE, me().locale)
        raise Invalid(f"More than {most} expenses match. Narrow the list down, a year at a time for example.")
    return ids


def _matching(filters: Filters) -> list[str]:
    """The ids of all that match, or of more than one action may change. Raises Invalid where they are not found soon."""
    ids: list[str] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        page = services.expenses.list_expenses(me(), filters.quickest, cursor, MAX_AT_ONCE)
        ids += [expense.expense_id for expense in page.items]
        cursor = page.cursor
        if not cursor or len(ids) > MAX_AT_ONCE:
            return ids
    raise Invalid("There are too many expenses to look through at once. Choose a period first.")


@bp.post("/expenses/restore")
def restore() -> Answer:
    """Bring expenses (`id`, repeated, or those noted under `deleted`) back from the trash."""
    ids = request.form.getlist("id")
    if note := request.form.get("deleted", ""):
        ids += services.expenses.noted_deleted(me(), note)
    restored = services.expenses.restore_expenses(me(), ids)
    flash(f"Restored {_count(len(restored))}" if restored else "There was nothing to restore.")
    if request.form.get("to") == "trash":
        return redirect(url_for(".trash"), 303)
    return redirect(list_address(request.form.get("back", "")), 303)


@bp.get("/expenses/trash")
def trash() -> Answer:
    """What was deleted in the last 30 days, last deleted first."""
    user = me()
    page = services.expenses.list_expenses(user, Filters(removed=True), request.args.get("cursor", ""))
    older = url_for(".trash", cursor=page.cursor) if page.cursor else ""
    newest = url_for(".trash") if request.args.get("cursor") else ""
    return render_template(
        "expenses/trash.html", rows=rows_of(page.items, user), older=older, newest=newest, days=TRASH_DAYS
    )


@bp.post("/expenses/trash/empty")
def empty_trash() -> Answer:
    """Delete for good what is in the trash."""
    flash(f"Deleted {_count(services.expenses.empty_trash(me()))} for good")
    return redirect(url_for(".trash"), 303)


def _count(count: int) -> str:
    return f"{number(count, me().locale)} expense{'' if count == 1 else 's'}"
