"""Set up the roles that functions run under: each its own, allowed what its function does and nothing else.

    .venv/bin/python -m scripts.create_lambda_role                    what would change
    .venv/bin/python -m scripts.create_lambda_role --apply            do it
    .venv/bin/python -m scripts.create_lambda_role --show budget-alert-function
    .venv/bin/python -m scripts.create_lambda_role --show web         what web server and worker may do

The setup makes them too; this is for whoever keeps roles apart from everything else, or wants to read them first. What `web`
prints is for a role of your own, where something else than EC2 runs the worker.
"""

import sys

from aws_config.arns import Arns
from aws_config.config import FUNCTIONS
from aws_config.function_home import function_roles
from aws_config.iam_policies import FUNCTION_GRANTS, Grant, web
from aws_config.resource_manager import ResourceManager
from scripts.operating import Bench, parser_of, plan_and_apply, run, show_policy, start, ways

WEB = "web"


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("create_lambda_role", __doc__)
    ways(parser)
    parser.add_argument("--show", choices=(*FUNCTIONS, WEB), help="print the policy of one role")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show:
            return show_policy(grants_of(bench, options.show))
        return plan_and_apply(bench, ResourceManager([function_roles(*bench.place)]), apply=options.apply)

    return run(options, work)


def grants_of(bench: Bench, what: str) -> list[Grant]:
    arns = Arns(bench.account, bench.names)
    return web(arns, bench.settings) if what == WEB else FUNCTION_GRANTS[what](arns, bench.settings.ses_from)


if __name__ == "__main__":
    sys.exit(main())
