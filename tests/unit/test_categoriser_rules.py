"""Rules that people write: what they are found by, what is refused, what a change of them would do."""

import time
from datetime import date
from decimal import Decimal

import pytest

from lib.categorising.purchase import Purchase
from lib.categorising.rules import LONGEST_TEXT, MAX_RULES, Rule, Rules
from lib.errors import Invalid
from lib.records import MAX_DESCRIPTION, MAX_PAYEE


def bought(description: str, amount: str = "10", **given) -> Purchase:
    return Purchase(date(2026, 11, 1), description, amount=Decimal(amount), **given)


@pytest.mark.parametrize(
    ("how", "pattern", "text", "fits"),
    [
        ("contains", "müller", "Drogerie MULLER 12", True),
        ("contains", "e-bay", "E BAY", True),
        ("contains", "rewe", "Brewery", True),
        ("contains", "rewe", "EDEKA", False),
        ("words", "rewe markt", "MARKT am Platz, REWE", True),
        ("words", "rewe", "Brewery", False),
        ("regex", r"^am[a-z]+n", "AMAZON 12", True),
        ("regex", r"äpfel|birnen", "ÄPFEL", True),
        ("regex", r"\d{4}$", "Kiosk 24", False),
    ],
)
def test_a_text_is_looked_for_in_three_ways(how, pattern, text, fits):
    assert Rule("1", "r", "Other", how, pattern).fits(bought(text)) is fits


@pytest.mark.parametrize("how", ["contains", "words", "regex"])
def test_the_last_word_of_the_longest_description_is_found(how):
    longest = ("x y " * 200)[: MAX_DESCRIPTION - 4] + "rewe"
    assert Rule("1", "r", "Other", how, "rewe").fits(bought(longest, payee="p" * MAX_PAYEE))


def test_amounts_and_direction_narrow_it_down():
    rule = Rule("1", "r", "Housing", least=Decimal(500), most=Decimal(900), money_in=False)
    assert rule.fits(bought("x", "500"))
    assert rule.fits(bought("x", "900"))
    assert not rule.fits(bought("x", "900.01"))
    assert not rule.fits(bought("x", "600", money_in=True))
    assert not rule.fits(Purchase(date(2026, 1, 1), "x"))


def test_the_first_rule_that_fits_decides():
    first, second = Rule("1", "a", "Travel", pattern="bahn"), Rule("2", "b", "Transport", pattern="u-bahn")
    assert Rules([first, second]).apply(bought("U-Bahn")) is first
    assert Rules([second, first]).apply(bought("U-Bahn")) is second
    assert Rules([first]).apply(bought("Bus")) is None


def test_a_rule_that_is_off_does_nothing():
    assert Rules([Rule("1", "a", "Travel", pattern="bahn", active=False)]).apply(bought("Bahn")) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"category": ""}, "category"),
        ({"pattern": "x" * 201}, "pattern"),
        ({"pattern": " "}, "pattern"),
        ({"pattern": "!!"}, "pattern"),
        ({"how": "magic"}, "how"),
        ({"how": "regex", "pattern": "(a"}, "pattern"),
        ({"how": "regex", "pattern": "(?=a)"}, "pattern"),
        ({"how": "regex", "pattern": "((a{500}){500})"}, "pattern"),
        ({"how": "regex", "pattern": "\ud800"}, "pattern"),
        ({"least": Decimal("nan")}, "least"),
        ({"least": Decimal(5), "most": Decimal(4)}, "most"),
    ],
)
def test_rules_that_cannot_work_are_refused_at_the_field(given, field):
    with pytest.raises(Invalid) as refused:
        Rule(**{"rule_id": "1", "name": "n", "category": "Other", "pattern": "x"} | given)
    assert refused.value.field == field


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)*b", r"(.*)*x", r"(\w+\s?)+\."])
def test_patterns_that_others_hang_on_take_no_time(pattern):
    rule = Rule("1", "bomb", "Other", "regex", pattern)
    started = time.process_time()
    rule.fits(bought("a" * LONGEST_TEXT + "!"))
    assert time.process_time() - started < 0.5


def test_a_thousand_rules_are_as_good_as_one_and_more_are_refused():
    rules = [Rule(str(n), "r", "Other", "regex", f"shop {n} ?x+") for n in range(MAX_RULES)]
    assert Rules(rules).apply(bought("SHOP 999x")) is rules[-1]
    with pytest.raises(Invalid):
        Rules([*rules, rules[0]])


def test_text_that_no_engine_can_read_just_does_not_fit():
    assert not Rule("1", "r", "Other", "regex", "b").fits(bought("\ud800"))
