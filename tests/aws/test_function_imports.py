"""What a function loads before it does anything: nothing that is not its business, and quickly."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aws_config.config import FUNCTIONS
from aws_config.function_plans import folder
from aws_config.packages import OURS, imported

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(
    folder(what) for what in FUNCTIONS
)  # but for the one that serves pages: test_web_function.py
# Seconds of a processor; on the machine of 2026 that this was written on, 0.4 and 1.5. A package holds no bytecode: what
# builds it may be another Python.
LONGEST, LONGEST_COMPILING = 1.5, 3
QUICKER = {"report_generator": 0.6}  # somebody waits for it; 0.36 there
NOT_THERE = {
    "sqlalchemy",
    "alembic",
    "psycopg",
    "huey",
    "flask",
    "flask_login",
    "wtforms",
    "gunicorn",
    "selfhost",
    "web",
}
LOOK = """
import json, sys, time
start = time.process_time()
import lambda_function
print(json.dumps([time.process_time() - start, sorted({name.split(".")[0] for name in sys.modules})]))
"""
by_function = pytest.mark.parametrize("folder", FOLDERS)


def loaded(folder: str, **more: str) -> tuple[float, set[str]]:
    """Seconds that the import takes in a new process that has only what it names, and the top names of what it loads."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT / "lambda_functions" / folder,
        env={
            "PYTHONPATH": f"{ROOT}:{ROOT / 'lambda_functions' / folder}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, names = json.loads(done.stdout.splitlines()[-1])
    return seconds, set(names)


def test_functions_are_there():
    there = {path.parent.name for path in (ROOT / "lambda_functions").glob("*/lambda_function.py")}
    assert {*FOLDERS, "web"} == there


@by_function
def test_what_draws_is_loaded_only_when_something_is_drawn(folder):
    assert not loaded(folder)[1] & {"reportlab", "PIL", "xlsxwriter", "pymupdf_fonts"}


@pytest.mark.slow
@by_function
def test_it_is_loaded_quickly_and_asks_for_no_settings(folder, tmp_path):
    assert min(loaded(folder)[0] for _ in range(3)) < QUICKER.get(folder, LONGEST)
    assert loaded(folder, PYTHONPYCACHEPREFIX=str(tmp_path))[0] < LONGEST_COMPILING


@by_function
def test_it_loads_no_web_server_and_no_database_of_a_home(folder):
    assert not loaded(folder)[1] & NOT_THERE


@by_function
def test_what_it_is_built_of_has_none_either(folder):
    """Also what is imported within functions, which a build takes along."""
    waiting, seen, foreign = [ROOT / "lambda_functions" / folder / "lambda_function.py"], set(), set()
    while waiting:
        for name in imported(waiting.pop()):
            top = name.split(".")[0]
            foreign |= {top} - OURS
            paths = [
                ROOT.joinpath(*name.split(".")).with_suffix(".py"),
                ROOT.joinpath(*name.split("."), "__init__.py"),
            ]
            new = {path for path in paths if top in OURS and path.is_file()} - seen
            seen |= new
            waiting.extend(new)
    assert seen
    assert not foreign & (
        NOT_THERE - {"selfhost"}
    )  # the other home, which services.py names and a build leaves out
