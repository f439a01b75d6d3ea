"""A category for a purchase, how likely it is right, and why.

A person's rules come first. Otherwise what is known in general is corrected by what the person filed where; the result is one
confidence, and the reason is whatever moved it most. Nothing here reads a clock, a file of the person's, or a network.
"""

from dataclasses import dataclass
from math import fsum
from typing import Literal

from lib.categories import UNCATEGORISED, Categories
from lib.categorising import reasons
from lib.categorising.calibration import GIVEN, SURE
from lib.categorising.knowledge import KEYS, Knowledge, Known, shipped
from lib.categorising.learner import Learner, Lesson, Shares, Trace, mass_of
from lib.categorising.purchase import Purchase
from lib.categorising.rules import Rule, Rules

Source = Literal["rule", "history", "look-alike", "habit", "code", "brand", "word", "general", "nothing"]
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    category: str  # a category's key; UNCATEGORISED where no answer is likely enough to be given
    confidence: float  # that `guess` is right, 0 to 1
    reason: str
    source: Source
    guess: str  # the likeliest category, given or not
    alternatives: tuple[tuple[str, float], ...] = ()  # the next likeliest, with their shares
    rule: Rule | None = None

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def percent(self) -> int:
        return int(self.confidence * 100)


class Categoriser:
    def __init__(
        self,
        categories: Categories | None = None,
        rules: Rules | None = None,
        learner: Learner | None = None,
        *,
        country: str = "",
        knowledge: Knowledge | None = None,
    ) -> None:
        """`country` is a two-letter code in lower case, or empty: then a purchase's currency speaks for it."""
        self.categories = categories or Categories()
        self.rules = rules or Rules()
        self.learner = learner or Learner()
        self.country = country
        self.knowledge = knowledge or shipped()

    def suggest(self, purchase: Purchase) -> Suggestion:
        rule = self.rules.apply(purchase)
        if rule is not None:
            return self.by_rule(rule)
        shares = self.shares(purchase)
        if not shares:
            return Suggestion(UNCATEGORISED, 0.0, "there is nothing to go by", "nothing", UNCATEGORISED)
        (guess, share), *others = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        own = purchase.merchant in self.learner.merchants
        confidence = self.knowledge.calibrations["own" if own else "new"].confidence(share)
        source, reason = self._because(purchase, guess)
        given = guess if confidence >= GIVEN else UNCATEGORISED
        return Suggestion(given, confidence, reason, source, guess, tuple(others[:ALTERNATIVES]))

    def by_rule(self, rule: Rule) -> Suggestion:
        """For what that rule decides."""
        key = self.categories[rule.category].key
        return Suggestion(key, 1.0, reasons.by_rule(rule), "rule", key, rule=rule)

    def shares(self, purchase: Purchase) -> Shares:
        """How likely each of the person's categories is, rules aside; together 1, or nothing where there is nothing to go by."""
        known = self._known(purchase)
        trace = _trace(purchase, known)
        if not trace.merchant:
            return {}
        general = dict(zip(KEYS, known.shares, strict=True))
        return self._offered(self.learner.shares(trace, general, purchase.day))

    def learn(self, purchase: Purchase, category: str) -> None:
        """Take note of where a person filed a purchase."""
        lesson = self.lesson(purchase, category)
        if lesson is not None:
            self.learner.take(lesson)

    def unlearn(self, purchase: Purchase, category: str) -> None:
        """Take back `learn`: as if it had never been. What was not learned, or has fallen out since, stays as it is."""
        lesson = self.lesson(purchase, category)
        if lesson is not None:
            self.learner.take_back(lesson)

    def lesson(self, purchase: Purchase, category: str) -> Lesson | None:
        """What a purchase teaches: nothing where no shop is named, or no category."""
        trace = _trace(purchase, self._known(purchase))
        if not trace.merchant or category == UNCATEGORISED:
            return None
        return Lesson(trace, category, mass_of(purchase.day))

    def _known(self, purchase: Purchase) -> Known:
        sign = "in" if purchase.money_in else "out"
        country = self.country or purchase.country
        return self.knowledge.look_up(purchase.text, sign, country, purchase.merchant_code)

    def _offered(self, shares: Shares) -> Shares:
        """Over the categories the person has: merged ones together, without those put away."""
        found: Shares = {}
        for key, share in sorted(shares.items()):
            category = self.categories[key]
            if category.key != UNCATEGORISED and not category.archived:
                found[category.key] = found.get(category.key, 0) + share
        whole = fsum(found.values())
        return {key: share / whole for key, share in found.items()} if whole else {}

    def _because(self, purchase: Purchase, guess: str) -> tuple[Source, str]:
        """The narrowest thing that speaks for `guess`."""
        known = self._known(purchase)
        trace = _trace(purchase, known)
        name = self.categories[guess].name
        shop = _shown(purchase, trace.merchant)
        counts = self._resolved(self.learner.counted(trace.merchant))
        if counts.get(guess):
            return "history", reasons.by_history(
                shop, name, counts[guess], sum(counts.values()) - counts[guess]
            )
        for _, other in self.learner.most_alike(trace.merchant):
            if self._leads(self.learner.counted(other), guess):
                return "look-alike", reasons.by_look_alike(_shown(purchase, other), name)
        word = self.learner.telling_word(trace, lambda counts: self._leads(counts, guess))
        if word:
            return "habit", reasons.by_word(word, name)
        hits = [hit for hit in known.hits if self.categories[hit.kind.category].key == guess]
        if hits:
            return hits[0].source, reasons.by_hit(hits[0])
        if trace.kind and self._leads(self.learner.of_kind(trace.kind), guess):
            return "habit", reasons.by_kind(self.knowledge.kinds[trace.kind], name)
        if purchase.money_in and guess in ("Income", "Transfers"):
            return "general", reasons.by_direction()
        if self._leads(self.learner.overall(), guess):
            return "habit", reasons.by_habit(name)
        return "general", reasons.by_sound(name)

    def _leads(self, counts: dict[str, int], guess: str) -> bool:
        resolved = self._resolved(counts)
        return resolved.get(guess, 0) >= max(resolved.values(), default=1)

    def _resolved(self, counts: dict[str, int]) -> dict[str, int]:
        found: dict[str, int] = {}
        for key, count in counts.items():
            own = self.categories[key].key
            found[own] = found.get(own, 0) + count
        return found


def _trace(purchase: Purchase, known: Known) -> Trace:
    label = known.best + ("+" if purchase.money_in else "")
    return Trace(purchase.merchant, purchase.more, known.kind, label)


def _shown(purchase: Purchase, merchant: str) -> str:
    """A shop's name as people would write it: in capitals where the statement is."""
    return merchant.upper() if purchase.text.isupper() else merchant.title()
