"""podman-compose over our compose files."""

import os
import subprocess
from collections.abc import Sequence

from tests.engines import program
from tests.live import ROOT
from tests.shipping.container import LIMITS, RUNTIME


def compose(*arguments: str, options: Sequence[str] = (), **environment: str) -> str:
    """What it says. Fails where it does.

    Args:
        options: For podman itself, as it runs a container.
    """
    program("podman")
    given = [f"--podman-args={' '.join(RUNTIME)}", f"--podman-run-args={' '.join([*LIMITS, *options])}"]
    done = subprocess.run(
        [ROOT / ".venv/bin/podman-compose", *given, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
