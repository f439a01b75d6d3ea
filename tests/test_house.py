"""The rules of the house that a tool can hold: what may import what, what is documented, what must not creep in."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from lib.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("lib", "web", "selfhost", "aws_config", "lambda_functions", "scripts")
SERVERS = {"flask", "flask_login", "flask_wtf", "wtforms", "jinja2", "gunicorn", "whitenoise"}
SQL = {"sqlalchemy", "alembic", "psycopg", "sqlite3", "huey", "redis"}
DATABASES = SQL | {"boto3", "botocore"}
ADAPTERS = {"selfhost", "aws_config"}
FORBIDDEN = {  # imports point inwards
    "lib": SERVERS | DATABASES | ADAPTERS | {"web", "app", "scripts", "smtplib"},
    "web": DATABASES | ADAPTERS | {"app", "scripts", "smtplib"},
    "selfhost": SERVERS | {"web", "app", "scripts", "aws_config", "boto3", "botocore"},
    "aws_config": SERVERS | SQL | {"web", "app", "scripts", "selfhost", "smtplib", "requests"},
    "lambda_functions": SERVERS | SQL | {"web", "app", "scripts", "selfhost", "smtplib"},
    "scripts": {"web"},
}
MAY = {
    "lib/services.py": ADAPTERS,  # the one place that picks adapters
    "lib/letters/letter.py": {"jinja2"},  # letters are written where no server is
    "lambda_functions/web/lambda_function.py": {"app"},  # serves pages, as gunicorn does elsewhere
}
NOT_MONEY = {  # where a fraction is something else
    "lib/household.py",  # chances
    "lib/importing/guessing.py",  # how sure a guess is
    "lib/writing/locales.py",  # how much a browser prefers a language
    "selfhost/sql/engine.py",  # seconds
}
LONGEST = 400
NO_ENVIRONMENT = re.compile(r"os\.environ|os\.getenv|getenv\(")
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:", re.IGNORECASE)


def files(*patterns: str) -> list[Path]:
    """What of the project matches, without what was made or installed."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    made = (".venv", "node_modules", "data", "__pycache__")
    return sorted(path for path in found if not set(path.relative_to(ROOT).parts) & set(made))


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


CODE = names(files("*.py", *(f"{layer}/**/*.py" for layer in LAYERS)))
EVERYTHING = names(
    files("*.py", *(f"{folder}/**/*.py" for folder in (*LAYERS, "tests", "benchmarks")))
    + files("templates/**/*.html", "static/**/*.css", "static/**/*.js")
)


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def imported(name: str) -> Iterator[str]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("name", [name for name in CODE if name.split("/")[0] in FORBIDDEN])
def test_imports_point_inwards(name):
    forbidden = FORBIDDEN[name.split("/")[0]] - MAY.get(name, set())
    assert not {module for module in imported(name) if module.split(".")[0] in forbidden}


@pytest.mark.parametrize("name", [name for name in CODE if name != "lib/settings.py"])
def test_only_the_settings_read_the_environment(name):
    assert not NO_ENVIRONMENT.search((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in CODE if not name.startswith("web/") and name != "app.py"])
def test_only_the_web_knows_the_current_app(name):
    assert "current_app" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [name for name in CODE if not name.startswith("scripts/") and name not in NOT_MONEY]
)
def test_money_is_never_a_float(name):
    """No `float(…)`, and no number such as 0.1 where an amount, a budget or a Decimal is at work."""
    calls = [
        node.lineno
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    literals = [
        node.lineno
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and "decimal" in set(imported(name))
    ]
    assert not calls + literals, f"{name}, lines {calls + literals}"


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_file_is_too_long_to_read(name):
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name != "tests/test_house.py"])
def test_nothing_is_left_for_later(name):
    assert not UNFINISHED.search((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", names(files("templates/**/*.html")))
def test_templates_have_nothing_inline(name):
    assert not INLINE.findall((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", names(files("templates/**/*.html")))
def test_every_template_is_used(name):
    path, own = name.removeprefix("templates/"), f'"{Path(name).name}"'
    users = [
        file for file in files("app.py", "web/**/*.py", "templates/**/*.html") if names([file]) != [name]
    ]
    texts = [file.read_text(encoding="utf-8") for file in users]
    assert any(path in text or own in text for text in texts)


def documented_settings() -> set[str]:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z0-9_]+)` \|", text, re.MULTILINE))


def test_every_setting_is_documented_and_no_other():
    assert documented_settings() == {name.upper() for name in Settings.model_fields}


def test_the_example_settings_are_real_and_harmless():
    example = dotenv_values(ROOT / ".env.example")
    given = {name.lower(): value for name, value in example.items() if value}
    assert {name.lower() for name in example} <= set(Settings.model_fields)
    assert Settings(_env_file=None, **given).is_local


def test_each_line_of_the_example_settings_can_be_taken_out_of_its_comment():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    everything = dotenv_values(stream=StringIO(re.sub(r"^# (?=[A-Z_]+=)", "", text, flags=re.MULTILINE)))
    assert len(everything) > 8
    assert {name for name, value in everything.items() if value and " " in value} == set()
    given = {name.lower(): value for name, value in everything.items() if value}
    assert Settings(_env_file=None, **given).is_local


def test_every_package_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt", "tools/requirements.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r ", "-c ")):
                assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z0-9,]+\])?==[0-9][0-9A-Za-z.]*", line), line


def test_every_package_has_its_reason():
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text().lower()
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line and not line.startswith(("#", "-c ")):
            package = re.split(r"[\[=]", line)[0].lower()
            assert f"| {package} |" in reasons, f"{package} is missing in docs/decisions/0002-dependencies.md"


def test_the_documents_point_at_what_is_there():
    for path in files("*.md", "docs/**/*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{names([path])[0]} points at {target}"


@pytest.mark.parametrize("path", names(files("*.md", "docs/**/*.md")))
def test_the_commands_in_the_documents_exist(path):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = set(re.findall(r"`make ([a-z][a-z-]*)", (ROOT / path).read_text(encoding="utf-8")))
    assert asked <= targets


def test_javascript_files_stay_small():
    longest = 60
    too_long = [name for name in files("static/js/*.js") if len(name.read_text().splitlines()) > longest]
    assert not too_long
