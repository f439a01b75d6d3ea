"""Making a report, as the worker does: a month of a household, and a year with 10,000 expenses; memory with 100,000."""

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.data import MONTHS, fill
from benchmarks.household import Figures
from benchmarks.imports import forget_peak, peak
from lib.periods import Month
from lib.records import User
from lib.reporting.making import make_report
from lib.reporting.pdf.document import write_pdf
from lib.reporting.periods import Period, custom_period, month_period
from lib.services import Services, build_services
from lib.settings import Settings
from selfhost.sql.migrate import upgrade
from tests.live import PASSWORD

MONTH, YEAR, ALL = 1_000, 30_000, 100_000  # expenses over 36 months: 28 in a month, 10,000 in a year
ROUNDS = 5


def measure_reports() -> Figures:
    """Seconds of a month's and a year's report, each the best of some; and MiB that one of 100,000 expenses has in all."""
    found: Figures = {}
    for name, size in (("month", MONTH), ("year", YEAR), ("everything", ALL)):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.reports", name, str(size)],
            capture_output=True,
            text=True,
            check=True,
        )
        found[f"{name}'s report, s"], memory = map(float, done.stdout.split())
        if name == "everything":
            found["everything's report, MiB"] = memory
    return found


def main(name: str, size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        upgrade(settings.database)
        services = build_services(settings)
        user = services.accounts.register("bench", "bench@example.com", PASSWORD)
        at = datetime.now(UTC)
        fill(services.store, user, size, at.date())
        last = Month.of(at.date()).plus(-1)
        first = {"month": last, "year": last.plus(-11)}.get(name, last.plus(1 - MONTHS))
        period = month_period(last) if name == "month" else custom_period(first.first, last.last)
        forget_peak()
        rounds = 1 if name == "everything" else ROUNDS
        print(min(seconds(services, user, period, at) for _ in range(rounds)), peak())


def seconds(services: Services, user: User, period: Period, at: datetime) -> float:
    started = time.perf_counter()
    with make_report(services.store, user, period, at) as report, tempfile.TemporaryFile() as file:
        write_pdf(report, file)
        assert file.tell() > 10_000
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
