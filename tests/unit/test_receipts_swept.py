"""Files that belong to nobody go; those that belong to someone, in whatever state, stay."""

import io
import logging
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lib import binding
from lib.expenses import ExpenseDraft
from lib.file_keys import upload_key
from lib.ids import new_id
from lib.work import tidy
from tests.aging import aged
from tests.papers import pdf, photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def expense(services, alice):
    return services.expenses.add_expense(alice, LUNCH, "lunch")


def upload(services, user, expense_id: str, words: str = "REWE") -> str:
    return services.receipts.upload_receipt(
        user, expense_id, "r.jpg", io.BytesIO(photo(90, 90, words))
    ).receipt_id


def attached(services, user, expense, words: str = "REWE") -> str:
    receipt_id = upload(services, user, expense.expense_id, words)
    services.receipts.attach(user, expense.expense_id, [receipt_id])
    return receipt_id


def kept(services) -> list[str]:
    return [key for key in services.files.list("receipts/") if key != binding.KEY]


def test_what_is_attached_waits_or_can_come_back_stays(services, alice, bob, expense):
    attached(services, alice, expense)
    upload(services, alice, expense.expense_id, "waits")
    upload(services, alice, new_id(), "its expense is not there yet")
    gone = attached(services, alice, expense, "taken away")
    services.receipts.delete_receipt(alice, expense.expense_id, gone)
    trashed = services.expenses.add_expense(bob, LUNCH, "trash")
    attached(services, bob, trashed)
    services.expenses.delete_expenses(bob, [trashed.expense_id])
    services.receipts.generate_presigned_url(alice, "jpg")
    before = kept(services)
    assert len(before) == 10
    aged(services, 60)
    assert services.receipt_sweep.run() == 0
    assert kept(services) == before


def test_what_nobody_attaches_goes_after_a_day(services, alice, expense, clock):
    attached(services, alice, expense)
    upload(services, alice, expense.expense_id, "given up")
    invited = services.receipts.generate_presigned_url(alice, "png")
    services.files.put(invited.put.key, io.BytesIO(b"sent and forgotten"))
    aged(services)
    clock.turn(hours=23)
    assert services.receipt_sweep.run() == 0
    clock.turn(hours=2)
    assert services.receipt_sweep.run() == 3
    assert len(kept(services)) == 2


def test_files_without_any_note_go(services, alice, expense):
    """A process was killed at the worst moment; an account was erased while a file was on its way; a link still worked."""
    attached(services, alice, expense)
    folder = f"receipts/{alice.user_id}"
    for key in (
        f"{folder}/{expense.expense_id}-{new_id()}.jpg",
        f"{folder}/{new_id()}-{new_id()}.pdf",
        f"{folder}/{new_id()}-{new_id()}-thumb.jpg",
        upload_key(alice.user_id, new_id(), "jpg"),
        f"receipts/{new_id()}/{new_id()}-{new_id()}.jpg",
        f"{folder}/something.else",
    ):
        services.files.put(key, io.BytesIO(b"x"))
    aged(services, 29)
    assert services.receipt_sweep.run() == 5, (
        "whose account it was is not known: it may be another database's"
    )
    aged(services, 31)
    assert services.receipt_sweep.run() == 1
    assert len(kept(services)) == 2


def test_emptying_the_trash_removes_the_receipts_in_it(services, alice, expense):
    other = services.expenses.add_expense(alice, LUNCH, "stays")
    attached(services, alice, expense)
    attached(services, alice, other)
    services.expenses.delete_expenses(alice, [expense.expense_id])
    assert services.expenses.empty_trash(alice) == 1
    assert len(kept(services)) == 2
    assert all(other.expense_id in key for key in kept(services))


def test_what_lay_in_the_trash_for_a_month_takes_its_receipts_along(services, alice, expense, clock):
    attached(services, alice, expense)
    services.expenses.delete_expenses(alice, [expense.expense_id])
    clock.turn(days=31)
    tidy(services)
    assert kept(services) == []


def test_the_trash_is_emptied_even_where_files_are_away(services, alice, expense, tmp_path, caplog):
    attached(services, alice, expense)
    services.expenses.delete_expenses(alice, [expense.expense_id])
    folder = tmp_path / "files" / "receipts"
    folder.rename(tmp_path / "elsewhere")
    folder.write_bytes(b"no folder")
    with caplog.at_level(logging.WARNING):
        assert services.expenses.empty_trash(alice) == 1
    folder.unlink()
    (tmp_path / "elsewhere").rename(folder)
    aged(services)
    assert services.receipt_sweep.run() == 2


def test_it_is_swept_once_a_day_however_many_workers_there_are(services, alice, clock):
    def litter() -> None:
        services.files.put(f"receipts/{alice.user_id}/{new_id()}.jpg", io.BytesIO(b"x"))
        aged(services)

    litter()
    services.receipt_sweep.tidy()
    assert kept(services) == []
    litter()
    services.receipt_sweep.tidy()
    assert len(kept(services)) == 1
    clock.moment += timedelta(hours=24)
    services.receipt_sweep.tidy()
    assert kept(services) == []


def test_an_erased_account_leaves_no_receipt(services, alice, expense):
    attached(services, alice, expense)
    upload(services, alice, expense.expense_id, "waits")
    services.accounts.erase(alice.user_id)
    assert kept(services) == []


def test_many_expenses_are_looked_up_in_batches(services, alice):
    receipt = services.receipts.upload_receipt(alice, new_id(), "a.pdf", io.BytesIO(pdf()))
    with_one = []
    for number in range(130):
        added = services.expenses.add_expense(alice, LUNCH, f"{number}")
        key = f"receipts/{alice.user_id}/{added.expense_id}-{receipt.receipt_id}.pdf"
        services.files.put(key, io.BytesIO(b"x"))
        if number % 2:
            with_one.append(key)
            services.receipts._set_aside(alice.user_id, added.expense_id, receipt)
            services.receipts.attach(alice, added.expense_id, [receipt.receipt_id])
    aged(services)
    assert services.receipt_sweep.run() == 65
    assert set(with_one) < set(kept(services))
