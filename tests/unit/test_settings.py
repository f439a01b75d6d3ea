"""Settings: every problem is told at once, nothing unknown passes, the secret is made once."""

import re
from pathlib import Path
from stat import S_IMODE

import pytest
from botocore.session import get_session

from lib.aws_settings import POSSIBLE_LOG_DAYS
from lib.settings import Misconfigured, Settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests read neither this machine's settings nor the developer's .env."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set_on_one_machine():
    settings = load_settings()
    assert settings.is_local
    assert settings.bind == "127.0.0.1:5000"
    assert settings.address == "http://localhost:5000"


def test_all_problems_are_listed_at_once(monkeypatch):
    monkeypatch.setenv("PORT", "99999")
    monkeypatch.setenv("LOG_FORMAT", "xml")
    monkeypatch.setenv("DATABASE_URL", "mysql://localhost/planner")
    with pytest.raises(Misconfigured) as problems:
        load_settings()
    assert [name for name in ("PORT", "LOG_FORMAT", "DATABASE_URL") if name in str(problems.value)] == [
        "PORT",
        "LOG_FORMAT",
        "DATABASE_URL",
    ]


def test_what_is_missing_is_listed_beside_what_is_wrong(monkeypatch):
    monkeypatch.setenv("PORT", "99999")
    monkeypatch.setenv("APP_ENV", "prod")
    monkeypatch.setenv("BACKEND", "aws")
    with pytest.raises(Misconfigured) as problems:
        load_settings()
    said = str(problems.value)
    assert [said.count(name) for name in ("PORT:", "SECRET_KEY (or", "SES_FROM must", "BASE_URL must")] == [
        1
    ] * 4


def test_a_misspelt_setting_in_the_env_file_is_refused(tmp_path):
    (tmp_path / ".env").write_text("WEB_WORKER=3\n")
    with pytest.raises(Misconfigured, match="WEB_WORKER: there is no setting of that name"):
        load_settings()


def test_the_env_file_is_read_and_the_environment_comes_first(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=5001\nWEB_THREADS=7\n")
    monkeypatch.setenv("PORT", "5002")
    settings = load_settings()
    assert (settings.port, settings.web_threads) == (5002, 7)


@pytest.mark.parametrize("app_env", ["dev", "staging", "prod"])
def test_there_is_no_default_secret_outside_of_one_machine(app_env):
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        load_settings(app_env=app_env)


def test_who_signs_nothing_starts_without_a_secret_and_cannot_sign():
    settings = load_settings(needs_secret=False, app_env="prod")
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        settings.secret()


def test_who_signs_nothing_still_reads_every_other_problem(monkeypatch):
    monkeypatch.setenv("PORT", "99999")
    monkeypatch.setenv("BACKEND", "aws")
    with pytest.raises(Misconfigured) as problems:
        load_settings(needs_secret=False, app_env="prod")
    said = str(problems.value)
    assert [said.count(name) for name in ("PORT:", "SECRET_KEY", "SES_FROM must", "BASE_URL must")] == [
        1,
        0,
        1,
        1,
    ]


def test_the_secret_is_made_once_and_only_we_can_read_it(tmp_path):
    settings = load_settings(data_dir=tmp_path / "new")
    first = settings.secret()
    assert len(first) == 64
    assert load_settings(data_dir=tmp_path / "new").secret() == first
    assert S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600


def test_the_secret_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    assert load_settings(app_env="prod", secret_key_file=tmp_path / "key").secret() == "from a file"


def test_secrets_do_not_show_when_settings_are_printed():
    settings = load_settings(secret_key="do not show", smtp_password="nor this")
    assert "do not show" not in repr(settings)
    assert "nor this" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/planner", "postgresql+psycopg://u:p@db/planner"),
        ("postgresql://u:p@db/planner", "postgresql+psycopg://u:p@db/planner"),
        ("sqlite:////srv/planner.db", "sqlite:////srv/planner.db"),
    ],
)
def test_usual_database_addresses_are_understood(given, used):
    assert load_settings(database_url=given).database == used


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://redis", "redis://", "redis:///0", "rediss://:password@/0"]
)
def test_a_redis_is_named_by_its_whole_address(url):
    with pytest.raises(Misconfigured, match="REDIS_URL") as said:
        load_settings(redis_url=url)
    assert "password@" not in str(said.value).replace("rediss://:password@host", "")
    assert load_settings(redis_url="rediss://:secret@redis.internal:6379/0").redis_url
    assert "secret@" not in repr(load_settings(redis_url="rediss://:secret@redis.internal:6379/0"))


