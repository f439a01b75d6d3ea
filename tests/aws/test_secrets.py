"""What is in Secrets Manager. What signs cookies: made by the setup, read by the web server alone, and told to nobody; and a
database's password."""

import json

import pytest

import app
import scripts.run
from aws_config.resource_manager import ResourceManager
from aws_config.resources.secrets import SecretResource
from aws_config.secrets import login_reader, secret_key
from lib.errors import Unavailable
from lib.services import build_services, secret_of
from lib.settings import Misconfigured, Settings
from scripts import copy_data, setup_aws_resources
from scripts.run import Problem, migrate
from selfhost.sql.sign_in import PAUSE, SignIn
from selfhost.sql.store import SQLStore
from tests.aws.moto_aws import InThisProcess, account
from tests.engines import free_port

NAME = "smart-budget/secret-key"
SETTINGS = Settings(
    _env_file=None, app_env="prod", secrets_id=NAME, base_url="https://budget.example", aws_region="us-east-1"
)


@pytest.fixture
def aws():
    with account() as aws:
        yield aws


def manager(aws) -> ResourceManager:
    return ResourceManager([[SecretResource(aws, NAME)]])


def holds(aws, text: str) -> None:
    aws.client("secretsmanager").create_secret(Name=NAME, SecretString=text)


def test_it_is_made_at_random_and_stays_what_it_is(aws):
    manager(aws).apply()
    first = secret_of(SETTINGS)
    assert len(first) == 64
    manager(aws).apply()
    assert secret_of(SETTINGS) == first


def test_one_that_was_removed_comes_back_as_it_was(aws):
    manager(aws).apply()
    first = secret_of(SETTINGS)
    manager(aws).remove()
    assert manager(aws).plan()[0].state == "missing"
    manager(aws).apply()
    assert secret_of(SETTINGS) == first


def test_whoever_else_is_let_in_is_found_and_shut_out(aws):
    manager(aws).apply()
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [anyone]})
    aws.client("secretsmanager").put_resource_policy(SecretId=NAME, ResourcePolicy=policy)
    assert manager(aws).plan()[0].state == "open"
    manager(aws).apply()
    assert manager(aws).plan()[0].is_right


@pytest.mark.parametrize("text", ["kept there", '{"SECRET_KEY": "kept there"}', " kept there\n"])
def test_it_is_a_text_or_a_field_of_a_document(aws, text):
    holds(aws, text)
    assert secret_key(SETTINGS) == "kept there"


@pytest.mark.parametrize(
    "text", ["{}", "  ", '{"SECRET_KEY": 1}', '{"PASSWORD": "hunter2"', '{"PASSWORD": "hunter2"}']
)
def test_one_that_holds_none_is_said_without_what_it_holds(aws, text):
    holds(aws, text)
    with pytest.raises(Misconfigured, match="holds no SECRET_KEY") as problem:
        secret_key(SETTINGS)
    assert "hunter2" not in str(problem.value)


def test_one_that_is_not_there_is_said(aws):
    with pytest.raises(Misconfigured, match=r"cannot be read \(ResourceNotFoundException\)"):
        secret_of(SETTINGS)


@pytest.mark.parametrize("argument", [[], ["web"]])
def test_the_planner_says_so_before_it_starts(aws, argument, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.model_dump(include={"app_env", "secrets_id", "base_url"}).items():
        monkeypatch.setenv(name.upper(), value)
    monkeypatch.setenv("PORT", str(free_port()))
    assert scripts.run.main(argument) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"SECRETS_ID: the secret {NAME} in us-east-1 cannot be read (ResourceNotFound")
    assert len(said.splitlines()) == 1
    with pytest.raises(SystemExit, match=f"SECRETS_ID: the secret {NAME}"):  # gunicorn by itself
        app.app  # noqa: B018


def test_what_is_set_here_comes_first(aws):
    assert (
        secret_of(
            SETTINGS.model_copy(update={"secret_key": Settings(_env_file=None, secret_key="mine").secret_key})
        )
        == "mine"
    )


