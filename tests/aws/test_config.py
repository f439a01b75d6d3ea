"""Names on AWS: those people know in the plain installation, and never the same ones in another."""

import re
from dataclasses import replace

import pytest

from aws_config.config import FUNCTIONS, QUEUES, TABLES, WEB_FUNCTION, Names, names_of
from lib.settings import Settings

PLAIN = Names()
OTHERS = [
    Names(app_env="dev"),
    Names(app_env="staging"),
    Names("household"),
    Names("household", "dev"),
    Names("a" * 20, "staging"),
]


def every_name(names: Names) -> set[str]:
    roles = {names.function_role(what) for what in (*FUNCTIONS, WEB_FUNCTION)} | {names.web_role}
    queues = {*names.queues.values(), *(names.dead_letters(what) for what in QUEUES)}
    topics = {names.topic(), names.topic(2)}
    own = {
        names.bucket,
        names.schedule,
        names.function(WEB_FUNCTION),
        names.api,
        names.machines,
        names.cache,
        names.database,
    }
    return {*names.tables.values(), *names.functions.values(), *roles, *queues, *topics, *own}


def test_the_plain_installation_has_the_names_people_know():
    assert [PLAIN.table(what) for what in TABLES[:4]] == [
        "smart-budget-users",
        "smart-budget-expenses",
        "smart-budget-budgets",
        "smart-budget-notifications",
    ]
    assert PLAIN.bucket == "smart-budget-receipts"
    assert PLAIN.queue("expense-processing-queue") == "expense-processing-queue"
    assert PLAIN.dead_letters("notification-queue") == "notification-queue-dlq"
    assert (PLAIN.topic(), PLAIN.topic(2)) == ("budget-alerts-topic", "budget-alerts-topic-2")
    assert PLAIN.function("budget-alert-function") == "budget-alert-function"
    assert PLAIN.schedule == "budget-alert-function-schedule"
    assert PLAIN.function_role("report-generator-function").startswith("smart-budget-lambda-role")


def test_one_machine_and_production_use_the_same_names():
    assert every_name(replace(PLAIN, app_env="local")) == every_name(PLAIN)


@pytest.mark.parametrize("names", OTHERS, ids=lambda names: names.base)
def test_installations_in_one_account_share_no_name(names):
    others = {name for other in (PLAIN, *OTHERS) if other != names for name in every_name(other)}
    assert not every_name(names) & others


@pytest.mark.parametrize("names", [PLAIN, *OTHERS], ids=lambda names: names.base)
def test_aws_takes_every_name(names):
    """64 characters is the least that any of these services takes; buckets have no capitals."""
    assert all(re.fullmatch(r"[a-z0-9/-]{3,64}", name) for name in every_name(names))
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", names.bucket)


def test_names_come_from_the_settings():
    settings = Settings(
        _env_file=None, app_env="dev", secret_key="a secret", aws_prefix="home", s3_bucket_name="my-bucket"
    )
    names = names_of(settings)
    assert (names.table("users"), names.bucket) == ("home-dev-users", "my-bucket")


@pytest.mark.parametrize("ask", [Names.table, Names.queue, Names.dead_letters, Names.function])
def test_a_name_that_is_none_is_a_mistake_at_once(ask):
    with pytest.raises(ValueError, match="'user' is none of"):
        ask(PLAIN, "user")
