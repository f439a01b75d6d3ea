"""Receipts: upload, list, view, replace, delete; and files that a browser sends to where they are kept by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import url_for

from lib.errors import Invalid
from lib.ids import new_id
from lib.receipts.handler import LINK_LASTS
from web.api.blueprint import bp
from web.api.description import RECEIPTS, described
from web.api.expense_models import NewExpenseForm
from web.api.reading import Unreadable
from web.api.receipt_models import (
    AttachIn,
    LinkOut,
    PresignedOut,
    PresignIn,
    ReceiptForm,
    ReceiptList,
    UploadedOut,
    UploadForm,
    seconds,
)
from web.context import me, services

Answer = Any


@bp.post("/api/receipts/upload")
@described(RECEIPTS, {201: UploadedOut}, "write", problems=(404, 409))
def upload_receipt(form: UploadForm) -> Answer:
    """Upload a receipt.

    Pictures are kept upright and without anything but what is seen on them: no place, no camera, no date. An expense that is
    there has the receipt at once, unless it is to `wait`. One that is not there yet gets it by its `receipt_url` when it is
    added. The same file again for the same `expense_id` is the
    same receipt.
    """
    expense_id = form.expense_id or new_id()
    with readable():
        receipt = services.receipts.upload_receipt(me(), expense_id, *sent(form))
    attached = not form.wait and services.expenses.is_there(me(), expense_id)
    if attached:
        services.receipts.attach(me(), expense_id, [receipt.receipt_id])
    address = url_for(".list_receipts", expense_id=expense_id)
    return UploadedOut.of(receipt, me(), expense_id, attached=attached), 201, {"Location": address}


@bp.get("/api/receipts/<id:expense_id>")
@described(RECEIPTS, {200: ReceiptList})
def list_receipts(expense_id: str) -> ReceiptList:
    """An expense's receipts, with addresses that last an hour."""
    return ReceiptList.of(services.expenses.get_expense(me(), expense_id), me())


@bp.post("/api/receipts/presigned-url")
@described(RECEIPTS, {200: PresignedOut}, "write", problems=(404, 409))
def presign_receipt(json: PresignIn) -> PresignedOut:
    """Get an address to send a file to.

    The file goes there without the planner between, and is then attached by its `key`: only there it is looked at, and refused
    if it is no receipt. What is not attached is removed within a day.
    """
    if json.expense_id:
        services.expenses.get_expense(me(), json.expense_id)
    invited = services.receipts.generate_presigned_url(me(), json.extension)
    return PresignedOut.of(invited, json.extension)


@bp.post("/api/receipts/attach")
@described(RECEIPTS, {200: ReceiptList}, "write", problems=(404, 409))
def attach_receipt(json: AttachIn) -> ReceiptList:
    """Give an expense what was uploaded for it."""
    user = me()
    services.expenses.get_expense(user, json.expense_id)
    with readable():
        receipt = services.receipts.take(user, json.expense_id, json.key)
    return ReceiptList.of(services.receipts.attach(user, json.expense_id, [receipt.receipt_id]), user)


@bp.get("/api/receipts/view/<path:object_name>")
@described(RECEIPTS, {200: LinkOut})
def view_receipt(object_name: str) -> LinkOut:
    """An address that shows one receipt for an hour. Only keys of one's own are found."""
    user = me()
    url = services.receipts.view(user, object_name.removeprefix(f"receipts/{user.user_id}/"))
    return LinkOut(url=url, expires_in=seconds(LINK_LASTS))


@bp.put("/api/receipts/<id:expense_id>/<id:receipt_id>")
@described(RECEIPTS, {200: UploadedOut}, "write", problems=(409,))
def replace_receipt(expense_id: str, receipt_id: str, form: ReceiptForm) -> UploadedOut:
    """Put another file in a receipt's place. For a day the old one can be restored."""
    with readable():
        receipt, _ = services.receipts.replace(me(), expense_id, receipt_id, *sent(form))
    return UploadedOut.of(receipt, me(), expense_id, attached=True)


@bp.delete("/api/receipts/<id:expense_id>/<id:receipt_id>")
@described(RECEIPTS, {204: None}, "write", problems=(409,))
def delete_receipt(expense_id: str, receipt_id: str) -> Answer:
    """Take a receipt away. For a day it can be restored, then its files are removed: also one that only waited."""
    services.receipts.delete_receipt(me(), expense_id, receipt_id)
    return "", 204


@bp.post("/api/receipts/<id:expense_id>/<id:receipt_id>/restore")
@described(RECEIPTS, {200: ReceiptList}, "write", problems=(409,))
def restore_receipt(expense_id: str, receipt_id: str) -> ReceiptList:
    """Bring back a receipt that was taken away or replaced."""
    return ReceiptList.of(services.receipts.restore_receipt(me(), expense_id, receipt_id), me())


def sent(form: ReceiptForm | NewExpenseForm) -> tuple[str, Any]:
    """The file's name and its content. Raises Unreadable where there is not exactly one."""
    given = [each for each in (form.receipt, form.file) if each is not None]
    if len(given) != 1:
        raise _unreadable("Send one file, as “receipt” or as “file”.")
    return given[0].filename, given[0].stream


@contextmanager
def readable() -> Iterator[None]:
    """What is no receipt cannot be read: another mistake than one that does not fit the account."""
    try:
        yield
    except Invalid as error:
        if error.field != "receipt":
            raise
        raise _unreadable(error.message) from None


def _unreadable(words: str) -> Unreadable:
    return Unreadable(f"receipt: {words}", [{"field": "receipt", "message": words}])
