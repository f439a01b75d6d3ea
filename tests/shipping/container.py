"""The planner as its image runs it: read-only, as nobody in particular, with nothing but its data folder to write to."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engines import alone, program
from tests.live import ROOT, Planner

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
    """The image, made from the Dockerfile as it is; what was made before is taken from buildah's cache.

    By one process at a time: of two that begin at once, each would make everything.
    """
    program("debootstrap")
    options = ["--format", "docker", "--layers", "--network", "host", "--build-arg", f"BASE={BASE}"]
    with alone("image"):
        subprocess.run([ROOT / "scripts/local_base_image.sh"], check=True)
        done = subprocess.run(
            [program("buildah"), *RUNTIME, "build", *options, "--tag", IMAGE, "."],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return IMAGE


class Contained(Planner):
    """Web and worker in one container, or in one each, over a folder of this machine."""

    def __init__(
        self,
        folder: Path,
        surroundings: Mapping[str, str] | None = None,
        *,
        apart: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(folder, surroundings, **settings)
        self.name = f"planner-{os.getpid()}-{self.settings.port}"
        self._apart = apart

    def prepare(self) -> None:
        """Its database is the container's to make."""
        self.folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, SOMEBODY, SOMEBODY)

    @property
    def commands(self) -> dict[str, list[str]]:
        if not self._apart:
            return {"web": self._command("web")}
        alone = ["python", "-m", "scripts.run"]
        return {part: [*self._command(part), *alone, part] for part in ("web", "worker")}

    def _command(self, part: str) -> list[str]:
        inside = {
            name: value for name, value in self.environment().items() if name not in ("PATH", "HOME")
        } | {"DATA_DIR": "/data"}
        given = [word for name, value in inside.items() for word in ("--env", f"{name}={value}")]
        where = [
            "--rm",
            "--name",
            self._called(part),
            "--network",
            "host",
            "--volume",
            f"{self.folder}:/data",
        ]
        return [program("podman"), *RUNTIME, "run", *where, *LIMITS, *CLOSED, *given, IMAGE]

    def _called(self, part: str) -> str:
        return self.name if part == "web" else f"{self.name}-{part}"

    def built(self) -> "Contained":
        build()
        return self

    def inside(self, *command: str, check: bool = True) -> str:
        """What a command says that is run in there."""
        return podman("exec", self.name, *command, check=check)

    def _end(self, how: signal.Signals, names: tuple[str, ...]) -> None:
        for name in names or tuple(self.running):
            process = self.running.pop(name)
            podman("kill" if how == signal.SIGKILL else "stop", self._called(name), check=False)
            process.wait(20)
