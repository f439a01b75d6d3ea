"""What each thing people do costs on AWS: requests and units, counted on Amazon's own DynamoDB engine; and what that comes to.

make bench-aws        or        python -m benchmarks.aws [--sizes 100 20000] [--users 100 1000] [--write docs/cost.md]

The pages are the real ones. Read units are what DynamoDB says it consumed, write units what benchmarks/aws_units.py works out; the
engine must be in .cache (see the Makefile). Nothing here is timed.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from app import create_app
from aws_config.dynamodb_client import DynamoDBClient
from aws_config.session import AWS
from benchmarks import aws_daily
from benchmarks.aws_cost import as_markdown, as_text
from benchmarks.aws_household import Actions, Household
from benchmarks.aws_units import WriteMeter
from lib.ids import new_id
from lib.services import Services
from lib.settings import Settings
from selfhost.disk_files import DiskFiles
from selfhost.local_functions import LocalFunctions
from tests.aws import dynamodb_local
from tests.aws.moto_aws import forget_where_we_are
from tests.conftest import Clock, Post, Waiting
from tests.pages import PageClient

SIZES = (100, 20_000)


class Cost(NamedTuple):
    """Of one action."""

    requests: int
    read: float  # units
    written: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.aws", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many expenses")
    parser.add_argument("--users", type=int, nargs="+", default=aws_daily.COUNTED, help="of the daily run")
    parser.add_argument("--write", type=Path, help="also write the results into this Markdown file")
    options = parser.parse_args()
    with nobody_in_particular(), dynamodb_local.dynamodb_local() as url:
        costs = {size: measure(url, size) for size in options.sizes}
        runs = {users: measure_days(url, users) for users in options.users}
    print(as_text(costs))
    print(aws_daily.as_text(runs))
    if options.write:
        options.write.write_text(
            as_markdown(costs, datetime.now(UTC).date(), aws_daily.as_markdown(runs)), encoding="utf-8"
        )
    return 0


def measure(url: str, size: int) -> dict[str, Cost]:
    """Every action of someone with so many expenses."""
    print(f"{size:,} expenses …", file=sys.stderr, flush=True)
    with planner(url) as (services, aws, clock, client):
        household = Household(services, client, clock, size)
        meter, costs = WriteMeter(aws, unseen=dynamodb_local.at(url)), {}
        for name, action in Actions(household):
            clock.turn(minutes=5)  # nothing was written just now, so nothing has to be looked up again
            meter.start()
            action()
            costs[name] = Cost(len(meter.sent), meter.read_units, meter.write_units)
        return costs


def measure_days(url: str, users: int) -> dict[str, aws_daily.Run]:
    """The daily run over so many users."""
    print(f"{users:,} users …", file=sys.stderr, flush=True)
    with planner(url) as (services, aws, clock, _):
        unseen = dynamodb_local.at(url)
        return aws_daily.measure(services, clock, lambda: WriteMeter(aws, unseen), users)


@contextmanager
def planner(url: str) -> Iterator[tuple[Services, AWS, Clock, PageClient]]:
    """The planner over tables of its own. Files and queue are local: what they cost is a request each, counted in docs/cost.md."""
    with (
        tempfile.TemporaryDirectory(prefix="planner-bench-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        forget_where_we_are(patch)
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        aws, clock = dynamodb_local.at(url), Clock()
        store = DynamoDBClient(aws, dynamodb_local.set_up(aws), now=clock)
        settings = Settings(_env_file=None, data_dir=Path(folder), secret_key="only for counting")
        services = Services(
            settings,
            store,
            DiskFiles(Path(folder) / "files"),
            Waiting(),
            Post(),
            LocalFunctions({}),
            now=clock,
        )
        services.events.make_id = lambda: f"{new_id()[:-1]}f"  # none by chance that has others tidied
        app = create_app(settings, services)
        app.test_client_class = PageClient
        app.testing = True
        client = app.test_client()
        assert isinstance(client, PageClient)
        yield services, aws, clock, client


@contextmanager
def nobody_in_particular() -> Iterator[None]:
    """The engine takes any credentials, but wants some; never those of whoever counts."""
    with pytest.MonkeyPatch.context() as patch:
        forget_where_we_are(patch)
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        yield


if __name__ == "__main__":
    sys.exit(main())
