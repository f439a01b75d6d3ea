"""Make what the categoriser ships: brands.txt from the name-suggestion-index, linear.txt from our own words and those brands.

Needs requirements-train.txt. The same input gives the same files. No labelled transaction of anybody's is read here.
docs/categorising.md states what it was trained on.

python -m scripts.train_categoriser --index nsi.min.json
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from lib.categorising.brands import Brands
from lib.categorising.knowledge import DATA, KEYS
from lib.categorising.lexicon import STRONG, Lexicon, read_sections
from lib.categorising.linear import STEP, ZERO, features_of
from lib.categorising.merchant_codes import MerchantCodes
from scripts.categoriser_brands import write_brands

SEED = 2026
MOST_FEATURES = 24_000
LEAST_TIMES = 3
FURTHEST = 46  # steps from zero that a character can say
BRAND, WORD = 0.5, 2.0  # how much one example counts
UNTOLD = {"bank", "transfer"}  # kinds whose brand names say nothing about words
STRICTNESS = 2.0  # how freely the weights may grow
NOISE = (
    "ltd limited uk london inc llc com co gmbh store shop services group the 123 city new st direct online"
)


def main() -> int:
    options = _options()
    if options.index:
        print(f"{write_brands(options.index, DATA / 'brands.txt'):,} brands")
    texts, labels, weights = zip(*examples(), strict=True)
    print(f"{len(texts):,} examples")
    lines = train(list(texts), list(labels), list(weights))
    (DATA / "linear.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines):,} features")
    return 0


def examples() -> Iterator[tuple[str, str, float]]:
    """Texts with their category and weight: each word alone, words as on a statement, brands by their names."""
    chance = random.Random(SEED)  # noqa: S311  # made-up statements, no secrets
    sections = read_sections((DATA / "words.txt").read_text(encoding="utf-8"))
    known = Lexicon(sections)
    for kind, _, phrases in sections:
        for phrase in phrases:
            weight = 0.3 if phrase.endswith("?") else STRONG
            phrase = phrase.rstrip("?")
            yield phrase, kind.category, WORD * weight
            for _ in range(2):
                yield " ".join((phrase, *chance.sample(NOISE.split(), 2))), kind.category, WORD * weight / 2
    kinds = {kind.key: kind for kind, _, _ in sections}
    for _, _, sold in MerchantCodes((DATA / "mcc.txt").read_text(encoding="utf-8"), kinds).rows:
        for phrase in sold.words.split(", "):
            yield phrase, sold.category, WORD
    brands = Brands((DATA / "brands.txt").read_text(encoding="utf-8"), lambda kind: kinds[kind].category)
    for name, found in brands.names.items():
        kind = brands.kinds[found[0][0]]
        if kind.key not in UNTOLD and name not in known.phrases:
            yield name, kind.category, BRAND


def train(texts: list[str], labels: list[str], weights: list[float]) -> list[str]:
    """The file's lines: the features that matter most, their weights as characters."""
    found = [features_of(text) for text in texts]
    counts: dict[str, int] = {}
    for features in found:
        for feature in set(features):
            counts[feature] = counts.get(feature, 0) + 1
    vocabulary = {
        f: n for n, f in enumerate(sorted(f for f, times in counts.items() if times >= LEAST_TIMES))
    }
    matrix = _matrix(found, vocabulary)
    model = LogisticRegression(C=STRICTNESS, max_iter=1000)
    model.fit(matrix, [KEYS.index(label) for label in labels], sample_weight=_balanced(labels, weights))
    steps = np.clip(np.rint(model.coef_.T / STEP), -FURTHEST, FURTHEST).astype(int)
    start = np.clip(np.rint(model.intercept_ / STEP), -FURTHEST, FURTHEST).astype(int)
    matters = np.abs(steps).sum(axis=1) * np.sqrt(np.asarray((matrix > 0).sum(axis=0)).ravel())
    kept = set(np.argsort(-matters, kind="stable")[:MOST_FEATURES].tolist())
    rows = [(f, steps[n]) for f, n in vocabulary.items() if n in kept and steps[n].any()]
    return [f"{f}\t" + "".join(chr(ZERO + step) for step in numbers) for f, numbers in [("", start), *rows]]


def _matrix(found: list[list[str]], vocabulary: dict[str, int]) -> csr_matrix:
    rows, columns, values = [], [], []
    for row, features in enumerate(found):
        share = 1 / max(1.0, len(features)) ** 0.5
        for feature in features:
            if feature in vocabulary:
                rows.append(row)
                columns.append(vocabulary[feature])
                values.append(share)
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(vocabulary)))


def _balanced(labels: list[str], weights: list[float]) -> list[float]:
    """Weights that bring the categories halfway to being equally common: there are many more restaurants than schools."""
    totals: dict[str, float] = {}
    for label, weight in zip(labels, weights, strict=True):
        totals[label] = totals.get(label, 0.0) + weight
    mean = sum(totals.values()) / len(totals)
    return [w * (mean / totals[label]) ** 0.5 for label, w in zip(labels, weights, strict=True)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_categoriser", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--index", type=Path, help="dist/json/nsi.min.json of the name-suggestion-index package"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
