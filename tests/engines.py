"""What some tests need besides Python. Without it they are skipped, unless REQUIRE_ENGINES=1 says that all must run."""

import os
import shutil
from typing import NoReturn

import pytest


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
