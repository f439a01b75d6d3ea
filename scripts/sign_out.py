"""Sign an account out everywhere, or all of them: when a phone is lost, or a session or token may be in the wrong hands.

    python -m scripts.sign_out anna              all of anna's sessions end
    python -m scripts.sign_out anna --tokens     and all API tokens
    python -m scripts.sign_out --everyone        of every account

Nothing else changes: people sign in again with their password. Safe to run twice. It is told among their security events.
"""

import argparse
import sys

from lib.errors import PlannerError
from lib.identity.events import What
from lib.records import User
from lib.services import Services
from lib.settings import Misconfigured
from scripts.homes import opened


def main(arguments: list[str] | None = None, services: Services | None = None) -> int:
    parser = argparse.ArgumentParser(prog="sign_out", description=(__doc__ or "").split("\n")[0])
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("username", nargs="?", help="whose sessions end")
    who.add_argument("--everyone", action="store_true", help="those of every account")
    parser.add_argument("--tokens", action="store_true", help="API tokens, too")
    options = parser.parse_args(arguments)
    try:
        services = services or opened()
        if options.everyone:
            sessions = sum(
                sign_out(services, user, tokens=options.tokens) for user in services.store.each_user()
            )
        else:
            user = services.store.find_user_by_username(options.username)
            if user is None:
                print(f"There is no account called {options.username!r}.", file=sys.stderr)
                return 1
            sessions = sign_out(services, user, tokens=options.tokens)
    except (Misconfigured, PlannerError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{sessions:,} session{'s' if sessions != 1 else ''} ended.")
    return 0


def sign_out(services: Services, user: User, *, tokens: bool) -> int:
    """Returns how many sessions ended."""
    ended = services.sessions.end_all(user)
    had_tokens = tokens and services.tokens.list(user)
    if had_tokens:
        services.tokens.end_all(user)
    if ended or had_tokens:
        services.events.note(user, What.ENDED_TOKENS_TOO if had_tokens else What.ENDED_BY_OPERATOR)
    return ended


if __name__ == "__main__":
    sys.exit(main())
