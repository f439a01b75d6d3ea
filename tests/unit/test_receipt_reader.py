"""Reading a kept receipt: whose, how often, and what happens where that does not work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from time import monotonic
from typing import BinaryIO

import pytest

from lib.errors import NotFound, Unavailable
from lib.expenses import ExpenseDraft
from lib.receipts.apart import Overwhelmed
from lib.receipts.reading.paper import Paper
from lib.receipts.reading.reader import MOST_AN_HOUR
from tests.papers import pdf, photo

SHOP = ("Corner Books Ltd", "19 Jan 2026 10:15", "Novel 20.00", "Atlas 15.00", "Total 35.00 GBP")


class Eyes:
    """Sees in every picture what it was told, a look after the other. Told an error, it fails."""

    def __init__(self, *looks: tuple[str, ...] | Exception) -> None:
        self.told, self.count = looks, 0

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        for look in self.told:
            self.count += 1
            assert picture.fileno() > 0
            if isinstance(look, Exception):
                raise look
            yield Paper(look)


@pytest.fixture
def with_eyes(services):
    """Services in which something reads pictures."""

    def make(*looks: tuple[str, ...] | Exception):
        return replace(services, pictures=Eyes(*looks))

    return make


def kept(services, user, data: bytes = b"", name: str = "slip.jpg") -> tuple[str, str]:
    """Upload a receipt. Its expense and its own id."""
    receipt = services.receipts.upload_receipt(user, "e1", name, BytesIO(data or photo()))
    return "e1", receipt.receipt_id


def test_a_pdf_is_read_wherever_the_planner_runs(services, alice):
    found = services.receipt_reader.read(alice, *kept(services, alice, pdf(*SHOP), "slip.pdf"))
    assert found.total.value == Decimal("35.00")
    assert found.currency.value == "GBP"
    assert found.day.value == date(2026, 1, 19)
    assert found.merchant.value == "Corner Books"
    assert found.total.line == "Total 35.00 GBP"


def test_a_picture_is_read_only_where_something_reads_pictures(services, with_eyes, alice):
    where = kept(services, alice)
    assert services.receipt_reader.read(alice, *where) is None
    assert with_eyes(SHOP).receipt_reader.read(alice, *where).total.value == Decimal("35.00")


def test_an_attached_receipt_is_read_as_well(services, alice):
    draft = ExpenseDraft(Decimal("9.90"), "EUR", "Groceries", date(2026, 11, 1))
    lunch = services.expenses.add_expense(alice, draft, "one")
    receipt = services.receipts.upload_receipt(alice, lunch.expense_id, "a.pdf", BytesIO(pdf(*SHOP)))
    services.receipts.attach(alice, lunch.expense_id, [receipt.receipt_id])
    assert services.receipt_reader.read(alice, lunch.expense_id, receipt.receipt_id).total


def test_nobody_elses_receipt_is_read(services, alice, bob):
    where = kept(services, alice, pdf(*SHOP), "slip.pdf")
    with pytest.raises(NotFound):
        services.receipt_reader.read(bob, *where)
    services.receipt_reader.read(alice, *where)
    with pytest.raises(NotFound):  # nor what was read on it
        services.receipt_reader.read(bob, *where)


def test_nothing_is_read_where_that_is_turned_off(services, alice):
    off = replace(services, settings=services.settings.model_copy(update={"receipt_reading": "off"}))
    assert off.receipt_reader.read(alice, *kept(off, alice, pdf(*SHOP), "slip.pdf")) is None


def test_a_receipt_is_read_once(with_eyes, alice):
    services = with_eyes(SHOP)
    where = kept(services, alice)
    first = services.receipt_reader.read(alice, *where)
    assert services.receipt_reader.read(alice, *where) == first
    assert services.pictures.count == 1


def test_one_with_nothing_on_it_is_read_once_as_well(with_eyes, alice):
    services = with_eyes(("Hello",))
    where = kept(services, alice)
    assert services.receipt_reader.read(alice, *where) is None
    assert services.receipt_reader.read(alice, *where) is None
    assert services.pictures.count == 1


def test_a_second_look_is_taken_only_where_the_first_was_not_enough(with_eyes, alice):
    services = with_eyes(SHOP, ("never",))
    services.receipt_reader.read(alice, *kept(services, alice))
    assert services.pictures.count == 1
    services = with_eyes(("Total 35.00",), ("19.01.2026 10:15", "Total 85.00"))
    found = services.receipt_reader.read(alice, *kept(services, alice, photo(words="other")))
    assert services.pictures.count == 2
    assert (found.total.value, found.day.value) == (Decimal("35.00"), date(2026, 1, 19))


def test_nothing_is_begun_once_the_time_is_over(with_eyes, alice):
    services = with_eyes(("Total 35.00",), ("19.01.2026 10:15",))
    where = kept(services, alice)
    assert services.receipt_reader.read(alice, *where, until=monotonic()) is None
    assert services.pictures.count == 0
    services.pictures.told = (SHOP[-1:], SHOP)
    soon = monotonic() + 0.2

    class Slow(Eyes):
        def looks(self, picture, locale):
            for paper in super().looks(picture, locale):
                while monotonic() < soon:  # a look that takes all there is
                    pass
                yield paper

    slow = replace(services, pictures=Slow(*services.pictures.told))
    assert slow.receipt_reader.read(alice, *where, until=soon).total
    assert slow.pictures.count == 1


def test_what_was_seen_before_it_broke_counts(with_eyes, alice):
    services = with_eyes(("Total 35.00",), Overwhelmed("too much"))
    found = services.receipt_reader.read(alice, *kept(services, alice))
    assert found.total.value == Decimal("35.00")


def test_what_cannot_be_read_now_is_no_error_and_is_tried_again(with_eyes, alice, caplog):
    services = with_eyes(Unavailable("others are being read", "pictures"))
    where = kept(services, alice)
    assert services.receipt_reader.read(alice, *where) is None
    assert services.receipt_reader.read(alice, *where) is None
    assert services.pictures.count == 2
    assert "others are being read" in caplog.text


def test_a_file_that_is_gone_is_not_found(services, alice):
    where = kept(services, alice, pdf(*SHOP), "slip.pdf")
    for key in services.files.list(f"receipts/{alice.user_id}/"):
        services.files.remove(key)
    with pytest.raises(NotFound):
        services.receipt_reader.read(alice, *where)


def test_nobody_has_more_read_in_an_hour_than_a_person_needs(with_eyes, alice, bob, clock):
    services = with_eyes(Unavailable("", "pictures"))
    where = kept(services, alice)
    for _ in range(MOST_AN_HOUR + 3):
        services.receipt_reader.read(alice, *where)
    assert services.pictures.count == MOST_AN_HOUR
    services.receipt_reader.read(bob, *kept(services, bob))
    assert services.pictures.count == MOST_AN_HOUR + 1
    clock.turn(hours=1)
    services.receipt_reader.read(alice, *where)
    assert services.pictures.count == MOST_AN_HOUR + 2


def test_no_receipt_is_of_a_day_that_has_not_come_where_the_person_is(services, alice, clock):
    tomorrow = pdf("Shop", "24.11.2026", "Total 5,00 EUR")
    found = services.receipt_reader.read(alice, *kept(services, alice, tomorrow, "slip.pdf"))
    assert found.day is None


def test_a_payee_of_ones_own_is_recognised(services, alice):
    where = kept(services, alice, pdf("THE CORNER BOOKS SHOP", "Total 5.00"), "slip.pdf")
    found = services.receipt_reader.read(alice, *where, known=["Corner Books"])
    assert found.merchant.value == "Corner Books"
