"""Let Elastic Beanstalk run the version before the one it runs now, or another.

    .venv/bin/python -m scripts.rollback                       which there are, and which would run
    .venv/bin/python -m scripts.rollback --apply               let the one before run
    .venv/bin/python -m scripts.rollback --to LABEL --apply    let that one run

Only the program goes back; records stay as they are. Whoever writes a version sees to it that the one before can read what it
writes.
"""

import argparse
import sys

from aws_config.releases import READY, Failed, Releases, Version
from scripts.deploy import PATIENCE, done, told
from scripts.operating import FINE, WRONG, Bench, parser_of, run, start

SHOWN = 10  # versions


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("rollback", __doc__)
    parser.add_argument("--apply", action="store_true", help="do it; without this, it is only shown")
    parser.add_argument("--to", default="", metavar="LABEL", help="another than the one before")
    options = start(argv, parser)
    return run(
        options, lambda bench: roll_back(bench, options, Releases(bench.aws, bench.account, bench.names))
    )


def roll_back(bench: Bench, options: argparse.Namespace, releases: Releases) -> int:
    state, versions = releases.state(), releases.versions()
    for version in versions[:SHOWN]:
        mark = "→" if version.label == state.version else " "
        bench.screen.say(f"{mark} {version.label}  {version.made_at:%Y-%m-%d %H:%M}")
    label = chosen(versions, state.version, options.to)
    if not options.apply:
        bench.screen.say(f"To let {label} run: add --apply", "yellow")
        return done(bench, WRONG, state.version, label)
    try:
        if state.status != READY:
            releases.settle(PATIENCE)
        releases.switch(label)
        releases.wait(label, PATIENCE, told(bench))
    except Failed as why:
        bench.screen.complain(str(why))
        return done(bench, WRONG, "", label)
    bench.screen.say(f"{label} runs.", "green")
    return done(bench, FINE, label, label)


def chosen(versions: list[Version], runs: str, asked: str) -> str:
    """The version asked for, or the newest of those that are older than the one that runs. Raises ValueError for none."""
    labels = [version.label for version in versions]
    if asked:
        if asked not in labels:
            raise ValueError(f"There is no version {asked}.")
        return asked
    older = labels[labels.index(runs) + 1 :] if runs in labels else labels
    if not older:
        raise ValueError("There is no version before the one that runs.")
    return older[0]


if __name__ == "__main__":
    sys.exit(main())
