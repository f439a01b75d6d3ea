"""A receipt by itself: opened, as a small picture, and what can be read on it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lib.receipts.reading.reader import KIND
from web.context import me, services
from web.expenses.forms import ExpenseForm
from web.expenses.offers import offer_of

bp = Blueprint("receipts", __name__, url_prefix="/receipts")
Answer = Any


@bp.get("/<expense_id>/<receipt_id>")
def show(expense_id: str, receipt_id: str) -> Answer:
    """The receipt itself, by a link made for this once: such links end soon, this address does not."""
    return redirect(services.receipts.get_receipt_url(me(), expense_id, receipt_id))


@bp.get("/<expense_id>/<receipt_id>/thumbnail")
def thumbnail(expense_id: str, receipt_id: str) -> Answer:
    """The small picture of it."""
    return redirect(services.receipts.get_receipt_url(me(), expense_id, receipt_id, thumbnail=True))


@bp.post("/<expense_id>/restore")
def restore(expense_id: str) -> Answer:
    """Bring back receipts that were taken from their expense."""
    ids = request.form.getlist("id")
    for receipt_id in ids:
        services.receipts.restore_receipt(me(), expense_id, receipt_id)
    flash("The receipt is back." if len(ids) == 1 else "The receipts are back.")
    return redirect(url_for("expenses.edit", expense_id=expense_id), 303)


@bp.post("/<expense_id>/<receipt_id>/reading")
def reading(expense_id: str, receipt_id: str) -> Answer:
    """Buttons that fill in what was read on it, beside what stands in the form; one that asks again where nobody could look
    just now; empty where it says nothing."""
    known = list(services.expenses.habits(me()).payees)
    found = services.receipt_reader.read(me(), expense_id, receipt_id, known)
    offer = offer_of(found, ExpenseForm(request.form), me())
    again = not found and _is_unread(expense_id, receipt_id)
    return render_template("expenses/receipt_offer.html", offer=offer, again=again) if offer or again else ""


def _is_unread(expense_id: str, receipt_id: str) -> bool:
    """Whether it could be read here and nobody has looked yet: others' were being read. What says nothing is known to."""
    receipt = services.receipts.find(me(), expense_id, receipt_id)
    looked = services.store.get_document(me().user_id, KIND, f"{expense_id}-{receipt_id}")
    return services.receipt_reader.reads(receipt) and looked is None
