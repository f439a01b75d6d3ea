"""Numbers, money and days as they are written where people live."""

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale

from lib.money import CURRENCIES
from lib.periods import Month
from lib.writing import cldr, formats
from lib.writing.locales import LOCALES, currency_choices, currency_in, guess_locale, is_locale

DAY = date(2026, 11, 3)
NOVEMBER = Month(2026, 11)
CODES = [code for code, _ in LOCALES]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1250", "EUR", "en", "€1,250.00"),
        ("-12.4", "EUR", "en", "−€12.40"),
        ("-12.4", "EUR", "de_DE", "−12,40\xa0€"),
        ("1234567.5", "EUR", "fr_FR", "1\u202f234\u202f567,50\xa0€"),
        ("1234567.5", "INR", "en_IN", "₹12,34,567.50"),
        ("1234.5", "CHF", "de_CH", "CHF\xa01’234.50"),
        ("12.5", "CHF", "en", "CHF\xa012.50"),
        ("12.5", "SEK", "sv_SE", "12,50\xa0kr"),
        ("1250", "JPY", "en", "¥1,250"),
        ("12.5", "KWD", "en", "KWD\xa012.500"),
        ("0", "EUR", "en", "€0.00"),
        ("-0.001", "EUR", "en", "€0.00"),
        ("0.125", "EUR", "en", "€0.13"),
        ("12.5", "AED", "ar_AE", "\u206612.50\xa0د.إ.\u2069"),
        ("9999999999.99", "EUR", "en", "€9,999,999,999.99"),
        ("12.5", "EUR", "nonsense", "€12.50"),
    ],
)
def test_money_is_written_the_local_way(amount, currency, locale, text):
    assert formats.money(Decimal(amount), currency, locale) == text


def test_sentences_leave_out_decimals_that_say_nothing():
    assert formats.short_money(Decimal("500.00"), "EUR", "en") == "€500"
    assert formats.short_money(Decimal("12.40"), "EUR", "en") == "€12.40"


def test_an_input_is_filled_without_grouping():
    assert formats.plain_amount(Decimal("1250"), "EUR", "de_DE") == "1250,00"
    assert formats.plain_amount(Decimal("1250"), "JPY", "ja_JP") == "1250"


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        (12345, "en", "12,345"),
        (-1234567, "en_IN", "−12,34,567"),
        (Decimal("3.5"), "de_DE", "3,5"),
        (0, "en", "0"),
    ],
)
def test_numbers_are_grouped(value, locale, text):
    assert formats.number(value, locale) == text


@pytest.mark.parametrize(
    ("percent", "locale", "text"), [(79, "en", "79%"), (79, "de_DE", "79\xa0%"), (-6, "en", "−6%"), (1250, "en", "1,250%")]
)  # fmt: skip
def test_percentages_have_their_sign(percent, locale, text):
    assert formats.percent_text(percent, locale) == text


@pytest.mark.parametrize(
    ("locale", "short", "whole", "long"),
    [
        ("en_GB", "3 Nov", "3 Nov 2026", "Tuesday, 3 November 2026"),
        ("en_US", "Nov 3", "Nov 3, 2026", "Tuesday, November 3, 2026"),
        ("en_CA", "Nov 3", "Nov 3, 2026", "Tuesday, November 3, 2026"),
        ("fil_PH", "Nov 3", "Nov 3, 2026", "Tuesday, November 3, 2026"),
        ("de_DE", "3 Nov", "3 Nov 2026", "Tuesday, 3 November 2026"),
        ("fr_FR", "3 Nov", "3 Nov 2026", "Tuesday, 3 November 2026"),
        ("fr_CA", "Nov 3", "Nov 3, 2026", "Tuesday, November 3, 2026"),
        ("ja_JP", "3 Nov", "3 Nov 2026", "Tuesday, 3 November 2026"),
        ("nonsense", "Nov 3", "Nov 3, 2026", "Tuesday, November 3, 2026"),
    ],
)
def test_days_are_written_in_the_order_of_the_region(locale, short, whole, long):
    assert formats.short_day(DAY, locale) == short
    assert formats.whole_day(DAY, locale) == whole
    assert formats.long_day(DAY, locale) == long


