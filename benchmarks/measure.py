"""Measuring: one kept connection for times, wrk for load, the kernel's own book-keeping for memory."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.live import children

WARM_UP = 50
SECONDS = 10


class Times(NamedTuple):
    p50: float  # milliseconds
    p95: float


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class KeptConnection:
    """HTTP over one socket with as little of Python in between as can be, so that the server's time is what shows."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.common = f"Host: 127.0.0.1:{port}\r\nAccept-Encoding: br, gzip\r\n" + (
            f"Cookie: {cookie}\r\n" if cookie else ""
        )

    def get(self, path: str) -> Answer:
        return self._ask(f"GET {path} HTTP/1.1\r\n{self.common}\r\n".encode())

    def post(self, path: str, form: str) -> Answer:
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        size = f"Content-Length: {len(form.encode())}\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\n{self.common}{kind}{size}\r\n{form}".encode())

    def _ask(self, request: bytes) -> Answer:
        self.socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = received[end + 4 :]
        while len(body) < int(headers.get("content-length", 0)):
            body += self._more()
        return Answer(int(first.split()[1]), headers, body)

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def times(action: Callable[[int], object], rounds: int) -> Times:
    """How long `action(round)` takes, after some rounds that do not count."""
    for number in range(WARM_UP):
        action(-1 - number)
    taken = []
    for number in range(rounds):
        started = time.perf_counter()
        action(number)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return Times(taken[len(taken) // 2], taken[int(len(taken) * 0.95)])


def requests_per_second(address: str, cookie: str = "") -> float | None:
    """What eight clients get in ten seconds; None without wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    command = [wrk, "-t2", "-c8", f"-d{SECONDS}s", "--timeout", "30s", "-H", "Accept-Encoding: br, gzip"]
    output = subprocess.run(
        [*command, *(["-H", f"Cookie: {cookie}"] if cookie else []), address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", output)
    if failed:
        raise RuntimeError(f"wrk saw failures: {failed.group(0)}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0])


def memory_of_workers(master: int) -> float:
    """MiB of the processes that `master` forked, shared pages counted by their share (PSS)."""
    sizes = [Path(f"/proc/{child}/smaps_rollup").read_text() for child in children(master)]
    return sum(int(re.findall(r"^Pss:\s+(\d+) kB", size, re.MULTILINE)[0]) for size in sizes) / 1024
