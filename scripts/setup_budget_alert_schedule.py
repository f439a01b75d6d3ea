"""Have the budget alerts run on time, by a rule of EventBridge.

    .venv/bin/python -m scripts.setup_budget_alert_schedule            what would change
    .venv/bin/python -m scripts.setup_budget_alert_schedule --apply    do it
    .venv/bin/python -m scripts.setup_budget_alert_schedule --off      stop it

When is in the settings, in UTC: BUDGET_ALERT_SCHEDULE, every day at eight by default. The function must have been deployed.
"""

import sys

from aws_config.function_home import schedule_stage
from aws_config.resource_manager import ResourceManager
from scripts.operating import CANNOT, Bench, parser_of, plan_and_apply, run, start, turn_off, ways


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_budget_alert_schedule", __doc__)
    ways(parser, off="remove the rule; alerts run no more")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        manager = ResourceManager([schedule_stage(*bench.place)])
        if options.off:
            return turn_off(bench, manager, bench.names.schedule, "Budget alerts run no more.")
        if options.apply and not is_deployed(bench):
            bench.screen.complain(
                "Deploy budget-alert-function first: .venv/bin/python -m scripts.deploy_lambda_functions --apply"
            )
            return CANNOT
        return plan_and_apply(bench, manager, apply=options.apply)

    return run(options, work)


def is_deployed(bench: Bench) -> bool:
    functions = bench.aws.client("lambda").get_paginator("list_functions").paginate()
    name = bench.names.function("budget-alert-function")
    return any(found["FunctionName"] == name for page in functions for found in page["Functions"])


if __name__ == "__main__":
    sys.exit(main())
