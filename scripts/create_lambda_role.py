"""Set up the roles that functions run under: each its own, allowed what its function does and nothing else.

    .venv/bin/python -m scripts.create_lambda_role                    what would change
    .venv/bin/python -m scripts.create_lambda_role --apply            do it
    .venv/bin/python -m scripts.create_lambda_role --show budget-alert-function
    .venv/bin/python -m scripts.create_lambda_role --show web         what web server and worker may do

The setup makes them too; this is for whoever keeps roles apart from everything else, or wants to read them first. What `web`
prints is for a role of your own, where something else than EC2 runs the worker.
"""

import argparse
import json
import sys
from typing import Any

from aws_config import iam_policies
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS
from aws_config.installation import function_roles, web_policy
from aws_config.resource_manager import ResourceManager
from scripts.operating import FINE, Bench, plan_and_apply, run, start

WEB = "web"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="create_lambda_role", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    parser.add_argument("--show", choices=(*FUNCTIONS, WEB), help="print the policy of one role")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show:
            print(json.dumps(policy(bench, options.show), indent=2))
            return FINE
        manager = ResourceManager([function_roles(bench.aws, bench.account, bench.settings)])
        return plan_and_apply(
            bench, manager, apply=options.apply, command=".venv/bin/python -m scripts.create_lambda_role"
        )

    return run(options, work)


def policy(bench: Bench, what: str) -> dict[str, Any]:
    if what == WEB:
        return web_policy(bench.account, bench.settings)
    grants = iam_policies.FUNCTION_GRANTS[what](Arns(bench.account, bench.names), bench.settings.ses_from)
    return iam_policies.document(grants)


if __name__ == "__main__":
    sys.exit(main())
