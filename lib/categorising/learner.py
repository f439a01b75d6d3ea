"""What one person files where, counted: by shop, by look-alikes, by word, by kind of purchase, and over all.

Everything is whole numbers that are added and taken away, so what is unlearned leaves no trace and order does not matter. A
suggestion starts from what is known in general and goes from the broadest count to the narrowest; at each step what was
believed before counts as a few purchases of its own. One more purchase in a category therefore never lowers its share.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from lib.categorising.text import plain

HALF_LIFE = 365  # days after which a purchase counts half, at its own shop
_FIRST_DAY = date(2000, 1, 1)
_UNIT = 16  # what a purchase on _FIRST_DAY weighs
GRAM = 3
LIKE = 0.55  # how alike two shops' names must be to learn from one another
MOST_ALIKE = 4  # purchases at one look-alike that count
MOST_LOOK_ALIKES = 8
COMMON_GRAM = 24  # a piece that more shops share says nothing

Shares = dict[str, float]
Counts = dict[str, int]


class Trace(NamedTuple):
    """All that a purchase is remembered by."""

    merchant: str
    more: str  # further words a person typed
    kind: str
    label: str  # the general guess


class Lesson(NamedTuple):
    """One purchase, as it is learned."""

    trace: Trace
    category: str
    mass: int


class Tally:
    """How often a shop went where, and how much that weighs by now."""

    __slots__ = ("counts", "masses")

    def __init__(self, counts: Counts | None = None, masses: Counts | None = None) -> None:
        self.counts: Counts = counts or {}
        self.masses: Counts = masses or {}


class Beliefs(NamedTuple):
    """How many purchases an earlier belief is worth against what is counted. Chosen by hand: their effect is flat."""

    everything: float = 10.0
    tilt: float = 0.6  # how far a person's habits tilt what is known in general
    label: float = 6.0
    kind: float = 2.5
    word: float = 3.5
    alike: float = 1.5
    merchant: float = 0.3


class Learner:
    def __init__(self) -> None:
        self.beliefs = Beliefs()
        self.tallies: dict[Trace, Tally] = {}
        self.total = 0
        self._features: dict[str, Counts] = {}
        self._merchants: dict[str, dict[Trace, Tally]] = {}
        self._by_gram: dict[str, set[str]] = {}

    def add(self, trace: Trace, category: str, count: int, mass: int) -> None:
        """Count `count` purchases more; fewer where it is negative. What comes to nothing is forgotten altogether."""
        tally = self.tallies.get(trace)
        if tally is None:
            tally = self.tallies[trace] = Tally()
            self._remember(trace, tally)
        _add(tally.counts, category, count)
        _add(tally.masses, category, mass)
        if category not in tally.counts:
            tally.masses.pop(category, None)
        self.total += count
        for feature in _features(trace):
            counts = self._features.setdefault(feature, {})
            _add(counts, category, count)
            if not counts:
                del self._features[feature]
        if not tally.counts:
            del self.tallies[trace]
            self._forget(trace)

    def take(self, lesson: Lesson) -> None:
        self.add(lesson.trace, lesson.category, 1, lesson.mass)

    def take_back(self, lesson: Lesson) -> None:
        """As if it had never been taken. What was not, or has fallen out since, stays as it is."""
        trace = self.find(lesson.trace, lesson.category)
        if trace is not None:
            self.add(trace, lesson.category, -1, -lesson.mass)

    def copy(self) -> "Learner":
        """One that can learn on without this one: tens of milliseconds less than reading it anew."""
        other = Learner()
        other.total = self.total
        other.tallies = {
            trace: Tally(dict(tally.counts), dict(tally.masses)) for trace, tally in self.tallies.items()
        }
        other._merchants = {
            merchant: {trace: other.tallies[trace] for trace in own}
            for merchant, own in self._merchants.items()
        }
        other._features = {feature: dict(counts) for feature, counts in self._features.items()}
        other._by_gram = {gram: set(merchants) for gram, merchants in self._by_gram.items()}
        return other

    def find(self, trace: Trace, category: str) -> Trace | None:
        """Where a purchase at `trace` was counted under `category`: its own place, or the shop's from when less was known."""
        own = self._merchants.get(trace.merchant, {})
        places = [trace, *sorted(own)] if trace in own else sorted(own)
        return next((place for place in places if category in own[place].counts), None)

    def _remember(self, trace: Trace, tally: Tally) -> None:
        if trace.merchant not in self._merchants:
            self._merchants[trace.merchant] = {}
            for gram in grams_of(trace.merchant):
                self._by_gram.setdefault(gram, set()).add(trace.merchant)
        self._merchants[trace.merchant][trace] = tally

    def _forget(self, trace: Trace) -> None:
        del self._merchants[trace.merchant][trace]
        if not self._merchants[trace.merchant]:
            del self._merchants[trace.merchant]
            for gram in grams_of(trace.merchant):
                self._by_gram[gram].discard(trace.merchant)
                if not self._by_gram[gram]:
                    del self._by_gram[gram]

    def shares(self, trace: Trace, known: Mapping[str, float], day: date | None) -> Shares:
        """The likelihood of each category, given what is known in general."""
        if not self.total:
            return dict(known)
        beliefs = self.beliefs
        shares = self._tilted(known)
        for feature in _features(trace, broad_first=True):
            counts = self._features.get(feature)
            if counts:
                shares = _mixed(shares, counts, getattr(beliefs, _BELIEF[feature[0]]))
        alike = self._alike(trace)
        if alike:
            shares = _mixed(shares, alike, beliefs.alike)
        own = self.weighed(trace.merchant, day)
        return _mixed(shares, own, beliefs.merchant) if own else shares

    def counted(self, merchant: str) -> Counts:
        """How many purchases at this very shop went where."""
        found: Counts = {}
        for tally in self._merchants.get(merchant, {}).values():
            for category, count in tally.counts.items():
                found[category] = found.get(category, 0) + count
        return found

    @property
    def merchants(self) -> Mapping[str, object]:
        """The shops that were learned."""
        return self._merchants

    def overall(self) -> Counts:
        return self._features.get("*", {})

    def of_kind(self, kind: str) -> Counts:
        return self._features.get(f"k{kind}", {})

    def telling_word(self, trace: Trace, tells: Callable[[Counts], bool]) -> str:
        """The first word of the purchase that was counted before, and for which `tells` holds; empty without one."""
        words = [feature for feature in _features(trace) if feature[0] == "w"]
        return next((w[1:] for w in reversed(words) if w in self._features and tells(self._features[w])), "")

    def weighed(self, merchant: str, day: date | None) -> Shares:
        """As `counted`, older purchases counting less."""
        unit = mass_of(day) if day else 0
        found: Shares = {}
        for _, tally in sorted(self._merchants.get(merchant, {}).items()):
            for category, count in tally.counts.items():
                weight = min(count, tally.masses[category] / unit) if unit else count
                found[category] = found.get(category, 0) + weight
        return found

    def most_alike(self, merchant: str) -> list[tuple[float, str]]:
        """Other shops with such a name, the most alike first: looked for by the rarest pieces of it."""
        grams = grams_of(merchant)
        shared: Counter[str] = Counter()
        postings = [self._by_gram[gram] for gram in grams if gram in self._by_gram]
        own = merchant in self._merchants  # which must not change what is found
        for others in postings:
            if len(others) - own <= COMMON_GRAM:
                shared.update(others)
        del shared[merchant]
        found = []
        for other, number in shared.items():
            if number > 1:
                common = len(grams & grams_of(other))
                alike = common / min(len(grams), len(grams_of(other)))
                if alike >= LIKE and common > 2:
                    found.append((alike, other))
        return sorted(found, key=lambda pair: (-pair[0], pair[1]))[:MOST_LOOK_ALIKES]

    def _alike(self, trace: Trace) -> Shares:
        found: Shares = {}
        for alike, other in [(1.0, trace.merchant), *self.most_alike(trace.merchant)]:
            for category, count in self.counted(other).items():
                found[category] = found.get(category, 0.0) + alike**4 * min(count, MOST_ALIKE)
        return found

    def _tilted(self, known: Mapping[str, float]) -> Shares:
        """What is known, times how much more often than others this person files things in a category."""
        counts, beliefs = self._features.get("*", {}), self.beliefs
        even = 1 / max(len(known), 1)
        tilted = {
            category: share * ((counts.get(category, 0) + beliefs.everything * even) / even) ** beliefs.tilt
            for category, share in known.items()
        }
        whole = sum(tilted.values())
        shares = {category: share / whole for category, share in tilted.items()}
        for category in sorted(counts.keys() - shares.keys()):
            shares[category] = 0.0
        return shares


