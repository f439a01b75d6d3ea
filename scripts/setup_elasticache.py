"""Set up the Redis that several machines share, on ElastiCache: encrypted, and open to the planner's own machines alone.

    .venv/bin/python -m scripts.setup_elasticache                          what would change
    .venv/bin/python -m scripts.setup_elasticache --apply                  do it, and wait until it is done
    .venv/bin/python -m scripts.setup_elasticache --remove smart-budget-cache

VPC_ID, VPC_SUBNETS, CACHE_TYPE and CACHE_NODES say where and what. Machines reach it when they are in the security group
smart-budget-machines. It ends with what belongs into REDIS_URL.
"""

import argparse
import sys

from aws_config.cache_home import cache, cache_stages
from aws_config.resource_manager import ResourceManager
from aws_config.resources.networks import Network
from scripts.operating import FINE, Bench, plan_and_apply, run, start, take_away

COMMAND = ".venv/bin/python -m scripts.setup_elasticache"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="setup_elasticache", description=(__doc__ or "").split("\n")[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="change it; without this, it is only shown")
    what.add_argument("--remove", metavar="CACHE", help="take it away; its name says that you mean it")
    options = start(argv, parser)
    return run(
        options,
        lambda bench: remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply),
    )


def set_up(bench: Bench, *, apply: bool) -> int:
    manager = ResourceManager(cache_stages(bench.aws, bench.settings))
    code = plan_and_apply(bench, manager, apply=apply, command=COMMAND)
    if apply and code == FINE:
        made = cache(bench.aws, bench.settings, Network(bench.aws, bench.settings.vpc_id))
        made.wait()
        bench.screen.say(f"REDIS_URL={made.url} for machines in {bench.names.machines}.", "green")
    return code


def remove(bench: Bench, name: str) -> int:
    return take_away(bench, ResourceManager(cache_stages(bench.aws, bench.settings)), name, bench.names.cache)


if __name__ == "__main__":
    sys.exit(main())
