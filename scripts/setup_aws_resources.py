"""Set up what the planner needs on AWS: tables, bucket, queues, topic, roles.

    .venv/bin/python -m scripts.setup_aws_resources            what would change
    .venv/bin/python -m scripts.setup_aws_resources --apply    do it

Looks first, changes only what is missing or different, and goes on where an earlier run was cut off. A second run changes
nothing. Names come from the settings: AWS_PREFIX, APP_ENV, S3_BUCKET_NAME.
"""

import sys

from aws_config.installation import stages
from scripts.operating import plan_and_apply, run, usage, ways


def main(argv: list[str] | None = None) -> int:
    parser = usage("setup_aws_resources", __doc__)
    ways(parser)
    return run(
        parser.parse_args(argv),
        lambda bench, options: plan_and_apply(bench, stages(*bench.place), apply=options.apply),
    )


if __name__ == "__main__":
    sys.exit(main())
