"""What comes along with our packages is written down too, in the version that runs; what checks us is where Dependabot looks."""

import re
from functools import cache
from importlib.metadata import distribution, version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pins import ROOT, pins, versions

RUNS, DEVELOPS = ("requirements.txt", "constraints.txt"), ("requirements-dev.txt", "constraints-dev.txt")


@cache
def reached(name: str, extras: frozenset[str]) -> frozenset[str]:
    """Every package that one needs here, and those need."""
    needs = map(Requirement, distribution(name).requires or ())
    wanted = [
        (canonicalize_name(need.name), frozenset(need.extras))
        for need in needs
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
    ]
    return frozenset(name for name, _ in wanted).union(*(reached(*each) for each in wanted))


def installed(name: str) -> set[str]:
    """What the packages of a file need, with themselves."""
    asked = {canonicalize_name(pin.name): frozenset(pin.extras) for pin in pins(name)}
    return set(asked).union(*(reached(*each) for each in asked.items()))


@pytest.mark.parametrize("files", [RUNS, DEVELOPS])
def test_every_package_that_comes_along_is_written_down_in_the_version_that_is_here(files):
    """If this fails: make constraints."""
    written = versions(*RUNS, *files)
    assert {name: version(name) for name in installed(files[0])}.items() <= written.items()


def test_nothing_is_written_down_that_does_not_run():
    assert set(versions(*RUNS)) == installed("requirements.txt")


@pytest.mark.parametrize("files", [RUNS, DEVELOPS])
def test_whoever_installs_the_one_gets_the_other(files):
    requirements, constraints = files
    assert f"-c {constraints}" in (ROOT / requirements).read_text().splitlines()
    assert not {pin.name for pin in pins(requirements)} & {pin.name for pin in pins(constraints)}
    assert [pin for pin in pins(constraints) if not str(pin.specifier).startswith("==")] == []


def test_every_file_with_versions_is_watched():
    watched = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    places = {(each["package-ecosystem"], each["directory"]) for each in watched}
    files = {"pip": "requirements.txt", "npm": "package.json", "gomod": "go.mod", "maven": "pom.xml"}
    assert {(kind, "/tools") for kind in files} <= places
    assert {("pip", "/"), ("docker", "/"), ("docker-compose", "/"), ("github-actions", "/")} <= places
    assert all((ROOT / "tools" / file).is_file() for file in files.values())
    assert re.search(r"^FROM python:\S+ AS base$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_the_emulator_is_the_same_in_containers_and_in_tests():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["services"]["aws"]["image"].endswith(f":{versions('tools/requirements.txt')['ministack']}")
