"""What a function is made of, read from its imports."""

import io
import zipfile
from pathlib import Path

import pytest

from aws_config.packages import LARGEST, Unbuildable, build

PINS = "# what we run on\nFlask==3.1.3\nPyYAML==6.0.3\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a little library and a function that uses some of it."""
    write(tmp_path, "requirements.txt", PINS)
    write(tmp_path, "lib/__init__.py", "")
    write(tmp_path, "lib/money.py", "from decimal import Decimal\n")
    write(tmp_path, "lib/words/__init__.py", "from lib.words import spoken\n")
    write(tmp_path, "lib/words/spoken.py", "")
    write(tmp_path, "lib/words/list.txt", "one two")
    write(tmp_path, "lib/words/data/more.txt", "three")
    write(tmp_path, "lib/unused.py", "import flask\n")
    write(tmp_path, "selfhost/__init__.py", "")
    write(tmp_path, "aws_config/__init__.py", "")
    write(tmp_path, "aws_config/client.py", "import boto3\nfrom lib import money\n")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def function(project: Path, text: str) -> Path:
    write(project, "lambda_functions/probe/lambda_function.py", text)
    return project / "lambda_functions" / "probe"


def contents(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(archive.namelist())


def test_it_has_what_the_function_imports_and_nothing_else(project):
    package = build(project, function(project, "from aws_config.client import boto3\n"))
    assert contents(package.data) == {
        *("lambda_function.py", "lib/__init__.py", "lib/money.py"),
        *("aws_config/__init__.py", "aws_config/client.py"),
    }
    assert package.requirements == ()


def test_imports_within_functions_count_and_data_comes_with_its_modules(project):
    source = function(project, "def lambda_handler(event, context):\n    from lib import words\n")
    found = contents(build(project, source).data)
    assert {"lib/words/__init__.py", "lib/words/spoken.py"} <= found
    assert {"lib/words/list.txt", "lib/words/data/more.txt"} <= found


def test_imports_for_type_checkers_do_not_count(project):
    source = function(
        project, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib import money\n"
    )
    assert contents(build(project, source).data) == {"lambda_function.py"}


@pytest.mark.aws  # asks the package index
def test_time_zones_come_along_as_lambda_may_have_none(project):
    write(project, "requirements.txt", "tzdata==2026.6\n")
    package = build(project, function(project, "from zoneinfo import ZoneInfo\n"))
    assert package.requirements == ("tzdata==2026.6",)
    assert "tzdata/zoneinfo/Europe/Berlin" in contents(package.data)


@pytest.mark.aws  # asks the package index
def test_what_comes_along_is_of_the_version_that_is_written_down(project):
    write(project, "requirements.txt", "-c constraints.txt\nJinja2==3.1.6\n")
    write(project, "constraints.txt", "MarkupSafe==3.0.2\n")
    package = build(project, function(project, "import jinja2\n"))
    assert package.requirements == ("Jinja2==3.1.6",)
    assert "MarkupSafe-3.0.2.dist-info/METADATA" in contents(package.data)


def test_the_other_home_is_left_out(project):
    write(project, "lib/services.py", "def at_home():\n    import selfhost\n")
    assert contents(build(project, function(project, "import lib.services\n")).data) == {
        *("lambda_function.py", "lib/__init__.py", "lib/services.py"),
    }


def test_what_a_function_does_without_is_left_out_with_what_only_that_needs(project):
    write(project, "lib/reports.py", "def draw():\n    from lib.drawing import flask\n")
    write(project, "lib/drawing.py", "import flask\nimport lib.money\n")
    source = function(project, "import lib.reports\n")
    package = build(project, source, without=["lib.drawing"])
    assert contents(package.data) == {"lambda_function.py", "lib/__init__.py", "lib/reports.py"}
    assert package.requirements == ()
    with pytest.raises(Unbuildable, match="lib.drawn"):
        build(project, source, without=["lib.drawn"])


def test_what_comes_along_whole_comes_with_what_it_imports_and_nothing_that_lies_beside_it(project):
    write(project, "app.py", "import lib.money\nimport web\n")
    write(project, "web/__init__.py", "from importlib import import_module\nimport_module('web.pages')\n")
    write(project, "web/pages.py", "import lib.words.spoken\n")
    write(project, "templates/base.html", "<p>")
    write(project, ".env", "SECRET_KEY=nobody's")
    source = function(project, "import app\n")
    package = build(project, source, whole=["app.py", "web", "templates"])
    assert contents(package.data) == {
        *("lambda_function.py", "app.py", "web/__init__.py", "web/pages.py", "templates/base.html"),
        *("lib/__init__.py", "lib/money.py", "lib/words/__init__.py", "lib/words/spoken.py"),
        *("lib/words/list.txt", "lib/words/data/more.txt"),
    }
    assert {"app.py", "web/pages.py", "lib/money.py"} <= set(package.modules)
    with pytest.raises(Unbuildable, match="static"):
        build(project, source, whole=["static"])


def test_what_is_only_read_has_to_be_named_and_pinned(project):
    with pytest.raises(Unbuildable, match="hypothesis"):
        build(project, function(project, ""), besides=["hypothesis"])


def test_files_beside_the_function_come_with_it(project):
    source = function(project, "import helper\n")
    write(source, "helper.py", "")
    write(source, "letters/one.txt", "Dear")
    assert contents(build(project, source).data) == {"lambda_function.py", "helper.py", "letters/one.txt"}


def test_the_same_sources_give_the_same_bytes(project):
    source = function(project, "from lib import words\n")
    first = build(project, source)
    for path in project.rglob("*.py"):
        path.touch()
    assert build(project, source).sha256 == first.sha256


def test_what_is_not_pinned_is_named(project):
    with pytest.raises(Unbuildable, match="hypothesis"):
        build(project, function(project, "import hypothesis\n"))


def test_a_folder_without_a_handler_is_named(project):
    function(project, "")
    with pytest.raises(Unbuildable, match="empty"):
        build(project, project / "lambda_functions" / "empty")


def test_what_is_too_large_for_lambda_is_refused(project):
    source = function(project, "")
    with (source / "large").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(Unbuildable, match="262 MB"):
        build(project, source)


@pytest.mark.aws  # asks the package index
@pytest.mark.parametrize(("architecture", "wheel"), [("arm64", "aarch64"), ("x86_64", "x86_64")])
def test_packages_are_those_of_the_architecture(project, architecture, wheel):
    write(project, "requirements.txt", "Brotli==1.2.1\n")
    package = build(project, function(project, "import brotli\n"), architecture)
    libraries = [name for name in contents(package.data) if name.endswith(".so")]
    assert package.requirements == ("Brotli==1.2.1",)
    assert [name for name in libraries if wheel in name] == libraries != []
    assert package.sha256 == build(project, project / "lambda_functions/probe", architecture).sha256
