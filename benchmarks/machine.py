"""On what it was measured, for whoever reads the figures later."""

import os
import platform
import re
from datetime import date
from pathlib import Path


def describe() -> str:
    found = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    processor = found[0] if found else platform.machine()
    python = platform.python_version()
    return f"{date.today()}, {os.cpu_count()} cores ({processor}), {platform.system()}, Python {python}."  # noqa: DTZ011
