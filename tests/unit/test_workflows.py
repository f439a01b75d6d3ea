"""The pipelines: what is deployed was tested, nobody has more rights than needed, and every action is one certain commit."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.deploy import LONGEST

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github/workflows"
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


def step(name: str, job: str, called: str) -> dict[str, Any]:
    (found,) = [one for one in workflow(name)["jobs"][job]["steps"] if one.get("name") == called]
    return found


def test_everything_is_tried_before_something_is_merged():
    ci = workflow("ci")
    assert set(ci["when"]) == {"pull_request", "workflow_call", "schedule"}
    assert not [job for job in ci["jobs"].values() if "if" in job or "continue-on-error" in job]
    assert not [one for one in steps("ci") if "if" in one or "continue-on-error" in one]
    run = {name: [one.get("run") for one in job["steps"]] for name, job in ci["jobs"].items()}
    assert "make check check-shipping" in run["check"]
    assert "make coverage" in run["test"]
    assert ".ci/run" in run["everything"]
    assert ci["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]


def test_too_little_coverage_fails():
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["tool"]["coverage"]["report"]["fail_under"] >= 92
    assert "--cov " in re.findall(r"^coverage:.*\n\t(.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[0]


def test_every_engine_is_asked_for_and_the_database_is_a_service():
    everything = workflow("ci")["jobs"]["everything"]
    (service,) = everything["services"]
    assert everything["env"]["TEST_POSTGRES_URL"].endswith(f"@{service}/postgres")
    assert "make test-engines" in (ROOT / ".ci/run").read_text()
    engines = re.findall(r"^test-engines:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[0]
    assert len(engines.splitlines()) > 5
    assert all("REQUIRE_ENGINES=1" in line for line in engines.splitlines())


def test_the_image_is_built_tried_and_looked_through():
    job = workflow("ci")["jobs"]["image"]["steps"]
    built = [one.get("name") for one in job].index("Build")
    assert job[built]["run"] == "docker build --tag smart-budget-planner ."
    assert "scripts/smoke_test.py" in step("ci", "image", "Try")["run"]
    assert "docker history" in step("ci", "image", "How large it is, layer by layer")["run"]
    scan = step("ci", "image", "What is in the image")
    assert scan["with"]["image-ref"] == "smart-budget-planner"
    assert scan["with"]["scanners"] == "vuln,secret"
    assert [one["with"]["exit-code"] for one in job if "trivy" in one.get("uses", "")] == ["1", "1"]


def test_every_package_in_the_image_is_looked_up():
    """Also those that no file of ours names."""
    audit = step("ci", "image", "Packages with known weaknesses")["run"]
    assert "smart-budget-planner):/opt/planner/lib" in audit
    assert "pip-audit" in audit
    assert "--path" in audit


def test_the_whole_history_is_searched_for_secrets():
    job = workflow("ci")["jobs"]["image"]["steps"]
    assert job[0]["with"]["fetch-depth"] == 0
    search = step("ci", "image", "Secrets that were ever written down")
    assert re.fullmatch(r"ghcr.io/gitleaks/gitleaks:v[0-9.]+@sha256:[0-9a-f]{64}", search["env"]["GITLEAKS"])
    assert '"$GITLEAKS" git ' in search["run"]


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


def group(back: bool) -> str:
    """What GitHub makes of it for a release to production, or for going back there."""
    written = workflow("release")["jobs"]["release"]["concurrency"]["group"]
    told = written.replace("${{ inputs.environment }}", "production")
    return told.replace("${{ inputs.back && '-back' || '' }}", "-back" if back else "")


def test_nothing_is_cut_off_and_going_back_waits_for_no_release():
    concurrency = workflow("release")["jobs"]["release"]["concurrency"]
    assert concurrency["cancel-in-progress"] is False
    assert (group(back=False), group(back=True)) == ("release-production", "release-production-back")
    called = workflow("deploy")["jobs"]
    assert [name for name, job in called.items() if job.get("with", {}).get("back")] == ["rollback"]
    assert not [job for job in (*called.values(), workflow("deploy")) if "concurrency" in job]


def test_there_is_time_to_deploy_and_to_go_back_again():
    """In minutes. What takes no bound of its own is small."""
    job = workflow("release")["jobs"]["release"]
    before = sum(
        one.get("timeout-minutes", 1) for one in job["steps"] if "scripts." not in one.get("run", "")
    )
    looking = 1.1  # what the looks themselves take, besides the pauses between them
    assert before > 30
    assert before + looking * LONGEST / 60 <= job["timeout-minutes"]
    assert not [one for one in job["steps"] if "scripts." in one.get("run", "") and "timeout-minutes" in one]


def test_who_deploys_may_do_so_until_the_end_if_the_role_is_made_as_documented():
    role = next(one["with"] for one in steps("release") if "role-to-assume" in one.get("with", {}))
    lasts = role["role-duration-seconds"]
    assert lasts >= 60 * workflow("release")["jobs"]["release"]["timeout-minutes"]
    page = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
    assert re.findall(r"aws iam update-role .*--max-session-duration (\d+)", page) == [str(lasts)]
    assert 3600 <= lasts <= 12 * 3600  # AWS's own bounds


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
