"""What is decided over a whole file, what is left open and said to be a guess, and what was chosen before."""

from dataclasses import replace
from io import BytesIO

from lib.importing.columns import MONEY_IN, MONEY_OUT
from lib.importing.dates import DMY, MDY
from lib.importing.reading import read_file, recognise, reread
from lib.importing.roles import Role
from tests.unit.csv_files import TODAY, payments_of, person, reading_of

HEAD = "Date,Text,Amount\n"


def days(*written: str) -> str:
    return HEAD + "".join(f"{day},x,-1.00\n" for day in written)


def amounts(*written: str) -> str:
    return HEAD.replace(",", ";") + "".join(f"2026-01-01;x;{amount}\n" for amount in written)


def test_one_day_above_twelve_decides_for_the_whole_file():
    reading = reading_of(days(*["01/02/2026"] * 3_000, "01/13/2026"))
    assert (reading.columns.order, reading.doubts) == (MDY, {})
    assert reading_of(days(*["01/02/2026"] * 3_000, "13/01/2026")).columns.order == DMY


def test_days_that_fit_both_ways_follow_the_persons_language_and_say_so():
    for locale, order in (("en_US", MDY), ("en_GB", DMY), ("de_DE", DMY)):
        reading = reading_of(days("01/02/2026", "01/02/2026"), person(locale))
        assert reading.columns.order == order
        assert "usual in your language" in reading.doubts["order"]


def test_days_in_sequence_show_which_way_round_they_are():
    reading = reading_of(days("01/10/2026", "02/10/2026", "05/10/2026", "01/11/2026"))
    assert (reading.columns.order, reading.doubts) == (DMY, {})


def test_days_in_the_future_show_which_way_round_they_are():
    """Today is 21 November: 5 January may be noted ahead, 1 May is a mistake."""
    reading = reading_of(days("05/01/2027", "03/01/2027", "04/01/2027"), person("en_US"))
    assert (reading.columns.order, reading.doubts) == (DMY, {})


def test_a_year_of_two_digits_comes_last_and_a_broken_day_decides_nothing():
    reading = reading_of(days("20.11.26", "19.11.26", "31.11.26", "18.11.26"))
    assert (reading.columns.order, reading.doubts) == (DMY, {})


def test_days_with_points_have_the_day_first_everywhere():
    assert reading_of(days("01.02.2026", "01.02.2026"), person("en_US")).columns.order == DMY


def test_one_amount_decides_what_stands_before_the_decimals():
    assert reading_of(amounts("-1.234", "-2.500", "-3,50")).columns.mark == ","
    assert reading_of(amounts("-1.234", "-2.500", "-3.50")).columns.mark == "."


def test_an_amount_that_reads_both_ways_is_said_to_be_a_guess():
    english, german = reading_of(amounts("-1,234")), reading_of(amounts("-1,234"), person("de_DE"))
    assert (english.columns.mark, german.columns.mark) == (".", ",")
    assert "“-1,234”" in english.doubts["mark"]


def test_amounts_below_zero_are_what_was_spent():
    reading = reading_of(amounts("-1.00", "-2.00", "50.00"))
    assert (reading.columns.positive, reading.doubts) == (MONEY_IN, {})


def test_amounts_above_zero_alone_are_what_was_spent_and_said_to_be_a_guess():
    reading = reading_of(amounts("1.00", "2.00"))
    assert reading.columns.positive == MONEY_OUT
    assert "Turn this round" in reading.doubts["positive"]


def test_a_balance_shows_what_the_signs_mean():
    bank = "Date,Text,Amount,Balance\n2026-01-01,a,5.00,105.00\n2026-01-02,b,7.00,112.00\n2026-01-03,c,9.00,121.00\n"
    assert reading_of(bank).columns.positive == MONEY_IN
    upwards = "Date,Text,Amount,Balance\n2026-01-03,c,9.00,121.00\n2026-01-02,b,7.00,112.00\n2026-01-01,a,5.00,105.00\n"
    assert reading_of(upwards).columns.positive == MONEY_IN
    card = "Date,Text,Amount,Balance\n2026-01-01,a,5.00,95.00\n2026-01-02,b,7.00,88.00\n2026-01-03,c,9.00,79.00\n"
    assert reading_of(card).columns.positive == MONEY_OUT


