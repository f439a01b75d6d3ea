"""A linear model over words and pieces of words, trained beforehand and shipped as plain numbers: a guess for shops no list has."""

from collections.abc import Iterable
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import Self

from lib.categorising.merchants import without_card_noise
from lib.categorising.text import words_of

MOST_WORDS = 8
SHORTEST, LONGEST = 3, 5
ZERO = 79  # the character "O": each weight is a printable character, from "!" for -46 to "}" for 46
STEP = 0.1


@lru_cache(maxsize=1024)
def pieces_of(word: str) -> tuple[str, ...]:
    """The word with its ends marked, and what of three to five letters it is made of."""
    marked = f"<{word}>"
    return (
        marked,
        *(
            marked[at : at + length]
            for length in range(SHORTEST, LONGEST + 1)
            for at in range(len(marked) - length + 1)
            if length < len(marked)
        ),
    )


def features_of(text: str) -> list[str]:
    words = [word for word in words_of(without_card_noise(text)) if len(word) > 1 or not word.isascii()]
    return [piece for word in words[:MOST_WORDS] for piece in pieces_of(word)]


class LinearModel:
    """Weights a feature and category, in steps of STEP; the first line of its file holds what every text starts from."""

    def __init__(self, start: bytes, weights: dict[str, bytes]) -> None:
        self.start = [(number - ZERO) * STEP for number in start]
        self.weights = weights

    @classmethod
    def read(cls, path: Path) -> Self:
        weights: dict[str, bytes] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            feature, _, numbers = line.partition("\t")
            weights[feature] = numbers.encode("ascii")
        return cls(weights.pop(""), weights)

    def scores(self, text: str) -> list[float]:
        """Log-odds of each category, not normalised: its features' weights, shared out as they were trained."""
        features = features_of(text)
        found = [weights for feature in features if (weights := self.weights.get(feature))]
        totals: Iterable[int] = (0,) * len(self.start)
        for weights in found:
            totals = tuple(map(add, totals, weights))
        norm, zeros = STEP / max(1, len(features)) ** 0.5, ZERO * len(found)
        return [start + (total - zeros) * norm for start, total in zip(self.start, totals, strict=True)]
