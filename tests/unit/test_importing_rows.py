"""Rows as expenses to be, or what is wrong with them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.importing.drafts import NO_PAYMENT, PROBLEM, ZERO, Draft, Left
from lib.records import Expense
from tests.unit.csv_files import entries_of, person

HEAD = "Date,Payee,Description,Amount,Currency,Category,Tags,Note\n"
FINE = "2026-01-02,Shop,Things,-12.50,EUR,Groceries,a|b,\n"


def only(row: str) -> Draft | Left:
    """The row's entry in a file whose other rows are fine."""
    return entries_of(HEAD + FINE * 12 + row)[-1]


def test_a_row_becomes_what_it_says():
    assert only(
        "2026-01-03,  REWE   Markt ,'Einkauf',-1.50,usd,groceries,\"Food, Home|food\",mine\n"
    ) == Draft(
        line=14,
        spent_on=date(2026, 1, 3),
        amount=Decimal("1.50"),
        money_in=False,
        currency="USD",
        payee="REWE Markt",
        description="Einkauf",
        note="mine",
        category="Groceries",
        tags=("Food", "Home"),
        reference="",
        category_name="groceries",
    )


PROBLEMS = [
    ("30/02/2026,a,b,-1.00,EUR,,,\n", 0, "“30/02/2026” is not a date such as 2026-11-21."),
    (",a,b,-1.00,EUR,,,\n", 0, "There is no date."),
    ("0001-01-01,a,b,-1.00,EUR,,,\n", 0, "“0001-01-01” is not a date"),
    ("2026-01-03,a,b,twelve,EUR,,,\n", 3, "“twelve” is not an amount such as 1234.56."),
    ("2026-01-03,a,b,NaN,EUR,,,\n", 3, "“NaN” is not an amount"),
    ("2026-01-03,a,b,-1.005,EUR,,,\n", 3, "more than the 2 decimals that EUR has"),
    ("2026-01-03,a,b,-99999999999.00,EUR,,,\n", 3, "Amounts go up to"),
    ("2026-01-03,a,b,-1.00,Gold,,,\n", 4, "“Gold” is not a currency such as EUR."),
    ("2026-01-03,a,b,-1.00,EUR,,,,,extra\n", -1, "This line has 10 columns where the others have 8."),
]


@pytest.mark.parametrize(("row", "column", "sentence"), PROBLEMS, ids=[s for _, _, s in PROBLEMS])
def test_what_is_wrong_with_a_row_is_said_with_its_line_and_column(row: str, column: int, sentence: str):
    entry = only(row)
    assert isinstance(entry, Left)
    assert (entry.line, entry.kind, entry.column) == (14, PROBLEM, column)
    assert sentence in entry.message


@pytest.mark.parametrize(
    ("row", "kind"),
    [("2026-01-03,a,b,0.00,EUR,,,\n", ZERO), ("2026-01-03,a,b,,EUR,,,\n", ZERO), ("***END***\n", NO_PAYMENT), (",,Total,,,,,\n", NO_PAYMENT)],
)  # fmt: skip
def test_what_is_no_payment_is_no_problem(row: str, kind: str):
    entry = only(row)
    assert isinstance(entry, Left)
    assert entry.kind == kind


def test_a_row_may_be_shorter_than_the_header():
    entry = only("2026-01-03,a,b,-1.00\n")
    assert isinstance(entry, Draft)
    assert (entry.currency, entry.tags) == ("EUR", ())


def test_a_category_the_person_does_not_have_stays_as_a_tag():
    entry = only("2026-01-03,a,b,-1.00,EUR,Ausgehen,x,\n")
    assert isinstance(entry, Draft)
    assert (entry.category, entry.category_name, entry.tags) == ("", "Ausgehen", ("x", "Ausgehen"))


@pytest.mark.parametrize("category", ["''", "' '"])
def test_a_category_of_nothing_but_padding_is_no_tag(category):
    entry = only(f"2026-01-03,a,b,-1.00,EUR,{category},x,\n")
    assert isinstance(entry, Draft)
    assert entry.tags == ("x",)


def test_long_texts_are_cut_and_kept_whole_in_the_note():
    payee, description = "P" * 150, "word " * 120
    entry = only(f"2026-01-03,{payee},{description},-1.00,EUR,,,mine\n")
    assert isinstance(entry, Draft)
    assert (len(entry.payee), len(entry.description)) == (100, 500)
    assert entry.payee.endswith("…")
    assert entry.note == f"mine\n{payee}\n{description.strip()}"


def test_an_amount_may_name_its_own_currency():
    entries = entries_of("Date,Text,Amount\n2026-01-03,a,-$ 1.00\n2026-01-03,b,-1.00 GBP\n2026-01-03,c,-1\n")
    assert [entry.currency for entry in entries if isinstance(entry, Draft)] == ["EUR", "GBP", "EUR"]


def test_in_or_out_as_a_word_outweighs_the_sign():
    data = "Date,Text,D/C,Amount\n2026-01-03,a,D,33.50\n2026-01-03,b,C,-1533.50\n"
    assert [entry.money_in for entry in entries_of(data) if isinstance(entry, Draft)] == [False, True]


def test_a_word_that_is_neither_in_nor_out_is_a_problem():
    rows = "".join(f"2026-01-{day:02},x,{'D' if day % 2 else 'C'},1.00\n" for day in range(1, 21))
    entry = entries_of("Date,Text,D/C,Amount\n" + rows + "2026-01-30,x,Q,1.00\n")[-1]
    assert isinstance(entry, Left)
    assert entry.message == "“Q” says neither that money went out nor that it came in."


def test_an_amount_in_both_columns_is_a_problem():
    rows = "".join(f"2026-01-{day:02},x,1.00,\n2026-01-{day:02},y,,2.00\n" for day in range(1, 21))
    entry = entries_of("Date,Text,Debit,Credit\n" + rows + "2026-01-30,x,1.00,2.00\n")[-1]
    assert isinstance(entry, Left)
    assert entry.message == "There is an amount both of money out and of money in."


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='"'), max_size=700)


@given(TEXT, TEXT, TEXT, TEXT)
def test_whatever_stands_in_a_row_it_can_be_kept_or_is_refused_in_words(payee, description, category, note):
    fields = ",".join(f'"{text}"' for text in (payee, description))
    entry = only(f'2026-01-03,{fields},-1.00,EUR,"{category}","{category}","{note}"\n')
    if isinstance(entry, Left):
        assert entry.message
        return
    user = person()
    Expense(
        user.user_id, "1", entry.spent_on, entry.amount, entry.currency, entry.category or "Uncategorised",
        datetime(2026, 1, 1, tzinfo=UTC), entry.money_in, entry.payee, entry.description, entry.note, entry.tags,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "Ω≈ç√∫˜µ≤≥÷", "👩‍👩‍👧‍👦 🏳️‍🌈", "הָיְתָהtestالصفحات", "田中さんにあげて下さい", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
     "'; DROP TABLE users; --", "{{ 7*7 }}", "%s%p%n", "\u202etest\u202e", "undefined", "-1E+02"],
)  # fmt: skip
def test_hostile_text_comes_out_unchanged(text: str):
    entry = only(f'2026-01-03,"{text}","{text}",-1.00,EUR,,,"{text}"\n')
    assert isinstance(entry, Draft)
    assert (entry.payee, entry.description, entry.note) == (text, text, text)
