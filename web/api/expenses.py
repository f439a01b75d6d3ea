"""Expenses: list, add, read, change, delete, restore."""

from typing import Any

from flask import request, url_for

from lib.errors import Changed, Invalid, NotFound, PlannerError, Taken
from lib.expenses import ExpenseDraft, draft_of
from lib.filing.categorizer import ON_A_PAGE
from lib.ids import id_for, new_id
from lib.records import Expense
from web.api.blueprint import bp
from web.api.description import EXPENSES, described
from web.api.expense_models import (
    ChangedExpense,
    ExpenseList,
    ExpenseOut,
    ExpenseQuery,
    NewExpense,
    NewExpenseForm,
    NewHeaders,
)
from web.api.models import SumOut
from web.api.receipts import readable, sent
from web.context import me, services, today

Answer = Any


class Stale(PlannerError):
    """This is no longer the version that you read. Read it again, then save."""

    status = 412
    title = "Changed in the meantime"


@bp.get("/api/expenses")
@described(EXPENSES, {200: ExpenseList}, problems=(409,))
def list_expenses(query: ExpenseQuery) -> ExpenseList:
    """Your expenses, the newest first.

    They come in pages: ask again with `cursor` set to the `next_cursor` of the answer, until that is null.
    """
    user, filters = me(), query.filters(me())
    page = services.expenses.list_expenses(user, filters, query.cursor, query.limit)
    services.filing.see_to(page.items, ON_A_PAGE)
    sums = services.expenses.sum_expenses(user, filters) if query.totals else None
    return ExpenseList(
        expenses=[ExpenseOut.of(expense, user) for expense in page.items],
        next_cursor=page.cursor or None,
        totals=None if sums is None else [SumOut.of(each) for each in sums],
    )


@bp.post("/api/expenses")
@described(EXPENSES, {201: ExpenseOut}, "write", problems=(409,))
def add_expense(json: NewExpense, form: NewExpenseForm, headers: NewHeaders) -> Answer:
    """Add an expense.

    With an `Idempotency-Key`, sending the same request again adds nothing and answers with the expense that is there. The
    same key for another expense is refused. With the category "auto" the planner chooses: at once where your rules or habits
    are clear, else a moment later; until then `status` is "pending". A receipt comes along as a form's file, or by the key of one uploaded before.
    """
    asked, key = json or form, headers.key or new_id()
    draft, receipts = asked.draft(me(), today()), _uploaded(asked, id_for(me().user_id, key))
    expense = services.expenses.add_expense(me(), draft, key)
    if expense.version == 1 and _said(draft, expense) != _said(draft_of(expense), expense):
        raise Taken("This key was used for another expense before. Nothing was added.", "Idempotency-Key")
    if receipts:
        expense = services.receipts.attach(me(), expense.expense_id, receipts)
    address = url_for(".get_expense", expense_id=expense.expense_id)
    return ExpenseOut.of(expense, me()), 201, _tagged(expense) | {"Location": address}


@bp.get("/api/expenses/<id:expense_id>")
@described(EXPENSES, {200: ExpenseOut})
def get_expense(expense_id: str) -> Answer:
    """One expense."""
    expense = services.expenses.get_expense(me(), expense_id)
    services.filing.see_to([expense])
    return ExpenseOut.of(expense, me()), 200, _tagged(expense)


@bp.put("/api/expenses/<id:expense_id>")
@described(EXPENSES, {200: ExpenseOut}, "write", problems=(409, 412))
def change_expense(expense_id: str, json: ChangedExpense) -> Answer:
    """Change an expense.

    Send all of it, with the `version` that you read. If someone changed it since, nothing is saved and the answer is 409;
    or 412 to those who also sent the `ETag` they read as `If-Match`.
    """
    asked = request.headers.get("If-Match", "*").strip()
    if asked not in ("*", f'"{json.version}"'):
        raise Stale
    try:
        expense = services.expenses.update_expense(me(), expense_id, json.draft(me()), json.version)
    except Changed:
        if asked == "*":
            raise
        raise Stale from None
    return ExpenseOut.of(expense, me()), 200, _tagged(expense)


@bp.delete("/api/expenses/<id:expense_id>")
@described(EXPENSES, {204: None}, "write")
def delete_expense(expense_id: str) -> Answer:
    """Put an expense into the trash.

    It does not count any more, and can be restored for 30 days.
    """
    if not services.expenses.delete_expenses(me(), [expense_id]):
        raise NotFound
    return "", 204


@bp.post("/api/expenses/<id:expense_id>/restore")
@described(EXPENSES, {200: ExpenseOut}, "write")
def restore_expense(expense_id: str) -> Answer:
    """Bring an expense back from the trash."""
    if not services.expenses.restore_expenses(me(), [expense_id]):
        raise NotFound("There is no such expense in your trash.")
    return get_expense(expense_id)


def _uploaded(asked: NewExpense, expense_id: str) -> list[str]:
    """The receipts that come with it, to be attached. Raises Unreadable for a file that is none, Invalid for such a key."""
    found = []
    with readable():
        if isinstance(asked, NewExpenseForm) and (asked.receipt or asked.file):
            found.append(services.receipts.upload_receipt(me(), expense_id, *sent(asked)))
        if asked.receipt_url and services.receipts.can_take(me(), expense_id, asked.receipt_url):
            found.append(services.receipts.take(me(), expense_id, asked.receipt_url))
        elif asked.receipt_url and not services.receipts.attached(
            me(), expense_id
        ):  # not sent for the second time
            raise Invalid("There is no such upload of yours, or it has ended.", "receipt_url")
    return [receipt.receipt_id for receipt in found]


def _said(draft: ExpenseDraft, like: Expense) -> tuple[object, ...]:
    """What a request must say again to be the same: not the day or the category, which may be worked out later anew."""
    kept = draft.to_expense(me(), like.expense_id, like.created_at)
    return kept.amount, kept.currency, kept.payee, kept.description, kept.note, kept.tags


def _tagged(expense: Expense) -> dict[str, str]:
    return {"ETag": f'"{expense.version}"'}