@pytest.mark.parametrize("environment", ["local", "dev", "staging", "prod"])
def test_where_strangers_come_by_a_redis_is_closed_by_a_password_or_tls(environment):
    given = {"app_env": environment, "secret_key": "signs"}
    for url in ("redis://:secret@redis.internal:6379/0", "rediss://redis.internal:6379/0", ""):
        assert load_settings(redis_url=url, **given).app_env == environment
    for url in (
        "redis://redis.internal:6379/0",
        "redis://planner@redis.internal",
        "redis://:@redis.internal",
    ):
        if environment in ("local", "dev"):
            assert load_settings(redis_url=url, **given).redis_url.get_secret_value() == url
        else:
            with pytest.raises(Misconfigured, match="REDIS_URL needs a password, as in .*, or TLS"):
                load_settings(redis_url=url, **given)


def test_the_database_is_a_file_in_the_data_folder_unless_set(tmp_path):
    assert load_settings(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/planner.db"


def test_links_in_emails_start_with_the_address_people_use():
    assert load_settings(base_url="https://budget.example/").address == "https://budget.example"


@pytest.mark.parametrize(("environment", "days"), [("local", 7), ("dev", 7), ("staging", 30), ("prod", 365)])
def test_the_log_is_kept_as_long_as_its_environment_is_worth(environment, days):
    assert load_settings(app_env=environment, secret_key="s").log_days == days
    assert load_settings(app_env=environment, secret_key="s", log_retention_days=90).log_days == 90


def test_only_what_cloudwatch_takes_is_a_time_to_keep_the_log():
    """By AWS's own description of it."""
    said = get_session().get_service_model("logs").shape_for("Days").documentation
    possible = {int(days) for days in re.findall(r"\d+", said.partition("</p>")[0])}
    assert {7, 30, 365} < possible == set(POSSIBLE_LOG_DAYS)
    for days in possible:
        assert load_settings(log_retention_days=days).log_days == days
    for days in {day + step for day in possible for step in (-1, 1)} - possible:
        with pytest.raises(Misconfigured, match="LOG_RETENTION_DAYS"):
            load_settings(log_retention_days=days)


@pytest.mark.parametrize("token", ["short", "has spaces in it here", "ümlauts-are-not-ascii"])
def test_a_token_for_metrics_is_hard_to_guess_and_fits_into_a_header(token):
    with pytest.raises(Misconfigured, match="METRICS_TOKEN"):
        load_settings(metrics_token=token)
    assert "a-long-and-random-text" not in repr(load_settings(metrics_token="a-long-and-random-text"))


def test_an_ipv6_host_is_written_in_brackets():
    assert load_settings(host="::1", port=8000).bind == "[::1]:8000"


def test_smtp_needs_an_address_to_send_from():
    with pytest.raises(Misconfigured, match="SMTP_FROM"):
        load_settings(smtp_host="mail.example")


@pytest.mark.parametrize("url", ["budget.example", "ftp://budget.example", "https://", "//budget.example"])
def test_the_address_people_use_is_a_whole_one(url):
    with pytest.raises(Misconfigured, match="BASE_URL"):
        load_settings(base_url=url)


def test_links_in_emails_from_a_server_lead_to_it():
    mail = {"smtp_host": "mail.example", "smtp_from": "planner@example.com", "secret_key": "a secret"}
    with pytest.raises(Misconfigured, match="BASE_URL"):
        load_settings(app_env="prod", **mail)
    assert load_settings(app_env="prod", base_url="https://budget.example", **mail).smtp_host
    assert load_settings(**mail).address == "http://localhost:5000"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_file_without_a_secret_is_told(tmp_path, content):
    if content is not None:
        (tmp_path / "key").write_text(content)
    with pytest.raises(Misconfigured, match=f"{tmp_path}/key"):
        load_settings(app_env="prod", secret_key_file=tmp_path / "key").secret()


def test_blanks_are_no_secret():
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        load_settings(app_env="prod", secret_key="  ")


def test_on_aws_a_sender_and_an_address_are_needed():
    with pytest.raises(Misconfigured) as problems:
        load_settings(backend="aws", app_env="prod")
    assert [name for name in ("SECRET_KEY", "SES_FROM", "BASE_URL") if name in str(problems.value)] == [
        "SECRET_KEY",
        "SES_FROM",
        "BASE_URL",
    ]
    assert load_settings(backend="aws", ses_from="planner@example.com").is_on_aws


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aws_region", "europe"),
        ("aws_prefix", "Smart-Budget"),
        ("aws_prefix", "a" * 21),
        ("aws_prefix", "smart--budget"),
        ("aws_prefix", "-budget"),
        ("s3_bucket_name", "my.bucket"),
        ("s3_bucket_name", "ab"),
        ("s3_bucket_name", "a" * 64),
        ("aws_endpoint_url", "localhost:4566"),
        ("backend", "azure"),
        ("email_channel", "pigeon"),
    ],
)
def test_what_aws_would_refuse_is_refused_at_the_start(name, value):
    with pytest.raises(Misconfigured, match=name.upper()):
        load_settings(**{name: value})


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-2", "ap-southeast-3", "us-gov-west-1"])
def test_regions_are_taken(region):
    assert load_settings(aws_region=region).aws_region == region