@pytest.mark.parametrize("code", CODES)
def test_months_and_weekdays_are_english_everywhere(code):
    """The pages are: "Copy from Oktober 2026" would be two languages in one sentence."""
    assert formats.month_name(NOVEMBER, code) == "November 2026"
    assert formats.month_short(NOVEMBER, code) == "Nov"
    assert formats.long_day(DAY, code).startswith("Tuesday")
    assert formats.weekday_names(0, code) == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def test_one_locale_never_speaks_in_the_words_of_another():
    """What Babel itself gets wrong after Hebrew (its issue 1234)."""
    spoken = {code: cldr.names(code)["months"] for code in CODES}
    hebrew = {
        code
        for code, months in spoken.items()
        if "\u05e0" in months["stand-alone"]["abbreviated"][11] + months["stand-alone"]["wide"][11]
    }
    assert hebrew == {"he_IL"}


@pytest.mark.parametrize("code", CODES)
def test_every_offered_locale_writes_everything(code):
    assert str(Locale.parse(code)) == code
    assert "1" in formats.money(Decimal("-1234.5"), "EUR", code)
    assert all(formats.short_day(date(2026, month, 1), code) for month in range(1, 13))
    assert len({formats.month_name(Month(2026, month), code) for month in range(1, 13)}) == 12
    assert len({formats.month_short(Month(2026, month), code) for month in range(1, 13)}) == 12
    assert len(set(formats.weekday_names(0, code))) == 7


def test_the_week_begins_where_it_is_told_to():
    assert formats.weekday_names(6, "en")[:2] == ("Sun", "Mon")


def test_locales_are_offered_once_and_in_the_order_of_their_names():
    names = [name for _, name in LOCALES[1:]]  # plain English comes first
    assert names == sorted(names)
    assert len(set(CODES)) == len(CODES)
    assert is_locale("de_DE")
    assert not is_locale("de_XX")


@pytest.mark.parametrize(
    ("header", "locale", "currency", "first_weekday"),
    [
        ("en-US,en;q=0.9", "en_US", "USD", 6),
        ("de", "de_DE", "EUR", 0),
        ("de-LI", "de_DE", "CHF", 0),
        ("fr-CA;q=0.5,de-CH;q=0.9", "de_CH", "CHF", 0),
        ("en-FR", "en_GB", "EUR", 0),
        ("bg", "bg_BG", "EUR", 0),
        ("no", "nb_NO", "NOK", 0),
        ("zh-TW", "zh_Hant_TW", "TWD", 6),
        ("sr-RS", "sr_Latn_RS", "RSD", 0),
        ("xx, de;q=0.1", "de_DE", "EUR", 0),
        ("de;q=0, fr;q=0.3", "fr_FR", "EUR", 0),
        ("", "en", "EUR", 0),
        ("*", "en", "EUR", 0),
        ("de;q=nan", "en", "EUR", 0),
        ("de; q=0.8", "de_DE", "EUR", 0),
        ("<script>,\0;q=\u0663", "en", "EUR", 0),
        ("a-" * 5000, "en", "EUR", 0),
    ],
)
def test_what_a_browser_asks_for_gives_good_defaults(header, locale, currency, first_weekday):
    assert guess_locale(header) == (locale, currency, first_weekday)


def test_countries_pay_with_what_is_money_today():
    assert [currency_in(country) for country in ("DE", "BG", "CH", "US", "SL", None)] == [
        "EUR", "EUR", "CHF", "USD", "SLE", "EUR"
    ]  # fmt: skip


def test_every_currency_can_be_chosen_by_name():
    choices = dict(currency_choices())
    assert choices["CHF"] == "CHF – Swiss Franc"
    assert tuple(choices) == CURRENCIES
