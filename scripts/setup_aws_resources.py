"""Set up what the planner needs on AWS: tables, bucket, queues, topic, roles.

    .venv/bin/python -m scripts.setup_aws_resources            what would change
    .venv/bin/python -m scripts.setup_aws_resources --apply    do it

Looks first, changes only what is missing or different, and goes on where an earlier run was cut off. A second run changes
nothing. Names come from the settings: AWS_PREFIX, APP_ENV, S3_BUCKET_NAME.
"""

import argparse
import sys

from aws_config.installation import stages
from aws_config.resource_manager import ResourceManager
from scripts.operating import Bench, plan_and_apply, run, start

COMMAND = ".venv/bin/python -m scripts.setup_aws_resources"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="setup_aws_resources", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        manager = ResourceManager(stages(bench.aws, bench.account, bench.settings))
        return plan_and_apply(bench, manager, apply=options.apply, command=COMMAND)

    return run(options, work)


if __name__ == "__main__":
    sys.exit(main())