def test_the_setup_makes_it_and_lets_the_web_role_read_it(aws, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRETS_ID", NAME)
    assert setup_aws_resources.main(["--apply"]) == 0
    policy = aws.client("iam").get_role_policy(RoleName="smart-budget-web-role", PolicyName="planner")
    statement = next(each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "ReadSecret")
    assert statement["Resource"] == [f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{NAME}-??????"]
    assert setup_aws_resources.main([]) == 0


WITH_DATABASE = Settings(
    _env_file=None,
    database_url="postgresql://planner@/planner?host=/nowhere",
    database_secret=NAME,
    aws_region="us-east-1",
)


@pytest.mark.parametrize(
    ("text", "login"),
    [
        (" hunter2\n", {"password": "hunter2"}),
        ('{"password": "hunter2"}', {"password": "hunter2"}),
        (
            '{"username": "planner", "password": "hunter2", "port": 5432}',
            {"user": "planner", "password": "hunter2"},
        ),
    ],
)
def test_a_databases_password_is_a_text_or_what_rds_writes(aws, text, login):
    holds(aws, text)
    assert login_reader(WITH_DATABASE)() == login


@pytest.mark.parametrize("text", ["{}", " ", '{"password": 1}', '{"SECRET_KEY": "hunter2"}', '{"hunter2'])
def test_a_secret_without_a_databases_password_is_said_without_what_it_holds(aws, text):
    holds(aws, text)
    with pytest.raises(Misconfigured, match="DATABASE_SECRET: .* holds no password") as problem:
        login_reader(WITH_DATABASE)()
    assert "hunter2" not in str(problem.value)


def test_a_databases_secret_is_read_over_one_client_that_stays(aws, monkeypatch):
    holds(aws, "first")
    read = login_reader(WITH_DATABASE)
    assert read() == {"password": "first"}
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")  # whoever looked for who they are would find nobody
    with pytest.raises(Misconfigured, match="NoCredentialsError"):
        login_reader(WITH_DATABASE)()
    assert read() == {"password": "first"}


def test_a_databases_secret_is_in_the_region_that_its_arn_says(aws):
    elsewhere = InThisProcess("eu-central-1").client("secretsmanager")
    secret = elsewhere.create_secret(Name=NAME, SecretString="hunter2")["ARN"]
    assert login_reader(WITH_DATABASE.model_copy(update={"database_secret": secret}))() == {
        "password": "hunter2"
    }
    missing = secret.replace(NAME, "another")
    with pytest.raises(Misconfigured, match="another.* in eu-central-1 cannot be read"):
        login_reader(WITH_DATABASE.model_copy(update={"database_secret": missing}))()


def test_where_it_cannot_be_read_operators_are_told_why_and_people_to_wait(aws, caplog):
    with pytest.raises(Problem, match=rf"the secret {NAME} in us-east-1 cannot be read \(ResourceNotFound"):
        migrate(WITH_DATABASE)
    store = build_services(WITH_DATABASE).store
    caplog.clear()
    with pytest.raises(Unavailable) as problem:
        store.check()
    assert NAME not in problem.value.message
    assert f"the secret {NAME} in us-east-1 cannot be read" in caplog.text


def test_a_database_that_is_away_is_no_reason_to_read_it_anew(aws):
    reads = []

    def read() -> dict[str, str]:
        reads.append(1)
        return {"password": "hunter2"}

    store = SQLStore(WITH_DATABASE.database, sign_in=SignIn(read))
    for _ in range(2):
        with pytest.raises(Unavailable, match="does not answer"):
            store.check()
    assert len(reads) == 1


def test_where_it_cannot_be_read_nobody_asks_again_at_once():
    now, reads = [0.0], []

    def read() -> dict[str, str]:
        reads.append(1)
        raise Misconfigured("it cannot be read")

    store = SQLStore(WITH_DATABASE.database, sign_in=SignIn(read, lambda: now[0]))
    for number in (1, 2):
        for _ in range(3):
            with pytest.raises(Unavailable, match="does not answer"):
                store.check()
        assert len(reads) == number
        now[0] += PAUSE


def test_a_password_is_told_to_no_other_database(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", WITH_DATABASE.database_url)
    monkeypatch.setenv("DATABASE_SECRET", NAME)
    assert copy_data._settings("selfhost").database_secret == NAME
    assert copy_data._settings("postgresql://planner@elsewhere/planner").database_secret == ""
