"""What can be told about a purchase without knowing who bought it: brands, words, a linear model, and where the money went.

Everything is brought to one distribution over the eighteen categories everyone starts with, and one or two reasons.
"""

import json
import math
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from lib.categories import DEFAULTS
from lib.categorising.brands import BrandHit, Brands
from lib.categorising.calibration import Calibration
from lib.categorising.lexicon import Hit, Kind, Lexicon, read_sections
from lib.categorising.linear import LinearModel
from lib.categorising.merchant_codes import MerchantCodes
from lib.categorising.merchants import without_card_noise
from lib.categorising.text import spelled_out, words_of

DATA = Path(__file__).parent / "data"
KEYS = tuple(category.key for category in DEFAULTS)
_PLACE = {key: number for number, key in enumerate(KEYS)}
MOST_HITS = 6


class Weights(NamedTuple):
    """How much each source says, in units of log-odds. Chosen by hand; docs/categorising.md says how little they matter."""

    word: float = 2.6
    name: float = 3.3
    brand: float = 2.4
    code: float = 3.5
    linear: float = 0.8
    further: float = 0.6  # of each further hit for the same category
    prior: float = 1.0


class Known(NamedTuple):
    """What is known of one text."""

    shares: tuple[float, ...]  # of each of KEYS; together 1
    kind: str  # the clearest kind found, or empty
    best: str  # the likeliest category, with a "?" where it is hardly likelier than others
    hits: tuple[Hit | BrandHit, ...]  # the clearest first


class Knowledge:
    def __init__(self, folder: Path = DATA) -> None:
        sections = read_sections((folder / "words.txt").read_text(encoding="utf-8"))
        self.kinds: dict[str, Kind] = {kind.key: kind for kind, _, _ in sections}
        self.lexicon = Lexicon(sections)
        brands = (folder / "brands.txt").read_text(encoding="utf-8")
        self.brands = Brands(brands, lambda kind: self.kinds[kind].category)
        self.codes = MerchantCodes((folder / "mcc.txt").read_text(encoding="utf-8"), self.kinds)
        self.linear = LinearModel.read(folder / "linear.txt")
        figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
        self.weights = Weights()
        self.calibrations = {
            name: Calibration([(share, right) for share, right in points])
            for name, points in figures["calibrations"].items()
        }
        self.priors = {sign: [math.log(share) for share in figures["priors"][sign]] for sign in ("in", "out")}
        self.look_up = lru_cache(maxsize=1024)(self._look_up)

    def _look_up(self, text: str, sign: str, country: str = "", code: str = "") -> Known:
        hits = self.hits(text, country, code)
        scores = self._scores(hits)
        linear = self.linear.scores(text)
        prior, weights = self.priors[sign], self.weights
        totals = [
            weights.prior * prior[n] + scores.get(key, 0.0) + weights.linear * linear[n]
            for n, key in enumerate(KEYS)
        ]
        top = max(totals)
        shares = [math.exp(total - top) for total in totals]
        whole = sum(shares)
        shares = [share / whole for share in shares]
        best = max(range(len(KEYS)), key=shares.__getitem__)
        kind = hits[0][1].kind.key if hits and hits[0][0] >= 1 else ""
        label = KEYS[best] + ("" if shares[best] >= 0.5 else "?")
        return Known(tuple(shares), kind, label, tuple(hit for _, hit in hits[:MOST_HITS]))

    def hits(self, text: str, country: str = "", code: str = "") -> list[tuple[float, Hit | BrandHit]]:
        """What is known in `text`, each with what it says in log-odds, the most telling first."""
        bare = without_card_noise(text)
        words = words_of(bare)
        found: list[tuple[float, Hit | BrandHit]] = []
        coded = self.codes.find(code)
        if coded:
            found.append((self.weights.code, BrandHit(coded, "", 1.0)))
        for hit in self.lexicon.find(words):
            weight = self.weights.name if hit.is_name else self.weights.word
            found.append((weight * hit.strength, hit))
        if not bare.isascii():
            other = words_of(spelled_out(bare))
            if other != words:
                found += [(self.weights.word * hit.strength, hit) for hit in self.lexicon.find(other)]
        found += [
            (self.weights.brand * hit.strength, hit)
            for hit in self.brands.find(words, country)
            if hit.name not in self.lexicon.phrases
        ]
        found.sort(key=lambda pair: -pair[0])
        return found

    def _scores(self, hits: list[tuple[float, Hit | BrandHit]]) -> dict[str, float]:
        """A category's hits together: the clearest counts whole, each further one less, for they often say the same."""
        scores: dict[str, float] = {}
        times: dict[str, int] = {}
        for weight, hit in hits:
            category = hit.kind.category
            number = times.get(category, 0)
            scores[category] = scores.get(category, 0.0) + weight * self.weights.further**number
            times[category] = number + 1
        return scores


@cache
def shipped() -> Knowledge:
    """The knowledge that comes with the program, read once in a process, when it is first needed."""
    return Knowledge()
