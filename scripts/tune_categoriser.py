"""Fit the few figures that say how much each source of knowledge counts, and write them into figures.json.

Labelled statements are read for these figures only: none of their words ends up in what is shipped. With --leave-out the figures
are fitted without one source and measured on it, which is how the choice between them was made.

python -m scripts.tune_categoriser FILE_OR_FOLDER … [--leave-out] [--write]
"""

import argparse
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lib.categorising.knowledge import DATA, KEYS, Knowledge, Weights
from lib.categorising.learner import Beliefs
from scripts.categoriser_answers import ours
from scripts.categoriser_calibrating import calibrated
from scripts.categoriser_measures import one_a_shop, right
from scripts.categoriser_sources import Source, read_sources

FACTORS = (0.6, 0.8, 1.25, 1.6)
ROUNDS = 2
CORRECTIONS = (20, 50, 100)
SMALLEST = 1e-3
MOST_LINES = 1500  # of a source that the learner is tuned on: more say no more and take minutes


def main() -> int:
    parser = argparse.ArgumentParser(prog="tune_categoriser", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--leave-out", action="store_true", help="fit without each source, measure on it")
    parser.add_argument("--write", action="store_true", help="write figures.json")
    options = parser.parse_args()
    sources = read_sources(options.paths)
    if options.leave_out:
        for source in sources:
            weights, beliefs = fit([other for other in sources if other is not source])
            print(source.name, weights, beliefs, _measured(source, weights, beliefs), flush=True)
    if options.write:
        weights, beliefs = fit(sources)
        write(sources, weights, beliefs)
    return 0


def fit(sources: list[Source]) -> tuple[Weights, Beliefs]:
    """By trying each figure a little larger and smaller, and keeping what makes the right answers likelier."""
    knowledge = Knowledge()
    weights = Weights()

    def general_loss(tried: Weights) -> float:
        knowledge.weights = tried
        knowledge.look_up.cache_clear()
        return sum(_general_loss(source, knowledge) for source in sources)

    weights = _descend(weights, general_loss)
    knowledge.weights = weights
    knowledge.look_up.cache_clear()
    beliefs = _descend(Beliefs(), lambda tried: sum(_learning_loss(s, knowledge, tried) for s in sources))
    return weights, beliefs


Figures = TypeVar("Figures", Weights, Beliefs)


def _descend(figures: Figures, loss: Callable[[Figures], float]) -> Figures:
    best = loss(figures)
    for _ in range(ROUNDS):
        for name in figures._fields:
            for factor in FACTORS:
                tried = figures._replace(**{name: round(getattr(figures, name) * factor, 3)})
                found = loss(tried)
                if found < best - 1e-4:
                    best, figures = found, tried
    return figures


def _general_loss(source: Source, knowledge: Knowledge) -> float:
    """Mean surprise over its shops."""
    losses = []
    seen = set()
    for line in source.lines:
        purchase = line.purchase
        if (purchase.merchant, purchase.money_in) not in seen:
            seen.add((purchase.merchant, purchase.money_in))
            shares = knowledge.look_up(purchase.text, "in" if purchase.money_in else "out", "").shares
            losses.append(-math.log(SMALLEST + sum(shares[KEYS.index(key)] for key in line.right)))
    return sum(losses) / len(losses)


def _learning_loss(source: Source, knowledge: Knowledge, beliefs: Beliefs) -> float:
    loss = 0.0
    for corrections in CORRECTIONS:
        answers = ours(source.lines[:MOST_LINES], corrections, knowledge, beliefs=beliefs)
        shops = one_a_shop(answers)
        for found in (answers, shops):
            surprise = (-math.log(SMALLEST + (a.share if a.is_right else (1 - a.share) / 4)) for a in found)
            loss += sum(surprise) / max(1, len(found))
    return loss


def _measured(source: Source, weights: Weights, beliefs: Beliefs) -> str:
    knowledge = Knowledge(weights=weights)
    figures = [right(one_a_shop(ours(source.lines, 0, knowledge)))]
    figures += [right(ours(source.lines, n, knowledge, beliefs=beliefs)) for n in CORRECTIONS]
    return " ".join(f"{100 * figure:.1f}" for figure in figures)


def write(sources: list[Source], weights: Weights, beliefs: Beliefs) -> None:
    path = DATA / "figures.json"
    figures = json.loads(path.read_text(encoding="utf-8"))
    figures["weights"] = weights._asdict()
    print("For lib/categorising/learner.py:", beliefs)
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    lines = calibrated(sources, Knowledge())
    figures["calibrations"] = {
        name: list(zip(line.shares, line.rights, strict=True)) for name, line in lines.items()
    }
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
