"""Move a whole installation to another home: accounts, expenses, budgets, everything kept beside them, and files.

    .venv/bin/python -m scripts.copy_data --from selfhost --to aws              says what there is to copy
    .venv/bin/python -m scripts.copy_data --from selfhost --to aws --apply      copies it, and compares both homes
    .venv/bin/python -m scripts.copy_data --from selfhost --to postgresql://…   to another database, with the same files
    .venv/bin/python -m scripts.copy_data --from selfhost --to aws --apply --replace
                                                                      also asks whether to replace what differs there

A home is `selfhost` or `aws`, as the settings describe it, or the URL of a database. Stop the planner in both first. The new
home has to be empty. Cut off, it goes on when it is run again. The old home is only read: nothing is taken from it.

Ends with 0 when both homes hold the same, with 1 when something differs or failed, with 2 when it could not begin.
"""

import argparse
import sys
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from aws_config.config import names_of
from lib.errors import NotSetUp, PlannerError
from lib.holdings import Census
from lib.moving import Home, Move, Refused, Stale
from lib.periods import utc_now
from lib.services import build_services, sign_in_of
from lib.settings import Misconfigured, Settings, load_settings
from scripts.homes import is_made, where
from selfhost.sql.migrate import upgrade

AWS_HINT = (
    " Look at AWS_PREFIX and AWS_REGION, or set it up first: .venv/bin/python -m scripts.setup_aws_resources"
)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        source, target = _settings(options.source), _settings(options.target)
        move = Move(*_homes(source, target, prepare=options.apply), utc_now, _say)
    except (Misconfigured, PlannerError, SQLAlchemyError) as problem:
        print(problem, file=sys.stderr)
        return 2
    try:
        return _apply(move, options, name_of(target)) if options.apply else _plan(move, target)
    except KeyboardInterrupt:
        print("Stopped. Run it again to go on.", file=sys.stderr)
        return 1
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    except PlannerError as error:
        print(f"Cut off: {error.message} Run it again to go on.", file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copy_data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", required=True, metavar="HOME", help="where everything is")
    parser.add_argument("--to", dest="target", required=True, metavar="HOME", help="where it should be")
    parser.add_argument("--apply", action="store_true", help="copy; without it nothing is changed")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="list what differs in the new home, and once its name is typed, remove that there and copy it anew;"
        " not once people use it",
    )
    parser.add_argument("--confirm", metavar="NAME", help="the new home's name, instead of being asked")
    options = parser.parse_args(arguments)
    if options.source == options.target:
        parser.error("these are the same home")
    return options


def _settings(home: str) -> Settings:
    if home in ("aws", "selfhost"):
        return load_settings(needs_secret=False, backend=home)
    # A password that is kept for the planner's own database is told to no other.
    return load_settings(needs_secret=False, backend="selfhost", database_url=home, database_secret="")


def _homes(source: Settings, target: Settings, *, prepare: bool) -> tuple[Home, Home]:
    """Both homes, once each has said that it works. Two on one machine share its files."""
    if prepare and not target.is_on_aws:
        _set_up(target)
    old, new = build_services(source), build_services(target)
    shared = not (source.is_on_aws or target.is_on_aws)
    for home, services in ((source, old), (target, new)) if prepare else ((source, old),):
        try:
            services.store.check()
            services.files.check()
        except PlannerError as problem:
            raise Refused(f"{where(home)}: {problem.message}") from problem
    files = old.files if shared else new.files
    return Home(old.store, old.files, source.is_on_aws), Home(new.store, files, target.is_on_aws)


def _set_up(home: Settings) -> None:
    try:
        upgrade(home.database, sign_in=sign_in_of(home))
    except (PlannerError, SQLAlchemyError) as problem:
        why = getattr(problem, "orig", None) or problem
        raise Refused(f"{where(home)}: {' '.join(str(why).split())}") from problem


def _plan(move: Move, target: Settings) -> int:
    _say("There is to copy:")
    for name, value in move.census(move.source).rows().items():
        _say(f"  {name:<22} {value:>20}")
    try:
        if is_made(target):
            move.target.store.check()
            move.refuse()
    except Refused:
        raise
    except NotSetUp:
        pass  # a database is set up when it is copied into
    except PlannerError as problem:
        hint = AWS_HINT if target.is_on_aws else ""
        raise Refused(f"{where(target)} cannot take it: {problem.message}{hint}") from problem
    _say("Nothing was changed. Stop the planner, then run this again with --apply.")
    return 0


def _apply(move: Move, options: argparse.Namespace, name: str) -> int:
    differences = move.run()
    if differences and options.replace and (stale := move.stale()):
        _show(stale)
        if not _is_meant(options, name):
            print(
                f"Nothing was removed: its name, {name}, was not given. Where nobody can type it: --confirm {name}",
                file=sys.stderr,
            )
            return 2
        differences = move.run(replacing={each.owner for each in stale})
    _table(move.census(move.source), move.census(move.target))
    for difference in differences:
        print(difference, file=sys.stderr)
    if differences:
        print("The homes differ. Nobody may use either meanwhile; see --replace.", file=sys.stderr)
        return 1
    _say("Both homes hold the same. Use the same SECRET_KEY there, and everyone stays signed in.")
    return 0


def _show(stale: list[Stale]) -> None:
    _say("These differ. In the new home this would be removed, and copied anew from the old one:")
    for each in stale:
        rows = ", ".join(f"{value} {name}" for name, value in each.has.rows().items() if value != "0")
        _say(f"  {each.name}: {rows}")


def _is_meant(options: argparse.Namespace, name: str) -> bool:
    if options.confirm is not None:
        return bool(options.confirm == name)
    return sys.stdin.isatty() and input(f"To replace all this there for good, type {name}: ") == name


def name_of(home: Settings) -> str:
    """What a person types to say that they mean this home: the installation's name, or the database's."""
    if home.is_on_aws:
        return names_of(home).base
    return Path(make_url(home.database).database or "").name


def _table(here: Census, there: Census) -> None:
    _say(f"  {'':<22} {'old home':>20} {'new home':>20}")
    old, new = here.rows(), there.rows()
    for name in {**old, **new}:
        _say(f"  {name:<22} {old.get(name, '0'):>20} {new.get(name, '0'):>20}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
