"""What some tests need besides Python. Without it they are skipped, unless REQUIRE_ENGINES=1 says that all must run."""

import fcntl
import itertools
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

# Below those that the system gives to whoever connects: one of them may be gone a moment later.
PORTS, PROCESSES = range(20_000, 32_000), 16


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it where every engine is required."""
    if os.environ.get("REQUIRE_ENGINES") == "1":
        pytest.fail(f"{what} is missing, and REQUIRE_ENGINES=1 asks for it", pytrace=False)
    pytest.skip(f"{what} is missing")


def program(name: str, *others: str) -> str:
    """Where a program is: named by an environment variable of its name in capitals, or found under one of its names."""
    named = os.environ.get(name.upper())
    found = named or next(filter(None, map(shutil.which, (name, *others))), None)
    return found or missing(name)


def free_port() -> int:
    """A port to listen on, now or later: nobody else in this test run is given it meanwhile."""
    for port in itertools.islice(_own_ports(), len(PORTS) // PROCESSES):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as servers do: a closed one rests for a minute
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


@cache
def _own_ports() -> Iterator[int]:
    """Those of this one of the run's processes, again and again, in an order that is no other run's and that no seed decides."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = list(PORTS[process % PROCESSES :: PROCESSES])
    random.SystemRandom().shuffle(own)
    return itertools.cycle(own)


@contextmanager
def alone(what: str) -> Iterator[None]:
    """One process at a time, of all that test on this machine."""
    with (Path(tempfile.gettempdir()) / f"planner-{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wants_postgresql() -> bool:
    """Whether this run has PostgreSQL in it: a server's URL, the wish for one, or every engine."""
    return any(os.environ.get(name) for name in ("TEST_POSTGRES_URL", "TEST_POSTGRES", "REQUIRE_ENGINES"))


def wants_dynamodb() -> bool:
    """Whether this run has Amazon's DynamoDB engine in it: the wish for it, or for every engine."""
    return any(os.environ.get(name) for name in ("TEST_DYNAMODB", "REQUIRE_ENGINES"))


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server to make databases on: TEST_POSTGRES_URL, else one of our own that goes afterwards."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    with own_postgresql() as url:
        yield url


def is_ours(url: str) -> bool:
    """Whether this process started that server of `postgresql_server`, and may set it up otherwise."""
    return url != os.environ.get("TEST_POSTGRES_URL")


@contextmanager
def own_postgresql(port: int = 0) -> Iterator[str]:
    """The URL of a PostgreSQL that nobody else uses and that goes afterwards. Its files' folder is the URL's `host`.

    Args:
        port: Where it listens on 127.0.0.1, too; 0 is nowhere: nothing else may have what is not asked for.
    """
    folder = Path(tempfile.mkdtemp(prefix="planner-postgresql-"))
    as_postgres: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_postgres = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    try:
        _run(*as_postgres, _postgresql("initdb"), "-D", folder / "data", "-A", "trust", "-U", "postgres")
        # What is thrown away needs no fsync.
        listens = f"-c listen_addresses=127.0.0.1 -p {port}" if port else "-c listen_addresses=''"
        options = f"-k {folder} {listens} -c fsync=off -c max_connections=100"
        control = [*as_postgres, _postgresql("pg_ctl"), "-D", folder / "data", "-w"]
        _run(*control, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}" + (f"&port={port}" if port else "")
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_server(port: int = 0) -> Iterator[int]:
    """The port of a Redis of our own, which keeps nothing."""
    port = port or free_port()
    command = [
        program("redis-server"),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _answers(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


def _answers(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + 30
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as way:
            way.sendall(b"PING\r\n")
            if way.recv(16).startswith(b"+PONG"):
                return
        assert server.poll() is None, "Redis does not start"
        assert time.monotonic() < until, "Redis does not answer"
        time.sleep(0.02)


def _postgresql(name: str) -> str:
    """A program of the newest PostgreSQL here; Debian keeps most of them off the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4])
    )
    return str(versions[-1]) if versions else program(name)


def _run(*command: str | Path) -> None:
    # No pipes: the server would keep them open, and we would wait for their end.
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
