"""docker-compose.yml's profile `stack` as it is: web server and worker on PostgreSQL and Redis, and who catches the mail.

    .venv/bin/python -m tests.shipping.whole_stack           ends with 1 if the smoke test fails there, or no letter arrives

As root on Debian, with podman. Images of PostgreSQL, Redis and Mailpit that are here are used; the others are stood in for by
Debian's programs, under their names for as long as it runs. Ports 5001 and 8025 must be free.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import yaml

from tests.engines import program
from tests.live import ROOT, wait_until
from tests.shipping.composed import compose
from tests.shipping.container import IMAGE, RUNTIME, build, podman

FOLDER = ROOT / "tests/shipping/stand_ins"
ADDRESS, MAIL = "http://localhost:5001", "http://localhost:8025"


def try_it() -> int:
    """The number of letters that arrived. Fails if the smoke test does."""
    smoke = [sys.executable, "-I", "scripts/smoke_test.py", ADDRESS, "--wait", "60"]
    subprocess.run(smoke, cwd=ROOT, check=True)
    wait_until(lambda: letters() > 0, "a letter to arrive")
    return letters()


def letters() -> int:
    return int(requests.get(f"{MAIL}/api/v1/messages", timeout=10).json()["total"])


@contextmanager
def stood_in(*services: str) -> Iterator[None]:
    """Images of those services under the names that the compose file gives them."""
    described = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    wanted = {service: name_of(described[service]["image"]) for service in services}
    made = {service: name for service, name in wanted.items() if not is_here(name)}
    try:
        for service, name in made.items():
            kept = f"localhost/planner-stand-in-{service}"  # so that it is quicker the next time
            options = ["--layers", "--network", "host", "--target", service, "--tag", kept]
            subprocess.run(
                [program("buildah"), *RUNTIME, "build", *options, FOLDER], check=True, capture_output=True
            )
            podman("tag", kept, name)
        yield
    finally:
        for name in made.values():
            podman("untag", name, name, check=False)


def name_of(image: str) -> str:
    """As podman calls it: docker.io is left out in compose files."""
    return f"docker.io/{image}" if "/" in image else f"docker.io/library/{image}"


def is_here(name: str) -> bool:
    return bool(podman("images", "--quiet", name))


@contextmanager
def up(*services: str) -> Iterator[None]:
    project = {"COMPOSE_PROJECT_NAME": f"planner-stack-{os.getpid()}"}
    try:
        compose("--profile", "stack", "up", "--detach", "--no-build", *services, **project)
        yield
    finally:
        compose("--profile", "stack", "down", "--volumes", **project)


def main() -> int:
    began = time.monotonic()
    build()
    podman("tag", IMAGE, "localhost/smart-budget-planner:latest")
    with stood_in("database", "redis", "mail"):
        ready = time.monotonic()
        with up("web", "worker", "mail"):
            try:
                arrived = try_it()
            except (subprocess.CalledProcessError, AssertionError) as problem:
                sys.stderr.write(f"{problem}\n")
                return 1
    ended = time.monotonic()
    took = f"{ready - began:.0f} s for images, {ended - ready:.0f} s up, tried and down"
    sys.stdout.write(f"The smoke test passed, and {arrived} letters arrived ({took}).\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
