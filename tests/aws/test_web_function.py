"""The function that serves pages, as it is deployed: by itself, and behind API Gateway on MiniStack, under its own role."""

import argparse
import io
import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aws_config.account import account_of
from aws_config.config import Names
from aws_config.function_plans import WEB
from aws_config.installation import stages
from aws_config.packages import Package, build
from aws_config.resource_manager import ResourceManager
from aws_config.web_home import environment
from lib.settings import Settings
from scripts import setup_api_gateway
from scripts.operating import FINE, Bench
from scripts.screen import Screen
from tests.aws.ministack import Emulator, own_python
from tests.gateway import event_of
from tests.live import Visitor

pytestmark = pytest.mark.aws  # asks the package index
ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = "arm64" if platform.machine() == "aarch64" else "x86_64"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"  # what MiniStack runs functions on
LARGEST, LARGEST_UPLOAD = 130_000_000, 45_000_000  # bytes; Lambda takes 262 and 52 million
NEVER = {"selfhost", "alembic", "psycopg", "huey", "gunicorn", "reportlab", "xlsxwriter", "pymupdf_fonts"}
# Seconds of a processor until the first page is there, compiling everything: a package holds no bytecode. AWS gives ten for loading.
LONGEST = 10
SECRET = "smart-budget/secret-key"
SERVE = """
import json, sys, time
start = time.process_time()
import lambda_function
loaded = time.process_time() - start
from lib.settings import Settings
answers = [lambda_function.lambda_handler(json.loads(line), None) for line in sys.stdin]
spent = time.process_time() - start
print(json.dumps([loaded, spent, [each["statusCode"] for each in answers], sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def package() -> Package:
    folder = ROOT / "lambda_functions" / "web"
    left = {"without": WEB.without, "whole": WEB.whole, "besides": WEB.besides}
    return build(ROOT, folder, ARCHITECTURE, PYTHON, **left)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def unpacked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        archive.extractall(folder)
    return folder


def settings(**others: str) -> Settings:
    return Settings(
        _env_file=None,
        app_env="prod",
        backend="aws",
        base_url="https://budget.example",
        ses_from="planner@budget.example",
        **others,
    )


def asked(path: str) -> str:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "budget.example",
        "wsgi.input": io.BytesIO(),
    }
    return json.dumps(event_of(environ, "2.0"))


def test_it_fits_and_takes_nothing_of_the_other_home_along(package, unpacked):
    assert package.size < LARGEST
    assert len(package.data) < LARGEST_UPLOAD
    there = {path.name for path in unpacked.iterdir()}
    assert {"app.py", "web", "templates", "static", "lib", "aws_config"} <= there
    assert not there & {*NEVER, ".env", "scripts", "tests", "boto3"}


def test_it_serves_pages_with_what_is_in_it_soon_enough(unpacked, tmp_path):
    """Run as Lambda would, by a Python that has boto3 and nothing else; nothing of AWS is asked for a page for strangers."""
    given = environment(settings(secret_key="nobody's")) | {
        "SECRET_KEY": "nobody's",
        "DATA_DIR": str(tmp_path),
        "AWS_REGION": "us-east-1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(unpacked),
    }
    pages = ["/login", "/docs", "/openapi.json", "/docs/swagger-ui.css", "/nowhere"]
    done = subprocess.run(
        [str(own_python()), "-c", SERVE],
        cwd=unpacked,
        env=given,
        input="\n".join(map(asked, pages)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (said,) = [line for line in done.stdout.splitlines() if line.startswith("[")]  # among metrics
    loaded, spent, statuses, modules = json.loads(said)
    assert statuses == [200, 200, 200, 200, 404]
    assert not {name.split(".")[0] for name in modules} & NEVER
    assert loaded < spent < LONGEST, (loaded, spent)


@pytest.fixture
def installed(ministack_server: Emulator, package: Package, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Everything there is on AWS, and pages from a function, set up by the command."""
    ministack_server.reset()
    root = ministack_server.root()
    wanted = settings(secrets_id=SECRET, aws_endpoint_url=ministack_server.url)
    bench = Bench(wanted, root, account_of(root), Screen(as_json=False))
    ResourceManager(stages(root, bench.account, wanted, protect=False)).apply()
    options = argparse.Namespace(apply=True, architecture=ARCHITECTURE, python=PYTHON)
    assert setup_api_gateway.set_up(bench, options) == FINE
    return bench


def test_a_budget_is_kept_through_api_gateway_a_function_and_dynamodb(installed, ministack_server, capsys):
    api = installed.aws.client("apigatewayv2").get_apis()["Items"][0]
    visitor = Visitor(ministack_server.url)
    visitor.http.trust_env, visitor.http.verify = False, ministack_server.ca_bundle
    visitor.http.headers["Host"] = f"{api['ApiId']}.execute-api.127.0.0.1"
    visitor.register("alice")
    expense = {
        "key": "once",
        "amount": "12.50",
        "category": "Groceries",
        "day": "today",
        "payee": "Bücher & mehr",
    }
    answer = visitor.post("/expenses/new", {"csrf_token": visitor.token("/expenses/new"), **expense})
    assert answer.status_code == 303, answer.text[:2000]
    assert "Bücher & mehr" in visitor.page("/expenses").get_text()
    overview = visitor.page("/")
    assert "12.50" in overview.get_text()
    sheet = overview.select_one('link[rel="stylesheet"]')["href"]
    style = visitor.http.get(visitor.address + sheet, headers={"Accept-Encoding": "br"}, timeout=30)
    assert (style.headers["Content-Encoding"], ".btn" in style.text) == ("br", True)
    users = installed.aws.client("dynamodb").scan(TableName=Names().table("users"))["Items"]
    assert [user["username"]["S"] for user in users] == ["alice"]
    assert setup_api_gateway.remove(installed, "smart-budget-planner") == 2
    assert "It is smart-budget-api." in capsys.readouterr().err
    assert setup_api_gateway.remove(installed, "smart-budget-api") == FINE
    assert visitor.http.get(visitor.address, timeout=30).status_code == 404


def test_without_a_secret_to_sign_with_nothing_is_made(ministack_server, capsys):
    ministack_server.reset()
    root = ministack_server.root()
    bench = Bench(settings(secret_key="here"), root, account_of(root), Screen(as_json=False))
    assert setup_api_gateway.set_up(bench, argparse.Namespace(apply=True)) == 2
    assert "Set SECRETS_ID" in capsys.readouterr().err
