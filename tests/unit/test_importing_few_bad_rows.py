"""Short files with a row or two that went wrong: the names of the columns still say what the others hold."""

from lib.importing.roles import Role
from tests.unit.csv_files import payments_of, person, reading_of

ING_DE = (
    "Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n"
    + "".join(
        f"{day}.11.2026;{day}.11.2026;LIDL {day};Lastschrift;Einkauf;{1000 + day},00;EUR;-{day},50;EUR\n"
        for day in range(19, 11, -1)
    )
    + "11.11.2026;11.11.2026;LIDL;Lastschrift;Einkauf;Strichpunkt;1.011,00;EUR;-11,50;EUR\n"
)
ING_NL = (
    "Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Mutatiesoort;Mededelingen\n"
    + "".join(
        f"202611{day};Bakker;NL1;NL2;BA;{way};{day},25;Betaalautomaat;Brood\n"
        for day, way in ((20, "Af"), (19, "Af"), (18, "Bij"), (17, "Af"), (16, "Af"), (15, "Bij"))
    )
    + "20261114;Bakker;& Zoon;NL1;NL2;BA;Af;14,25;Betaalautomaat;Brood\n"
    + "20261113;Kaas;en Ham;NL1;NL2;BA;Af;13,25;Betaalautomaat;Brood\n"
)


def test_one_shifted_row_of_nine_hides_no_amounts():
    roles = reading_of(ING_DE).columns.roles
    assert (roles[0], roles[6], roles[7]) == (Role.DATE, Role.CURRENCY, Role.AMOUNT)
    found = payments_of(ING_DE)
    assert found[0] == "2026-11-19 -19.50 EUR LIDL 19 | Einkauf"
    assert len(found) == 8


def test_two_shifted_rows_of_eight_hide_neither_the_amounts_nor_their_direction():
    roles = reading_of(ING_NL).columns.roles
    assert (roles[5], roles[6]) == (Role.DIRECTION, Role.AMOUNT)
    found = payments_of(ING_NL, person("nl_NL"))
    assert found[2] == "2026-11-18 +18.25 EUR Bakker | Brood"
    assert len(found) == 6


def test_a_column_of_money_out_keeps_its_role_with_a_word_among_its_amounts():
    data = "Datum;Text;Soll;Haben\n" + "".join(f"{day}.11.2026;x;{day},50;\n" for day in (20, 19, 18))
    data += "17.11.2026;x;offen;\n16.11.2026;x;;9,00\n"
    assert reading_of(data).columns.roles[2:] == (Role.OUT, Role.IN)


def test_a_broken_day_or_two_do_not_hide_the_date():
    data = "Datum;Valutadatum;Text;Betrag\n" + "".join(
        f"{day};{n}.11.2026;x;-{n},50\n" for n, day in ((20, "20.11.2026"), (19, "19.11.2026"), (18, "?"))
    )
    assert reading_of(data).columns.roles == (Role.DATE, Role.IGNORED, Role.DESCRIPTION, Role.AMOUNT)


def test_without_a_name_a_third_of_strangers_is_too_much():
    rows = "".join(f"{day}.11.2026;Bakery;-{day},50\n" for day in (20, 19, 18, 17))
    data = rows + "16.11.2026;Bakery;?\n15.11.2026;Bakery;?\n"
    assert Role.AMOUNT not in reading_of(data).columns.roles


def test_a_type_that_is_only_sometimes_a_direction_is_none():
    """The amounts have signs; rows of another type would have none if the type decided."""
    data = "Date;Type;Text;Amount\n" + "".join(
        f"2026-11-{day};{kind};x;-{day}.50\n"
        for day, kind in ((20, "Debit"), (19, "Debit"), (18, "Credit"), (17, "Card payment"), (16, "Debit"))
    )
    assert Role.DIRECTION not in reading_of(data).columns.roles
