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
from scripts.deploy_lambda_functions import told
from scripts.operating import CANNOT, FINE, WRONG, Bench, plan_and_apply, run, start

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ".venv/bin/python -m scripts.setup_api_gateway"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="setup_api_gateway", description=(__doc__ or "").split("\n")[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    what.add_argument("--remove", metavar="API", help="take it away; its name says that you mean it")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default="arm64")
    parser.add_argument(
        "--python", choices=("3.12", "3.13"), default="3.13", help="what the function runs on"
    )
    options = start(argv, parser)
    return run(
        options, lambda bench: remove(bench, options.remove) if options.remove else set_up(bench, options)
    )


def set_up(bench: Bench, options: argparse.Namespace) -> int:
    if not bench.settings.secrets_id:
        bench.screen.complain(
            "Set SECRETS_ID, such as smart-budget/secret-key, and run scripts.setup_aws_resources --apply: the function has to "
            "sign cookies with a secret that does not belong among its settings."
        )
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
        bench.aws,
        bench.account,
        bench.settings,
        package=package,
        architecture=options.architecture,
        python=options.python,
    )
    code = plan_and_apply(bench, ResourceManager(stages), apply=options.apply, command=COMMAND)
    if options.apply and code == FINE:
        address = api(bench.aws, bench.account, bench.settings).address
        bench.screen.say(
            f"It answers at {address}: that, or a domain that leads there, belongs into BASE_URL.", "green"
        )
    return code


def remove(bench: Bench, name: str) -> int:
    if name != bench.names.api:
        bench.screen.complain(f"That is not its name. It is {bench.names.api}.")
        return CANNOT
    manager = ResourceManager(web_stages(bench.aws, bench.account, bench.settings))
    stay = manager.remove(bench.screen.progress)
    bench.screen.hand_over({"removed": not stay})
    return WRONG if stay else FINE


if __name__ == "__main__":
    sys.exit(main())
