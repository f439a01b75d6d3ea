"""A receipt by itself: opened, as a small picture, and what can be read on it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

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


@bp.post("/<expense_id>/<receipt_id>/reading")
def reading(expense_id: str, receipt_id: str) -> Answer:
    """Buttons that fill in what was read on it, beside what stands in the form; empty where nothing was."""
    reader = getattr(services, "receipt_reader", None)
    found = reader.read(me(), expense_id, receipt_id) if reader else None
    offer = offer_of(found, ExpenseForm(request.form), me())
    return render_template("expenses/receipt_offer.html", offer=offer) if offer else ""
