"""Every function's package as it is deployed, run by a Python that has nothing else but boto3: what it leaves out, it can do without."""

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from aws_config.function_home import environment
from aws_config.function_plans import DRAWING, FILING, PLANS, function_in
from aws_config.packages import Package, Unbuildable, build
from lib.settings import Settings
from tests.aws.deployed import ARCHITECTURE
from tests.aws.deployed import package as packaged
from tests.aws.ministack import own_python
from tests.aws.test_function_imports import FOLDERS

ROOT = Path(__file__).resolve().parents[2]
LARGEST, LARGEST_UPLOAD = 100_000_000, 32_000_000  # bytes; Lambda takes 262 and 52 million
LIGHT = [folder for folder in FOLDERS if PLANS[function_in(folder)].without]
FILES = "expense_categorizer"  # the one that knows brands and words
DRAWS = {"reportlab", "PIL", "xlsxwriter", "pymupdf_fonts"}
IMPORT = "import lambda_function, lib.services; print('ready')"
DRAW = """
import io, json
from datetime import UTC, datetime
from decimal import Decimal
import lambda_function
from lib.records import Expense, User
from lib.reporting import runs
from lib.reporting.drawing import draw
from lib.reporting.making import make_report
from lib.reporting.periods import month_period
from lib.periods import Month

now = datetime(2026, 11, 21, 12, tzinfo=UTC)
alice = User("alice", "alice", "alice@example.com", "hash", now)

class Store:
    def list_expenses(self, *_):
        from lib.records import Page
        return Page([Expense("alice", "1", now.date(), Decimal("12.50"), alice.currency, "Groceries", now)], "")
    def list_budgets(self, *_):
        return []
    def month_totals(self, *_):
        return []

sizes = {}
with make_report(Store(), alice, month_period(Month(2026, 11)), now) as report:
    for form in (*runs.FORMATS, runs.PICTURE):
        file = io.BytesIO()
        draw(report, form, file)
        sizes[form] = len(file.getvalue())
print(json.dumps(sizes))
"""
ASK = """
from datetime import date
import lib.filing.categorizer
from lib.categorising.categoriser import Categoriser
from lib.categorising.purchase import Purchase
print(Categoriser().suggest(Purchase(date(2026, 11, 21), payee="REWE")).category)
"""
pytestmark = pytest.mark.aws  # asks the package index


@pytest.fixture(scope="module", params=FOLDERS)
def unpacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Package, Path]:
    """A function's folder, its package, and where that is unpacked."""
    folder = tmp_path_factory.mktemp("task")
    package = packaged(function_in(request.param))
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        archive.extractall(folder)
    return request.param, package, folder


def said(folder: Path, program: str) -> str:
    """What the program prints, run as Lambda would: the package, boto3, and the settings that are deployed with it."""
    settings = Settings(
        _env_file=None, app_env="prod", secret_key="nobody's", base_url="https://budget.example"
    )
    done = subprocess.run(
        [str(own_python()), "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "AWS_REGION": "us-east-1", **environment(settings)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_is_well_below_what_lambda_takes(unpacked):
    _, package, _ = unpacked
    assert package.size < LARGEST
    assert len(package.data) < LARGEST_UPLOAD


def test_it_starts_with_what_is_in_it_and_draws_only_where_it_should(unpacked):
    folder, _, task = unpacked
    program = "import lambda_function" if folder not in LIGHT else IMPORT
    said(task, program)
    there = {path.name for path in task.iterdir()}
    assert there & DRAWS == (set() if folder in LIGHT else DRAWS)


def test_the_one_that_draws_has_all_that_draws(unpacked):
    folder, _, task = unpacked
    if folder in LIGHT:
        missing = said(task, "import importlib.util as u; print(u.find_spec('lib.reporting.drawing'))")
        assert missing.strip() == "None"
        return
    sizes = json.loads(said(task, DRAW))
    assert set(sizes) == {"pdf", "csv", "xlsx", "svg"}
    assert all(sizes.values())


def test_what_is_known_of_shops_is_where_it_is_used_and_nowhere_else(unpacked):
    folder, _, task = unpacked
    there = {path.name for path in (task / "lib").glob("categorising/data/*.txt")}
    assert bool(there) is (folder == FILES)
    assert (task / "re2").exists() is (folder == FILES)
    if folder == FILES:
        assert said(task, ASK).strip() == "Groceries"


def test_what_is_left_out_has_to_be_there_otherwise():
    assert LIGHT
    assert all(set(DRAWING) <= set(PLANS[function_in(folder)].without) for folder in LIGHT)
    assert [folder for folder in LIGHT if not set(FILING) <= set(PLANS[function_in(folder)].without)] == [
        FILES
    ]
    with pytest.raises(Unbuildable, match="no_more"):
        build(ROOT, ROOT / "lambda_functions" / LIGHT[0], ARCHITECTURE, without=("lib.no_more",))
