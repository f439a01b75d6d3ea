"""scripts/build_and_push.sh as an operator runs it: to a registry that is one, MiniStack's, and only from what is committed."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws.ministack import Emulator, ministack
from tests.live import ROOT
from tests.shipping.container import BASE, podman

NAME = "smart-budget-planner"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing else."""
    folder = tmp_path_factory.mktemp("checkout") / "planner"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="module")
def registry() -> Iterator[Emulator]:
    with ministack() as emulator:
        emulator.root().client("ecr").create_repository(repositoryName=NAME)
        yield emulator


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


def test_it_pushes_the_commit_and_latest_and_what_is_pushed_is_what_is_pulled(
    image: str, checkout: Path, registry: Emulator, tmp_path: Path
):
    where = f"{registry.url.removeprefix('https://')}/{NAME}"
    tool = tmp_path / "tool"  # podman on this machine, to a registry whose certificate is made for the moment
    tool.write_text(
        '#!/bin/sh\ncommand=$1; shift\n[ "$command" = push ] && set -- --tls-verify=false "$@"\n'
        '[ "$command" = build ] && set -- --network host --runtime runc --layers "$@"\nexec podman "$command" "$@"\n'
    )
    tool.chmod(0o755)
    done = push(checkout, "--repository", where, CONTAINER_TOOL=str(tool), PYTHON_IMAGE=BASE)
    assert done.returncode == 0, done.stdout + done.stderr
    ecr = registry.root().client("ecr")
    found = ecr.describe_images(repositoryName=NAME)["imageDetails"]
    assert sorted(found[0]["imageTags"]) == sorted([commit(checkout), "latest"])
    pushed = podman("image", "inspect", "--format", "{{.Id}}", f"{where}:latest")
    podman("rmi", f"{where}:latest", f"{where}:{commit(checkout)}")
    podman("pull", "--tls-verify=false", f"{where}@{found[0]['imageDigest']}")
    pulled = podman("image", "inspect", "--format", "{{.Id}}", f"{where}@{found[0]['imageDigest']}")
    podman("rmi", f"{where}@{found[0]['imageDigest']}")
    assert pulled == pushed
