"""What roles may do, as it is written. That AWS holds them to it is in test_permissions.py."""

import json
import re
from typing import NamedTuple

import pytest

from aws_config import beanstalk_policies, iam_policies
from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, Names
from aws_config.iam_policies import Grant
from aws_config.watching import watcher
from lib.settings import Settings

ARNS = Arns(Account("123456789012", "us-east-1"), Names())
LARGEST = 10_240  # characters of all policies within a role, spaces not counted


class Role(NamedTuple):
    name: str
    grants: list[Grant]


SETTINGS = Settings(
    _env_file=None, backend="aws", ses_from="planner@budget.example", secrets_id="smart-budget/secret-key"
)
RUNNING = [
    Role("web", iam_policies.web(ARNS, SETTINGS)),
    Role("web function", iam_policies.web_function(ARNS, SETTINGS)),
    Role("machines", beanstalk_policies.machines(ARNS, SETTINGS)),
    Role("deployer", beanstalk_policies.deployer(ARNS)),
    *(Role(what, iam_policies.FUNCTION_GRANTS[what](ARNS, "planner@budget.example")) for what in FUNCTIONS),
]
ROLES = [*RUNNING, Role("watcher", watcher(ARNS))]  # who sets up alarms
by_name = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


@by_name
def test_every_star_has_its_reason(role):
    for grant in role.grants:
        everything = "*" in grant.resources or grant.but
        assert bool(grant.reason) == bool(everything), grant.sid


@by_name
def test_nobody_reads_or_removes_lines_of_the_log(role):
    may = {each for grant in role.grants for each in grant.actions if each.startswith(("logs:", "*"))}
    assert may <= {"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}


@by_name
def test_every_other_thing_is_this_installations(role):
    for grant in role.grants:
        for arn in set(grant.resources) - {"*", ARNS.apis}:  # the list of all of the account's APIs
            assert re.search(r":((us-east-1)?:123456789012|::)", arn) or arn.startswith("arn:aws:s3:::"), arn
            ours = (ARNS.names.base, "-function", "-queue", "-topic", ARNS.bundles)
            assert any(part in arn for part in ours), arn


@by_name
def test_files_are_in_a_bucket_of_this_account(role):
    """A bucket's ARN says no account, and its name may be anyone's once it was given up."""
    ours = {"StringEquals": {"aws:ResourceAccount": "123456789012"}}
    assert all(g.conditions == ours for g in role.grants if any(a.startswith("s3:") for a in g.actions))


@by_name
def test_actions_are_named_one_by_one(role):
    actions = [action for grant in role.grants for action in grant.actions]
    assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action) for action in actions)


@by_name
def test_a_policy_fits_into_its_role(role):
    assert len(json.dumps(iam_policies.document(role.grants), separators=(",", ":"))) <= LARGEST


@by_name
def test_grants_are_told_apart(role):
    sids = [grant.sid for grant in role.grants]
    assert len(set(sids)) == len(sids)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_what_is_no_table_and_no_index_cannot_be_granted():
    with pytest.raises(ValueError, match="users/no-index"):
        iam_policies._records(ARNS, "List", "Query", "users/no-index")


def test_no_role_may_change_what_is_set_up():
    making = re.compile(
        r"Create(?!Topic|LogStream|ApplicationVersion|StorageLocation)|Delete(?!Item|Object|Message)|^iam:|PassRole|Policy"
    )
    for role in RUNNING:
        actions = {action for grant in role.grants for action in grant.actions}
        assert not [action for action in actions if making.search(action)], role.name


def test_without_an_address_nobody_sends_e_mail():
    actions = {
        action for grant in iam_policies.web(ARNS, Settings(_env_file=None)) for action in grant.actions
    }
    assert "ses:SendEmail" not in actions


def test_pictures_are_sent_to_textract_only_where_that_is_set():
    reading = {"textract:AnalyzeExpense"}
    grants = {
        way == "textract": iam_policies.web(ARNS, SETTINGS.model_copy(update={"receipt_reading": way}))
        for way in ("auto", "textract")
    }
    actions = {is_set: {action for grant in grants[is_set] for action in grant.actions} for is_set in grants}
    assert actions[True] - actions[False] == reading
    assert all(bool(grant.reason) == ("*" in grant.resources or bool(grant.but)) for grant in grants[True])


def test_another_installation_is_not_touched():
    other = Arns(ARNS.account, Names(app_env="staging"))
    own = {arn for role in ROLES for grant in role.grants for arn in grant.resources} - {"*"}
    theirs = {
        arn for what in FUNCTIONS for grant in iam_policies.FUNCTION_GRANTS[what](other, "")
        for arn in grant.resources
    } - {"*"}  # fmt: skip
    assert not own & theirs
