"""How good answers are: right, macro-F1, how often given, how often right when sure, and whether confidence means what it says."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lib.categorising.calibration import GIVEN, SURE
from scripts.categoriser_sources import Labelled

BINS = 10


class Answer(NamedTuple):
    line: Labelled
    guess: str
    share: float  # before calibration
    own: bool  # the shop was learned before
    confidence: float = 0.0

    @property
    def is_right(self) -> bool:
        return self.guess in self.line.right


class Measures(NamedTuple):
    lines: int
    right: float  # of all, the best guess counted
    macro_f1: float
    given: float  # the part that gets an answer
    right_given: float
    sure: float  # the part that nobody needs to look at
    right_sure: float
    ece: float  # expected calibration error


def measure(answers: Sequence[Answer]) -> Measures:
    given = [answer for answer in answers if answer.confidence >= GIVEN]
    sure = [answer for answer in answers if answer.confidence >= SURE]
    return Measures(
        len(answers),
        right(answers),
        macro_f1(answers),
        _part(len(given), len(answers)),
        right(given),
        _part(len(sure), len(answers)),
        right(sure),
        calibration_error(answers),
    )


def right(answers: Sequence[Answer]) -> float:
    return _part(sum(answer.is_right for answer in answers), len(answers))


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean over the categories that occur; an answer that is as fair as the label counts as the label."""
    hits: Counter[str] = Counter()
    truths: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    for answer in answers:
        truth = answer.guess if answer.is_right else answer.line.label
        truths[truth] += 1
        guesses[answer.guess] += 1
        hits[truth] += answer.is_right
    return sum(2 * hits[label] / (truths[label] + guesses[label]) for label in truths) / max(1, len(truths))


def calibration_error(answers: Sequence[Answer]) -> float:
    """Over ten bins of confidence, how far it is from the part that is right, weighted by how many answers are in each."""
    bins: dict[int, list[Answer]] = {}
    for answer in answers:
        bins.setdefault(min(BINS - 1, int(answer.confidence * BINS)), []).append(answer)
    off = sum(
        abs(sum(a.confidence for a in found) - sum(a.is_right for a in found)) for found in bins.values()
    )
    return _part(off, len(answers))


def one_a_shop(answers: Sequence[Answer]) -> list[Answer]:
    """The first answer of each shop: so that one where people go daily does not speak for all."""
    found: dict[tuple[str, bool], Answer] = {}
    for answer in answers:
        purchase = answer.line.purchase
        found.setdefault((purchase.merchant, purchase.money_in), answer)
    return list(found.values())


def _part(number: float, whole: int) -> float:
    return number / whole if whole else 0.0
