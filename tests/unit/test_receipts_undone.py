"""Receipts that are taken away while another window saves, and sweeps that are cut off."""

import io
from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Invalid, Unavailable
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.receipts import waiting
from lib.receipts.handler import ReceiptHandler
from lib.records import MAX_RECEIPTS
from tests.aging import aged
from tests.papers import pdf

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def lunch(services, alice):
    return services.expenses.add_expense(alice, LUNCH, "lunch").expense_id


@pytest.fixture
def upload(services, alice, lunch):
    def upload(words: str, **about: int) -> str:
        content = io.BytesIO(pdf(words))
        return services.receipts.upload_receipt(alice, lunch, "a.pdf", content, **about).receipt_id

    return upload


class TwoWindows(ReceiptHandler):
    """While one takes a receipt away, another saves a form that still names it."""

    def _change(self, user, expense_id, changed):
        for each in self.attached(user, expense_id):
            waiting.remove(self.store, user.user_id, expense_id, each.receipt_id)  # as `attach` ends
        return super()._change(user, expense_id, changed)


@pytest.mark.parametrize("how", ["delete", "replace"])
def test_what_another_window_saved_meanwhile_can_be_brought_back(services, alice, lunch, upload, how):
    receipt_id = upload("one")
    services.receipts.attach(alice, lunch, [receipt_id])
    two = TwoWindows(services.store, services.files, services.now)
    if how == "delete":
        two.delete_receipt(alice, lunch, receipt_id)
    else:
        two.replace(alice, lunch, receipt_id, "b.pdf", io.BytesIO(pdf("two")))
    aged(services)
    assert services.receipt_sweep.run() == 0
    back = services.receipts.restore_receipt(alice, lunch, receipt_id)
    assert receipt_id in {each.receipt_id for each in back.receipts}


def test_one_that_is_struck_out_makes_room_for_another(services, alice, lunch, upload):
    services.receipts.attach(alice, lunch, [upload(f"{number}") for number in range(MAX_RECEIPTS)])
    assert upload("instead", instead=1)
    with pytest.raises(Invalid, match="up to 10"):
        upload("one more", instead=1)


def test_a_sweep_that_was_cut_off_is_done_in_an_hour(services, alice, tmp_path):
    services.receipt_sweep.run()
    services.files.put(f"receipts/{alice.user_id}/{new_id()}.jpg", io.BytesIO(b"x"))
    aged(services)
    folder = tmp_path / "files" / "receipts"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(folder)  # nothing can be read there
    with pytest.raises(Unavailable):
        services.receipt_sweep.tidy()
    folder.unlink()
    (tmp_path / "elsewhere").rename(folder)
    services.receipt_sweep.tidy()
    assert len(services.files.list(f"receipts/{alice.user_id}/")) == 0
