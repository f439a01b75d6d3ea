"""Measure the categoriser on labelled statements: new shops, how sure it is, and how fast it learns from corrections.

Needs requirements-train.txt, for what it is compared with. Prints Markdown; docs/categorising.md says what it means.

python -m scripts.evaluate_categoriser FILE_OR_FOLDER …
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lib.categorising.calibration import Calibration
from lib.categorising.knowledge import Knowledge
from scripts.categoriser_answers import Calibrations, linear, memory, ours
from scripts.categoriser_calibrating import calibrated
from scripts.categoriser_measures import Answer, Measures, measure, one_a_shop, right
from scripts.categoriser_sources import Source, read_sources

CORRECTIONS = (20, 50, 100)
LEAST_LEFT = 20  # lines that must be left to measure on


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evaluate_categoriser", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+", help="labelled CSV files, or folders of them")
    sources = read_sources(parser.parse_args(arguments).paths)
    if not sources:
        print("There is no file with the columns description and label_mapped.", file=sys.stderr)
        return 2
    knowledge = Knowledge()
    for line in report(sources, knowledge):
        print(line, flush=True)
    return 0


def report(sources: list[Source], knowledge: Knowledge) -> Iterator[str]:
    yield "### Shops never seen, nothing learned, as shipped"
    yield from _new_shops(sources, knowledge, {})
    if len(sources) > 1:
        yield "\n### The same, its confidence calibrated on the other sources only"
        apart = {source.name: _without(source, sources, knowledge) for source in sources}
        yield from _new_shops(sources, knowledge, apart)
    yield "\n### After so many corrections: the part that is right"
    yield from _curves(sources, knowledge)


def _without(source: Source, sources: list[Source], knowledge: Knowledge) -> Calibrations:
    return calibrated([other for other in sources if other is not source], knowledge)


def _new_shops(
    sources: list[Source], knowledge: Knowledge, calibrations: dict[str, dict[str, Calibration]]
) -> Iterator[str]:
    yield "| source | lines | right | macro-F1 | answer given | right of these | sure | right of these | ECE |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for source in sources:
        answers = ours(source.lines, 0, knowledge, calibrations.get(source.name))
        yield _row(f"{source.name}, every line", measure(answers))
        yield _row(f"{source.name}, one a shop", measure(one_a_shop(answers)))


def _row(name: str, found: Measures) -> str:
    parts = (f"{100 * part:.1f}" for part in found[1:])
    return f"| {name} | {found.lines:,} | " + " | ".join(parts) + " |"


def _curves(sources: list[Source], knowledge: Knowledge) -> Iterator[str]:
    yield "| source | corrections | ours | of shops not corrected | sure | right of these | ECE | linear learner | exact memory |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for source in sources:
        for corrections in CORRECTIONS:
            if len(source.lines) - corrections >= LEAST_LEFT:
                answers = ours(source.lines, corrections, knowledge)
                found, new = measure(answers), [answer for answer in answers if not answer.own]
                others = (linear(source.lines, corrections), memory(source.lines, corrections))
                yield (
                    f"| {source.name} | {corrections} | {_percent(answers)} | {_percent(new)} | {100 * found.sure:.1f} | "
                    f"{100 * found.right_sure:.1f} | {100 * found.ece:.1f} | {_percent(others[0])} | {_percent(others[1])} |"
                )


def _percent(answers: Sequence[Answer]) -> str:
    return f"{100 * right(answers):.1f}" if answers else ""


if __name__ == "__main__":
    sys.exit(main())
