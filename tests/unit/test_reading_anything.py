"""Whatever a receipt has on it, reading it ends soon, in a reading that could be stored."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import MAX_AMOUNT
from lib.receipts.reading.days import OLDEST
from lib.receipts.reading.lines import LONGEST_LINE, MOST_LINES, SHOWN, tidy
from lib.receipts.reading.paper import DAY, MERCHANT, TOTAL, Named, Paper, Reading
from lib.receipts.reading.parser import read_paper
from lib.records import MAX_PAYEE
from lib.storable import text

TODAY = date(2026, 11, 22)
SAID = """Summe TOTAL Total: zu zahlen Subtotal inkl. MwSt 19% EUR € $ kr Bar Rückgeld Visa 12,50 1.234,56 -3.00 0,00 03/04/2026
    02.03.20 12:30 7. Mai 2014 GmbH Ltd. www.x.com T 0 T A L ٣٤ ½ ﷺ S.A. 1'000 99999999999999 x2 kg"""
WORDS = st.sampled_from([*SAID.split(), "\u202e", "\x00", "\ud800"])
LINES = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=12).map(" ".join))


def check(found: Reading) -> None:
    """That all of it can be shown, kept and put into a form."""
    if found.total:
        assert 0 < found.total.value <= MAX_AMOUNT
    if found.day:
        assert TODAY - OLDEST <= found.day.value <= date(2026, 11, 23)
    if found.merchant:
        assert text(found.merchant.value, "payee", MAX_PAYEE, required=True)
    for one in (found.total, found.currency, found.day, found.merchant):
        if one:
            assert 30 <= one.sure <= 98
            assert text(one.line, "line", SHOWN) == one.line
    assert Reading.of(found.data()) == found


@given(st.lists(LINES, max_size=12))
def test_any_text_gives_a_reading_that_can_be_kept(lines):
    check(read_paper(Paper(tuple(lines)), TODAY))


@given(st.dictionaries(st.sampled_from([TOTAL, DAY, MERCHANT]), st.builds(Named, LINES, st.integers(0, 100))))
def test_whatever_a_service_names_gives_a_reading_that_can_be_kept(named):
    found = read_paper(Paper((), named), TODAY)
    assert found.total is None or found.total.value > 0


@pytest.mark.parametrize(
    "lines",
    [
        ["1" * 100_000],
        ["1," * 50_000],
        ["1 " * 50_000],
        ["1.000" * 20_000],
        ["Total " * 20_000],
        ["a b c d " * 20_000],
        ["12.12." * 20_000],
        ["$" * 100_000],
        ["-" * 100_000 + "GmbH"],
        ["x " * 140 + "GmbH"] * 50_000,
        ["Summe 12,50 EUR 02.03.2020 Firma GmbH www.firma.de"] * 50_000,
        ["ﷺ" * 300] * 1_000,
        ["(" * 300] * 1_000,
        ["Sold by: " * 30] * 1_000,
        ["bill to " * 30 + "GmbH"] * 1_000,
    ],
    ids=lambda lines: lines[0][:10],
)
def test_however_much_there_is_it_ends_soon(lines):
    since = process_time()
    read_paper(Paper(tuple(lines)), TODAY, known=[f"Shop {number}" for number in range(300)])
    assert process_time() - since < 2


@given(st.lists(LINES, max_size=5))
def test_lines_are_bounded_and_printable(lines):
    for line in tidy(lines * 2):
        assert len(line) <= LONGEST_LINE
        assert line.isprintable()
        assert line.strip()


def test_of_very_many_lines_the_first_and_the_last_are_read():
    kept = tidy(["first", *(str(number) for number in range(5_000)), "last"])
    assert len(kept) == MOST_LINES
    assert (kept[0], kept[-1]) == ("first", "last")
