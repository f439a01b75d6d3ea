"""Serve the planner's pages from a function behind API Gateway: role, logs, function and HTTP API.

    .venv/bin/python -m scripts.setup_api_gateway                                 build, and show what would change
    .venv/bin/python -m scripts.setup_api_gateway --apply                         do it; also brings a new version
    .venv/bin/python -m scripts.setup_api_gateway --remove smart-budget-api

Everything else has to be there: scripts/setup_aws_resources.py makes it. Run it again after changing the code or a setting; a
second run changes nothing. A worker is needed all the same: docs/deploying.md says where it runs.
"""

import argparse
import sys
from pathlib import Path

from aws_config.config import WEB_FUNCTION
from aws_config.function_plans import WEB, folder
from aws_config.packages import build
from aws_config.resource_manager import ResourceManager
from aws_config.web_home import api, web_stages
from scripts.deploy_lambda_functions import machines, told
from scripts.operating import (
    CANNOT,
    FINE,
    Bench,
    lacks_secret,
    parser_of,
    plan_and_apply,
    run,
    start,
    take_away,
    ways,
)

ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_api_gateway", __doc__)
    ways(parser, remove="API")
    machines(parser)
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        return remove(bench, options.remove) if options.remove else set_up(bench, options)

    return run(options, work)


def set_up(bench: Bench, options: argparse.Namespace) -> int:
    why = "the function has to sign cookies with a secret that does not belong among its settings."
    if lacks_secret(bench, why):
        return CANNOT
    package = build(
        ROOT,
        ROOT / "lambda_functions" / folder(WEB_FUNCTION),
        options.architecture,
        options.python,
        without=WEB.without,
        whole=WEB.whole,
        besides=WEB.besides,
    )
    bench.screen.say(f"{WEB_FUNCTION}: {told(package)}")
    stages = web_stages(
        *bench.place, package=package, architecture=options.architecture, python=options.python
    )
    code = plan_and_apply(bench, ResourceManager(stages), apply=options.apply)
    if options.apply and code == FINE:
        address = api(*bench.place).address
        bench.screen.say(
            f"It answers at {address}: that, or a domain that leads there, belongs into BASE_URL.", "green"
        )
    return code


def remove(bench: Bench, name: str) -> int:
    return take_away(bench, ResourceManager(web_stages(*bench.place)), name, bench.names.api)


if __name__ == "__main__":
    sys.exit(main())
