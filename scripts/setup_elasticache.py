"""Set up the Redis that several machines share, on ElastiCache: encrypted, and open to the planner's own machines alone.

    .venv/bin/python -m scripts.setup_elasticache                          what would change
    .venv/bin/python -m scripts.setup_elasticache --apply                  do it, and wait until it is done
    .venv/bin/python -m scripts.setup_elasticache --remove smart-budget-cache

VPC_ID, VPC_SUBNETS, CACHE_TYPE and CACHE_NODES say where and what. Machines reach it when they are in the security group
smart-budget-machines. It ends with what belongs into REDIS_URL.
"""

import sys

from aws_config.cache_home import cache_manager
from scripts.operating import FINE, Bench, parser_of, plan_and_apply, run, start, take_away, ways


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_elasticache", __doc__)
    ways(parser, remove="CACHE")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        return remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply)

    return run(options, work)


def set_up(bench: Bench, *, apply: bool) -> int:
    manager = cache_manager(bench.aws, bench.settings)
    code = plan_and_apply(bench, manager, apply=apply)
    if apply and code == FINE:
        bench.screen.say(
            f"REDIS_URL={manager.outcome()['REDIS_URL']} for machines in {bench.names.machines}.", "green"
        )
    return code


def remove(bench: Bench, name: str) -> int:
    return take_away(bench, cache_manager(bench.aws, bench.settings), name, bench.names.cache)


if __name__ == "__main__":
    sys.exit(main())
