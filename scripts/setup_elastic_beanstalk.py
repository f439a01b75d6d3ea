"""Set up where the planner runs on Elastic Beanstalk: roles, application, environment, and the planner's settings there.

    .venv/bin/python -m scripts.setup_elastic_beanstalk                       what would change
    .venv/bin/python -m scripts.setup_elastic_beanstalk --apply               do it, and wait until it is done
    .venv/bin/python -m scripts.setup_elastic_beanstalk --show-deployer       what whoever deploys has to be allowed
    .venv/bin/python -m scripts.setup_elastic_beanstalk --remove smart-budget-planner-env

What the environment is told comes from the settings: EB_INSTANCES, EB_CERTIFICATE and so on, and all of the planner's own but
for secrets. Run it again after changing one of them. A new environment runs the newest version that there is of the
planner; scripts/deploy.py brings further ones.
"""

import argparse
import json
import sys

from aws_config import beanstalk_policies, iam_policies
from aws_config.arns import Arns
from aws_config.environments import beanstalk_stages, environment
from aws_config.releases import Releases
from aws_config.resource_manager import ResourceManager
from scripts.operating import CANNOT, FINE, WRONG, Bench, plan_and_apply, run, start

COMMAND = ".venv/bin/python -m scripts.setup_elastic_beanstalk"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="setup_elastic_beanstalk", description=(__doc__ or "").split("\n")[0]
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    what.add_argument("--show-deployer", action="store_true", help="print the policy of whoever deploys")
    what.add_argument("--remove", metavar="ENVIRONMENT", help="take it away; its name says that you mean it")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show_deployer:
            grants = beanstalk_policies.deployer(Arns(bench.account, bench.names))
            print(json.dumps(iam_policies.document(grants), indent=2))
            return FINE
        return remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply)

    return run(options, work)


def set_up(bench: Bench, *, apply: bool) -> int:
    if not bench.settings.secrets_id:
        bench.screen.complain(
            "Set SECRETS_ID, such as smart-budget/secret-key, and run scripts.setup_aws_resources --apply: several machines "
            "have to sign cookies with the same secret, which does not belong among their settings."
        )
        return CANNOT
    manager = ResourceManager(beanstalk_stages(bench.aws, bench.account, bench.settings))
    code = plan_and_apply(bench, manager, apply=apply, command=COMMAND)
    if apply and code == FINE:
        bench.screen.say("Waiting until nothing is being changed there any more …")
        environment(bench.aws, bench.account, bench.settings).wait()
        address = Releases(bench.aws, bench.account, bench.names).state().address
        bench.screen.say(f"It answers at {address}: that is where the name in BASE_URL has to lead.", "green")
    return code


def remove(bench: Bench, name: str) -> int:
    if name != bench.names.environment:
        bench.screen.complain(f"That is not its name. It is {bench.names.environment}.")
        return CANNOT
    manager = ResourceManager(beanstalk_stages(bench.aws, bench.account, bench.settings))
    stay = manager.remove(bench.screen.progress)
    for why in stay:
        bench.screen.complain(str(why))
    bench.screen.hand_over({"removed": not stay})
    return WRONG if stay else FINE


if __name__ == "__main__":
    sys.exit(main())
