"""Setting up Elastic Beanstalk: what it is told, that a second run tells it nothing, and that the files in the bundle agree."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto.elasticbeanstalk.responses import SOLUTION_STACK_DETAILS

from aws_config.account import Account
from aws_config.beanstalk import VARIABLES, newest_platform, options
from aws_config.config import Names, names_of
from aws_config.environments import beanstalk_stages, environment
from aws_config.resource_manager import ResourceManager, Unsettled
from aws_config.resources import beanstalk
from aws_config.resources.base import look
from lib.settings import Settings
from scripts import setup_elastic_beanstalk
from scripts.operating import Bench
from scripts.screen import Screen
from tests.aws.beanstalk import APPLICATION, ENVIRONMENT, is_asked_how_it_is, version
from tests.aws.moto_aws import account, forget_where_we_are
from tests.aws.stubbed import Scripted, scripted

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = Account("123456789012", "us-east-1")
SETTINGS = Settings(
    _env_file=None,
    app_env="prod",
    backend="aws",
    base_url="https://budget.example",
    ses_from="planner@budget.example",
    secrets_id="smart-budget/secret-key",
    secret_key="never told",
    registration=False,
    eb_certificate="arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
)
ROLE = "arn:aws:iam::123456789012:role/smart-budget-beanstalk"
EB = "elasticbeanstalk"
NEWEST = "64bit Amazon Linux 2023 v4.10.0 running Docker"
LIFECYCLE = {
    "ServiceRole": f"{ROLE}-role",
    "VersionLifecycleConfig": {"MaxCountRule": {"Enabled": True, "MaxCount": 50, "DeleteSourceFromS3": True}},
}


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def told(settings: Settings = SETTINGS) -> dict[tuple[str, str], str]:
    names = names_of(settings)
    return {(each.namespace, each.name): each.value for each in options(settings, names, f"{ROLE}-role")}


def listed(settings: Settings = SETTINGS) -> list[dict[str, str]]:
    return [
        {"Namespace": one, "OptionName": two, "Value": value} for (one, two), value in told(settings).items()
    ]


def is_there(script: Scripted, status: str = "Ready") -> None:
    found = [{"EnvironmentName": ENVIRONMENT, "Status": status}] if status else []
    wanted = {"EnvironmentNames": [ENVIRONMENT], "IncludeDeleted": False}
    script.expects(f"{EB}.describe_environments", wanted, {"Environments": found})


def has(script: Scripted, settings: list[dict[str, str]]) -> None:
    is_there(script)
    script.expects(
        f"{EB}.describe_configuration_settings",
        {"ApplicationName": APPLICATION, "EnvironmentName": ENVIRONMENT},
        {"ConfigurationSettings": [{"OptionSettings": settings}]},
    )


def the_environment(script: Scripted) -> beanstalk.EnvironmentResource:
    return environment(script.aws, ACCOUNT, SETTINGS)


def test_it_is_told_how_many_machines_how_they_are_looked_after_and_who_they_are():
    wanted = {
        ("aws:autoscaling:asg", "MinSize"): "2",
        ("aws:autoscaling:asg", "MaxSize"): "4",
        ("aws:autoscaling:launchconfiguration", "IamInstanceProfile"): "smart-budget-environment-role",
        ("aws:autoscaling:launchconfiguration", "DisableIMDSv1"): "true",
        ("aws:elasticbeanstalk:environment", "ServiceRole"): f"{ROLE}-role",
        ("aws:elasticbeanstalk:command", "DeploymentPolicy"): "RollingWithAdditionalBatch",
        ("aws:elasticbeanstalk:application", "Application Healthcheck URL"): "/health",
        ("aws:elasticbeanstalk:environment:process:default", "HealthCheckPath"): "/health",
        ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"): "true",
        ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays"): "365",
        ("aws:elbv2:listener:443", "SSLCertificateArns"): SETTINGS.eb_certificate,
    }
    assert wanted.items() <= told().items()


def test_the_planner_there_is_told_its_settings_and_no_secret():
    variables = {name: value for (namespace, name), value in told().items() if namespace == VARIABLES}
    assert variables == {
        "APP_ENV": "prod",
        "AWS_REGION": "us-east-1",
        "BACKEND": "aws",
        "BASE_URL": "https://budget.example",
        "LOG_FORMAT": "json",
        "PROXIES": "1",
        "REGISTRATION": "false",
        "SECRETS_ID": "smart-budget/secret-key",
        "SES_FROM": "planner@budget.example",
    }
    given = {name.lower(): value for name, value in variables.items()}
    assert Settings(_env_file=None, **given).is_on_aws
    assert "never told" not in json.dumps(listed())


def test_without_a_certificate_there_is_no_https():
    plain = SETTINGS.model_copy(update={"eb_certificate": ""})
    assert not [namespace for namespace, _ in told(plain) if "443" in namespace]


def test_the_files_in_the_bundle_say_the_same():
    known, said = told(), []
    for path in sorted((ROOT / ".ebextensions").glob("*.config")):
        for namespace, values in yaml.safe_load(path.read_text()).get("option_settings", {}).items():
            said += [(path.name, (namespace, name), str(value)) for name, value in values.items()]
    assert len(said) > 15
    wrong = [each for each in said if known.get(each[1], "").lower() != each[2].lower()]
    assert wrong == []


def test_the_files_in_the_bundle_hold_no_secret_and_are_in_order():
    files = sorted(path.name for path in (ROOT / ".ebextensions").iterdir())
    assert files == ["01_environment.config", "02_logging.config", "03_nginx.config", "04_https.config"]
    for name in files:
        text = (ROOT / ".ebextensions" / name).read_text()
        assert not re.search(r"AKIA|secret_?key|password|arn:aws:", text, re.IGNORECASE)


def test_the_newest_docker_on_amazon_linux_2023_is_taken():
    names = [each["SolutionStackName"] for each in SOLUTION_STACK_DETAILS]
    assert re.fullmatch(r"64bit Amazon Linux 2023 v[0-9.]+ running Docker", newest_platform(names))
    assert newest_platform(["64bit Amazon Linux 2023 v4.9.3 running Docker", NEWEST]) == NEWEST
    with pytest.raises(ValueError, match="EB_PLATFORM"):
        newest_platform(
            ["64bit Amazon Linux 2 v4.0.0 running Docker", "64bit Amazon Linux 2023 v4.0.0 running ECS"]
        )


def test_names_are_as_long_as_elastic_beanstalk_takes_them():
    assert len(Names("a" * 20, "staging").environment) <= 40
    assert (Names().application, Names().environment) == (APPLICATION, ENVIRONMENT)


@pytest.mark.parametrize("versions", [[], [version("first", 1), version("second", 2)]])
def test_it_is_made_with_the_newest_version_there_is(script, versions):
    wanted = {"VersionLabel": "second"} if versions else {}
    script.expects(
        f"{EB}.describe_application_versions",
        {"ApplicationName": APPLICATION},
        {"ApplicationVersions": versions},
    )
    script.expects(f"{EB}.list_available_solution_stacks", {}, {"SolutionStacks": [NEWEST]})
    script.expects(
        f"{EB}.create_environment",
        {
            "ApplicationName": APPLICATION,
            "EnvironmentName": ENVIRONMENT,
            "SolutionStackName": NEWEST,
            "Tier": {"Name": "WebServer", "Type": "Standard"},
            "OptionSettings": listed(),
            "OperationsRole": f"{ROLE}-operations-role",
            **wanted,
        },
    )
    the_environment(script).create()


def test_what_is_right_is_not_told_again(script):
    has(script, [*listed(), {"Namespace": "aws:autoscaling:asg", "OptionName": "Cooldown", "Value": "360"}])
    assert look(the_environment(script)).is_right


def test_only_what_differs_is_told(script):
    changed = [{**each, "Value": "9"} if each["OptionName"] == "MaxSize" else each for each in listed()] + [
        {"Namespace": VARIABLES, "OptionName": "DEMO", "Value": "false"}
    ]
    has(script, changed)
    found = look(the_environment(script))
    assert {difference.fact for difference in found.differences} == {
        "aws:autoscaling:asg MaxSize",
        f"{VARIABLES} DEMO",
    }
    is_there(script)
    script.expects(
        f"{EB}.update_environment",
        {
            "EnvironmentName": ENVIRONMENT,
            "OptionSettings": [{"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "4"}],
            "OptionsToRemove": [{"Namespace": VARIABLES, "OptionName": "DEMO"}],
        },
    )
    is_there(script)
    the_environment(script).change({difference.fact for difference in found.differences})


@pytest.mark.parametrize("status", ["", "Terminating", "Terminated"])
def test_one_on_its_way_out_is_not_there(script, status):
    is_there(script, status)
    assert look(the_environment(script)).state == "missing"


def test_a_change_that_does_not_end_is_said(script):
    slow = beanstalk.EnvironmentResource(script.aws, APPLICATION, ENVIRONMENT, [], looks=1)
    is_there(script, "Updating")
    with pytest.raises(Unsettled, match=r"still being changed \(Updating\)"):
        slow.wait()


def test_it_is_taken_away_and_waited_for(script):
    for _ in range(2):
        is_there(script)
    script.expects(f"{EB}.terminate_environment", {"EnvironmentName": ENVIRONMENT})
    is_there(script, "Terminated")
    the_environment(script).remove()


def test_one_that_is_on_its_way_out_is_waited_for_and_not_told_again(script):
    leaving = beanstalk.EnvironmentResource(script.aws, APPLICATION, ENVIRONMENT, [], looks=1)
    is_there(script, "Terminating")
    is_there(script, "Terminating")
    with pytest.raises(Unsettled, match=r"\(Terminating\)"):
        leaving.remove()


def test_old_versions_of_the_application_go_by_themselves(script):
    wanted = {"ApplicationNames": [APPLICATION]}
    application = beanstalk.ApplicationResource(script.aws, APPLICATION, f"{ROLE}-role")
    script.expects(f"{EB}.describe_applications", wanted, {"Applications": []})
    assert look(application).state == "missing"
    script.expects(
        f"{EB}.create_application", {"ApplicationName": APPLICATION, "Description": "Smart Budget Planner"}
    )
    application.create()
    script.expects(
        f"{EB}.describe_applications", wanted, {"Applications": [{"ApplicationName": APPLICATION}]}
    )
    found = look(application)
    script.expects(
        f"{EB}.update_application_resource_lifecycle",
        {"ApplicationName": APPLICATION, "ResourceLifecycleConfig": LIFECYCLE},
    )
    application.change({difference.fact for difference in found.differences})
    settled = {"ApplicationName": APPLICATION, "ResourceLifecycleConfig": LIFECYCLE}
    script.expects(f"{EB}.describe_applications", wanted, {"Applications": [settled]})
    assert look(application).is_right


def test_its_roles_are_made_once_and_are_each_for_one_service():
    with account(managed_policies=True) as aws:
        roles = ResourceManager(beanstalk_stages(aws, ACCOUNT, SETTINGS)[:1])
        roles.apply()
        assert all(finding.is_right for finding in roles.plan())
        iam = aws.client("iam")
        profile = iam.get_instance_profile(InstanceProfileName="smart-budget-environment-role")[
            "InstanceProfile"
        ]
        assert profile["Roles"][0]["RoleName"] == "smart-budget-environment-role"
        attached = iam.list_attached_role_policies(RoleName="smart-budget-beanstalk-role")["AttachedPolicies"]
        assert {each["PolicyName"] for each in attached} == {
            "AWSElasticBeanstalkEnhancedHealth",
            "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
        }
        trust = iam.get_role(RoleName="smart-budget-beanstalk-role")["Role"]["AssumeRolePolicyDocument"]
        assert trust["Statement"][0]["Condition"] == {"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}}
        roles.remove()
        assert all(finding.state == "missing" for finding in roles.plan())


def test_the_command_wants_the_secret_kept_where_it_belongs(monkeypatch, tmp_path, capsys):
    forget_where_we_are(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with account():
        assert setup_elastic_beanstalk.main([]) == 2
        assert "Set SECRETS_ID" in capsys.readouterr().err
        assert setup_elastic_beanstalk.main(["--remove", "another"]) == 2
        capsys.readouterr()
        assert setup_elastic_beanstalk.main(["--show-deployer"]) == 0
    actions = [
        action for each in json.loads(capsys.readouterr().out)["Statement"] for action in each["Action"]
    ]
    assert "elasticbeanstalk:UpdateEnvironment" in actions
    assert not [action for action in actions if action.startswith(("iam:", "dynamodb:")) or "*" in action]


def test_the_command_sets_everything_up_and_tells_where_it_answers(capsys):
    with account(managed_policies=True) as aws:
        script = Scripted(aws)
        says_what_applications_there_are(script)  # it looks …
        is_there(script, "")
        says_what_applications_there_are(script)  # … makes the application, and puts it right …
        script.expects(f"{EB}.create_application", None)
        says_what_applications_there_are(script, {"ApplicationName": APPLICATION})
        script.expects(f"{EB}.update_application_resource_lifecycle", None)
        settled = {"ApplicationName": APPLICATION, "ResourceLifecycleConfig": LIFECYCLE}
        says_what_applications_there_are(script, settled)
        is_there(script, "")  # … makes the environment …
        script.expects(f"{EB}.describe_application_versions", None, {"ApplicationVersions": []})
        script.expects(f"{EB}.list_available_solution_stacks", {}, {"SolutionStacks": [NEWEST]})
        script.expects(f"{EB}.create_environment", None)
        has(script, listed())
        says_what_applications_there_are(script, settled)  # … looks again …
        has(script, listed())
        is_there(script)  # … and waits.
        is_asked_how_it_is(script, version="")
        bench = Bench(SETTINGS, aws, ACCOUNT, Screen(as_json=False))
        assert setup_elastic_beanstalk.set_up(bench, apply=True) == 0
        script.is_done()
        [log] = aws.client("logs").describe_log_groups(logGroupNamePrefix="/aws/elasticbeanstalk")[
            "logGroups"
        ]
        assert (log["logGroupName"], log["retentionInDays"]) == (Names().environment_log, 365)
    assert "It answers at planner.example" in capsys.readouterr().out


def says_what_applications_there_are(script: Scripted, *applications: dict[str, Any]) -> None:
    wanted = {"ApplicationNames": [APPLICATION]}
    script.expects(f"{EB}.describe_applications", wanted, {"Applications": list(applications)})
