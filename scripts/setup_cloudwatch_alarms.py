"""Have somebody told when the planner is not well: alarms, a dashboard, a topic that sends e-mails, and what a month may cost.

    .venv/bin/python -m scripts.setup_cloudwatch_alarms                   what would change
    .venv/bin/python -m scripts.setup_cloudwatch_alarms --apply           do it
    .venv/bin/python -m scripts.setup_cloudwatch_alarms --off             take it all away
    .venv/bin/python -m scripts.setup_cloudwatch_alarms --show-operator   what whoever does that has to be allowed

OPS_EMAIL hears of it, once they have clicked the link that AWS sends; MONTHLY_BUDGET_USD is what the account may cost in a month.
What each alarm means and what to do then is in docs/operations.md.
"""

import sys

from aws_config.arns import Arns
from aws_config.embedded_metrics import NAMESPACE
from aws_config.resource_manager import ResourceManager
from aws_config.watching import unheard, watcher, watching_stages
from lib.metrics import QUEUE_DEPTH, REQUESTS, WEB_SERVER, WORKER
from scripts.operating import (
    CANNOT,
    FINE,
    Bench,
    parser_of,
    plan_and_apply,
    run,
    show_policy,
    start,
    turn_off,
    ways,
)


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_cloudwatch_alarms", __doc__)
    ways(
        parser,
        off="take it away; nobody is told any more",
        show_operator="print the policy of whoever sets it up",
    )
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show_operator:
            return show_policy(watcher(Arns(bench.account, bench.names)))
        if options.off:
            manager = ResourceManager(watching_stages(*bench.place, everything=True))
            return turn_off(bench, manager, bench.names.alarms, "Nobody is told any more.")
        return set_up(bench, apply=options.apply)

    return run(options, work)


def set_up(bench: Bench, *, apply: bool) -> int:
    settings = bench.settings
    if not settings.ops_email:
        bench.screen.complain("Set OPS_EMAIL: an alarm that nobody hears is none.")
        return CANNOT
    code = plan_and_apply(bench, ResourceManager(watching_stages(*bench.place)), apply=apply)
    if not settings.monthly_budget_usd:
        bench.screen.say("Nobody hears of costs: set MONTHLY_BUDGET_USD.", "yellow")
    for service in silent(bench):
        bench.screen.say(
            f"CloudWatch has heard nothing of the {service} in two weeks: alarms of it cannot tell. docs/operations.md, "
            '"Alarms", says what brings its log there.',
            "yellow",
        )
    if apply and code == FINE:
        bench.screen.say(f"{settings.ops_email} has to click the link in AWS's e-mail, once.")
    for sentence in unheard(*bench.place):
        bench.screen.say(sentence, "yellow")
    return code


def silent(bench: Bench) -> list[str]:
    """Those of web server and worker of whom there is no metric: silence of theirs would be taken for wellbeing."""
    lists = bench.aws.client("cloudwatch").get_paginator("list_metrics")
    written = {"web server": (REQUESTS, WEB_SERVER), "worker": (QUEUE_DEPTH, WORKER)}
    return [
        who
        for who, (metric, service) in written.items()
        if not any(
            page["Metrics"]
            for page in lists.paginate(
                Namespace=NAMESPACE,
                MetricName=metric.name,
                Dimensions=[
                    {"Name": "Installation", "Value": bench.names.base},
                    {"Name": "Service", "Value": service},
                ],
            )
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
