"""Compare the kept month totals with the expenses, say what differs, and put it right.

    python -m scripts.repair_totals            everyone's
    python -m scripts.repair_totals anna       one account's

Nothing should ever differ: what this prints is a bug to report. Safe to run at any time, also while people use the planner.
Ends with 1 when anything differed, with 0 when all was well.
"""

import argparse
import sys
from collections.abc import Iterable

from lib.errors import PlannerError
from lib.ports import Store
from lib.records import User
from lib.settings import Misconfigured
from scripts.homes import opened


def main(arguments: list[str] | None = None, store: Store | None = None) -> int:
    parser = argparse.ArgumentParser(prog="repair_totals", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("username", nargs="?", help="whose account; everyone's if left out")
    options = parser.parse_args(arguments)
    try:
        store = store or opened().store
        return repair(store, _people(store, options.username))
    except (Misconfigured, PlannerError) as problem:
        print(problem, file=sys.stderr)
        return 1


def repair(store: Store, people: Iterable[User]) -> int:
    accounts = differences = 0
    for user in people:
        accounts += 1
        for difference in store.repair_totals(user.user_id):
            differences += 1
            print(f"{user.username}: {difference}")
    wrong = "1 total was" if differences == 1 else f"{differences:,} totals were"
    what = f"{wrong} wrong and mended" if differences else "every total was right"
    print(f"{accounts:,} {'account' if accounts == 1 else 'accounts'} looked at, {what}.")
    return 1 if differences else 0


def _people(store: Store, username: str | None) -> Iterable[User]:
    if username is None:
        return store.each_user()
    user = store.find_user_by_username(username)
    if user is None:
        raise PlannerError(f"There is no account called {username!r}.")
    return [user]


if __name__ == "__main__":
    sys.exit(main())
