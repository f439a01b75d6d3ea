"""Set up where the planner runs on Elastic Beanstalk: roles, application, environment, and the planner's settings there.

    .venv/bin/python -m scripts.setup_elastic_beanstalk                       what would change
    .venv/bin/python -m scripts.setup_elastic_beanstalk --apply               do it, and wait until it is done
    .venv/bin/python -m scripts.setup_elastic_beanstalk --show-deployer       what whoever deploys has to be allowed
    .venv/bin/python -m scripts.setup_elastic_beanstalk --remove smart-budget-planner-env

What the environment is told comes from the settings: EB_INSTANCES, EB_CERTIFICATE and so on, and all of the planner's own but
for secrets. Run it again after changing one of them. A new environment runs the newest version that there is of the
planner; scripts/deploy.py brings further ones.
"""

import sys

from aws_config import beanstalk_policies
from aws_config.arns import Arns
from aws_config.environments import beanstalk_stages, environment
from aws_config.releases import Releases
from aws_config.resource_manager import ResourceManager
from scripts.operating import (
    CANNOT,
    FINE,
    Bench,
    lacks_secret,
    parser_of,
    plan_and_apply,
    run,
    show_policy,
    start,
    take_away,
    ways,
)


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_elastic_beanstalk", __doc__)
    ways(parser, remove="ENVIRONMENT", show_deployer="print the policy of whoever deploys")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show_deployer:
            return show_policy(beanstalk_policies.deployer(Arns(bench.account, bench.names)))
        return remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply)

    return run(options, work)


def set_up(bench: Bench, *, apply: bool) -> int:
    why = "several machines have to sign cookies with the same secret, which does not belong among their settings."
    if lacks_secret(bench, why):
        return CANNOT
    code = plan_and_apply(bench, ResourceManager(beanstalk_stages(*bench.place)), apply=apply)
    if apply and code == FINE:
        bench.screen.say("Waiting until nothing is being changed there any more …")
        environment(*bench.place).wait()
        address = Releases(bench.aws, bench.account, bench.names).state().address
        bench.screen.say(f"It answers at {address}: that is where the name in BASE_URL has to lead.", "green")
    return code


def remove(bench: Bench, name: str) -> int:
    manager = ResourceManager(beanstalk_stages(*bench.place))
    return take_away(bench, manager, name, bench.names.environment)


if __name__ == "__main__":
    sys.exit(main())
