"""Set up the roles that functions run under: each its own, allowed what its function does and nothing else.

    .venv/bin/python -m scripts.create_lambda_role                    what would change
    .venv/bin/python -m scripts.create_lambda_role --apply            do it
    .venv/bin/python -m scripts.create_lambda_role --show budget-alert-function

The setup makes them too; this is for whoever keeps roles apart from everything else, or wants to read them first.
"""

import argparse
import json
import sys

from aws_config import iam_policies
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS
from aws_config.installation import function_roles
from aws_config.resource_manager import ResourceManager
from scripts.operating import FINE, Bench, plan_and_apply, run, start


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="create_lambda_role", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    parser.add_argument("--show", choices=FUNCTIONS, help="print the policy of one function's role")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show:
            arns = Arns(bench.account, bench.names)
            grants = iam_policies.FUNCTION_GRANTS[options.show](arns, bench.settings.ses_from)
            print(json.dumps(iam_policies.document(grants), indent=2))
            return FINE
        manager = ResourceManager([function_roles(bench.aws, bench.account, bench.settings)])
        return plan_and_apply(
            bench, manager, apply=options.apply, command=".venv/bin/python -m scripts.create_lambda_role"
        )

    return run(options, work)


if __name__ == "__main__":
    sys.exit(main())
