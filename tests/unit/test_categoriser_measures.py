"""Measuring the categoriser: labelled files are read as they are, and the figures mean what they are called."""

import json
from datetime import date
from decimal import Decimal

import pytest

from lib.categorising.purchase import Purchase
from scripts.categoriser_brands import write_brands
from scripts.categoriser_measures import Answer, calibration_error, macro_f1, measure, one_a_shop, right
from scripts.categoriser_sources import Labelled, read_sources


def answer(
    guess: str, label: str, confidence: float = 0.5, alternatives: str = "", shop: str = "x"
) -> Answer:
    line = Labelled(Purchase(date(2026, 1, 1), shop), label, frozenset([label, *alternatives.split()]))
    return Answer(line, guess, confidence, False, confidence)


def test_files_are_read_oldest_first_and_other_files_left_aside(tmp_path):
    (tmp_path / "a.csv").write_text(
        "description,amount,date,label_mapped,label_alt\n"
        'LATER,"1,200.50",2024-05-02,Income,\n'
        "NO DAY,x,,Other,Income|Transfers\n"
        "FIRST,-3,2024-05-01,Groceries,Shopping\n"
        "UNLABELLED,-3,2024-05-01,,\n",
        encoding="utf-8",
    )
    (tmp_path / "brands.csv").write_text("name,category\nREWE,Groceries\n", encoding="utf-8")
    (source,) = read_sources([tmp_path])
    assert [line.purchase.description for line in source.lines] == ["FIRST", "LATER", "NO DAY"]
    first, later, last = source.lines
    assert (later.purchase.amount, later.purchase.money_in) == (Decimal("1200.50"), True)
    assert (first.purchase.amount, first.purchase.money_in) == (Decimal(3), False)
    assert last.right == {"Other", "Income", "Transfers"}
    assert last.purchase.day == date(2024, 5, 2)


def test_amounts_without_a_sign_are_money_out(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("description,amount,date,label_mapped\nREWE,3,2024-05-01,Groceries\n", encoding="utf-8")
    (source,) = read_sources([file])
    assert source.lines[0].right == {"Groceries"}
    assert not source.lines[0].purchase.money_in


def test_an_answer_that_is_as_fair_as_the_label_is_right():
    assert right([answer("Travel", "Transport", alternatives="Travel"), answer("Travel", "Transport")]) == 0.5


def test_macro_f1_is_the_mean_over_categories():
    answers = [answer("A", "A"), answer("A", "A"), answer("A", "B"), answer("B", "B")]
    assert macro_f1(answers) == pytest.approx((0.8 + 2 / 3) / 2)


def test_the_error_of_calibration_is_how_far_confidence_is_from_being_right():
    sure_and_right = [answer("A", "A", 1.0)] * 3
    half_sure_and_wrong = [answer("A", "B", 0.5)]
    assert calibration_error(sure_and_right) == 0
    assert calibration_error(sure_and_right + half_sure_and_wrong) == pytest.approx(0.125)


def test_what_is_given_and_sure_is_measured_apart():
    found = measure([answer("A", "A", 0.95), answer("A", "B", 0.6), answer("A", "B", 0.1)])
    assert (found.given, found.right_given) == (pytest.approx(2 / 3), 0.5)
    assert (found.sure, found.right_sure) == (pytest.approx(1 / 3), 1)
    assert measure([]).right == 0


def test_a_shop_counts_once_where_shops_are_counted():
    assert len(one_a_shop([answer("A", "A"), answer("A", "A"), answer("A", "A", shop="y")])) == 2


def test_brands_are_written_by_trade_with_the_countries_that_are_few(tmp_path):
    def brand(name: str, *places: object, **more: object) -> dict[str, object]:
        return {"displayName": name, "locationSet": {"include": list(places)}} | more

    items = [
        brand("Café Blümchen", "de", "at"),
        brand("Everywhere", "001"),
        brand("Prince's (Toronto)", "ca-on.geojson", matchNames=["the prince"]),
        brand("日本", "jp"),
        brand("One Two Three Four Five Six", "us"),
    ]
    index = {"nsi": {"brands/amenity/cafe": {"items": items}, "brands/amenity/atm": {"items": items}}}
    (tmp_path / "nsi.json").write_text(json.dumps(index), encoding="utf-8")
    assert write_brands(tmp_path / "nsi.json", tmp_path / "brands.txt") == 4
    written = (tmp_path / "brands.txt").read_text(encoding="utf-8")
    section = written.split("= amenity/cafe")[1].split("\n= ")[0]
    assert section.splitlines()[1:] == ["cafe blumchen;at,de", "everywhere", "princes;ca", "the prince;ca"]