@pytest.mark.parametrize(
    "address", ["planner", "planner@", "@budget.example", "plänner@budget.example", "a@b@c", "a@-"]
)
def test_the_address_that_ses_sends_from_is_one(address):
    with pytest.raises(Misconfigured, match="SES_FROM"):
        load_settings(ses_from=address)


@pytest.mark.parametrize(
    "address", ["planner@budget.example", "Budget <planner+mail@budget.example>", "root@localhost"]
)
def test_an_address_may_have_a_name(address):
    assert load_settings(ses_from=address).ses_from == address


def test_textract_reads_receipts_on_aws_only():
    with pytest.raises(Misconfigured, match="RECEIPT_READING"):
        load_settings(receipt_reading="textract")
    on_aws = load_settings(backend="aws", ses_from="planner@example.com", receipt_reading="textract")
    assert on_aws.receipt_reading == "textract"


def test_what_the_pages_write_in_the_place_of_a_secret_is_none():
    """Pasted as it stands, everyone would know what signs cookies, or opens the counters."""
    docs = Path(__file__).resolve().parents[2] / "docs"
    found = {
        page: re.findall(rf"^{name}=(a.long.*)$", (docs / page).read_text(encoding="utf-8"), re.MULTILINE)
        for page, name in (("operations.md", "SECRET_KEY"), ("metrics.md", "METRICS_TOKEN"))
    }
    (secret,), (token,) = found.values()
    with pytest.raises(Misconfigured, match="SECRET_KEY: everyone can read this one.*openssl rand"):
        load_settings(app_env="prod", secret_key=secret)
    assert load_settings(app_env="local", secret_key=secret)
    assert load_settings(needs_secret=False, app_env="prod", secret_key=secret)
    with pytest.raises(Misconfigured, match="METRICS_TOKEN: everyone can read this one"):
        load_settings(metrics_token=token)


def test_a_secret_kept_elsewhere_is_one(monkeypatch):
    assert load_settings(app_env="prod", secrets_id="smart-budget/secret-key").secrets_id
    with pytest.raises(Misconfigured, match="SECRETS_ID: write the name"):
        load_settings(secrets_id="no name at all")


def test_machines_are_the_fewest_and_the_most():
    assert load_settings(eb_instances="1-4").eb_sizes == (1, 4)
    for wrong in ("4-1", "0-2", "many", "2"):
        with pytest.raises(Misconfigured, match="EB_INSTANCES"):
            load_settings(eb_instances=wrong)
