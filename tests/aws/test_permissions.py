"""Every permission of every role is needed, and none is missing from what it is refused.

Policies are taken apart action by action and thing by thing: what works with the whole policy must fail without that part.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aws_config import iam_policies
from aws_config.account import account_of
from aws_config.config import FUNCTIONS
from aws_config.iam_policies import Grant
from aws_config.installation import stages
from aws_config.resource_manager import ResourceManager
from aws_config.resources.roles import INLINE
from lib.settings import Settings
from tests.aws.ministack import Emulator, SignedAs, ministack
from tests.aws.probes import ARNS, FORBIDDEN, NAMES, PHONES, PROBES, SECRET, SENDER, is_refused, prepare

pytestmark = pytest.mark.aws
Part = tuple[str, str]  # an action, and the thing it is for

SETTINGS = Settings(_env_file=None, ses_from=SENDER, base_url="https://budget.example", secrets_id=SECRET)
GRANTS: dict[str, list[Grant]] = {
    NAMES.web_role: iam_policies.web(ARNS, SETTINGS),
    **{NAMES.function_role(what): iam_policies.FUNCTION_GRANTS[what](ARNS, SENDER) for what in FUNCTIONS},
}
by_role = pytest.mark.parametrize("role", GRANTS)


@pytest.fixture(scope="module")
def installed() -> Iterator[Emulator]:
    """Set up as in production, but for tables that can go again."""
    with ministack() as emulator:
        root = emulator.root()
        ResourceManager(stages(root, account_of(root), SETTINGS)).apply()
        prepare(root)
        yield emulator


def parts(grants: list[Grant]) -> set[Part]:
    return {
        (action, plain(arn))
        for grant in grants
        for action in grant.actions
        for arn in grant.resources or grant.but
    }


def plain(arn: str) -> str:
    """A function and its aliases, a log and its streams, are one thing that has two names."""
    return arn if arn in ("*", PHONES) else arn.removesuffix(":*")


def without(grants: list[Grant], part: Part) -> list[Grant]:
    """The same, but for that action on that thing."""
    action, arn = part
    kept = []
    for grant in grants:
        if action not in grant.actions or arn not in map(plain, grant.resources or grant.but):
            kept.append(grant)
            continue
        rest = tuple(each for each in grant.actions if each != action)
        others = tuple(each for each in grant.resources if plain(each) != arn)
        if rest:
            kept.append(replace(grant, actions=rest))
        if others:
            kept.append(replace(grant, sid=f"{grant.sid}But", actions=(action,), resources=others))
    return kept


def give(root: SignedAs, role: str, grants: list[Grant]) -> None:
    root.client("iam").put_role_policy(
        RoleName=role, PolicyName=INLINE, PolicyDocument=json.dumps(iam_policies.document(grants))
    )


@by_role
def test_every_permission_is_there_and_needed(installed, role):
    root, asking = installed.root(), installed.under(role)
    grants, problems = GRANTS[role], []
    try:
        for part in sorted(parts(grants)):
            action, arn = part
            give(root, role, grants)
            if is_refused(PROBES[action], asking, root, arn):
                problems.append(f"refused: {action} on {arn}")
            give(root, role, without(grants, part))
            if not is_refused(PROBES[action], asking, root, arn):
                problems.append(f"works without it: {action} on {arn}")
    finally:
        give(root, role, grants)
    assert not problems, "\n".join(problems)


@by_role
def test_a_role_is_refused_what_is_not_in_its_list(installed, role):
    root, asking = installed.root(), installed.under(role)
    everyones = set().union(*(parts(grants) for grants in GRANTS.values()))
    own = parts(GRANTS[role])
    allowed = {(action, "*") for action, arn in own if arn == PHONES} | own
    let_in = [
        part
        for part in sorted(everyones - allowed)
        if part[1] != PHONES or (part[0], "*") not in own
        if not is_refused(PROBES[part[0]], asking, root, part[1])
    ]
    let_in += [(what, "") for what, probe in FORBIDDEN.items() if not is_refused(probe, asking, root, "")]
    assert let_in == []


@pytest.mark.parametrize("role", [NAMES.web_role, NAMES.function_role("report-generator-function")])
def test_a_bucket_of_another_account_is_refused_under_the_same_name(installed, role):
    root, asking = installed.root(), installed.under(role)
    files = [(action, arn) for action, arn in sorted(parts(GRANTS[role])) if action.startswith("s3:")]
    elsewhere = {"StringEquals": {"aws:ResourceAccount": "999999999999"}}
    try:
        give(
            root,
            role,
            [
                replace(grant, conditions=elsewhere) if grant.actions[0].startswith("s3:") else grant
                for grant in GRANTS[role]
            ],
        )
        let_in = [part for part in files if not is_refused(PROBES[part[0]], asking, root, part[1])]
    finally:
        give(root, role, GRANTS[role])
    assert let_in == []


def test_nobody_without_a_role_is_let_in(installed):
    stranger = SignedAs(installed, "AKIASTRANGERSTRANGER", "guessed")
    for service, ask in (
        ("dynamodb", lambda client: client.describe_table(TableName=NAMES.table("users"))),
        ("sqs", lambda client: client.get_queue_url(QueueName=NAMES.queue("work-queue"))),
        ("s3", lambda client: client.list_objects_v2(Bucket=NAMES.bucket)),
    ):
        client = stranger.client(service)
        with pytest.raises(client.exceptions.ClientError):
            ask(client)


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("s3:GetObject", ARNS.files("receipts")),
        ("sqs:SendMessage", ARNS.queue("work-queue")),
        ("sns:Subscribe", ARNS.topic()),
    ],
)
def test_whoever_does_not_come_by_tls_is_refused(installed, action, arn):
    plainly, root = installed.under(NAMES.web_role), installed.root()
    # What MiniStack goes by, where something in front of it speaks TLS in its place.
    plainly.session.events.register(
        "before-sign", lambda request, **_: request.headers.add_header("X-Forwarded-Proto", "http")
    )
    assert is_refused(PROBES[action], plainly, root, arn)
    assert not is_refused(PROBES[action], installed.under(NAMES.web_role), root, arn)
