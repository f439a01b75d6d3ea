"""Suggestions for very many purchases in a row: those at one shop are looked up once."""

from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from lib.categories import UNCATEGORISED
from lib.categorising.categoriser import Categoriser, Suggestion
from lib.categorising.purchase import Purchase
from lib.categorising.sieve import Sieve
from lib.filing.asking import OWN, LookAlikes, filing_of
from lib.records import Filing

BY_RULE = "|"  # in a key: what a rule of the person's files is a group of its own
_NO_DIGITS = str.maketrans("", "", "0123456789")


class Entry(Protocol):
    """A row of a file, or an expense."""

    @property
    def payee(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def money_in(self) -> bool: ...


E = TypeVar("E", bound=Entry)


class Look(NamedTuple):
    """What is known of an entry."""

    key: str  # of those that one answer files together
    category: str  # key; UNCATEGORISED where there is only a guess
    filing: Filing

    @property
    def is_own(self) -> bool:
        """Whether it goes by what the person said or did."""
        return self.filing.source in OWN and self.category != UNCATEGORISED


class Many(Generic[E]):
    """One look for all look-alikes, that at the first of them; only a person's rules look at each by itself.

    A hundred thousand lines of a statement come from a few thousand shops, and most differ in nothing but numbers.
    """

    def __init__(self, categoriser: Categoriser, purchase_of: Callable[[E], Purchase]) -> None:
        self._ruling, self._purchase_of = categoriser, purchase_of
        self._sieve = Sieve(categoriser.rules) if categoriser.rules.all else None
        self._plain = Categoriser(
            categoriser.categories,
            learner=categoriser.learner,
            country=categoriser.country,
            knowledge=categoriser.knowledge,
        )
        self._by_words: dict[tuple[str, bool], Look] = {}  # without their numbers
        self._refunded: dict[str, Look] = {}  # likewise
        self._by_shop: dict[LookAlikes, Look] = {}
        self._by_rule: dict[tuple[str, str], Look] = {}

    def look(self, entry: E) -> Look:
        words = ((entry.payee or entry.description).translate(_NO_DIGITS), entry.money_in)
        found = self._by_words.get(words) or self._first(entry, words)
        return self._ruled(entry, found, self._sieve) if self._sieve else found

    def look_as_refund(self, entry: E) -> Look:
        """What the purchase would be that money came back from: as those at the same shop that were seen so far."""
        words = (entry.payee or entry.description).translate(_NO_DIGITS)
        found = self._by_words.get((words, False)) or self._refunded.get(words)
        if found is None:
            purchase = self._purchase_of(entry)._replace(money_in=False)
            found = self._refunded[words] = _look(LookAlikes.of(purchase).key, self._plain.suggest(purchase))
        return found

    def _first(self, entry: E, words: tuple[str, bool]) -> Look:
        purchase = self._purchase_of(entry)
        alike = LookAlikes.of(purchase)
        found = self._by_shop.get(alike)
        if found is None:
            found = self._by_shop[alike] = _look(alike.key, self._plain.suggest(purchase))
        self._by_words[words] = found
        return found

    def _ruled(self, entry: E, found: Look, sieve: Sieve) -> Look:
        if not sieve.with_text(f"{entry.payee} {entry.description}".strip()):
            return found  # as most: without making a purchase of it
        rule = sieve.apply(self._purchase_of(entry))
        if rule is None:
            return found
        at = (found.key, rule.rule_id)
        if at not in self._by_rule:
            key = f"{found.key}{BY_RULE}{rule.rule_id}"
            self._by_rule[at] = _look(key, self._ruling.by_rule(rule))
        return self._by_rule[at]


def _look(key: str, suggestion: Suggestion) -> Look:
    return Look(key, suggestion.category, filing_of(suggestion))
