"""scripts/build_and_push.sh as an operator runs it: to a registry that is one, MiniStack's, and only from what is committed."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.aws.ministack import ACCOUNT, REGION, Emulator, ministack
from tests.live import ROOT
from tests.shipping.container import BASE, podman
from tests.shipping.led_to import led_to

NAME = "smart-budget-planner"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
WHERE = f"{REGISTRY}/{NAME}"
# podman on this machine. On the way to the registry it asks a proxy, and trusts whom the emulator's certificate is from.
TOOL = """#!/bin/sh
command=$1
shift
case $command in
  build) set -- --network host --runtime runc --layers "$@" ;;
esac
[ "$command" = build ] || export HTTPS_PROXY={proxy} SSL_CERT_FILE={trusted} REGISTRY_AUTH_FILE={signed_in}
exec podman "$command" "$@"
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing else."""
    folder = tmp_path_factory.mktemp("checkout") / "planner"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="module")
def registry() -> Iterator[Emulator]:
    with ministack() as emulator:
        yield emulator


class Way(NamedTuple):
    """From the script to the registry."""

    surroundings: dict[str, str]  # also what it builds with
    asked: set[str]  # hosts, with their ports
    signed_in: Path  # what podman keeps of that


@pytest.fixture(scope="module")
def way(registry: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    folder = tmp_path_factory.mktemp("tool")
    tool, signed_in = folder / "tool", folder / "auth.json"
    with led_to(int(registry.url.rpartition(":")[2])) as (proxy, asked):
        tool.write_text(TOOL.format(proxy=proxy, trusted=registry.ca_bundle, signed_in=signed_in))
        tool.chmod(0o755)
        own = {"CONTAINER_TOOL": str(tool), "PYTHON": sys.executable, "PYTHON_IMAGE": BASE}
        yield Way(registry.environment() | own, asked, signed_in)


def password(registry: Emulator) -> str:
    """As ECR gives it out. MiniStack's registry takes any."""
    found = registry.root().client("ecr").get_authorization_token()["authorizationData"][0]
    assert base64.b64decode(found["authorizationToken"]).startswith(b"AWS:")
    return str(found["authorizationToken"])


def push(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["scripts/build_and_push.sh", *arguments],
        cwd=checkout,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def commit(checkout: Path) -> str:
    return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=checkout, text=True).strip()


def test_a_dry_run_names_both_tags_and_does_nothing(checkout: Path):
    done = push(checkout, "--dry-run", "--repository", "registry.example/planner", CONTAINER_TOOL="nothing")
    assert done.returncode == 0, done.stderr
    sha = commit(checkout)
    assert done.stdout.splitlines()[1:] == [
        f"+ nothing push registry.example/planner:{sha}",
        "+ nothing push registry.example/planner:latest",
    ]


def test_what_is_not_committed_is_not_pushed(checkout: Path):
    (checkout / "new.txt").write_text("new")
    try:
        done = push(checkout, "--repository", "registry.example/planner", CONTAINER_TOOL="false")
        assert done.returncode == 1
        assert "not committed" in done.stderr
        assert done.stdout == ""
    finally:
        (checkout / "new.txt").unlink()


def test_wrong_usage_ends_with_two(checkout: Path):
    assert push(checkout, "--no-such-option").returncode == 2
    assert "--dry-run" in push(checkout, "--help").stdout


def test_without_a_repository_it_says_what_makes_one(checkout: Path, way: Way):
    done = push(checkout, **way.surroundings)
    assert done.returncode == 1
    assert "scripts.setup_ecr --apply" in done.stderr
    assert "+" not in done.stdout


def test_it_signs_in_and_pushes_the_commit_and_latest_and_once_only(
    image: str, checkout: Path, registry: Emulator, way: Way
):
    registry.root().client("ecr").create_repository(repositoryName=NAME)
    done = push(checkout, **way.surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Login Succeeded" in done.stdout
    pushed = found(registry)
    assert sorted(pushed["imageTags"]) == sorted([commit(checkout), "latest"])
    assert way.asked == {f"{REGISTRY}:443"}
    assert json.loads(way.signed_in.read_text())["auths"] == {REGISTRY: {"auth": password(registry)}}
    again = push(checkout, **way.surroundings)
    assert (again.returncode, again.stdout) == (0, f"{WHERE}:{commit(checkout)} is there already.\n")
    assert found(registry) == pushed
    is_what_is_pulled(way.surroundings["CONTAINER_TOOL"], pushed["imageDigest"], commit(checkout))


def found(registry: Emulator) -> dict[str, Any]:
    (image,) = registry.root().client("ecr").describe_images(repositoryName=NAME)["imageDetails"]
    return dict(image)


def is_what_is_pulled(tool: str, digest: str, commit: str) -> None:
    """By the digest, which is how Elastic Beanstalk is told to run it."""
    pushed = podman("image", "inspect", "--format", "{{.Id}}", f"{WHERE}:latest")
    podman("rmi", f"{WHERE}:latest", f"{WHERE}:{commit}")
    subprocess.run([tool, "pull", "--quiet", f"{WHERE}@{digest}"], check=True, capture_output=True)
    pulled = podman("image", "inspect", "--format", "{{.Id}}", f"{WHERE}@{digest}")
    podman("rmi", f"{WHERE}@{digest}")
    assert pulled == pushed
