"""What receipts of many countries say: total, currency, day and merchant."""

from datetime import date

import pytest

from lib.receipts.reading.paper import Paper, Reading
from lib.receipts.reading.parser import read_paper
from tests.unit.receipt_texts import SAMPLES, Sample

TODAY = date(2026, 11, 22)
by_name = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def read(text: str, locale: str = "en_GB", own: str = "EUR", today: date = TODAY) -> Reading:
    return read_paper(Paper(tuple(text.splitlines())), today, currency=own, locale=locale)


def read_sample(sample: Sample) -> Reading:
    return read(sample.text, sample.locale, sample.own)


@by_name
def test_the_total_is_what_was_paid_in_all(sample):
    found = read_sample(sample)
    currency = found.currency.value if found.currency else sample.own
    assert (f"{found.total.value} {currency}" if found.total else "") == sample.total


@by_name
def test_the_day_is_that_of_the_purchase(sample):
    found = read_sample(sample)
    assert (found.day.value.isoformat() if found.day else "") == sample.day


@by_name
def test_the_merchant_is_who_sold_it(sample):
    found = read_sample(sample)
    assert (found.merchant.value if found.merchant else "").casefold() == sample.merchant.casefold()
