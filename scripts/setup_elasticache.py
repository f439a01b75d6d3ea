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
from aws_config.private_place import network_of
from scripts.operating import FINE, Bench, plan_and_apply, run, take_away, usage, ways


def main(argv: list[str] | None = None) -> int:
    parser = usage("setup_elasticache", __doc__)
    ways(parser, remove="CACHE")
    return run(parser.parse_args(argv), work)


def work(bench: Bench, options: argparse.Namespace) -> int:
    return remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply)


def set_up(bench: Bench, *, apply: bool) -> int:
    code = plan_and_apply(bench, cache_stages(bench.aws, bench.settings), apply=apply)
    if apply and code == FINE:
        made = cache(bench.aws, bench.settings, network_of(bench.aws, bench.settings))
        made.wait()
        bench.screen.say(f"REDIS_URL={made.url} for machines in {bench.names.machines}.", "green")
    return code


def remove(bench: Bench, name: str) -> int:
    return take_away(bench, cache_stages(bench.aws, bench.settings), name, bench.names.cache)


if __name__ == "__main__":
    sys.exit(main())
