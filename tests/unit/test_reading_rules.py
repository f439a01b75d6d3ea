"""Rules by which a receipt's total, day and merchant are told from what is like them."""

from datetime import date
from decimal import Decimal

import pytest

from lib.receipts.reading.amounts import amounts
from lib.receipts.reading.days import find_day
from lib.receipts.reading.lines import tidy
from lib.receipts.reading.merchant import find_merchant
from lib.receipts.reading.paper import DAY, MERCHANT, TOTAL, Found, Named, Paper, Reading
from lib.receipts.reading.parser import read_paper
from tests.unit.test_reading import TODAY, read


def total(*lines: str, own: str = "EUR") -> str:
    found = read("\n".join(lines), own=own).total
    return str(found.value) if found else ""


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("SUMME EUR 1.234,56", ["1234.56"]),
        ("Total $1,234.56", ["1234.56"]),
        ("Total CHF 1'234.50", ["1234.50"]),
        ("Razem 1 234,50 zł", ["1234.50"]),
        ("₹ 1,23,456.00", ["123456.00"]),
        ("BAR 40 ,00", ["40.00"]),
        ("zus. 12,- €", ["12"]),
        ("12€50", ["12.50"]),
        ("*2.50 B", ["2.50"]),
        ("2 x 4,85", ["4.85"]),
        ("Rückgeld -2,84", ["-2.84"]),
        ("Gutschrift 2,84-", ["-2.84"]),
        ("7,00% 17,33 1,21 18,54", ["17.33", "1.21", "18.54"]),
    ],
)
def test_amounts_are_found_as_people_write_them(line, values):
    money = [amount for amount in amounts(tidy([line])[0]) if amount.fine or amount.currency]
    assert [amount.value for amount in money] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    "line",
    [
        "02.03.2020 09:48",
        "2026-03-02",
        "Tel. 030/123.45.67",
        "0,158 kg",
        "Milch 1,5% Fett",
        "5,0 l Eimer",
        "IBAN DE30507500940000048567",
        "v1.2.3",
        "192.168.10.20",
    ],
)
def test_what_is_no_money_is_no_amount(line):
    assert not [amount for amount in amounts(line) if amount.fine]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Brot 3,00", "Summe 3,00", "Gegeben 50,00", "Zurück 47,00"], "3.00"),
        (["Zwischensumme 40,00", "Rabatt -5,00", "Summe 35,00"], "35.00"),
        (["Total HT 10,00", "TVA 2,00", "Total TTC 12,00"], "12.00"),
        (["Total 12,00 inkl. 19% MwSt 1,92"], "12.00"),
        (["Total MwSt 1,92", "Total 12,00"], "12.00"),
        (["Totaal excl. BTW 100,00", "Totaal incl. BTW 121,00"], "121.00"),
        (["Gesamt netto 100,00", "Gesamt brutto 119,00"], "119.00"),
        (["TOTAL", "18,90"], "18.90"),
        (["18,90 EUR Gesamt", "20,00 EUR Bar", "1,10 EUR Rückgeld"], "18.90"),
        (["Net   VAT   Total", "10.00   2.00   12.00"], "12.00"),
        (["Subtotal 10.00   Tax 2.00   Total 12.00"], "12.00"),
        (["Total items 3", "Total 9.99"], "9.99"),
        (["Total (3 items) 9.99"], "9.99"),
        (["TOTAL AMOUNT DUE ON August 3 , 2014      $4.11"], "4.11"),
        (["Total 2014 $4.11"], "4.11"),
        (["Total points 1250", "Total 9.99"], "9.99"),
        (["Total savings 20.00", "Total 9.99"], "9.99"),
        (["T0TAL 9.99"], "9.99"),
        (["Gesammtbetrag 9,99"], ""),
        (["Gesamtbelrag 9,99"], "9.99"),
        (["Summe -12,50"], ""),
        (["Summe 0,00"], ""),
        (["Kartenzahlung 10,90"], "10.90"),
        (["Brot 3,00", "Butter 2,00"], ""),
        (["7,00", "10,00 BAR", "3,00 Rückgeld"], ""),
        (["Total 99999999999.99"], ""),
    ],
)
def test_the_total_is_told_from_what_is_like_it(lines, expected):
    assert total(*lines) == expected


def test_a_total_is_surer_when_other_lines_come_to_it():
    alone = read("Summe 12,00").total
    backed = read("Brot 7,00\nWein 5,00\nSumme 12,00\nBar 20,00\nRückgeld 8,00\nEC-Karte 12,00").total
    assert alone
    assert backed
    assert alone.sure < 80 < 95 < backed.sure


def test_a_misread_line_loses_to_those_that_agree():
    lines = "Brot 3,00\nWein 5,00\nSumme 8,00\nEC-Karte 8,00\nGesamtbetrag 80,00"
    assert total(*lines.splitlines()) == "8.00"


@pytest.mark.parametrize(
    ("text", "own", "currency"),
    [
        ("Total $5.00", "USD", "USD"),
        ("Total $5.00", "CAD", "CAD"),
        ("Total $5.00", "EUR", "USD"),
        ("Total 50,00 kr", "DKK", "DKK"),
        ("Total 5.00 GBP", "EUR", "GBP"),
        ("Total €5.00", "USD", "EUR"),
        ("BIC PEN 1.99\nTotal €5.00", "EUR", "EUR"),
    ],
)
def test_a_sign_of_several_currencies_is_the_persons_own(text, own, currency):
    found = read(text, own=own).currency
    assert found
    assert found.value == currency


