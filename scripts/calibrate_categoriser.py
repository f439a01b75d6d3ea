"""Measure how often answers are right that look so and so likely, and ship that as the categoriser's confidence (figures.json).

Needs requirements-train.txt. Labelled statements are read for these two dozen numbers only: no word of theirs is shipped.

python -m scripts.calibrate_categoriser FILE_OR_FOLDER …
"""

import argparse
import json
import sys
from pathlib import Path

from lib.categorising.knowledge import DATA, Knowledge
from scripts.categoriser_calibrating import calibrated
from scripts.categoriser_sources import read_sources


def main() -> int:
    parser = argparse.ArgumentParser(prog="calibrate_categoriser", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+")
    sources = read_sources(parser.parse_args().paths)
    path = DATA / "figures.json"
    figures = json.loads(path.read_text(encoding="utf-8"))
    lines = calibrated(sources, Knowledge())
    figures["calibrations"] = {
        name: [list(point) for point in zip(line.shares, line.rights, strict=True)]
        for name, line in lines.items()
    }
    rows = ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in figures["calibrations"].items())
    priors = ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in figures["priors"].items())
    path.write_text(
        f'{{\n "priors": {{\n{priors}\n }},\n "calibrations": {{\n{rows}\n }}\n}}\n', encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
