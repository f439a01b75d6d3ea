"""Have the budget alerts run on time, by a rule of EventBridge.

    .venv/bin/python -m scripts.setup_budget_alert_schedule            what would change
    .venv/bin/python -m scripts.setup_budget_alert_schedule --apply    do it
    .venv/bin/python -m scripts.setup_budget_alert_schedule --off      stop it

When is in the settings, in UTC: BUDGET_ALERT_SCHEDULE, every day at eight by default. The function must have been deployed.
"""

import argparse
import sys

from aws_config.installation import schedule_stage
from aws_config.resource_manager import ResourceManager
from scripts.operating import CANNOT, FINE, Bench, plan_and_apply, run, start

COMMAND = ".venv/bin/python -m scripts.setup_budget_alert_schedule"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="setup_budget_alert_schedule", description=(__doc__ or "").split("\n")[0]
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    which.add_argument("--off", action="store_true", help="remove the rule; alerts run no more")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        manager = ResourceManager([schedule_stage(bench.aws, bench.account, bench.settings)])
        if options.off:
            manager.remove(bench.screen.progress)
            bench.screen.say("Budget alerts run no more.", "green")
            bench.screen.hand_over({"removed": bench.names.schedule})
            return FINE
        if options.apply and not is_deployed(bench):
            bench.screen.complain(
                "Deploy budget-alert-function first: .venv/bin/python -m scripts.deploy_lambda_functions --apply"
            )
            return CANNOT
        return plan_and_apply(bench, manager, apply=options.apply, command=COMMAND)

    return run(options, work)


def is_deployed(bench: Bench) -> bool:
    functions = bench.aws.client("lambda").get_paginator("list_functions").paginate()
    name = bench.names.function("budget-alert-function")
    return any(found["FunctionName"] == name for page in functions for found in page["Functions"])


if __name__ == "__main__":
    sys.exit(main())
