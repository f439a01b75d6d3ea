"""Deploying to Elastic Beanstalk: what is asked of AWS, in which words and in which order, also when it goes wrong."""

import argparse
import io
import zipfile
from collections.abc import Iterator

import pytest

from aws_config.account import Account
from aws_config.config import Names
from aws_config.releases import Releases
from lib.settings import Settings
from scripts import deploy, rollback
from scripts.operating import Bench
from scripts.screen import Screen
from tests.aws.beanstalk import (
    BUCKET,
    COMMIT,
    DIGEST,
    LABEL,
    URI,
    is_asked_for_https,
    is_asked_for_the_image,
    is_asked_for_version,
    is_asked_for_versions,
    is_asked_how_it_is,
    says_last,
    switches_to,
    takes_a_bundle,
)
from tests.aws.stubbed import Scripted, scripted

ACCOUNT = Account("123456789012", "us-east-1")
ADDRESS = "https://budget.example"
EB = "elasticbeanstalk"


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


class Smoke:
    """Whether the smoke test passes, and where it went."""

    def __init__(self, passes: bool = True) -> None:
        self.passes = passes
        self.went: list[tuple[str, bool]] = []

    def __call__(self, url: str, registration: bool) -> bool:
        self.went.append((url, registration))
        return self.passes


def bench(script: Scripted, **settings: object) -> Bench:
    made = Settings(_env_file=None, **({"base_url": ADDRESS} | settings))
    return Bench(made, script.aws, ACCOUNT, Screen(as_json=False))


def releases(script: Scripted) -> Releases:
    return Releases(script.aws, ACCOUNT, Names(), pause=lambda seconds: None)


def deployed(script: Scripted, smoke: Smoke, *, apply: bool = True, **settings: object) -> int:
    options = argparse.Namespace(apply=apply, commit=COMMIT, url="", json=False)
    return deploy.deploy(bench(script, **settings), options, releases(script), smoke)


def begins(script: Scripted, *, https: bool = True) -> None:
    """Up to the moment when the environment is told to run it."""
    is_asked_how_it_is(script)
    is_asked_for_the_image(script)
    is_asked_for_https(script, https=https)
    takes_a_bundle(script)
    is_asked_how_it_is(script)
    switches_to(script, LABEL)


def is_well(script: Scripted, label: str) -> None:
    for _ in range(3):
        is_asked_how_it_is(script, version=label)


def test_a_version_is_brought_there_runs_and_is_tried(script):
    begins(script)
    is_asked_how_it_is(script, "Updating", LABEL, "Info")
    is_well(script, LABEL)
    smoke = Smoke()
    assert deployed(script, smoke) == 0
    assert smoke.went == [(ADDRESS, True)]
    changes = [each for each in script.asked if "Describe" not in each]
    assert changes == [
        f"{EB}.CreateStorageLocation",
        "s3.PutObject",
        f"{EB}.CreateApplicationVersion",
        f"{EB}.UpdateEnvironment",
    ]


@pytest.mark.parametrize("https", [True, False])
def test_the_bundle_names_one_image_by_its_digest(script, https):
    kept: dict = {}
    script.aws.client("s3", read_timeout=60).meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: kept.update(params)
    )
    begins(script, https=https)
    is_well(script, LABEL)
    assert deployed(script, Smoke()) == 0
    assert (kept["Bucket"], kept["ExpectedBucketOwner"]) == (BUCKET, "123456789012")
    archive = zipfile.ZipFile(io.BytesIO(kept["Body"]))
    compose = archive.read("docker-compose.yml").decode()
    assert compose.count(f"image: {URI}@{DIGEST}\n") == 1
    assert "awslogs-group: /aws/elasticbeanstalk/smart-budget-planner-env/planner\n" in compose
    assert "awslogs-region: us-east-1\n" in compose
    assert "${" not in compose
    assert {".ebextensions/01_environment.config", ".platform/nginx/conf.d/planner.conf"} < set(
        archive.namelist()
    )
    assert (".ebextensions/04_https.config" in archive.namelist()) == https


def test_without_apply_nothing_changes(script):
    is_asked_how_it_is(script)
    is_asked_for_the_image(script)
    assert deployed(script, Smoke(), apply=False) == 1


