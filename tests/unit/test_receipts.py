"""Receipts from upload to attachment, and away again: once each, for their owner only, whatever happens in between."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Invalid, NotFound, TooLarge, Unavailable
from lib.expenses import ExpenseDraft, draft_of
from lib.ids import id_for, new_id
from lib.receipts.room import MOST_WAITING
from lib.records import MAX_RECEIPTS
from lib.reporting.thumbnails import KeptThumbnails
from tests.aging import aged
from tests.papers import pdf, photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20), payee="REWE")


@pytest.fixture
def receipts(services):
    return services.receipts


@pytest.fixture
def lunch(services, alice):
    return services.expenses.add_expense(alice, LUNCH, "lunch")


@pytest.fixture
def upload(receipts, alice, lunch):
    """Upload a photograph of these words, or other content, for alice's lunch."""

    def upload(words: str = "REWE", name: str = "rewe.jpg", data: bytes | None = None, to: str = ""):
        content = io.BytesIO(photo(200, 300, words) if data is None else data)
        return receipts.upload_receipt(alice, to or lunch.expense_id, name, content)

    return upload


def kept(services, user):
    return services.files.list(f"receipts/{user.user_id}/")


def there(services, user, expense):
    return services.expenses.get_expense(user, expense.expense_id).receipts


def test_a_receipt_waits_until_it_is_attached(services, receipts, alice, lunch, upload):
    receipt = upload()
    assert receipts.waiting(alice, lunch.expense_id) == [receipt]
    assert there(services, alice, lunch) == ()
    attached = receipts.attach(alice, lunch.expense_id, [receipt.receipt_id])
    assert attached.receipts == there(services, alice, lunch) == (receipt,)
    assert (attached.version, receipts.waiting(alice, lunch.expense_id)) == (2, [])
    assert (receipt.extension, receipt.name, receipt.has_thumbnail) == ("jpg", "rewe.jpg", True)
    with receipts.open(alice, lunch.expense_id, receipt.receipt_id) as file:
        assert len(file.read()) == receipt.size
    for thumbnail in KeptThumbnails(services.files)(attached):
        assert thumbnail.read(3) == b"\xff\xd8\xff"
    assert receipts.receipt_exists(alice, lunch.expense_id, receipt.receipt_id)


def test_a_receipt_may_come_before_its_expense(services, receipts, alice, upload):
    receipt = upload(to=id_for(alice.user_id, "key"))
    expense = services.expenses.add_expense(alice, LUNCH, "key")
    assert receipts.waiting(alice, expense.expense_id) == [receipt]
    assert receipts.attach(alice, expense.expense_id, [receipt.receipt_id]).receipts == (receipt,)


def test_several_are_attached_in_one_step_and_stay_through_every_change(
    services, receipts, alice, lunch, upload
):
    first, second = upload("one"), upload(name="invoice.pdf", data=pdf())
    expense = receipts.attach(alice, lunch.expense_id, [first.receipt_id, second.receipt_id])
    assert (expense.version, expense.receipts) == (2, (first, second))
    draft = replace(draft_of(expense), payee="Lidl")
    services.expenses.update_expense(alice, lunch.expense_id, draft, expense.version)
    services.expenses.change_expenses(alice, [lunch.expense_id], "Housing", ["home"])
    services.expenses.delete_expenses(alice, [lunch.expense_id])
    services.expenses.restore_expenses(alice, [lunch.expense_id])
    assert there(services, alice, lunch) == (first, second)
    copy = services.expenses.duplicate_expense(alice, lunch.expense_id, "again")
    assert copy.receipts == ()


def test_the_same_upload_again_is_the_same_receipt(services, receipts, alice, lunch, upload):
    first = upload()
    assert upload(name="other name.jpg") == first
    receipts.attach(alice, lunch.expense_id, [first.receipt_id, first.receipt_id])
    assert upload() == first
    assert receipts.attach(alice, lunch.expense_id, [first.receipt_id]).version == 2
    assert len(kept(services, alice)) == 2, "the picture and its thumbnail"


def test_two_windows_attach_at_once_and_both_are_kept(services, receipts, alice, lunch, upload):
    uploaded = [upload(f"number {number}").receipt_id for number in range(4)]
    with ThreadPoolExecutor(4) as windows:
        list(windows.map(lambda each: receipts.attach(alice, lunch.expense_id, [each]), uploaded))
    assert sorted(each.receipt_id for each in there(services, alice, lunch)) == sorted(uploaded)


def test_two_windows_that_send_one_file_at_once_attach_it_once(services, receipts, alice, lunch, upload):
    with ThreadPoolExecutor(2) as windows:
        sent = list(windows.map(lambda _: upload(), range(2)))
    receipts.attach(alice, lunch.expense_id, [each.receipt_id for each in sent])
    assert len(there(services, alice, lunch)) == 1


def test_an_expense_has_so_many_and_no_more(receipts, alice, lunch, upload):
    uploaded = [upload(f"{number}").receipt_id for number in range(MAX_RECEIPTS)]
    with pytest.raises(Invalid, match="up to 10"):
        upload("one more")
    receipts.attach(alice, lunch.expense_id, uploaded)
    with pytest.raises(Invalid, match="up to 10"):
        upload("one more")
    receipt, expense = receipts.replace(
        alice, lunch.expense_id, uploaded[3], "new.pdf", io.BytesIO(pdf("new"))
    )
    assert expense.receipts[3] == receipt, "one may still take another's place"


def test_one_person_cannot_fill_the_disk_with_what_is_never_saved(receipts, alice, upload):
    first = upload()
    for number in range(MOST_WAITING - 1):
        receipts._set_aside(alice.user_id, f"{number:032x}", first)
    with pytest.raises(Invalid, match="go on tomorrow"):
        upload("one more", to=new_id())
    with pytest.raises(Invalid, match="go on tomorrow"):
        receipts.generate_presigned_url(alice, "jpg")


