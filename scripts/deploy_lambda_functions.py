"""Build the functions in lambda_functions/ and bring them to AWS, with their logs and the queues that call them.

    .venv/bin/python -m scripts.deploy_lambda_functions                         build, and show what would change
    .venv/bin/python -m scripts.deploy_lambda_functions --apply                 do it
    .venv/bin/python -m scripts.deploy_lambda_functions report-generator-function --apply

Each package has only what its function imports. What changed is published as a new version, and the alias "live", which
everything calls, moves to it; to go back, let the alias lead to an earlier version. A second run changes nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from aws_config.config import FUNCTIONS
from aws_config.function_home import deployable, function_stages
from aws_config.function_plans import PLANS, folder
from aws_config.packages import Package, build
from aws_config.resource_manager import ResourceManager
from scripts.operating import FINE, Bench, parser_of, plan_and_apply, run, start

ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("deploy_lambda_functions", __doc__)
    parser.add_argument(
        "functions", nargs="*", metavar="FUNCTION", help=f"only some of {', '.join(FUNCTIONS)}"
    )
    parser.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    machines(parser)
    parser.add_argument("--functions-folder", type=Path, default=ROOT / "lambda_functions", metavar="FOLDER")
    options = start(argv, parser)
    return run(options, lambda bench: deploy(bench, options))


def machines(parser: argparse.ArgumentParser) -> None:
    """What functions run on."""
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default="arm64")
    parser.add_argument("--python", choices=("3.12", "3.13"), default="3.13", help="what it runs on")


def deploy(bench: Bench, options: argparse.Namespace) -> int:
    code: Path = options.functions_folder
    functions = _chosen(deployable(code), options.functions)
    if not functions:
        bench.screen.say(f"There are no functions in {code}.", "yellow")
        bench.screen.hand_over({"right": True, "findings": []})
        return FINE
    packages = {}
    for what in functions:
        packages[what] = build(
            ROOT, code / folder(what), options.architecture, options.python, without=PLANS[what].without
        )
        bench.screen.say(f"{what}: {told(packages[what])}")
    built = function_stages(
        *bench.place,
        functions,
        packages=packages,
        architecture=options.architecture,
        python=options.python,
    )
    return plan_and_apply(bench, ResourceManager(built), apply=options.apply)


def told(package: Package) -> str:
    """Its size as AWS counts it, and what is in it."""
    return (
        f"{package.size / 1e6:.1f} MB unzipped, {len(package.data) / 1e6:.1f} MB zipped, "
        f"{len(package.modules)} modules of ours, {len(package.requirements)} packages"
    )


def _chosen(there: Sequence[str], asked: Sequence[str]) -> list[str]:
    for name in asked:
        if name not in there:
            others = f" There is some for {', '.join(there)}." if there else ""
            raise ValueError(f"There is no code for {name}.{others}")
    return [name for name in there if name in asked or not asked]


if __name__ == "__main__":
    sys.exit(main())