def mass_of(day: date | None) -> int:
    """What a purchase of that day weighs beside others: twice as much as one HALF_LIFE days before."""
    days = max(0, (day - _FIRST_DAY).days) if day else 0
    return round(_UNIT * 2 ** (days / HALF_LIFE))


@lru_cache(maxsize=512)
def grams_of(merchant: str) -> frozenset[str]:
    marked = f" {merchant} "
    return frozenset(marked[at : at + GRAM] for at in range(len(marked) - GRAM + 1))


_BELIEF = {"l": "label", "k": "kind", "w": "word"}


def _features(trace: Trace, *, broad_first: bool = False) -> Iterator[str]:
    if not broad_first:
        yield "*"
    yield f"l{trace.label}"
    if trace.kind:
        yield f"k{trace.kind}"
    words = dict.fromkeys(plain(f"{trace.merchant} {trace.more}").split())
    yield from (f"w{word}" for word in reversed(words) if len(word) > 1)


def _mixed(before: Shares, counts: Mapping[str, float], worth: float) -> Shares:
    """`counts`, with what was believed `before` worth so many of them."""
    whole = worth + fsum(counts.values())  # exact, so that the order of learning cannot be seen
    mixed = {
        category: (worth * share + counts.get(category, 0)) / whole for category, share in before.items()
    }
    for category in sorted(counts.keys() - mixed.keys()):
        mixed[category] = counts[category] / whole
    return mixed


def _add(counts: Counts, category: str, number: int) -> None:
    number += counts.get(category, 0)
    if number:
        counts[category] = number
    else:
        counts.pop(category, None)
