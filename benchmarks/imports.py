"""Bringing a bank's file in: all of it, as the worker does, in a process of its own so that its memory can be told."""

import io
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.data import bank_file
from benchmarks.household import Figures
from lib.ids import new_id
from lib.services import build_services
from lib.settings import Settings
from selfhost.sql.migrate import upgrade
from tests.live import PASSWORD


def measure_import(size: int) -> Figures:
    """Seconds from the confirmed file to the last row, with duplicate check and totals; MiB that this took on top."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.imports", str(size)], capture_output=True, text=True, check=True
    )
    seconds, memory = map(float, done.stdout.split())
    return {"import, s": seconds, "import, MiB": memory}


def main(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        upgrade(settings.database)
        services = build_services(settings)
        user = services.accounts.register("bench", "bench@example.com", PASSWORD)
        imports = services.imports
        file = io.BytesIO(bank_file(size, datetime.now(UTC).date()))
        forget_peak()
        before, started = peak(), time.perf_counter()
        run = imports.start(user, "bank.csv", file, new_id())
        run = imports.check(user, run.run_id)
        run = imports.confirm(user, run.run_id, (), (), run.version)
        services.import_work.run(user.user_id, run.run_id)
        seconds = time.perf_counter() - started
        done = imports.get_run(user, run.run_id)
        assert done.done == size, f"{done.done} of {size} rows came in: {done.state} {done.error}"
        print(seconds, peak() - before)


def peak() -> float:
    """MiB that this process has held at most since `forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the peak is what is held now


if __name__ == "__main__":
    main(int(sys.argv[1]))
