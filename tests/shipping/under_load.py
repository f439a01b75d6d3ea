"""Visitors come while every web worker is replaced, again and again: is a request lost?

    .venv/bin/python -m tests.shipping.under_load            a minute of fifty requests a second; ends with 1 if one is lost, or fewer came

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
from tests.live import Visitor, children, wait_until
from tests.shipping.proxied import Proxied

RATE = 50  # requests a second that are to be answered
PACE, VISITORS = 54, 20  # requests a second that come, from so many visitors who wait for their answers
EVERY = 5  # seconds between two replacements
PATIENCE = 30  # seconds that one may take
WRK = """
local ffi = require("ffi")
ffi.cdef[[
  typedef struct {{ long seconds; long nanoseconds; }} moment;
  int clock_gettime(int clock, moment *now);
]]
local paths = {{"/login", "/health", "{style}", "/register"}}
local now, due, n = ffi.new("moment"), nil, 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1])
end
delay = function() -- who is free takes the next turn, and goes at once where that is past: answers that take long cost none
  ffi.C.clock_gettime(1, now)
  local ms = tonumber(now.seconds) * 1000 + tonumber(now.nanoseconds) / 1000000
  due = (due or ms) + 1000 / {pace}
  return math.max(0, due - ms)
end
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format("lost=%d answered=%d micros=%d slowest=%d", e.connect + e.read + e.write + e.status + e.timeout,
    summary.requests, summary.duration, latency.max))
end
"""


@dataclass(frozen=True)
class Told:
    lost: int
    answered: int
    seconds: float
    slowest: float  # seconds
    replaced: int  # how often all workers were

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def under_load(folder: Path, seconds: int) -> Told:
    planner = Proxied(folder / "data").start()
    try:
        style = Visitor(planner.address).page("/login").find("link", rel="stylesheet")
        assert style is not None
        script = folder / "visitors.lua"
        script.write_text(WRK.format(style=style["href"], pace=PACE))
        return _measured(planner, script, seconds)
    finally:
        planner.kill()


def _measured(planner: Proxied, script: Path, seconds: int) -> Told:
    load = [f"-c{VISITORS}", f"-d{seconds}s", "--timeout", "10s", "-s", script]
    wrk = subprocess.Popen([program("wrk"), "-t1", *load, planner.address], stdout=subprocess.PIPE, text=True)
    try:
        replaced, until = 0, time.monotonic() + seconds - EVERY
        while time.monotonic() < until:
            time.sleep(EVERY)
            _replace(planner.running["web"])
            replaced += 1
        said, _ = wrk.communicate(timeout=seconds + 30)
    finally:
        wrk.kill()
    found = re.search(r"lost=(\d+) answered=(\d+) micros=(\d+) slowest=(\d+)", said)
    assert found is not None, said
    return Told(int(found[1]), int(found[2]), int(found[3]) / 1e6, int(found[4]) / 1e6, replaced)


def _replace(server: "subprocess.Popen[bytes]") -> None:
    """Until there are as many other workers, and none of those before."""
    before = set(children(server.pid))
    server.send_signal(signal.SIGHUP)

    def are_others() -> bool:
        after = set(children(server.pid))
        return len(after) == len(before) and not after & before

    wait_until(are_others, f"other workers than {sorted(before)}", PATIENCE)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    with TemporaryDirectory(prefix="planner-load-") as folder:
        told = under_load(Path(folder), parser.parse_args().seconds)
    words = f"{told.answered} requests answered, {told.rate:.0f} a second, {told.lost} lost"
    sys.stdout.write(
        f"{words}, all workers replaced {told.replaced} times, the slowest took {told.slowest:.2f} s\n"
    )
    return 1 if told.lost or told.rate < RATE else 0


if __name__ == "__main__":
    sys.exit(main())
