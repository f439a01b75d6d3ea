"""podman-compose reads the compose files, and runs the one that needs nothing else."""

import os
from pathlib import Path

import pytest

from tests.engines import free_port
from tests.live import ROOT, wait_until
from tests.shipping.composed import compose
from tests.shipping.container import IMAGE, podman
from tests.shipping.test_smoke import smoke


@pytest.mark.parametrize(
    ("profile", "there"),
    [
        ("", {"planner"}),
        ("stack", {"planner", "web", "worker", "database", "redis", "mail"}),
        ("aws", {"planner", "aws", "aws-setup", "aws-web", "aws-worker"}),
    ],
)
def test_each_profile_is_understood(profile: str, there: set[str]):
    said = compose(*(["--profile", profile] if profile else []), "config", "--services")
    assert set(said.split()) == there


def test_the_bundle_is_understood(tmp_path: Path):
    (tmp_path / "docker-compose.yml").write_text((ROOT / "docker-compose.eb.yml").read_text())
    (tmp_path / ".env").write_text("APP_ENV=prod\n")
    said = compose(
        "-f", str(tmp_path / "docker-compose.yml"), "config", IMAGE="registry.example/planner@sha256:1"
    )
    assert said.count("image: registry.example/planner@sha256:1\n") >= 2
    assert "80:5000" in said


def test_up_alone_is_a_planner_that_works(image: str):
    podman("tag", IMAGE, "localhost/smart-budget-planner:latest")
    port, project = free_port(), f"planner-{os.getpid()}"
    where = {"LISTEN": f"127.0.0.1:{port}", "COMPOSE_PROJECT_NAME": project}
    try:
        compose("up", "--detach", "--no-build", options=["--no-healthcheck"], **where)
        assert smoke(f"http://127.0.0.1:{port}", "--wait", "30").returncode == 0
    finally:
        compose("down", "--volumes", **where)
    wait_until(lambda: project not in podman("ps", "--all"), "everything to be gone")
