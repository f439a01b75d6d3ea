"""What was learned of one person, as a document to keep: compact, with a version, never larger than MAX_BYTES."""

import json

from lib.categorising.learner import Learner, Tally, Trace
from lib.errors import Invalid

VERSION = 1
MAX_BYTES = 96_000
_LEAST = 24  # bytes a shop takes at least


def to_text(learner: Learner) -> str:
    """As a store keeps it. Where that is too much, the shops where the least was bought, longest ago, are left out."""
    kept = sorted(learner.tallies.items(), key=lambda item: (-sum(item[1].masses.values()), item[0]))
    kept = kept[: MAX_BYTES // _LEAST]
    while True:
        text = _written(kept)
        size = len(text.encode())
        if size <= MAX_BYTES:
            return text
        kept = kept[: min(len(kept) - 1, len(kept) * MAX_BYTES // size)]


def from_text(text: str) -> Learner:
    """Raises Invalid for what is not such a document, or one of a version to come."""
    learner = Learner()
    if not text:
        return learner
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise Invalid("What was learned was written by another version of the planner.")
        names = document["categories"]
        for merchant, more, kind, label, *numbers in document["shops"]:
            for category, count, mass in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
                learner.add(Trace(merchant, more, kind, label), names[category], count, mass)
    except (ValueError, KeyError, TypeError, IndexError):
        raise Invalid("What was learned cannot be read.") from None
    return learner


def _written(kept: list[tuple[Trace, Tally]]) -> str:
    names = sorted({category for _, tally in kept for category in tally.counts})
    number = {name: n for n, name in enumerate(names)}
    shops = [
        [
            *trace,
            *(each for c in sorted(tally.counts) for each in (number[c], tally.counts[c], tally.masses[c])),
        ]
        for trace, tally in sorted(kept)
    ]
    document = {"version": VERSION, "categories": names, "shops": shops}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
