"""Set up what the planner needs on AWS: tables, bucket, queues, topic, roles.

    .venv/bin/python -m scripts.setup_aws_resources            what would change
    .venv/bin/python -m scripts.setup_aws_resources --apply    do it

Looks first, changes only what is missing or different, and goes on where an earlier run was cut off. A second run changes
nothing. Names come from the settings: AWS_PREFIX, APP_ENV, S3_BUCKET_NAME.
"""

import sys

from aws_config.installation import stages
from aws_config.resource_manager import ResourceManager
from scripts.operating import Bench, parser_of, plan_and_apply, run, start, ways


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_aws_resources", __doc__)
    ways(parser)
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        return plan_and_apply(bench, ResourceManager(stages(*bench.place)), apply=options.apply)

    return run(options, work)


if __name__ == "__main__":
    sys.exit(main())
