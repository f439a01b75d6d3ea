"""The pipelines: what is deployed was tested, nobody has more rights than needed, and every action is one certain commit."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github/workflows"
NAMES = ("ci", "deploy", "release")
PINNED = re.compile(r"^\s*(?:- )?uses: (?:\./\.github/workflows/\w+\.yml|[\w./-]+@[0-9a-f]{40} # v[0-9.]+)$")
each_workflow = pytest.mark.parametrize("name", NAMES)


def workflow(name: str) -> dict[str, Any]:
    # GitHub's "on" is a truth to YAML
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text().replace("\non:\n", "\nwhen:\n"))


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job.get("steps", [])]


def test_there_are_no_others():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(NAMES)


@each_workflow
def test_every_action_is_pinned_to_a_commit_that_says_its_version(name):
    lines = [line for line in (FOLDER / f"{name}.yml").read_text().splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not PINNED.match(line)] == []


@each_workflow
def test_rights_are_given_one_by_one(name):
    assert workflow(name)["permissions"] == {}
    for job in workflow(name)["jobs"].values():
        assert job["permissions"] in ({"contents": "read"}, {"contents": "read", "id-token": "write"})
    assert "write" not in str([job["permissions"] for job in workflow("ci")["jobs"].values()])


@each_workflow
def test_no_checkout_leaves_a_token_behind(name):
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_what_is_deployed_was_tested_and_production_comes_last():
    jobs = workflow("deploy")["jobs"]
    assert jobs["test"]["uses"].endswith("/ci.yml")
    assert (jobs["staging"]["needs"], jobs["production"]["needs"]) == ("test", "staging")
    assert workflow("deploy")["when"]["push"] == {"branches": ["main"]}
    assert "needs" not in jobs["rollback"]  # going back waits for no test


def test_a_release_is_built_then_pushed_then_deployed_and_one_at_a_time():
    job = workflow("release")["jobs"]["release"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[1:] == [
        "scripts/build_and_push.sh",
        ".venv/bin/python -m scripts.deploy --apply",
        ".venv/bin/python -m scripts.rollback --apply",
    ]
    assert job["environment"] == "${{ inputs.environment }}"
    assert job["concurrency"]["cancel-in-progress"] is False


def test_a_role_comes_before_keys():
    role, keys = [step for step in steps("release") if "configure-aws" in step.get("uses", "")]
    assert (role["if"], keys["if"]) == ("vars.AWS_ROLE_ARN != ''", "vars.AWS_ROLE_ARN == ''")
    assert "aws-access-key-id" not in role["with"]
    assert set(re.findall(r"secrets\.(\w+)", str(workflow("release")))) == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    }


@each_workflow
def test_nothing_that_others_write_gets_into_a_command(name):
    assert not [step for step in steps(name) if "${{" in step.get("run", "")]
