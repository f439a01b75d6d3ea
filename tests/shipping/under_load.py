"""Visitors come while every web worker is replaced, again and again: is a request lost?

    .venv/bin/python -m tests.shipping.under_load            a minute of fifty requests a second; ends with 1 if one is lost

nginx with the shipped configuration stands in front, as it may elsewhere. gunicorn is told to replace its workers (SIGHUP), as
an update of what they run on does.
"""

import argparse
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.engines import program
from tests.live import Visitor
from tests.shipping.proxied import Proxied

RATE, VISITORS = 50, 20  # requests a second at most, from so many visitors who wait for their answers
EVERY = 5  # seconds between two replacements
WRK = """
local paths = {{"/login", "/health", "{style}", "/register"}}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1])
end
delay = function() return {pause} end
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format("lost=%d answered=%d slowest=%d", e.connect + e.read + e.write + e.status + e.timeout,
    summary.requests, latency.max))
end
"""


@dataclass(frozen=True)
class Told:
    lost: int
    answered: int
    slowest: float  # seconds
    replaced: int  # how often all workers were


def under_load(folder: Path, seconds: int) -> Told:
    planner = Proxied(folder / "data").start()
    try:
        style = Visitor(planner.address).page("/login").find("link", rel="stylesheet")
        assert style is not None
        script = folder / "visitors.lua"
        script.write_text(WRK.format(style=style["href"], pause=round(1000 * VISITORS / RATE)))
        return _measured(planner, script, seconds)
    finally:
        planner.kill()


def _measured(planner: Proxied, script: Path, seconds: int) -> Told:
    wrk = subprocess.Popen(
        [
            program("wrk"),
            "-t1",
            f"-c{VISITORS}",
            f"-d{seconds}s",
            "--timeout",
            "10s",
            "-s",
            script,
            planner.address,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    replaced = 0
    until = time.monotonic() + seconds - EVERY
    while time.monotonic() < until:
        time.sleep(EVERY)
        planner.running["web"].send_signal(signal.SIGHUP)
        replaced += 1
    said, _ = wrk.communicate(timeout=seconds + 30)
    found = re.search(r"lost=(\d+) answered=(\d+) slowest=(\d+)", said)
    assert found is not None, said
    return Told(int(found[1]), int(found[2]), int(found[3]) / 1_000_000, replaced)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    with TemporaryDirectory(prefix="planner-load-") as folder:
        told = under_load(Path(folder), parser.parse_args().seconds)
    words = f"{told.answered} requests answered, {told.lost} lost, all workers replaced {told.replaced} times"
    sys.stdout.write(f"{words}, the slowest took {told.slowest:.2f} s\n")
    return 1 if told.lost else 0


if __name__ == "__main__":
    sys.exit(main())
