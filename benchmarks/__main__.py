"""Measure every goal and print it beside what was reached. About six minutes.

make bench        or        python -m benchmarks [--sizes 1000 10000 100000] [--write docs/benchmarks.md]
"""

import argparse
import sys
from pathlib import Path

from benchmarks.categorising import categorising_goals
from benchmarks.goals import goals, report_goals
from benchmarks.household import Figures, measure_household
from benchmarks.imports import measure_import
from benchmarks.machine import describe
from benchmarks.report import as_markdown, as_text
from benchmarks.reports import measure_reports
from benchmarks.servers import measure_hello

SIZES = (1_000, 10_000, 100_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many expenses")
    parser.add_argument("--write", type=Path, help="also write the results into this Markdown file")
    options = parser.parse_args()
    say("A bare page …")
    hello = measure_hello()
    households: dict[int, Figures] = {}
    for size in options.sizes:
        say(f"{size:,} expenses …")
        households[size] = measure_household(size) | measure_import(size)
    say("Reports …")
    results = [*goals(hello, households), *report_goals(measure_reports()), *categorising_goals()]
    print(describe(), as_text(hello, households, results), sep="\n\n")
    if options.write:
        options.write.write_text(as_markdown(describe(), hello, households, results), encoding="utf-8")
    return 0


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