def test_a_refund_in_the_column_of_money_out_is_money_in():
    data = "Date,Text,Debit,Credit\n2026-01-01,a,5.00,\n2026-01-02,b,7.00,\n2026-01-03,refund,-7.00,\n2026-01-04,c,,9.00\n"
    signs = [line.split()[1] for line in payments_of(data)]
    assert signs == ["-5.00", "-7.00", "+7.00", "+9.00"]


def test_a_file_of_balances_has_no_amounts():
    reading = reading_of("Datum,Boeksaldo,Valutair saldo\n2026-01-02,13.20,13.20\n2026-01-01,13.20,13.20\n")
    assert Role.AMOUNT not in reading.columns.roles
    assert any("amount" in sentence for sentence in reading.columns.missing())


def test_a_reference_that_repeats_is_none():
    twice = "Date,Text,Amount,Reference\n2026-01-01,a,-5.00,NOTPROVIDED\n2026-01-02,b,-7.00,NOTPROVIDED\n"
    assert Role.REFERENCE not in reading_of(twice).columns.roles
    assert Role.REFERENCE in reading_of(twice.replace("7.00,NOTPROVIDED", "7.00,X1")).columns.roles


def test_every_guess_says_what_it_rests_on():
    reading = reading_of("20.11.2026;-5,00;Bakery Smith\n19.11.2026;-7,50;Butcher Miller\n")
    assert reading.columns.roles == (Role.DATE, Role.AMOUNT, Role.DESCRIPTION)
    assert reading.reasons == ("guessed from what is in it",) * 3
    assert reading_of(days("2026-01-01")).reasons == ("guessed from its name",) * 3


def chosen(data: str, **changes: object):
    """The file's reading after a person changed something."""
    file = BytesIO(data.encode())
    reading = read_file(file, recognise(file), person(), TODAY)
    return file, reading, reread(file, reading, replace(reading.columns, **changes), person(), TODAY)


def test_what_a_person_chose_stays_and_is_no_guess_any_more():
    _, before, after = chosen(amounts("1.00", "2.00"), positive=MONEY_IN)
    assert "positive" in before.doubts
    assert (after.columns.positive, after.doubts) == (MONEY_IN, {})


def test_another_column_of_days_is_looked_at_anew():
    data = "Booked,Bought,Text,Amount\n2026-01-03,13/01/2026,a,-1.00\n2026-01-04,14/01/2026,b,-1.00\n"
    _, before, after = chosen(data, roles=(Role.IGNORED, Role.DATE, Role.DESCRIPTION, Role.AMOUNT))
    assert before.columns.roles[0] == Role.DATE
    assert after.columns.order == DMY
    assert after.reasons[1] == "", "a person chose it"


def test_the_next_file_of_a_bank_is_read_as_the_last_one_was():
    file, _, last = chosen(amounts("1.00", "2.00"), positive=MONEY_IN)
    again = read_file(file, last.layout, person(), TODAY, lambda header: last.columns)
    assert (again.columns, again.reasons[0]) == (last.columns, "as you chose last time")
    assert "other way round" in again.doubts["positive"], "this file alone would have been read otherwise"


def test_another_banks_file_with_as_many_columns_is_guessed_anew():
    _, _, last = chosen("20.11.2026;-5,00;Bakery\n19.11.2026;-7,50;Butcher\n", positive=MONEY_OUT)
    file = BytesIO(b"Bakery;20.11.2026;-5,00\nButcher;19.11.2026;-7,50\n")
    reading = read_file(file, recognise(file), person(), TODAY, lambda header: last.columns)
    assert reading.columns.roles == (Role.DESCRIPTION, Role.DATE, Role.AMOUNT)
