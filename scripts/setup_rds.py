"""Set up the PostgreSQL that several machines share, on RDS: encrypted, private, backed up, and with a password of its own making.

    .venv/bin/python -m scripts.setup_rds                          what would change
    .venv/bin/python -m scripts.setup_rds --apply                  do it, and wait until it is done
    .venv/bin/python -m scripts.setup_rds --show-reader            what machines have to be allowed, to sign in there
    .venv/bin/python -m scripts.setup_rds --remove smart-budget-database

VPC_ID, VPC_SUBNETS and the settings that start with RDS_ say where and what. Machines reach it when they are in the security
group smart-budget-machines. It ends with what belongs into DATABASE_URL and DATABASE_SECRET.
"""

import sys

from aws_config.database_home import BUNDLE, database, database_manager, reader
from aws_config.private_place import network_of
from aws_config.resources.databases import DatabaseResource
from scripts.operating import (
    CANNOT,
    FINE,
    Bench,
    parser_of,
    plan_and_apply,
    run,
    show_policy,
    start,
    take_away,
    ways,
)


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_rds", __doc__)
    ways(parser, remove="DATABASE", show_reader="print the policy of machines that use it")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.show_reader:
            return show_reader(bench)
        return remove(bench, options.remove) if options.remove else set_up(bench, apply=options.apply)

    return run(options, work)


def set_up(bench: Bench, *, apply: bool) -> int:
    manager = database_manager(bench.aws, bench.settings)
    code = plan_and_apply(bench, manager, apply=apply)
    if apply and code == FINE:
        settings = "".join(f"{name}={value}\n" for name, value in manager.outcome().items())
        bench.screen.say(
            f"{settings}for machines in {bench.names.machines}, which know it by {BUNDLE} in the file that sslrootcert names, and may "
            f"do what --show-reader prints. Whether everything still is as it should be: {bench.command}",
            "green",
        )
    return code


def show_reader(bench: Bench) -> int:
    secret = _database(bench).secret
    if not secret:
        bench.screen.complain(f"{bench.names.database} is not there yet: {bench.command} --apply")
        return CANNOT
    return show_policy(reader(secret))


def remove(bench: Bench, name: str) -> int:
    """A snapshot of it stays, where AWS makes one."""
    manager = database_manager(bench.aws, bench.settings)
    if name == bench.names.database and not _database(bench).leaves_snapshot:
        bench.screen.complain(
            "AWS makes no last snapshot of it, because it has failed. Its automatic backups stay until they are too old, and "
            "snapshots that were made before."
        )
    code = take_away(bench, manager, name, bench.names.database)
    if code == CANNOT and name == bench.names.database:
        bench.screen.say(
            f"To lift that: aws rds modify-db-instance --db-instance-identifier {name} --no-deletion-protection "
            "--apply-immediately"
        )
    return code


def _database(bench: Bench) -> DatabaseResource:
    return database(bench.aws, bench.settings, network_of(bench.aws, bench.settings))


if __name__ == "__main__":
    sys.exit(main())
