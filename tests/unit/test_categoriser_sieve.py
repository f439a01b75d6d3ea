"""Very many rules at once: the answers of one after the other, in the time of one."""

from datetime import date
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from lib.categorising import sieve
from lib.categorising.purchase import Purchase
from lib.categorising.rules import LONGEST_TEXT, MAX_RULES, MOST_TOGETHER, Rule, Rules, steps_of
from lib.categorising.sieve import Sieve
from lib.errors import Invalid
from tests.calls import calls

DAY = date(2026, 11, 1)
PIECES = [
    *(
        "a",
        "ab",
        "Ab c",
        "c a",
        "müller",
        "Muller's",
        "ß",
        "K",
        "42",
        "4 2",
        "🧾",
        "קפה",
        ".",
        "a.b",
        "(",
        "e\u0301",
    ),
    *(
        r"^a",
        r"b$",
        r"\d+",
        r"a|42",
        r"\bab\b",
        r"[^a-z]",
        r"(a+)+$",
        r"\pL{3}",
        "",
        " ",
        r"(?-i)AB",
        r"x{1000}",
    ),
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join), st.text(max_size=20))
amounts = st.one_of(st.none(), st.integers(1, 9).map(Decimal))


@st.composite
def rules(draw) -> Rule | None:
    """One that can be kept, or None."""
    given = {
        "how": draw(st.sampled_from(["contains", "words", "regex"])),
        "pattern": draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=5))),
        "least": draw(amounts),
        "money_in": draw(st.sampled_from([None, True, False])),
        "active": draw(st.booleans()),
    }
    try:
        return Rule(str(draw(st.integers())), "r", "Travel", **given)
    except Invalid:
        return None


@given(st.lists(rules(), max_size=12), st.lists(st.tuples(texts, amounts, st.booleans()), max_size=4))
def test_its_answers_are_those_of_one_rule_after_the_other(found, bought):
    one_by_one = Rules(rule for rule in found if rule is not None)
    at_once = Sieve(one_by_one)
    for text, amount, money_in in bought:
        purchase = Purchase(DAY, text, "", amount, money_in)
        for _ in range(2):  # a text that it has seen
            assert at_once.apply(purchase) is one_by_one.apply(purchase)


def shop(number: int, how: str) -> Rule:
    return Rule(
        str(number), "r", "Travel", how, f"shop {number} ?x+" if how == "regex" else f"shop {number} x"
    )


@pytest.mark.parametrize("how", ["contains", "words", "regex"])
def test_a_thousand_rules_take_as_many_calls_as_ten(how):
    bought = [Purchase(DAY, f"SHOP {number} x at {number}") for number in range(900, 1100)]

    def each(many: int) -> int:
        at_once = Sieve(Rules(shop(1000 - many + number, how) for number in range(many)))
        assert at_once.apply(bought[50]) is None or many == MAX_RULES
        return calls(lambda: [at_once.apply(purchase) for purchase in bought])

    assert each(MAX_RULES) < 1.2 * each(10)


def test_what_needs_too_much_memory_together_is_looked_for_in_parts():
    found = [Rule(str(n), "r", "Travel", "regex", rf"(.*\pL){{6}}{n}x") for n in range(50)]
    assert steps_of(found) > 3 * MOST_TOGETHER  # as what was kept before there was an end to it
    rules = Rules(found)
    at_once = Sieve(rules)
    for text in ("a b c d e f g 27x", "zażółć gęślą 25", "zażółć gęślą 25X", "ä" * LONGEST_TEXT):
        purchase = Purchase(DAY, text)
        assert at_once.apply(purchase) is rules.apply(purchase)


def test_what_it_remembers_is_bounded():
    at_once = Sieve(Rules([shop(1, "words")]))
    for number in range(sieve.REMEMBERED + 10):
        at_once.apply(Purchase(DAY, f"shop {number} x"))
    assert len(at_once._found) <= sieve.REMEMBERED
