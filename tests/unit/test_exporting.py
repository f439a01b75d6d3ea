import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.exporting import COLUMNS, csv_of, file_name, guard, unguard
from lib.periods import Month
from lib.records import Expense, Filters, User
from tests.unit.csv_files import entries_of

ALICE = User("u1", "alice", "alice@example.com", "hash", datetime(2026, 1, 1, tzinfo=UTC))
LUNCH = Expense(
    "u1", "e1", date(2026, 11, 21), Decimal("12.50"), "EUR", "Groceries", datetime(2026, 11, 21, tzinfo=UTC)
)


def exported(*expenses: Expense, user: User = ALICE) -> str:
    return b"".join(csv_of(user, [expenses])).decode()


def rows(*expenses: Expense, user: User = ALICE, delimiter: str = ",") -> list[dict[str, str]]:
    text = exported(*expenses, user=user).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_file_begins_with_a_mark_for_excel_and_the_names_of_its_columns():
    assert exported() == "\ufeff" + ",".join(COLUMNS) + "\r\n"


def test_a_row_says_everything_and_money_out_is_negative():
    lunch = replace(LUNCH, payee="REWE", description="Milk, eggs", tags=("food", "home"), note="Two\nlines")
    assert rows(lunch) == [
        {
            "Date": "2026-11-21",
            "Payee": "REWE",
            "Description": "Milk, eggs",
            "Category": "Groceries",
            "Amount": "-12.50",
            "Currency": "EUR",
            "Tags": "food, home",
            "Note": "Two\nlines",
        }
    ]


def test_money_in_is_positive():
    assert rows(replace(LUNCH, money_in=True))[0]["Amount"] == "12.50"


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "-1250"), ("KWD", "-1250.000")])
def test_amounts_have_the_decimals_of_their_currency(currency, shown):
    assert rows(replace(LUNCH, amount=Decimal(1250), currency=currency))[0]["Amount"] == shown


def test_where_a_comma_separates_decimals_semicolons_separate_cells():
    german = replace(ALICE, locale="de_DE")
    (row,) = rows(replace(LUNCH, amount=Decimal("1234.50"), payee="Bäcker; Café"), user=german, delimiter=";")
    assert (row["Amount"], row["Payee"]) == ("-1234,50", "Bäcker; Café")


def test_categories_go_by_the_name_they_have_now():
    renamed = ALICE.categories.changed("Groceries", name="Food", icon="basket", colour=1)
    assert rows(LUNCH, user=replace(ALICE, categories=renamed))[0]["Category"] == "Food"


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20A",
        " =1",
        "'=1",
        "-)",
    ],
)
def test_no_text_cell_starts_a_formula(formula):
    (row,) = rows(replace(LUNCH, note=formula))
    assert row["Note"].startswith("'")
    assert unguard(row["Note"]) == formula


@pytest.mark.parametrize("start", ["a;", "a,", "a|", "a\t", "a\n"])
def test_nor_does_what_follows_another_programs_separator(start):
    assert guard(f"{start}=1+1") == f"{start}'=1+1"


@pytest.mark.parametrize(
    "text", ["", "Milk", "a=b", "5-2", "me@example.com", "thanks ;-)", "'tis", "½ – 3", "1 -2"]
)
def test_ordinary_text_stays_as_it_is(text):
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text(st.sampled_from("'=+-@\uff1d;,|\t\r\n a)")) | st.text())
def test_what_was_guarded_comes_back(text):
    assert unguard(guard(text)) == text


def test_pages_are_sent_one_by_one():
    taken = []

    def pages():
        for number in range(3):
            taken.append(number)
            yield [LUNCH]

    pieces = csv_of(ALICE, pages())
    next(pieces)
    assert taken == [0]


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        (Filters(), "expenses-2026-11-21.csv"),
        (Filters(since=Month(2026, 10).first, until=Month(2026, 10).end), "expenses-2026-10.csv"),
        (Filters(since=date(2026, 3, 1), until=date(2026, 6, 1)), "expenses-2026-03-01-to-2026-05-31.csv"),
        (Filters(since=date(2026, 3, 5)), "expenses-2026-03-05-to-2026-11-21.csv"),
        (Filters(until=date(2026, 3, 5)), "expenses-first-to-2026-03-04.csv"),
    ],
)
def test_a_file_is_called_after_its_days(filters, name):
    assert file_name(filters, date(2026, 11, 21)) == name


@pytest.mark.parametrize("locale", ["en", "de_DE", "fr_CH", "sv_SE"])
def test_our_importer_reads_the_file_back(locale):
    user = replace(ALICE, locale=locale)
    written = [
        replace(LUNCH, payee="=1+1", description="@home", tags=("-a", "b"), note="+1\n-2"),
        replace(LUNCH, payee="Bäcker, „Krume“; Café", amount=Decimal("1234.50"), spent_on=date(2026, 3, 4)),
        replace(LUNCH, payee="Work", category="Income", money_in=True, currency="CHF", note="'quoted"),
        replace(LUNCH, payee="Sushi", currency="JPY", amount=Decimal(3000), category="Uncategorised"),
    ]
    read = entries_of(exported(*written, user=user), user)
    assert [
        (e.spent_on, e.amount, e.money_in, e.currency, e.payee, e.description, e.note, e.category, e.tags)
        for e in read
    ] == [
        (e.spent_on, e.amount, e.money_in, e.currency, e.payee, e.description, e.note, e.category, e.tags)
        for e in written
    ]
