"""Take everything of this installation off AWS, with everything in it.

    .venv/bin/python -m scripts.teardown_aws_resources --dry-run      what would go
    .venv/bin/python -m scripts.teardown_aws_resources                asks for the installation's name, then does it
    .venv/bin/python -m scripts.teardown_aws_resources --confirm smart-budget

What people entered is gone then; copy it first (docs/operations.md). Tables of a production installation are protected:
`--unprotect` lifts that. `--keep-data` leaves tables and bucket where they are. A run that was cut off is finished by the
next one.
"""

import argparse
import sys
from collections.abc import Sequence

from aws_config.installation import every_stage, kept_data
from aws_config.resource_manager import ResourceManager
from aws_config.resources.base import Finding
from scripts.operating import CANNOT, FINE, WRONG, Bench, parser_of, run, start


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("teardown_aws_resources", __doc__)
    parser.add_argument("--dry-run", action="store_true", help="only show what would go")
    parser.add_argument("--confirm", metavar="NAME", help="the installation's name, instead of being asked")
    parser.add_argument(
        "--unprotect", action="store_true", help="also tables that are protected from deletion"
    )
    parser.add_argument("--keep-data", action="store_true", help="leave tables and bucket")
    options = start(argv, parser)
    return run(options, lambda bench: teardown(bench, options))


def teardown(bench: Bench, options: argparse.Namespace) -> int:
    manager = _manager(bench, options)
    there = [finding for finding in manager.plan() if finding.state != "missing"]
    _show(bench, there)
    if not there or options.dry_run:
        bench.screen.hand_over({"there": [[finding.kind, finding.name] for finding in there]})
        return WRONG if there else FINE
    if not _is_meant(bench, options):
        name = bench.names.base
        bench.screen.complain(
            f"Nothing was removed: its name, {name}, was not given. Where nobody can type it: --confirm {name}"
        )
        return CANNOT
    if options.unprotect:
        manager.unprotect()
    elif protected := manager.protected():
        bench.screen.complain(
            f"{', '.join(protected)}: protected. Nothing was removed. To remove it all the same: --unprotect; "
            "to keep what people entered and remove the rest: --keep-data"
        )
        return CANNOT
    stay = manager.remove(bench.screen.progress)
    for why in stay:
        bench.screen.complain(f"{why} To remove it too: --unprotect")
    left = [finding for finding in manager.plan() if finding.state != "missing"]
    bench.screen.say(f"{len(there) - len(left)} of {len(there)} are gone.", "yellow" if left else "green")
    bench.screen.hand_over({"left": [[finding.kind, finding.name] for finding in left]})
    return WRONG if left else FINE


def _manager(bench: Bench, options: argparse.Namespace) -> ResourceManager:
    stages = every_stage(*bench.place, protect=False if options.unprotect else None)
    if options.keep_data:
        kept = kept_data(bench.names)
        stages = [[each for each in stage if (each.kind, each.name) not in kept] for stage in stages]
    return ResourceManager(stages)


def _show(bench: Bench, there: Sequence[Finding]) -> None:
    screen = bench.screen
    screen.say(f"{bench.names.base} in account {bench.account.number}, {bench.account.region}", "bold")
    for finding in there:
        screen.say(f"- {finding.kind} {finding.name}")
    screen.say(f"{len(there)} would go, with everything in them." if there else "There is nothing.", "yellow")


def _is_meant(bench: Bench, options: argparse.Namespace) -> bool:
    if options.confirm is not None:
        return bool(options.confirm == bench.names.base)
    if bench.screen.as_json or not sys.stdin.isatty():
        return False
    return input(f"To remove all this for good, type {bench.names.base}: ") == bench.names.base


if __name__ == "__main__":
    sys.exit(main())
