"""Whatever a bank prints and people write, in any number: it is saved, filed or left open, reviewed, taken back, ruled."""

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.categoriser import Categoriser
from lib.categorising.learner import Learner, Trace, mass_of
from lib.categorising.purchase import Purchase
from lib.categorising.rules import MAX_PATTERN, MAX_RULES, Rule, Rules
from lib.categorising.sieve import Sieve
from lib.categorising.state import MAX_BYTES, from_text, to_text
from lib.errors import Invalid
from lib.expenses import ExpenseDraft
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.memory import MOST_READ, PAGE
from lib.ids import id_for, new_id
from lib.ports import Store
from lib.records import MAX_DESCRIPTION, Expense, Filing, Filters
from tests.learned import known

DAY = date(2026, 11, 20)
DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, DAY, auto=True)
TEXTS = {
    "nothing": "",
    "500 emoji": "😀" * MAX_DESCRIPTION,
    "families": "👨‍👩‍👧‍👦" * 45,
    "digits": "4711 0815 2211",
    "many digits": "1234567890" * 50,
    "from right to left": "מסעדת הבית 42 مطعم البيت",
    "overrides": "\u202eexe.gnp\u202c\u2067abc\u2069",
    "marks on marks": "e\u0301\u0302\u0303" * 120,
    "punctuation": "%s {{7*7}} ' OR 1=1 -- <b>&amp;",
}
BOMBS = [r"(a+)+$", r"(a|aa)*b", r"(.*)*x", r"(\w+\s?)+\.", r"(a?){100}a{100}", r"([^3]{20}|\d)*7"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_it_says_it_is_filed_or_left_open_and_answered_and_taken_back(services, alice, text):
    before = known(services, alice)
    added = services.expenses.add_expense(alice, replace(DRAFT, description=text), new_id())
    services.queue.run(services)
    found = services.expenses.get_expense(alice, added.expense_id)
    assert (found.description, found.is_waiting, found.is_open) == (added.description, False, True)
    [group] = services.review.groups(alice)
    answered = services.review.answer(alice, {group.key: "Education"})
    assert services.expenses.get_expense(alice, added.expense_id).category == "Education"
    assert services.review.take_back(alice, answered.note) == 1
    assert services.expenses.get_expense(alice, added.expense_id).filing == found.filing
    assert known(services, alice) == before


@pytest.mark.parametrize("how", ["contains", "words", "regex"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_can_be_tried_as_a_rule_or_is_refused_in_words(services, alice, text, how):
    services.expenses.add_expense(alice, replace(DRAFT, description=text), new_id())
    rule = rule_of(how, text[:MAX_PATTERN])
    if isinstance(rule, Invalid):
        assert (rule.field, rule.message[-1]) == ("pattern", ".")
    else:
        assert services.rules.try_rule(alice, rule).fits in (0, 1)
        services.rules.add_rule(alice, rule, new_id())


def rule_of(how: Any, pattern: str) -> Rule | Invalid:
    """The rule, or why there can be none."""
    try:
        return Rule("", "r", "Travel", how, pattern)
    except Invalid as refused:
        return refused


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_a_rule_like_any_other(services, alice, bomb):
    kept = services.rules.add_rule(alice, Rule("", "bomb", "Travel", "regex", bomb), new_id())
    for text in ("a" * MAX_DESCRIPTION, "word " * 99, "12" * 200):
        services.expenses.add_expense(alice, replace(DRAFT, description=text), new_id())
    started = time.process_time()
    services.rules.try_rule(alice, replace(kept.rule, name="the same"))
    services.queue.run(services)
    assert time.process_time() - started < 5  # where others hang for as long as there is
    assert not any(each.is_waiting for each in services.store.list_expenses(alice.user_id, Filters()).items)


def test_a_thousand_bombs_are_no_more_than_their_texts_together():
    """As many as a person may have: each text is gone through once, however many patterns wait for something in it."""
    rules = Rules(Rule(str(n), "r", "Travel", "regex", f"(a|aa)*b.*{n}x") for n in range(MAX_RULES))
    at_once = Sieve(rules)
    texts = ["ab" * (MAX_DESCRIPTION // 2), "a" * MAX_DESCRIPTION, "aab " * 99 + "999x"]
    assert [at_once.apply(Purchase(DAY, text)) for text in texts] == [None, None, rules.all[9]]


def test_a_history_of_100_000_is_kept_small_and_still_answers():
    learner = Learner()
    for number in range(100_000):
        trace = Trace(f"shop {number % 20_000:05}", "", "", "Shopping?")
        learner.add(trace, "Shopping" if number % 3 else "Travel", 1, mass_of(DAY - timedelta(number % 3000)))
    learner.add(Trace("bakery lind", "", "", "Shopping?"), "Groceries", 20, 20 * mass_of(DAY))
    text = to_text(learner)
    assert len(text.encode()) <= MAX_BYTES
    kept = from_text(text)
    assert to_text(kept) == text
    suggestion = Categoriser(learner=kept).suggest(Purchase(DAY, "BAKERY LIND 0042"))
    assert (suggestion.category, suggestion.source) == ("Groceries", "history")


class Counting:
    """A store that counts the pages of expenses it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store, self.pages = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def list_expenses(self, user_id: str, filters: Filters, *arguments: Any, **named: Any) -> Any:
        self.pages += not filters.removed  # what lies in the trash is one short page more
        return self._store.list_expenses(user_id, filters, *arguments, **named)


def test_of_a_very_long_history_a_bounded_part_is_read(services, alice):
    """One that teaches nothing, so that nobody finds enough and stops."""
    filing, at, id = Filing("Travel", 60, "general", "it sounded so"), services.now(), alice.user_id
    rows = [
        Expense(id, id_for(id, str(n)), DAY, Decimal(5), "EUR", "Travel", at, payee="Shop", filing=filing)
        for n in range(MOST_READ + PAGE + 1)
    ]
    services.store.add_expenses(rows)
    store = Counting(services.store)
    filing_them = ExpenseCategorizer(store, services.queue, services.jobs, services.now)
    filing_them.suggest(alice, Purchase(DAY, "Shop"))
    assert store.pages == 1
    filing_them.learn_again(id)
    assert store.pages == 1 + MOST_READ // PAGE
