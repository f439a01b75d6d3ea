"""What is there already: each expense answers for one row, and the person is told why."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from lib.categorising.categoriser import Categoriser
from lib.filing.asking import purchase_in
from lib.filing.many import Many
from lib.importing.checking import Check, check_entries
from lib.importing.drafts import RowReader
from lib.importing.duplicates import LIKELY, PERHAPS, REPEATED, SAME, Window, shared_word, text_of
from lib.importing.reading import read_file, recognise
from lib.importing.survey import SLACK
from lib.importing.table import Table
from lib.records import Expense
from tests.unit.csv_files import TODAY, person

HEAD = "Date,Payee,Description,Amount,Transaction ID\n"


def had(
    day: date, amount: str, payee: str = "", description: str = "", import_id: str = "", number: int = 0
) -> Expense:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    id = f"{day}{amount}{payee}{number}"
    return Expense(
        "alice",
        id,
        day,
        Decimal(amount),
        "EUR",
        "Groceries",
        made,
        False,
        payee,
        description,
        import_id=import_id,
    )


class Shelf:
    """Expenses that are there; notes how many were handed out."""

    def __init__(self, *expenses: Expense) -> None:
        self.expenses, self.read = expenses, 0

    def between(self, since: date, until: date) -> Iterator[Expense]:
        for expense in self.expenses:
            if since <= expense.spent_on < until:
                self.read += 1
                yield expense


def check_of(rows: str, *expenses: Expense, moves: bool | None = None) -> Check:
    file = BytesIO((HEAD + rows).encode())
    reading = read_file(file, recognise(file), person(), TODAY)
    window = Window(Shelf(*expenses).between, reading.sorted if moves is None else moves, SLACK)
    reader = RowReader(reading.columns, reading.width, person().categories)
    return check_entries(
        map(reader.read, Table(file, reading.layout).rows()), window, Many(Categoriser(), purchase_in)
    )


def verdicts(check: Check) -> list[tuple[int, str]]:
    return [(twin.draft.line, twin.verdict) for twin in check.twins]


THIRD = date(2026, 11, 3)
COFFEE = "2026-11-03,Cafe,Coffee,-2.80,\n"


def test_a_row_that_is_there_in_every_respect_stays_out():
    check = check_of(COFFEE, had(THIRD, "2.80", "Cafe", "Coffee", "run"))
    assert (check.skip, verdicts(check), check.ready) == ([2], [(2, SAME)], 0)
    assert check.twins[0].reason == "The same day, amount and text."
    assert check.sums == {}


def test_two_alike_in_one_file_are_two():
    check = check_of(COFFEE * 2)
    assert (check.skip, check.ready) == ([], 2)


def test_each_expense_answers_for_one_row():
    check = check_of(COFFEE * 3, had(THIRD, "2.80", "Cafe", "Coffee", "run"))
    assert (check.skip, check.ready) == ([2], 2)


def test_two_rows_with_one_reference_are_one():
    check = check_of(
        "2026-11-03,Cafe,Coffee,-2.80,A1\n2026-11-04,Bar,Tea,-2.00,A2\n2026-11-04,Bar,Tea,-2.00,A3\n"
    )
    assert check.skip == []
    repeated = "".join(f"2026-11-03,Shop {i},x,-{i + 1}.00,B{i}\n" for i in range(400))
    check = check_of(repeated + "2026-11-03,Shop 7,x,-8.00,B7\n")
    assert verdicts(check) == [(402, REPEATED)]
    assert "Line 9 has the same reference “B7”" in check.twins[0].reason


def test_what_was_written_by_hand_days_before_is_recognised_by_a_word():
    check = check_of(
        "2026-11-03,REWE SAGT DANKE 44,Kartenzahlung,-45.60,\n",
        had(date(2026, 11, 1), "45.60", "Rewe", "weekly"),
    )
    assert verdicts(check) == [(2, LIKELY)]
    assert check.twins[0].reason == "The same amount, 2 days apart, and both say “rewe”."


def test_what_was_written_by_hand_without_a_text_is_recognised_by_its_amount():
    check = check_of(COFFEE, had(date(2026, 11, 2), "2.80"))
    assert verdicts(check) == [(2, LIKELY)]


def test_another_text_is_only_perhaps_a_duplicate_and_comes_in():
    check = check_of(COFFEE, had(THIRD, "2.80", "Bakery", "Rolls"))
    assert (verdicts(check), check.skip, check.perhaps, check.ready) == ([(2, PERHAPS)], [], [2], 1)


def test_four_days_apart_is_another_payment():
    assert check_of(COFFEE, had(date(2026, 11, 7), "2.80", "Cafe", "Coffee")).twins == []


def test_another_amount_currency_or_direction_is_another_payment():
    other = had(THIRD, "2.81", "Cafe", "Coffee")
    dollars = Expense(
        "alice", "d", THIRD, Decimal("2.80"), "USD", "x", other.created_at, False, "Cafe", "Coffee"
    )
    refund = Expense(
        "alice", "r", THIRD, Decimal("2.80"), "EUR", "x", other.created_at, True, "Cafe", "Coffee"
    )
    assert check_of(COFFEE, other, dollars, refund).twins == []


def test_what_the_bank_brought_on_another_day_is_another_payment():
    check = check_of("2026-11-04,Cafe,Coffee,-2.80,\n", had(THIRD, "2.80", "Cafe", "Coffee", "run"))
    assert check.twins == []


def test_a_text_changed_since_the_last_import_is_still_recognised():
    rows = COFFEE + "2026-11-03,RWE AG,Abschlag,-80.00,\n"
    renamed = had(THIRD, "80.00", "Electricity", "", "run")
    assert verdicts(check_of(rows, renamed)) == [(3, PERHAPS)], "nothing else of that run is in the file"
    check = check_of(rows, had(THIRD, "2.80", "Cafe", "Coffee", "run"), renamed)
    assert verdicts(check) == [(2, SAME), (3, LIKELY)]
    assert "its text was changed since" in check.twins[1].reason


def test_the_exact_twin_goes_to_its_row_even_when_a_likely_one_comes_first():
    rows = "2026-11-02,Cafe Roma,Coffee,-2.80,\n" + "2026-11-02,x,y,-1.00,\n" * 600 + COFFEE
    check = check_of(rows, had(THIRD, "2.80", "Cafe", "Coffee"))
    assert verdicts(check) == [(603, SAME)]


def test_the_nearest_by_day_answers_first():
    rows = "2026-11-01,Cafe,Coffee to go,-2.80,\n2026-11-03,Cafe,Coffee to go,-2.80,\n"
    check = check_of(rows, had(date(2026, 11, 4), "2.80", "Cafe"))
    assert verdicts(check) == [(3, LIKELY)]


def test_a_sorted_file_is_compared_with_a_window_that_moves_along():
    start = date(2024, 1, 1)
    everything = [had(start + timedelta(days=i), "2.80", f"Cafe {i}", "", "run") for i in range(1000)]
    rows = [f"{e.spent_on},{e.payee},,-2.80,\n" for e in everything for _ in range(2)]
    for order in (rows, rows[::-1]):
        file = BytesIO((HEAD + "".join(order)).encode())
        reading = read_file(file, recognise(file), person(), TODAY)
        shelf = Shelf(*everything)
        window = Window(shelf.between, reading.sorted, SLACK)
        reader = RowReader(reading.columns, reading.width, person().categories)
        check = check_entries(
            map(reader.read, Table(file, reading.layout).rows()), window, Many(Categoriser(), purchase_in)
        )
        assert check.counts[SAME] == 1000
        assert shelf.read == 1000, "each was read once"
        shelves = [shelf for days in window.known.values() for shelf in days.values()]
        assert len(shelves) < 450, "those far behind were let go"


def test_a_file_in_no_order_is_compared_all_the_same():
    days = [THIRD - timedelta(days=(i * 37) % 700) for i in range(700)]
    rows = "".join(f"{day},Cafe {day},,-2.80,\n" for day in days)
    check = check_of(rows, *[had(day, "2.80", f"Cafe {day}", "", "run") for day in days])
    assert (check.counts[SAME], check.ready) == (700, 0)


def test_many_of_one_amount_are_compared_in_time_that_grows_with_their_number():
    """Ten thousand coffees on one day: each is asked for by its text, or compared with ten others at most."""
    rows = "".join(f"2026-11-03,Cafe {i},,-2.80,\n" for i in range(5_000))
    half = [had(THIRD, "2.80", f"Cafe {i}" if i % 2 else f"Bar {i}", "", "run") for i in range(5_000)]
    check = check_of(rows, *half)
    assert check.counts[SAME] == 2_500


def test_income_is_told_from_refunds_by_whom_money_went_to():
    rows = "2026-11-02,Employer,Salary,2000.00,\n2026-11-03,Shop,Shoes,-50.00,\n2026-11-04,Shop,Refund,5.00,\n2026-11-05,x,y,-1.00,\n"
    check = check_of(rows)
    assert check.preview_keys == ["Income", "Shopping", "Shopping", "Uncategorised"]
    assert check.categories == {"Income": 1, "Shopping": 2, "Uncategorised": 1}


def test_the_result_is_kept_and_read_back_whole():
    check = check_of(COFFEE + "2026-11-03,,,oops,\n", had(THIRD, "2.80", "Cafe", "Coffee", "run"))
    check.revision = 7
    assert Check.from_json(check.to_json()) == check


def test_words_that_every_bank_writes_make_nothing_alike():
    assert shared_word("kartenzahlung vom 12 rewe", "kartenzahlung vom 12 edeka") == ""
    assert shared_word("mcdonalds berlin", "mc donalds") == "mcdonalds"
    assert text_of(had(THIRD, "1.00", "Café", "Brötchen")) == "cafe brotchen"