def test_no_currency_is_made_up():
    assert read("Total 5.00").currency is None


def day(*lines: str, order: str = "dmy", today: date = TODAY) -> str:
    found = find_day(lines, today, order)
    return found.value.isoformat() if found else ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("02.03.20 15:59", "2020-03-02"),
        ("02. 03. 2020", "2020-03-02"),
        ("O2.03.2O20", "2020-03-02"),
        ("08.02,20 12:10", "2020-02-08"),
        ("2020-03-02T15:59:00", "2020-03-02"),
        ("2020/03/02", "2020-03-02"),
        ("2020年3月2日", "2020-03-02"),
        ("7. Mai 2014", "2014-05-07"),
        ("August 3 , 2014", "2014-08-03"),
        ("2nd March '21", "2021-03-02"),
        ("1er mars 2022", "2022-03-01"),
        ("10 de marzo de 2022", "2022-03-10"),
        ("03MAR2020", "2020-03-03"),
        ("20-Oct-2015", "2015-10-20"),
        ("12 grudnia 2021", "2021-12-12"),
        ("31.02.2020", ""),
        ("Tel. 02.03.20.15.59", ""),
        ("Version 10.2.3", ""),
        ("24.12.2026", ""),  # nobody has bought anything then
        ("01.01.1980", ""),
    ],
)
def test_days_are_found_as_people_write_them(line, expected):
    assert day(line) == expected


def test_month_or_day_first_is_told_by_another_date_on_the_paper():
    assert day("03/04/2026", order="mdy") == "2026-03-04"
    assert day("03/04/2026", order="dmy") == "2026-04-03"
    assert day("Datum 03/04/2026", "gültig bis 28/04/2026", order="mdy") == "2026-04-03"
    assert day("12/11/2026", order="mdy", today=date(2026, 11, 22)) == "2026-11-12"  # December has not come


@pytest.mark.parametrize(
    "lines",
    [
        ["Rechnungsdatum 02.03.2026", "Lieferdatum 01.03.2026"],
        ["Invoice date: 02.03.2026", "Order date: 01.03.2026", "Due date: 01.04.2026"],
        ["Leistungszeitraum 01.01.2026 - 31.01.2026", "Datum: 02.03.2026"],
        ["Invoice Date:      Due Date:", "02.03.2026         16.03.2026"],
        ["MHD 01.02.2026", "02.03.2026 12:10 Kasse 1"],
        ["Échéance 16.03.2026", "Date de facture 02.03.2026"],
        ["Rechnungsdatum/Lieferdatum 02.03.2026", "Bestelldatum 28.02.2026"],
    ],
)
def test_of_several_days_the_purchase_counts(lines):
    assert day(*lines) == "2026-03-02"


def merchant(*lines: str, known: tuple[str, ...] = ()) -> str:
    found = find_merchant(lines, known)
    return found.value if found else ""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Sold by: Lotus Retail Pvt. Ltd.", "Total 5.00"], "Lotus Retail"),
        (["Invoice", "Bill to", "Acme Corp.", "1 Road", "Ely", "Globex Ltd", "www.globex.com"], "Globex"),
        (["xX~ 4kk", "Musterstr. 5", "Aldi GmbH & Co. KG, Schloß Holte"], "Aldi"),
        (["CITY", "PHARMACY", "Main Street 5"], "CITY PHARMACY"),
        (["Coffee Store #12345", "Latte 5.45"], "Coffee"),
        (["Kassenbon", "Tel. 0341/123"], ""),
    ],
)
def test_the_merchant_is_told_from_what_is_like_it(lines, expected):
    assert merchant(*lines) == expected


def test_a_payee_of_ones_own_is_the_surest():
    lines = ["FRISCHMARKT LEIPZIG SUED", "Bäckerei Lang GmbH"]
    assert merchant(*lines, known=("Rewe", "Frischmarkt")) == "Frischmarkt"


def test_what_a_service_names_is_one_more_voice():
    named = {
        TOTAL: Named("$ 12.50", 90),
        DAY: Named("03/04/2026", 80),
        MERCHANT: Named("Blue Door\nInc.", 99),
    }
    alone = read_paper(Paper((), named), TODAY, currency="USD", locale="en_US")
    agreed = read_paper(Paper(("Total $12.50",), named), TODAY, currency="USD", locale="en_US")
    assert alone.total == Found(Decimal("12.50"), 90, "$ 12.50")
    assert agreed.total == Found(Decimal("12.50"), 98, "Total $12.50")
    assert alone.day
    assert alone.day.value == date(2026, 3, 4)
    assert alone.merchant
    assert alone.merchant.value == "Blue Door"


def test_two_looks_together_know_what_each_is_surer_of():
    first = Reading(total=Found(Decimal(5), 60, "a"), day=None, merchant=Found("X", 50, "x"))
    second = Reading(total=Found(Decimal(6), 90, "b"), currency=Found("EUR", 90, "b"))
    both = first.surer_of(second)
    assert (both.total, both.currency, both.merchant) == (second.total, second.currency, first.merchant)


def test_a_reading_is_the_same_after_it_was_kept():
    found = read("Laden\n02.03.2026 12:00\nSumme EUR 12,00")
    assert found.total
    assert found.day
    assert found.merchant
    assert Reading.of(found.data()) == found
    assert Reading.of(Reading().data()) == Reading()
