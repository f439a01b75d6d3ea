"""Amounts, dates and letters as banks write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.importing import amounts, dates, words
from lib.importing.amounts import COMMA, POINT, currency_of, read_amount
from lib.importing.dates import DMY, MDY, ORDERS, YMD, read_day, usual_order
from lib.importing.words import goes_out, name_of_column
from lib.writing import formats

AMOUNTS = [
    ("12", POINT, "12"),
    ("12.50", POINT, "12.50"),
    ("12,50", COMMA, "12.50"),
    ("1,234.56", POINT, "1234.56"),
    ("1.234,56", COMMA, "1234.56"),
    ("1 234,56", COMMA, "1234.56"),
    ("1\u202f234,56", COMMA, "1234.56"),
    ("1'234.50", POINT, "1234.50"),
    ("1’234.50", POINT, "1234.50"),
    ("1,23,456.78", POINT, "123456.78"),
    ("12.345.678,9", COMMA, "12345678.9"),
    ("-12.50", POINT, "-12.50"),
    ("\u221212.50", POINT, "-12.50"),
    ("12,50-", COMMA, "-12.50"),
    ("(12.00)", POINT, "-12.00"),
    ("($1,200.00)", POINT, "-1200.00"),
    ("$ (1,200.00)", POINT, "-1200.00"),
    ("+ $73.01", POINT, "73.01"),
    ("- $12.01", POINT, "-12.01"),
    ("$-5.00", POINT, "-5.00"),
    ("-$5", POINT, "-5"),
    (".50", POINT, "0.50"),
    ("-.5", POINT, "-0.5"),
    ("12,-", COMMA, "12"),
    ("Fr.4.50", POINT, "4.50"),
    ("12 zł", COMMA, "12"),
    ("د.ا.\u200f4.750", POINT, "4.750"),
    ("٣٫٥", POINT, "3.5"),
]


@pytest.mark.parametrize(("text", "mark", "value"), AMOUNTS)
def test_an_amount_is_read(text: str, mark: str, value: str):
    reading = read_amount(text, mark)
    assert reading is not None
    assert reading.value == Decimal(value)


NO_AMOUNTS = [
    "", "-", "abc", "3 apples", "1e5", "NaN", "Infinity", "2026-11-20", "20.11.2026", "1-2", "0x12", "12..5", "1,2,3",
    "NL00BANK0123456789", "=1+2", "9" * 40, "EUR", "½", "12\x0050",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount_is_none(text: str):
    assert [read_amount(text, mark) for mark in (POINT, COMMA)] == [None, None]


def test_the_wrong_mark_is_noticed():
    assert read_amount("12,50", POINT) is None, "a comma with two digits after it is no thousand"
    assert read_amount("12.50", COMMA) is None
    assert read_amount("0,123", POINT) is None, "nobody writes zero thousands"


@pytest.mark.parametrize(
    ("text", "side", "currency"),
    [("45.00 CR", "in", ""), ("45.00DR", "out", ""), ("€5", "", "EUR"), ("5 kr", "", ""), ("CHF 5", "", "CHF"), ("R$ 5", "", "BRL")],
)  # fmt: skip
def test_what_stands_beside_an_amount_is_understood(text: str, side: str, currency: str):
    reading = read_amount(text, POINT)
    assert reading is not None
    assert (reading.side, reading.currency) == (side, currency)


def test_a_sign_that_several_currencies_share_names_none():
    assert (currency_of("$"), currency_of("usd"), currency_of("Gold")) == ("", "USD", None)


@given(
    st.decimals(min_value=Decimal("-9999999"), max_value=Decimal("9999999"), places=2),
    st.sampled_from(["en_US", "de_DE", "fr_FR", "de_CH", "es_ES", "pl_PL", "en_IN", "pt_BR"]),
)
def test_what_a_locale_writes_is_read_back(amount: Decimal, locale: str):
    mark = COMMA if locale[:2] in ("fr", "es", "pl", "pt") or locale == "de_DE" else POINT
    reading = read_amount(formats.money(amount, "EUR", locale), mark)
    assert reading is not None
    assert (reading.value, reading.currency) == (amount, "EUR")


DAYS = [
    ("2026-11-05", DMY, date(2026, 11, 5)),
    ("2012/3/22", MDY, date(2012, 3, 22)),
    ("05.11.26", DMY, date(2026, 11, 5)),
    ("5.11.2026", DMY, date(2026, 11, 5)),
    ("5. 11. 2026", DMY, date(2026, 11, 5)),
    ("11/05/2026", MDY, date(2026, 11, 5)),
    ("26/11/05", YMD, date(2026, 11, 5)),
    ("11/05/2026 10:05 PM", MDY, date(2026, 11, 5)),
    ("2026-11-05T13:00:00+01:00", YMD, date(2026, 11, 5)),
    ("2026-11-05 08:26:29.123456", YMD, date(2026, 11, 5)),
    ("20261105", DMY, date(2026, 11, 5)),
    ("20261105103000", YMD, date(2026, 11, 5)),
    ("05112026", DMY, date(2026, 11, 5)),
    ("5 Nov 2026", DMY, date(2026, 11, 5)),
    ("Nov 5, 2026", DMY, date(2026, 11, 5)),
    ("05-NOV-26", MDY, date(2026, 11, 5)),
    ("5. März 2026", DMY, date(2026, 3, 5)),
    ("5 août 2026", DMY, date(2026, 8, 5)),
    ("5 de marzo de 2026", DMY, date(2026, 3, 5)),
    ("5 listopada 2026", DMY, date(2026, 11, 5)),
    ("Thu 05/11/2026", DMY, date(2026, 11, 5)),
    ("31.12.99", DMY, date(1999, 12, 31)),
]


@pytest.mark.parametrize(("text", "order", "day"), DAYS)
def test_a_day_is_read(text: str, order: str, day: date):
    assert read_day(text, order) == day


@pytest.mark.parametrize(
    "text",
    ["", "12.50", "1.234.567", "51392971", "10223506553", "31/02/2026", "0001-01-01", "9999-12-31", "12/2026",
     "1/2/3", "NL99BANK0000000001", "10.0.0.1", "2026-13-01", "today", "20 Brumaire 2026", "\x00", "1" * 61],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str):
    assert [read_day(text, order) for order in ORDERS] == [None, None, None]


@given(
    st.dates(min_value=date(1970, 1, 1), max_value=date(2199, 12, 31)), st.sampled_from(["-", "/", ".", " "])
)
def test_every_day_is_read_back_in_every_order(day: date, between: str):
    written = {YMD: "%Y{0}%m{0}%d", DMY: "%d{0}%m{0}%Y", MDY: "%m{0}%d{0}%Y"}
    assert [read_day(day.strftime(form.format(between)), order) for order, form in written.items()] == [
        day
    ] * 3


def test_the_usual_order_is_the_languages():
    assert [usual_order(code) for code in ("en_US", "en_GB", "de_DE", "sv_SE", "nonsense")] == [
        MDY,
        DMY,
        DMY,
        YMD,
        MDY,
    ]


def test_columns_are_known_by_name_whatever_the_dress():
    names = ["Kwota (PLN)", "Umsatz in EUR", "dateOp", "Bénéficiaire", "Money In", "  REF #", "Libellé"]
    found = [name_of_column(name) for name in names]
    assert found == ["kwota", "umsatz", "date op", "beneficiaire", "money in", "ref", "libelle"]


@pytest.mark.parametrize(
    ("read", "cached"),
    [
        (lambda text: read_day(text, DMY), dates._read_day),
        (lambda text: read_amount(text, POINT), amounts._read_dressed),
        (currency_of, amounts._currency_of),
        (goes_out, words._goes_out),
    ],
)
def test_a_long_cell_is_nothing_and_is_not_kept_in_memory(read, cached):
    before = cached.cache_info()
    assert read("x" * 61) is None
    assert cached.cache_info() == before


def test_words_for_both_directions_are_known():
    assert [goes_out(word) for word in ("D", "Af", "DEBIT", "Soll", "-", "Lastschrift", "Money out")] == [
        True
    ] * 7
    assert [goes_out(word) for word in ("C", "Bij", "credit", "Haben", "+", "Gutschrift", "paid in")] == [
        False
    ] * 7
    assert [goes_out(word) for word in ("", "Charge", "money", "paid")] == [None] * 4
