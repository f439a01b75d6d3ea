"""Fit what turns shares into confidence: how often answers that looked so likely were right, on labelled statements."""

import numpy as np
from sklearn.isotonic import IsotonicRegression

from lib.categorising.calibration import Calibration
from lib.categorising.knowledge import Knowledge
from scripts.categoriser_answers import ours
from scripts.categoriser_measures import Answer
from scripts.categoriser_sources import Source

LEARNED = (0, 20, 50, 100, 200)
KNOTS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.985, 0.993, 0.997, 1.0)
BEFORE = (
    0.02  # weight of a made-up answer at each knot that is right as often as its share says, a little less
)
HIGHEST = 0.99


def calibrated(sources: list[Source], knowledge: Knowledge) -> dict[str, Calibration]:
    """One line for shops that were never filed by the person, one for those that were, which never is below the first."""
    answers = [
        (weight, answer)
        for source in sources
        for corrections in LEARNED
        if len(source.lines) > corrections
        for weight, answer in _weighed(ours(source.lines, corrections, knowledge))
    ]
    new = _line([(weight, answer) for weight, answer in answers if not answer.own])
    own = _line([(weight, answer) for weight, answer in answers if answer.own])
    return {
        "new": Calibration(new),
        "own": Calibration([(s, max(a, b)) for (s, a), (_, b) in zip(own, new, strict=True)]),
    }


def _weighed(answers: list[Answer]) -> list[tuple[float, Answer]]:
    """Each source as much as another; a shop with many lines more than one with few, but not as many times."""
    times: dict[str, int] = {}
    for answer in answers:
        times[answer.line.purchase.merchant] = times.get(answer.line.purchase.merchant, 0) + 1
    weights = [times[answer.line.purchase.merchant] ** -0.5 for answer in answers]
    whole = sum(weights)
    return [(weight / whole, answer) for weight, answer in zip(weights, answers, strict=True)]


def _line(answers: list[tuple[float, Answer]]) -> list[tuple[float, float]]:
    shares = [answer.share for _, answer in answers] + list(KNOTS)
    rights = [float(answer.is_right) for _, answer in answers] + [0.93 * knot for knot in KNOTS]
    weights = [weight for weight, _ in answers] + [BEFORE] * len(KNOTS)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(shares, rights, sample_weight=weights)
    grid = np.linspace(0, 1, 401)
    smooth = fitted.predict(grid)
    width = 12
    padded = np.pad(smooth, width, mode="edge")
    smooth = np.convolve(padded, np.ones(2 * width + 1) / (2 * width + 1), mode="valid")
    fine = np.interp(KNOTS, grid, smooth)
    top = fitted.predict(np.array(KNOTS))
    values = [t if knot > 0.95 else f for knot, f, t in zip(KNOTS, fine, top, strict=True)]
    rising = np.minimum(np.maximum.accumulate(values), HIGHEST)
    return [(knot, round(float(value), 4)) for knot, value in zip(KNOTS, rising, strict=True)]
