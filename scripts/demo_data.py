"""Fill an account with made-up expenses and budgets, to look at the planner with something in it.

    make demo-data USER=anna        or        python -m scripts.demo_data anna

Safe to run twice: what is there already is left as it is.
"""

import argparse
import sys

from lib.demo import fill
from lib.errors import PlannerError
from lib.periods import utc_now
from lib.ports import Store
from lib.services import build_services
from lib.settings import Misconfigured, load_settings


def main(arguments: list[str] | None = None, store: Store | None = None) -> int:
    parser = argparse.ArgumentParser(prog="demo_data", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("username", help="whose account; make it in the browser first")
    parser.add_argument("--months", type=int, default=36, choices=range(1, 121), metavar="1-120")
    options = parser.parse_args(arguments)
    try:
        return fill_account(
            store or build_services(load_settings(needs_secret=False)).store, options.username, options.months
        )
    except (Misconfigured, PlannerError) as problem:
        print(problem, file=sys.stderr)
        return 1


def fill_account(store: Store, username: str, months: int) -> int:
    user = store.find_user_by_username(username)
    if user is None:
        print(f"There is no account called {username!r}. Make it in the browser first.", file=sys.stderr)
        return 1
    print(f"Filling {user.username}'s last {months} months …")
    added = fill(store, user, utc_now(), months)
    print(f"{added:,} expenses added." if added else "Everything was there already.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
