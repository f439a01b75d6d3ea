"""The Dockerfile, built and run as it would be where nobody trusts it: read-only, without rights, as nobody in particular."""

import json
import math
import os
import subprocess
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.live import Visitor, wait_until
from tests.pins import versions
from tests.shipping.container import BASE, SOMEBODY, Contained, podman

STARTS_WITHIN = 3  # seconds of one processor
TRIES = 4  # others on the same processor make each of them longer
INSTALLED = (
    "from importlib.metadata import distributions as d; [print(each.name, each.version) for each in d()]"
)
LARGEST = 380_000_000  # bytes on top of the base image
OURS = {
    "app.py",
    "aws_config",
    "constraints.txt",
    "gunicorn.conf.py",
    "lib",
    "requirements.txt",
    "scripts",
    "selfhost",
    "static",
    "templates",
    "web",
}


def test_it_says_how_it_is_run(image: str):
    made = subprocess.run(["buildah", "inspect", "--type", "image", image], capture_output=True, check=True)
    config = json.loads(made.stdout)["Docker"]["config"]
    assert config["User"] == f"{SOMEBODY}:{SOMEBODY}"
    assert (list(config["ExposedPorts"]), list(config["Volumes"])) == (["5000/tcp"], ["/data"])
    assert config["Cmd"] == ["python", "-m", "scripts.run"]
    assert config["Healthcheck"]["Test"] == ["CMD", "python", "-m", "scripts.healthy"]


def test_it_has_what_runs_and_nothing_else(contained):
    assert set(contained.inside("ls", "-A", "/srv/planner").split()) == OURS | {"__pycache__"}
    assert contained.inside("sh", "-c", "command -v pip pip3 gcc make git curl", check=False) == ""
    assert contained.inside("find", "/srv/planner", "-name", "test_*") == ""


def test_what_is_installed_is_what_is_written_down(contained: Contained):
    python = contained.inside("python", "-c", "import platform; print(platform.python_version())")
    where = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    written = versions("requirements.txt", "constraints.txt", where=where)
    told = contained.inside("python", "-c", INSTALLED).splitlines()
    assert {canonicalize_name(name): version for name, version in map(str.split, told)} == written


def test_it_adds_little_to_its_base(image: str):
    size = {name: int(podman("image", "inspect", "--format", "{{.Size}}", name)) for name in (BASE, image)}
    assert size[image] - size[BASE] < LARGEST


def test_it_answers_as_nobody_who_may_write_nowhere(contained: Contained):
    assert Visitor(contained.address).page("/register").find("h1") is not None
    assert contained.inside("id", "-u") == str(SOMEBODY)
    for place in ("/", "/srv/planner", "/opt/planner", "/etc"):
        assert contained.inside("sh", "-c", f"touch {place}/x && echo written", check=False) == ""
    assert contained.inside("sh", "-c", "touch /tmp/x /data/x && echo written") == "written"


def test_its_health_check_follows_the_server(contained: Contained):
    assert contained.inside("sh", "-c", "python -m scripts.healthy; echo $?") == "0"
    said = contained.inside("sh", "-c", "PORT=1 python -m scripts.healthy 2>&1; echo $?")
    assert said.endswith("\n1")
    assert "Traceback" not in said


def test_it_knows_the_authorities_that_databases_are_certified_by(contained: Contained):
    """docs/deploying.md leads DATABASE_URL there; the base brings them."""
    known = contained.inside("grep", "-c", "BEGIN CERTIFICATE", "/etc/ssl/certs/ca-certificates.crt")
    assert int(known) > 50


def test_it_starts_quickly_keeps_its_data_and_stops_at_once(image: str, tmp_path: Path):
    planner, used = Contained(tmp_path / "data"), [math.inf]
    while min(used) >= STARTS_WITHIN and len(used) <= TRIES:
        used.append(started(planner, len(used)))
    assert min(used) < STARTS_WITHIN
    secret = (tmp_path / "data" / "secret").read_text()
    started(planner, len(used))
    assert (tmp_path / "data" / "secret").read_text() == secret
    assert "Traceback" not in planner.log
    assert planner.log.count("worker has stopped") == len(used)


def started(planner: Contained, times: int) -> float:
    """Start it for that time, and stop it once the worker is there too: told to before, it says nothing."""
    planner.start()
    try:
        used = processor_seconds(planner)
        wait_until(lambda: planner.log.count("worker is ready") == times, "the worker", 60)
    finally:
        planner.stop()
    return used


def processor_seconds(planner: Contained) -> float:
    """What web and worker have used so far. Unlike the clock on the wall, it does not count what else a machine does."""
    lines = planner.inside("sh", "-c", "cat /proc/[0-9]*/stat; true").splitlines()
    ticks = [
        line.rpartition(")")[2].split()[11:15] for line in lines
    ]  # of its own, and of children that have ended
    return sum(int(each) for four in ticks for each in four) / os.sysconf("SC_CLK_TCK")