def test_what_is_refused_leaves_nothing(services, receipts, alice, lunch, upload):
    for data, problem in ((b"", Invalid), (b"<svg/>", Invalid), (bytes(11 << 20), TooLarge)):
        with pytest.raises(problem):
            upload(data=data)
    assert kept(services, alice) == []
    assert receipts.waiting(alice, lunch.expense_id) == []


def test_a_deleted_expense_takes_no_receipt(services, receipts, alice, lunch, upload):
    receipt = upload()
    services.expenses.delete_expenses(alice, [lunch.expense_id])
    with pytest.raises(NotFound):
        receipts.attach(alice, lunch.expense_id, [receipt.receipt_id])
    services.expenses.restore_expenses(alice, [lunch.expense_id])
    assert receipts.attach(alice, lunch.expense_id, [receipt.receipt_id]).receipts == (receipt,)


def test_a_receipt_that_is_taken_away_can_be_brought_back_for_a_day(
    services, receipts, alice, lunch, upload, clock
):
    first, second = upload("one"), upload("two")
    receipts.attach(alice, lunch.expense_id, [first.receipt_id, second.receipt_id])
    assert receipts.delete_receipt(alice, lunch.expense_id, first.receipt_id).receipts == (second,)
    with pytest.raises(NotFound):
        receipts.find(alice, lunch.expense_id, first.receipt_id)
    assert receipts.waiting(alice, lunch.expense_id) == []
    aged(services)
    assert services.receipt_sweep.run() == 0
    back = receipts.restore_receipt(alice, lunch.expense_id, first.receipt_id)
    assert back.receipts == (second, first)
    receipts.delete_receipt(alice, lunch.expense_id, first.receipt_id)
    clock.turn(hours=25)
    aged(services)
    assert services.receipt_sweep.run() == 2
    with pytest.raises(NotFound):
        receipts.restore_receipt(alice, lunch.expense_id, first.receipt_id)
    assert there(services, alice, lunch) == (second,)
    assert len(kept(services, alice)) == 2


def test_one_that_only_waits_can_be_taken_away_and_brought_again(receipts, alice, lunch, upload):
    receipt = upload()
    assert receipts.delete_receipt(alice, lunch.expense_id, receipt.receipt_id) is None
    assert receipts.waiting(alice, lunch.expense_id) == []
    again = upload()
    assert receipts.attach(alice, lunch.expense_id, [again.receipt_id]).receipts == (again,)


def test_what_one_window_attaches_another_cannot_empty(services, receipts, alice, lunch, upload):
    """One saves the form, the other takes the waiting receipt out of it: whoever is last, no expense names a missing file."""
    receipt = upload()
    receipts.delete_receipt(alice, lunch.expense_id, receipt.receipt_id)  # it was seen waiting before
    receipts.attach(alice, lunch.expense_id, [receipt.receipt_id])
    aged(services)
    services.receipt_sweep.run()
    assert receipts.receipt_exists(alice, lunch.expense_id, receipt.receipt_id)


def test_another_file_takes_a_receipts_place(receipts, alice, lunch, upload):
    first, second = upload("one"), upload("two")
    receipts.attach(alice, lunch.expense_id, [first.receipt_id, second.receipt_id])
    new, expense = receipts.replace(
        alice, lunch.expense_id, first.receipt_id, "better.jpg", io.BytesIO(photo(200, 300, "better"))
    )
    assert expense.receipts == (new, second)
    same = receipts.replace(
        alice, lunch.expense_id, new.receipt_id, "better.jpg", io.BytesIO(photo(200, 300, "better"))
    )
    assert same == (new, expense)
    assert receipts.restore_receipt(alice, lunch.expense_id, first.receipt_id).receipts == (
        new,
        second,
        first,
    )
    with pytest.raises(NotFound):
        receipts.replace(alice, lunch.expense_id, new_id(), "x.jpg", io.BytesIO(photo()))


def test_what_is_alices_does_not_exist_for_bob(receipts, alice, bob, lunch, upload):
    receipt = upload()
    for use in (
        lambda: receipts.find(bob, lunch.expense_id, receipt.receipt_id),
        lambda: receipts.get_receipt_url(bob, lunch.expense_id, receipt.receipt_id),
        lambda: receipts.open(bob, lunch.expense_id, receipt.receipt_id),
        lambda: receipts.attach(bob, lunch.expense_id, [receipt.receipt_id]),
        lambda: receipts.delete_receipt(bob, lunch.expense_id, receipt.receipt_id),
        lambda: receipts.replace(bob, lunch.expense_id, receipt.receipt_id, "x.jpg", io.BytesIO(photo())),
    ):
        with pytest.raises(NotFound):
            use()
    assert not receipts.receipt_exists(bob, lunch.expense_id, receipt.receipt_id)
    assert receipts.waiting(bob, lunch.expense_id) == []


def test_a_bad_disk_between_note_and_file_leaves_nothing_to_attach(
    services, receipts, alice, lunch, upload, tmp_path
):
    """The folder of this person cannot be written to; then it can, and the same upload is a whole one."""
    folder = tmp_path / "files" / "receipts"
    folder.parent.mkdir()
    folder.write_bytes(b"a file in the place of the folder")
    with pytest.raises(Unavailable):
        upload()
    assert receipts.waiting(alice, lunch.expense_id) == []
    folder.unlink()
    receipt = upload()
    assert receipts.receipt_exists(alice, lunch.expense_id, receipt.receipt_id)
    assert receipts.attach(alice, lunch.expense_id, [receipt.receipt_id]).receipts == (receipt,)
