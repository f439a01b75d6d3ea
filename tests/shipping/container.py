"""The planner as its image runs it: read-only, as nobody in particular, with nothing but its data folder to write to."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engines import program
from tests.live import ROOT, Planner, wait_until

IMAGE, BASE = "localhost/smart-budget-planner:test", "localhost/planner-base"
SOMEBODY = 10001  # the image's user
# Machines that are containers or small ones themselves may not raise limits, nor have the cgroups that crun wants.
RUNTIME = ["--runtime", "runc"] if shutil.which("runc") else []
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=3000:3000"]
CLOSED = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--no-healthcheck"]


def podman(*arguments: str, check: bool = True) -> str:
    done = subprocess.run([program("podman"), *RUNTIME, *arguments], capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def build() -> str:
    """The image, made from the Dockerfile as it is; what was made before is taken from buildah's cache."""
    program("debootstrap")
    subprocess.run([ROOT / "scripts/local_base_image.sh"], check=True)
    options = ["--format", "docker", "--layers", "--network", "host", "--build-arg", f"BASE={BASE}"]
    done = subprocess.run(
        [program("buildah"), *RUNTIME, "build", *options, "--tag", IMAGE, "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return IMAGE


class Contained(Planner):
    """Web and worker in one container, over a folder of this machine."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str] | None = None, **settings: Any) -> None:
        super().__init__(folder, surroundings, **settings)
        self.name = f"planner-{os.getpid()}-{self.settings.port}"

    def prepare(self) -> None:
        """Its database is the container's to make."""
        self.folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, SOMEBODY, SOMEBODY)

    @property
    def commands(self) -> dict[str, list[str]]:
        inside = self.environment() | {"DATA_DIR": "/data"}
        given = [
            part
            for name in inside
            if name not in ("PATH", "HOME")
            for part in ("--env", f"{name}={inside[name]}")
        ]
        where = ["--rm", "--name", self.name, "--network", "host", "--volume", f"{self.folder}:/data"]
        return {"web": [program("podman"), *RUNTIME, "run", *where, *LIMITS, *CLOSED, *given, IMAGE]}

    def built(self) -> "Contained":
        build()
        return self

    def inside(self, *command: str, check: bool = True) -> str:
        """What a command says that is run in there."""
        return podman("exec", self.name, *command, check=check)

    def stop(self, *names: str) -> None:
        podman("stop", "--time", "10", self.name)
        wait_until(lambda: self.running.pop("web").wait(20) is not None, "the container's end")
