"""Amounts as people type them: what is understood, and what is said about the rest."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import Invalid
from lib.money import CURRENCIES, MAX_AMOUNT, digits_of, parse_amount, parse_limit, rounded
from lib.writing.formats import money, plain_amount
from lib.writing.locales import LOCALES

CODES = [code for code, _ in LOCALES]


@pytest.mark.parametrize(
    ("text", "currency", "locale", "amount"),
    [
        ("12", "EUR", "en", "12.00"),
        (" 12.50 ", "EUR", "en", "12.50"),
        (".5", "EUR", "en", "0.50"),
        ("12.", "EUR", "en", "12.00"),
        ("1,250.00", "EUR", "en", "1250.00"),
        ("1250,00", "EUR", "de_DE", "1250.00"),
        ("1.250,00", "EUR", "de_DE", "1250.00"),
        ("1.250", "EUR", "de_DE", "1250.00"),
        ("1\u202f250,00", "EUR", "fr_FR", "1250.00"),
        ("1\xa0250,00", "EUR", "fr_FR", "1250.00"),
        ("1 250,00", "EUR", "fr_FR", "1250.00"),
        ("12.50", "EUR", "fr_FR", "12.50"),
        ("1.250,00", "EUR", "fr_FR", "1250.00"),
        ("1’250.00", "CHF", "de_CH", "1250.00"),
        ("1'250.00", "CHF", "de_CH", "1250.00"),
        ("12,50", "CHF", "de_CH", "12.50"),
        ("1,25,000.00", "INR", "en_IN", "125000.00"),
        ("1,250,000", "INR", "en_IN", "1250000.00"),
        ("1,250", "JPY", "ja_JP", "1250"),
        ("12.00", "JPY", "ja_JP", "12"),
        ("12.5", "KWD", "en_GB", "12.500"),
        ("99,90", "RSD", "sr_Latn_RS", "99.90"),
        ("١٢٫٥٠", "EGP", "ar_EG", "12.50"),
        ("١٬٢٥٠", "EGP", "ar_EG", "1250.00"),
        ("१२.५०", "INR", "hi_IN", "12.50"),
        ("１２．５０", "EUR", "en", "12.50"),
        ("\u202b12\u202c", "EUR", "en", "12.00"),
        ("1\u200b2\ufeff", "EUR", "en", "12.00"),
        ("9999999999.99", "EUR", "en", "9999999999.99"),
    ],
)
def test_an_amount_is_read_as_it_is_written_there(text, currency, locale, amount):
    read = parse_amount(text, currency, locale)
    assert (str(read), read.as_tuple().exponent) == (amount, -digits_of(currency))


@pytest.mark.parametrize(
    ("text", "currency", "locale", "amount"),
    [
        ("12.50", "EUR", "de_DE", "12.50"),
        ("12.5", "EUR", "nl_NL", "12.50"),
        (".50", "EUR", "it_IT", "0.50"),
        ("0.99 €", "EUR", "de_DE", "0.99"),
        ("1,250.50", "EUR", "de_DE", "1250.50"),
        ("1 250.50", "EUR", "de_DE", "1250.50"),
        ("12.50+3,20", "EUR", "de_DE", "15.70"),
        ("12,50", "EUR", "en", "12.50"),
        ("12,5", "USD", "en_US", "12.50"),
        ("1.250,00", "EUR", "en", "1250.00"),
        ("3*4,50", "EUR", "en_GB", "13.50"),
        ("12,50", "INR", "en_IN", "12.50"),
        ("1.250", "EUR", "de_DE", "1250.00"),  # three digits: as it is written there
        ("1,250", "EUR", "en", "1250.00"),
    ],
)
def test_one_or_two_digits_at_the_end_are_no_thousands_anywhere(text, currency, locale, amount):
    assert str(parse_amount(text, currency, locale)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "locale"),
    [
        ("€12.50", "EUR", "en"),
        ("12.50 €", "EUR", "en"),
        ("EUR 12.50", "EUR", "en"),
        ("12.50eur", "EUR", "en"),
        ("12,50 Euro", "EUR", "de_DE"),
        ("12.50 euros", "EUR", "en"),
        ("Fr. 12.50", "CHF", "de_CH"),
        ("12.50 Fr.", "CHF", "en"),
        ("$12.50", "AUD", "en_AU"),
        ("R12,50", "ZAR", "en_ZA"),
        ("12,50 kr.", "DKK", "da_DK"),
        ("Rs. 12.50", "INR", "en_IN"),
        ("12,50 zł", "PLN", "pl_PL"),
        ("12.50 ج.م.\u200f", "EGP", "ar_EG"),
        ("12.50 US dollars", "USD", "en"),
    ],
)
def test_the_currency_may_stand_beside_the_amount(text, currency, locale):
    assert parse_amount(text, currency, locale) == Decimal("12.50")


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("12,50+3", "de_DE", "15.50"),
        ("12.50 + 3 + 1,000", "en", "1015.50"),
        ("3*4.50", "en", "13.50"),
        ("3 x 4.50", "en", "13.50"),
        ("3×4.50", "en", "13.50"),
        ("(10-2)/3", "en", "2.67"),
        ("10÷4", "en", "2.50"),
        ("0.125*1", "en", "0.13"),
        ("0.375*1", "en", "0.38"),
        ("2+3*4", "en", "14.00"),
        ("20-5-5", "en", "10.00"),
        ("-2+5", "en", "3.00"),
        ("20 − 5", "en", "15.00"),
        ("=5+3", "en", "8.00"),
        ("€12 + €3", "en", "15.00"),
        ("50*1.19", "en", "59.50"),
        ("(" * 29 + "1" + ")" * 29, "en", "1.00"),
    ],
)
def test_a_small_sum_is_worked_out_and_rounded(text, locale, amount):
    assert str(parse_amount(text, "EUR", locale)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "locale", "says"),
    [
        ("12,50,00", "EUR", "en", "Commas stand only between thousands here: write 12.50 or 1,250.50."),
        ("0,500", "EUR", "en", "Commas stand only between thousands here: write 12.50 or 1,250.50."),
        ("1,2345", "EUR", "en", "Commas stand only"),
        ("1.250,000", "EUR", "en", "Commas stand only"),
        ("0.500", "EUR", "de_DE", "Dots stand only between thousands here: write 12,50 or 1.250,50."),
        ("1.2,50", "EUR", "de_DE", "Dots stand only"),
        ("12,50", "JPY", "en", "JPY has no decimals: write 12."),
        ("12 50", "EUR", "en", "Spaces stand only"),
        ("1 € 250", "EUR", "en", "Spaces stand only"),
        ("12'50", "CHF", "de_CH", "Apostrophes stand only"),
        ("12.505", "EUR", "en", "EUR has 2 decimals at most: write 12.50."),
        ("12.500", "EUR", "en", "EUR has 2 decimals at most"),
        ("1.250", "EUR", "fr_FR", "EUR has 2 decimals at most: write 12,50."),
        ("12.5", "JPY", "en", "JPY has no decimals: write 12."),
        ("12.000", "JPY", "en", "JPY has no decimals"),
        ("5 USD", "EUR", "en", "Write this amount in EUR"),
        ("£5", "EUR", "en", "Write this amount in EUR"),
        ("0", "EUR", "en", "Use an amount above zero, such as 12.50."),
        ("0.004+0", "EUR", "en", "Use an amount above zero"),
        (
            "-5",
            "EUR",
            "en",
            "Write the amount without a minus, such as 12.50, and tick “Money came in” if it was given",
        ),
        ("5-10", "EUR", "en", "Write the amount without a minus"),
        ("10000000000", "EUR", "en", "Use an amount up to 9,999,999,999."),
        ("10000000000", "EUR", "de_DE", "Use an amount up to 9.999.999.999."),
        ("9*" * 29 + "9", "EUR", "en", "Use an amount up to"),
        ("1/0", "EUR", "en", "Nothing can be divided by zero"),
        ("0/(2-2)", "EUR", "en", "Nothing can be divided by zero"),
        ("1" * 61, "EUR", "en", "Use up to 60 characters"),
    ],
)
def test_what_is_no_amount_is_explained(text, currency, locale, says):
    with pytest.raises(Invalid) as refused:
        parse_amount(text, currency, locale)
    assert refused.value.message.startswith(says)
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    "text",
    ["", " ", "€", "NaN", "Infinity", "1e5", "--5", "5-", "+", "()", "2(3)", "(1", "1)", "1.2.3", "1..2", "²5", "½", "5%"]
    + ["10:3", "1_000", "12€50", "1€250", "🍕", "5\ufe0f\u20e3", "abc", "<script>", "=HYPERLINK(1)", "\0", "\ud800"],
)  # fmt: skip
def test_anything_else_gets_an_example(text):
    with pytest.raises(Invalid) as refused:
        parse_amount(text, "EUR", "en")
    assert refused.value.message == "Write an amount, such as 12.50."


def test_a_limit_may_be_zero_but_not_less():
    assert parse_limit("0", "EUR", "en") == 0
    assert str(parse_limit("-0", "EUR", "en")) == "0.00"
    with pytest.raises(Invalid, match=r"without a minus, such as 12\.50\.$"):
        parse_limit("-1", "EUR", "en")


def test_the_error_stands_at_the_field_that_was_asked_for():
    with pytest.raises(Invalid) as refused:
        parse_amount("x", "EUR", "en", field="least")
    assert refused.value.field == "least"


amounts = st.decimals(min_value="0.0001", max_value=MAX_AMOUNT, allow_nan=False, places=4)


@settings(max_examples=500)
@given(st.sampled_from(CODES), st.sampled_from(CURRENCIES), amounts)
def test_what_fills_an_input_is_read_back_as_the_same(locale, currency, amount):
    amount = min(rounded(amount, currency), rounded(MAX_AMOUNT - 1, currency))
    assert parse_limit(plain_amount(amount, currency, locale), currency, locale) == amount


@settings(max_examples=500)
@given(st.sampled_from(CODES), st.sampled_from(CURRENCIES), amounts)
def test_a_shown_amount_can_be_copied_into_an_input(locale, currency, amount):
    amount = min(rounded(amount, currency), rounded(MAX_AMOUNT - 1, currency))
    assert parse_limit(money(amount, currency, locale), currency, locale) == amount


@settings(max_examples=1000)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="0123456789.,' +-*/()×x€$eE\xa0\u202f٫٣", max_size=60),
    ),
    st.sampled_from(["EUR", "JPY", "KWD", "CHF", "INR"]),
    st.sampled_from(CODES),
)
def test_any_text_gives_an_amount_or_a_sentence(text, currency, locale):
    read = _read(text, currency, locale)
    if isinstance(read, Decimal):
        assert 0 < read <= MAX_AMOUNT
        assert read == rounded(read, currency)
    else:
        assert read.endswith(".")


def _read(text, currency, locale):
    try:
        return parse_amount(text, currency, locale)
    except Invalid as refused:
        return refused.message


numbers = st.integers(0, 99999).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
sums = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map("".join), inner.map(lambda one: f"({one})")
    ),
    max_leaves=6,
).filter(lambda text: len(text) <= 60)


@given(sums)
def test_sums_agree_with_pythons_own_arithmetic(text):
    try:
        value = eval(re.sub(r"[\d.]+", r"Decimal('\g<0>')", text))  # noqa: S307  digits and signs that we made
        expected = rounded(value, "EUR") if value >= 0 else None
    except ArithmeticError:
        expected = None
    try:
        read = parse_limit(text, "EUR", "en")
    except Invalid:
        assert expected is None or expected > MAX_AMOUNT
    else:
        assert read == expected


def test_currencies_are_those_of_today():
    assert {"EUR", "USD", "CHF", "JPY", "KWD", "XCG", "ZWG"} <= set(CURRENCIES)
    assert not {"DEM", "HRK", "BGN", "ANG", "XAU", "XDR", "USN"} & set(CURRENCIES)
    assert list(CURRENCIES) == sorted(set(CURRENCIES))


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("RSD", 2), ("???", 2)])
def test_decimals_are_those_people_use(currency, digits):
    assert digits_of(currency) == digits


def test_halves_are_rounded_away_from_zero():
    assert [str(rounded(Decimal(text), "EUR")) for text in ("0.125", "0.135", "-0.125")] == [
        "0.13",
        "0.14",
        "-0.13",
    ]
