"""Look whether everything on AWS is there, right and closed to strangers. Changes nothing.

    .venv/bin/python -m scripts.verify_aws_resources

Names what is missing, wrong or open, and ends with 1 if anything is. Functions are looked at once there is code for them in
lambda_functions/, and alarms once OPS_EMAIL says who hears of them; `--without-functions` leaves both out, for installations that
have only been set up.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from aws_config.function_home import deployable, function_stages, schedule_stage
from aws_config.installation import stages
from aws_config.resource_manager import ResourceManager
from aws_config.watching import unheard, watching_stages
from scripts.operating import FINE, WRONG, Bench, looked_at, parser_of, report, run, start

CODE = Path(__file__).resolve().parent.parent / "lambda_functions"


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("verify_aws_resources", __doc__)
    parser.add_argument(
        "--without-functions", action="store_true", help="only what setup_aws_resources makes"
    )
    parser.add_argument("--functions", type=Path, default=CODE, metavar="FOLDER", help="where their code is")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default="arm64")
    options = start(argv, parser)
    return run(options, lambda bench: verify(bench, options))


def verify(bench: Bench, options: argparse.Namespace) -> int:
    where = bench.place
    everything = stages(*where)
    functions = [] if options.without_functions else deployable(options.functions)
    if functions:  # their roles are among the stages already
        everything += function_stages(*where, functions, architecture=options.architecture)[1:]
    if "budget-alert-function" in functions:
        everything.append(schedule_stage(*where))
    if bench.settings.ops_email and not options.without_functions:
        everything += watching_stages(*where)
    findings = looked_at(bench, ResourceManager(everything))
    bench.screen.hand_over(report(bench, findings))
    for sentence in [] if options.without_functions else unheard(*where):
        bench.screen.say(sentence, "yellow")
    counted = Counter(finding.state for finding in findings if not finding.is_right)
    if not counted:
        bench.screen.say(f"All {len(findings)} are there, right and closed to strangers.", "green")
        return FINE
    told = ", ".join(f"{count} {state}" for state, count in sorted(counted.items()))
    bench.screen.say(f"{told}, of {len(findings)} looked at.", "bold red")
    return WRONG


if __name__ == "__main__":
    sys.exit(main())
