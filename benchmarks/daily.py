"""The daily run over many users at home: seconds and memory, on an ordinary day and on one with everybody's weekly summary.

python -m benchmarks.daily [--users 1000 10000 100000] [--write docs/daily.md]

Twenty households are made, of which some are near a budget and some over it, and each is copied as often as needed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Table, create_engine, text

from benchmarks.imports import forget_peak, peak
from benchmarks.machine import describe
from lib.ids import id_for
from lib.periods import Month
from lib.records import Budget, Expense, Step, User
from lib.services import Services, build_services
from lib.settings import Settings
from selfhost.sql import tables
from selfhost.sql.migrate import upgrade

USERS = (1_000, 10_000, 100_000)
HOUSEHOLDS = 20
ORDINARY, MONDAY = datetime(2026, 11, 21, 8, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)
CATEGORIES = ("Groceries", "Transport", "Food & Dining", "Entertainment")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.daily", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--users", type=int, nargs="+", default=USERS)
    parser.add_argument("--write", type=Path, help="also write the results into this Markdown file")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one)
        return 0
    lines = [row for users in options.users for row in measured(users)]
    table = "\n".join(
        [
            "| users | day | alerts | seconds | ms a user | peak MiB |",
            "|---:|---|---:|---:|---:|---:|",
            *lines,
        ]
    )
    print(table)
    if options.write:
        options.write.write_text(
            f"# The daily run\n\nWritten by `python -m benchmarks.daily` on {describe()}\n\n{_ABOUT}\n{table}\n",
            encoding="utf-8",
        )
    return 0


_ABOUT = """\
One worker at home, SQLite. Each user has four budgets, four months of totals and two weeks of expenses; a tenth are over a
budget and a tenth near one, and each of those gets one alert. What it reads grows with users and never with their history: budgets, thirteen months of kept
totals, a note of what was told, preferences; two weeks of expenses on the day of the weekly summary, and none on others.
A second run on the same day reads the same and tells nobody anything.
"""


def measured(users: int) -> Iterator[str]:
    """The table's rows for so many users, from a process of its own so that its memory can be told."""
    command = [sys.executable, "-m", "benchmarks.daily", "--one", str(users)]
    print(f"{users:,} users …", file=sys.stderr, flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    yield from done.stdout.splitlines()


def measure(users: int) -> None:
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        upgrade(settings.database)
        services = build_services(settings)
        make_households(services, users)
        for name, moment in (("ordinary", ORDINARY), ("the same day again", ORDINARY), ("Monday", MONDAY)):
            services = replace(build_services(settings), now=lambda moment=moment: moment)
            forget_peak()
            started = time.perf_counter()
            outcome = services.daily.check(services.store.each_user())
            seconds = time.perf_counter() - started
            assert (outcome.users, outcome.errors) == (users, []), outcome
            print(
                f"| {users:,} | {name} | {outcome.alerts_sent:,} | {seconds:.1f} "
                f"| {seconds * 1000 / users:.2f} | {peak():.0f} |"
            )


def make_households(services: Services, users: int) -> None:
    for number in range(HOUSEHOLDS):
        make_one(services, number)
    engine = create_engine(services.settings.database)
    with engine.begin() as connection:
        for table in (tables.users, tables.budgets, tables.summaries, tables.expenses):
            connection.execute(text(_copies(table)), {"households": HOUSEHOLDS, "users": users})
    engine.dispose()


def _copies(table: Table) -> str:
    """Copies of what the households have, for user numbers from `households` up to `users`."""
    new = {
        "user_id": "printf('%032x', number)",
        "username": "'u' || number",
        "username_key": "'u' || number",
        "email": "number || '@example.com'",
        "email_key": "number || '@example.com'",
    }
    names = [column.name for column in table.columns if column.name != "row"]
    return (
        f"insert into {table.name} ({', '.join(names)}) "  # noqa: S608  # names of our own tables
        "with recursive numbers(number) as (select :households union all select number + 1 from numbers where number + 1 < :users) "
        f"select {', '.join(new.get(name, f'one.{name}') for name in names)} "
        f"from numbers join {table.name} one on one.user_id = printf('%032x', number % :households)"
    )


def make_one(services: Services, number: int) -> None:
    """A household of which nothing is told yet: of twenty, two are over their budget for groceries and two near it."""
    user = User(f"{number:032x}", f"u{number}", f"{number}@example.com", "-", ORDINARY)
    services.store.create_user(user)
    spent = {0: 130, 1: 120, 2: 90, 3: 85}.get(number % HOUSEHOLDS, 50)
    for category in CATEGORIES:
        step = Step(Month(2026, 1), Decimal(100))
        services.store.save_budget(
            Budget(user.user_id, id_for(user.user_id, category), category, (step,), ORDINARY)
        )
    expenses = []
    for months, category in ((months, category) for months in range(4) for category in CATEGORIES):
        for part in range(5):  # too many for a bill
            day = date(2026, 11 - months, 8) + timedelta(days=3 * part)
            amount = Decimal(spent if category == "Groceries" else 60) / 5
            key = id_for(user.user_id, f"{day} {category}")
            expenses.append(
                Expense(
                    user.user_id, key, day, round(amount, 2), user.currency, category, ORDINARY, payee="Shop"
                )
            )
    services.store.add_expenses(expenses)


if __name__ == "__main__":
    sys.exit(main())