def test_one_that_is_never_well_is_taken_back(script, capsys):
    begins(script)
    for _ in range(deploy.PATIENCE // 10):
        is_asked_how_it_is(script, "Updating", LABEL, "Severe")
    says_last(script, "100% of the requests fail with HTTP 5xx.")
    is_asked_how_it_is(script, "Updating", LABEL, "Severe", abortable=True)
    script.expects(f"{EB}.abort_environment_update", {"EnvironmentName": "smart-budget-planner-env"})
    is_asked_how_it_is(script, "Aborting", LABEL, "Severe")
    is_asked_how_it_is(script, "Ready", LABEL, "Severe")
    is_asked_how_it_is(script, "Ready", LABEL, "Severe")
    switches_to(script, "before")
    is_well(script, "before")
    smoke = Smoke()
    assert deployed(script, smoke) == 1
    assert smoke.went == []
    said = capsys.readouterr()
    assert "100% of the requests fail" in said.err
    assert "before runs again." in said.out


def test_one_that_fails_the_smoke_test_is_taken_back(script):
    begins(script)
    is_well(script, LABEL)
    is_asked_how_it_is(script, version=LABEL)
    is_asked_how_it_is(script, version=LABEL)
    is_asked_how_it_is(script, version=LABEL)
    switches_to(script, "before")
    is_well(script, "before")
    assert deployed(script, Smoke(passes=False)) == 1
    assert script.asked.count(f"{EB}.UpdateEnvironment") == 2


def test_one_that_elastic_beanstalk_took_back_itself_is_a_failure(script):
    begins(script)
    is_asked_how_it_is(script, "Updating", LABEL, "Severe")
    is_well(script, "before")
    says_last(script, "Failed to deploy application.")
    for _ in range(3):
        is_asked_how_it_is(script)  # it is settled, and runs what it ran
    is_well(script, "before")
    assert deployed(script, Smoke()) == 1
    assert script.asked.count(f"{EB}.UpdateEnvironment") == 1


def test_where_going_back_fails_too_it_says_so(script, capsys):
    begins(script)
    is_well(script, LABEL)
    is_asked_how_it_is(script, version=LABEL)
    is_asked_how_it_is(script, version=LABEL)
    is_asked_how_it_is(script, version=LABEL)
    script.refuses(f"{EB}.update_environment", "InvalidParameterValue")
    assert deployed(script, Smoke(passes=False)) == 1
    assert "That failed too" in capsys.readouterr().err


def test_the_first_version_has_nothing_to_go_back_to(script, capsys):
    is_asked_how_it_is(script, version="")
    is_asked_for_the_image(script)
    is_asked_for_https(script, https=True)
    takes_a_bundle(script)
    is_asked_how_it_is(script, version="")
    switches_to(script, LABEL)
    is_well(script, LABEL)
    assert deployed(script, Smoke(passes=False)) == 1
    assert "no version before" in capsys.readouterr().err


def test_a_second_run_brings_nothing_twice(script):
    is_asked_how_it_is(script, version=LABEL)
    is_asked_for_the_image(script)
    is_asked_for_https(script, https=True)
    is_asked_for_version(script, LABEL, "PROCESSED")
    is_asked_for_version(script, LABEL, "PROCESSED")
    is_asked_how_it_is(script, version=LABEL)
    is_well(script, LABEL)
    smoke = Smoke()
    assert deployed(script, smoke, registration=False) == 0
    assert smoke.went == [(ADDRESS, False)]
    assert not [each for each in script.asked if "Describe" not in each]


def test_an_environment_that_is_busy_is_left_alone(script):
    is_asked_how_it_is(script, "Updating")
    is_asked_for_the_image(script)
    assert deployed(script, Smoke()) == 2


def test_a_bundle_that_cannot_be_read_never_runs(script):
    is_asked_how_it_is(script)
    is_asked_for_the_image(script)
    is_asked_for_https(script, https=True)
    is_asked_for_version(script, LABEL, "FAILED")
    is_asked_for_version(script, LABEL, "FAILED")
    assert deployed(script, Smoke()) == 1
    assert f"{EB}.UpdateEnvironment" not in script.asked


def test_a_commit_without_an_image_is_said(script):
    is_asked_how_it_is(script)
    script.refuses("ecr.describe_images", "ImageNotFoundException")
    with pytest.raises(ValueError, match="build_and_push"):
        deployed(script, Smoke())


def rolled_back(script: Scripted, *, apply: bool = True, to: str = "") -> int:
    options = argparse.Namespace(apply=apply, to=to, json=False)
    return rollback.roll_back(bench(script), options, releases(script))


def test_the_version_before_is_shown_and_runs_when_told(script, capsys):
    is_asked_how_it_is(script, version="third")
    is_asked_for_versions(script, "first", "second", "third", "fourth")
    assert rolled_back(script, apply=False) == 1
    assert "To let second run" in capsys.readouterr().out
    is_asked_how_it_is(script, version="third")
    is_asked_for_versions(script, "first", "second", "third", "fourth")
    switches_to(script, "second")
    is_well(script, "second")
    assert rolled_back(script) == 0


def test_another_version_can_be_named(script):
    is_asked_how_it_is(script, version="third")
    is_asked_for_versions(script, "first", "second", "third")
    switches_to(script, "first")
    is_well(script, "first")
    assert rolled_back(script, to="first") == 0


@pytest.mark.parametrize(("to", "words"), [("fifth", "no version fifth"), ("", "no version before")])
def test_a_version_that_is_none_is_said(script, to, words):
    is_asked_how_it_is(script, version="first")
    is_asked_for_versions(script, "first")
    with pytest.raises(ValueError, match=words):
        rolled_back(script, to=to)


def test_no_environment_is_said(script):
    script.expects(f"{EB}.describe_environments", None, {"Environments": []})
    with pytest.raises(ValueError, match="setup_elastic_beanstalk"):
        rolled_back(script)
