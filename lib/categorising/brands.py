"""Brands of the world by their names, from the name-suggestion-index: what each sells, and where."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from lib.categorising.lexicon import Kind
from lib.categorising.text import these

LONGEST_NAME = 5  # words
EVERYDAY = these("the new red green blue city limited fine home good best first united choice from")
ABROAD = 0.3  # how much a name says that is known in other countries only


Trades = tuple[tuple[int, str], ...]  # the numbers of sections, each with its countries


class BrandHit(NamedTuple):
    kind: Kind
    name: str
    strength: float  # 1 where the name is the whole text

    @property
    def source(self) -> Literal["code", "brand"]:
        """A merchant code speaks like a brand that has no name."""
        return "brand" if self.name else "code"


class Brands:
    """Names as they are found in `brands.txt`: kept as numbers of sections, because there are thirty thousand."""

    def __init__(self, text: str, category_of: Callable[[str], str]) -> None:
        self.kinds: list[Kind] = []
        self.names: dict[str, Trades] = {}
        alike: dict[Trades, Trades] = {}  # most brands share theirs with many
        for line in text.splitlines():
            if line.startswith("= "):
                _, kind, words = (part.strip() for part in line[2:].split("|"))
                self.kinds.append(Kind(kind, category_of(kind), words))
                section = len(self.kinds) - 1
            else:
                name, _, places = line.partition(";")
                trades: Trades = ((section, places),)
                if name in self.names:
                    trades = self.names[name] + trades
                self.names[name] = alike.setdefault(trades, trades)

    def find(self, words: Sequence[str], country: str = "") -> list[BrandHit]:
        """The brands that `words` begin with, or else those inside; each name by its best-known trades."""
        return list(self._at(words, 0, country)) or [
            hit for start in range(1, min(len(words), 6)) for hit in self._at(words, start, country)
        ]

    def _at(self, words: Sequence[str], start: int, country: str) -> Iterator[BrandHit]:
        for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            name = " ".join(words[start : start + length])
            found = self.names.get(name)
            if found and (start == 0 or len(name) > 3) and name not in EVERYDAY:
                whole = 1.0 if length == len(words) else 0.8 if start == 0 else 0.4
                plainly = min(1.0, (len(name) - 1) / 4) * whole
                share = 1 / min(len(found), 3)
                for section, places in found[:3]:
                    here = 1.0 if not places or not country or country in places.split(",") else ABROAD
                    yield BrandHit(self.kinds[section], name, plainly * share * here)
                return
