"""What is learned of a person: facts that hold for every history."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.categories import UNCATEGORISED
from lib.categorising.categoriser import Categoriser
from lib.categorising.learner import Learner, Trace, mass_of
from lib.categorising.purchase import Purchase
from lib.categorising.rules import Rule, Rules
from lib.categorising.state import MAX_BYTES, from_text, to_text
from lib.errors import Invalid

FIRST = date(2024, 1, 1)
SHOPS = [
    "REWE 12",
    "Shell",
    "SQ *LUIGIS",
    "luigi's bar",
    "XQZ",
    "Quillon",
    "quillons",
    "chai",
    "From dad",
    "TESCO 2",
]
texts = some.one_of(some.sampled_from(SHOPS), some.text(max_size=30))
purchases = some.builds(
    Purchase,
    some.integers(0, 1500).map(lambda days: FIRST + timedelta(days)),
    texts,
    payee=some.one_of(some.just(""), texts),
    money_in=some.booleans(),
    amount=some.none(),
)
labels = some.sampled_from(["Groceries", "Transport", "Travel", "Food & Dining", "Sailing"])
histories = some.lists(some.tuples(purchases, labels), max_size=12)


def taught(history) -> Categoriser:
    categoriser = Categoriser()
    for purchase, label in history:
        categoriser.learn(purchase, label)
    return categoriser


def inside(learner: Learner) -> object:
    tallies = {trace: (tally.counts, tally.masses) for trace, tally in learner.tallies.items()}
    return tallies, learner._features, learner._by_gram, set(learner.merchants), learner.total


@given(histories, purchases)
def test_the_same_input_has_the_same_answer(history, purchase):
    assert taught(history).suggest(purchase) == taught(history).suggest(purchase)


@given(histories, purchases, some.randoms())
def test_the_order_of_learning_does_not_matter(history, purchase, chance):
    shuffled = chance.sample(history, len(history))
    assert inside(taught(history).learner) == inside(taught(shuffled).learner)


@given(histories, purchases, labels)
def test_learning_then_unlearning_leaves_no_trace(history, purchase, label):
    categoriser = taught(history)
    before = to_text(categoriser.learner), inside(from_text(to_text(categoriser.learner)))
    categoriser.learn(purchase, label)
    categoriser.unlearn(purchase, label)
    assert (to_text(categoriser.learner), inside(categoriser.learner)) == before


@given(histories, purchases, labels)
def test_unlearning_what_was_never_learned_changes_nothing(history, purchase, label):
    history = [(other, filed) for other, filed in history if other.merchant != purchase.merchant]
    categoriser = taught(history)
    before = inside(from_text(to_text(categoriser.learner)))
    categoriser.unlearn(purchase, label)
    assert inside(categoriser.learner) == before


@given(histories, purchases, some.sampled_from(["Groceries", "Transport", "Travel", "Food & Dining"]))
def test_more_evidence_never_lowers_a_share(history, purchase, label):
    categoriser = taught(history)
    before = categoriser.shares(purchase).get(label, 0)
    categoriser.learn(purchase, label)
    assert categoriser.shares(purchase).get(label, 0) >= before - 1e-12


@given(histories, purchases)
def test_more_of_the_same_makes_it_more_confident(history, purchase):
    categoriser = taught(history)
    before = categoriser.suggest(purchase)
    if before.guess != UNCATEGORISED:
        categoriser.learn(purchase, before.guess)
        after = categoriser.suggest(purchase)
        assert (after.guess, after.confidence >= before.confidence - 1e-12) == (before.guess, True)


@given(histories, purchases)
def test_shares_are_of_a_whole(history, purchase):
    shares = taught(history).shares(purchase)
    assert not shares or abs(sum(shares.values()) - 1) < 1e-9
    assert all(share >= 0 for share in shares.values())


@given(histories, purchases)
def test_what_is_kept_is_read_back_as_it_was(history, purchase):
    categoriser = taught(history)
    kept = from_text(to_text(categoriser.learner))
    assert inside(kept) == inside(categoriser.learner)
    assert Categoriser(learner=kept).suggest(purchase) == categoriser.suggest(purchase)


@given(histories, purchases, labels)
def test_a_persons_rule_always_decides(history, purchase, label):
    rule = Rule("1", "mine", label if label != "Sailing" else "Other", least=Decimal(5))
    categoriser = taught(history)
    categoriser.rules = Rules([rule])
    assert categoriser.suggest(purchase._replace(amount=Decimal(5))).category == rule.category
    assert replace(rule, active=False).fits(purchase) is False


def test_the_document_stays_small_and_drops_what_matters_least():
    learner = Learner()
    for number in range(4000):
        trace = Trace(f"shop number {number:05}", "", "shop", "Shopping")
        learner.add(trace, "Shopping", 1, mass_of(FIRST + timedelta(number)))
    often = Trace("corner shop", "", "", "Shopping?")
    learner.add(often, "Groceries", 5000, 5000 * mass_of(FIRST))
    text = to_text(learner)
    kept = from_text(text)
    assert MAX_BYTES * 0.9 < len(text.encode()) <= MAX_BYTES
    assert often in kept.tallies
    numbers = sorted(int(t.merchant[-5:]) for t in kept.tallies if t != often)
    assert numbers == list(range(4000 - len(numbers), 4000))
    assert to_text(kept) == text


def test_what_fell_out_can_be_taken_back_without_harm():
    categoriser = taught([(Purchase(FIRST, "QUILLON"), "Travel")])
    categoriser.learner = from_text("")
    categoriser.unlearn(Purchase(FIRST, "QUILLON"), "Travel")
    assert not categoriser.learner.tallies
    assert categoriser.learner.total == 0


def test_a_shop_learned_when_less_was_known_can_still_be_unlearned():
    learner = Learner()
    learner.add(Trace("rewe", "", "", "Shopping?"), "Travel", 1, mass_of(FIRST))
    categoriser = Categoriser(learner=learner)
    categoriser.unlearn(Purchase(FIRST, "REWE 12"), "Travel")
    assert not learner.tallies


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "{}", "null", '{"version":2,"categories":[],"shops":[]}',
        '{"version":1,"categories":[],"shops":[["a","","","l",0,1,16]]}',
        '{"version":1,"categories":["A"],"shops":[["a","","","l",0,1]]}',
    ],
)  # fmt: skip
def test_documents_that_are_none_are_refused(text):
    with pytest.raises(Invalid):
        from_text(text)
