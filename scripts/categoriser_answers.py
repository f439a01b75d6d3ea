"""What is compared: the planner's categoriser, a plain linear learner, and a memory that knows exact shops only."""

from collections import Counter

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from lib.categorising.calibration import Calibration
from lib.categorising.categoriser import Categoriser
from lib.categorising.knowledge import KEYS, Knowledge
from lib.categorising.learner import Learner
from scripts.categoriser_measures import Answer
from scripts.categoriser_sources import Labelled

Calibrations = dict[str, Calibration]


def ours(
    lines: list[Labelled],
    corrections: int,
    knowledge: Knowledge,
    calibrations: Calibrations | None = None,
) -> list[Answer]:
    """Answers to the lines that follow the first `corrections`, which were learned."""
    learner = Learner()
    categoriser = Categoriser(learner=learner, knowledge=knowledge)
    for line in lines[:corrections]:
        categoriser.learn(line.purchase, line.label)
    calibrations = calibrations or knowledge.calibrations
    answers, cache = [], {}
    for line in lines[corrections:]:
        key = line.purchase._replace(amount=None)
        if key not in cache:
            guess, share = likeliest(categoriser, key)
            own = key.merchant in learner.merchants
            confidence = calibrations["own" if own else "new"].confidence(share) if guess else 0.0
            cache[key] = (guess, share, own, confidence)
        answers.append(Answer(line, *cache[key]))
    return answers


def likeliest(categoriser: Categoriser, purchase: object) -> tuple[str, float]:
    shares = categoriser.shares(purchase)  # type: ignore[arg-type]
    return min(shares.items(), key=lambda item: (-item[1], item[0])) if shares else ("", 0.0)


def linear(lines: list[Labelled], corrections: int) -> list[Answer]:
    """Logistic regression over words and pieces of words, trained on the corrections alone."""
    train, test = lines[:corrections], lines[corrections:]
    labels = [line.label for line in train]
    if len(set(labels)) < 2:
        return [Answer(line, labels[0] if labels else KEYS[0], 0.0, False) for line in test]
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    features = make_union(pieces, TfidfVectorizer(tokenizer=str.split, token_pattern=None))
    model = LogisticRegression(C=10, max_iter=300)
    model.fit(features.fit_transform([line.purchase.text for line in train]), labels)
    guesses = model.predict(features.transform([line.purchase.text for line in test]))
    return [Answer(line, str(guess), 0.0, False) for line, guess in zip(test, guesses, strict=True)]


def memory(lines: list[Labelled], corrections: int) -> list[Answer]:
    """The most frequent category of the same shop, else the most frequent of all."""
    shops: dict[str, Counter[str]] = {}
    overall: Counter[str] = Counter()
    for line in lines[:corrections]:
        shops.setdefault(line.purchase.merchant, Counter())[line.label] += 1
        overall[line.label] += 1
    if not overall:
        overall["Shopping"] = 1
    found = (shops.get(line.purchase.merchant) or overall for line in lines[corrections:])
    return [
        Answer(line, counts.most_common(1)[0][0], 0.0, False)
        for line, counts in zip(lines[corrections:], found, strict=True)
    ]
