"""Files that a browser sent by itself: looked at before anybody has them, and never kept where they were sent."""

import io
from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Invalid, NotFound, TooLarge, Unavailable
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from tests.aging import aged
from tests.papers import photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def receipts(services):
    return services.receipts


@pytest.fixture
def lunch(services, alice):
    return services.expenses.add_expense(alice, LUNCH, "lunch").expense_id


@pytest.fixture
def sent(services, receipts, alice):
    """Have a file sent to where alice was invited to."""

    def sent(data: bytes, extension: str = "jpg") -> str:
        key = receipts.generate_presigned_url(alice, extension).put.key
        services.files.put(key, io.BytesIO(data))
        return key

    return sent


def test_what_came_is_looked_at_and_kept_elsewhere(services, receipts, alice, lunch, sent):
    key = sent(photo(200, 300))
    receipt = receipts.take(alice, lunch, key)
    receipts.attach(alice, lunch, [receipt.receipt_id])
    files = services.files.list("receipts/")
    assert key not in files
    assert len(files) == 2
    # The link to send by still works: what comes now is nobody's.
    services.files.put(key, io.BytesIO(b"<script>"))
    with receipts.open(alice, lunch, receipt.receipt_id) as file:
        assert file.read(3) == b"\xff\xd8\xff"
    assert receipts.take(alice, lunch, key) == receipt
    aged(services)
    assert services.receipt_sweep.run() == 1


@pytest.mark.parametrize(
    ("data", "problem"), [(b"<svg/>", Invalid), (b"", Invalid), (bytes((10 << 20) + 1), TooLarge)]
)
def test_what_is_no_receipt_is_refused_and_gone(services, receipts, alice, lunch, sent, data, problem):
    key = sent(data)
    with pytest.raises(problem):
        receipts.take(alice, lunch, key)
    assert services.files.list("receipts/") == []
    with pytest.raises(NotFound):
        receipts.take(alice, lunch, key)


def test_what_could_not_be_looked_at_can_be_taken_again(services, receipts, alice, lunch, sent, monkeypatch):
    key = sent(photo(200, 300))
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", "/nowhere/python")
        with pytest.raises(Unavailable):
            receipts.take(alice, lunch, key)
    assert receipts.take(alice, lunch, key).extension == "jpg"


def test_what_has_not_come_yet_is_waited_for(receipts, alice, lunch, services):
    key = receipts.generate_presigned_url(alice, "pdf").put.key
    with pytest.raises(NotFound):
        receipts.take(alice, lunch, key)
    services.files.put(key, io.BytesIO(photo(200, 300)))
    assert receipts.take(alice, lunch, key).name == "receipt.jpg", "by what it is, not what it was said to be"


def test_only_keys_of_ones_own_are_taken(services, receipts, alice, bob, lunch, sent):
    key = sent(photo())
    waits = receipts.upload_receipt(alice, new_id(), "a.jpg", io.BytesIO(photo(90, 90)))
    theirs = [
        key,
        next(each for each in services.files.list("receipts/") if f"{waits.receipt_id}.jpg" in each),
        f"receipts/{alice.user_id}/{new_id()}.jpg",
        f"imports/{alice.user_id}/1.csv",
        f"receipts/{bob.user_id}/../{alice.user_id}/{key.rpartition('/')[2]}",
        "",
        "/",
        "receipts/",
    ]
    for other in theirs:
        assert not receipts.can_take(bob, lunch, other)
        with pytest.raises(NotFound):
            receipts.take(bob, lunch, other)
    assert receipts.can_take(alice, new_id(), key)
    assert receipts.can_take(alice, lunch, theirs[1])


@pytest.mark.parametrize(
    "changed", [lambda key: key.replace(".jpg", ".pdf"), lambda key: key + "x", str.upper]
)
def test_a_key_is_the_one_that_was_given(receipts, alice, sent, changed):
    assert not receipts.can_take(alice, new_id(), changed(sent(photo())))


def test_what_was_uploaded_before_there_was_an_expense_moves_to_it(services, receipts, alice, lunch):
    before = new_id()
    waits = receipts.upload_receipt(alice, before, "a.jpg", io.BytesIO(photo(200, 300)))
    key = f"receipts/{alice.user_id}/{before}-{waits.receipt_id}.jpg"
    moved = receipts.take(alice, lunch, key)
    receipts.attach(alice, lunch, [moved.receipt_id])
    assert moved.name == "a.jpg"
    assert receipts.receipt_exists(alice, lunch, moved.receipt_id)
    assert receipts.waiting(alice, before) == []
    assert not receipts.can_take(alice, new_id(), key)


def test_a_key_for_this_expense_is_its_receipt_already(receipts, alice, lunch):
    waits = receipts.upload_receipt(alice, lunch, "a.jpg", io.BytesIO(photo(90, 90)))
    assert receipts.take(alice, lunch, f"receipts/{alice.user_id}/{lunch}-{waits.receipt_id}.jpg") == waits


def test_only_what_receipts_are_is_invited(receipts, alice):
    for extension in ("exe", "svg", "html", "", "jpg/../x"):
        with pytest.raises(Invalid):
            receipts.generate_presigned_url(alice, extension)


def test_whoever_asks_again_finds_what_came_the_first_time(services, receipts, alice, lunch, sent):
    key = sent(photo(200, 300))
    first = receipts.take(alice, lunch, key)  # cut off here, and asked again
    assert receipts.can_take(alice, lunch, key)
    assert receipts.take(alice, lunch, key) == first
    receipts.attach(alice, lunch, [first.receipt_id])  # cut off here, and asked again
    assert receipts.take(alice, lunch, key) == first
    assert len(receipts.attach(alice, lunch, [first.receipt_id]).receipts) == 1
    assert len(services.files.list("receipts/")) == 2
    assert not receipts.can_take(alice, new_id(), key), "it is this expense's"


def test_the_same_file_sent_twice_is_found_by_both_keys(receipts, alice, lunch, sent):
    keys = [sent(photo(200, 300)) for _ in range(2)]
    found = {receipts.take(alice, lunch, key).receipt_id for key in [*keys, *keys]}
    assert len(receipts.attach(alice, lunch, found).receipts) == len(found) == 1
    assert {receipts.take(alice, lunch, key).receipt_id for key in keys} == found


def test_what_moved_to_its_expense_is_found_again(receipts, alice, lunch):
    before = new_id()
    waits = receipts.upload_receipt(alice, before, "a.jpg", io.BytesIO(photo(200, 300)))
    key = f"receipts/{alice.user_id}/{before}-{waits.receipt_id}.jpg"
    moved = receipts.take(alice, lunch, key)
    assert receipts.take(alice, lunch, key) == moved
    receipts.attach(alice, lunch, [moved.receipt_id])
    assert receipts.take(alice, lunch, key) == moved
    assert receipts.waiting(alice, lunch) == receipts.waiting(alice, before) == []
