"""The function that looks after everyone's budgets: all at once where they are few, in shares where they are many."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aws_config.config import Names
from aws_config.function_plans import PLANS
from aws_config.sharing import MOST_SHARES, USERS, Share, Shares
from lambda_functions.budget_alert import lambda_function
from lib.errors import Unavailable
from lib.records import Expense, User
from tests.aws.lambda_in_process import Context, Function, function
from tests.aws.moto_aws import account, answers, says, works
from tests.contract.samples import user as sample
from tests.unit.alerting import budget, confirmed, rows

SCHEDULED = {
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "detail": {},
}  # EventBridge's, in short


@pytest.fixture
def daily() -> Iterator[Function]:
    with function(lambda_function, "budget-check-queue") as found:
        yield found


def overspent(daily: Function, name: str) -> User:
    """Someone over a budget, whom nobody has told yet."""
    services, now = daily.services, datetime.now(UTC)
    user = confirmed(services, services.store.create_user(sample(name, created_at=now)))
    budget(services, user, 100)
    services.store.add_expenses(
        [
            Expense(user.user_id, f"{number:032x}", now.date(), amount, user.currency, "Groceries", now)
            for number, amount in enumerate((Decimal(60), Decimal(60)))
        ]
    )
    return user


def told(daily: Function, *users: User) -> list[str]:
    """Who was told that they are over, once for each time."""
    return [
        row.user_id for user in users for row in rows(daily.services, user) if row.kind == "budget_exceeded"
    ]


def alerts(daily: Function, user: User) -> int:
    """What they were told; a percentage that they went past at once is only written down."""
    return sum(not row.note for row in rows(daily.services, user))


def counted(daily: Function, items: int) -> None:
    """From now on DynamoDB says that there are so many users: it counts every six hours."""
    client = lambda_function.shares()._aws
    table = client.client("dynamodb").describe_table(TableName="smart-budget-users")["Table"]
    says(client, "dynamodb.DescribeTable", Table=table | {"ItemCount": items})


def segments(daily: Function) -> list[tuple[int, int]]:
    return sorted((share["segment"], share["segments"]) for share in map(json.loads, daily.waiting()))


def test_few_are_looked_after_at_once_and_told_once(daily):
    people = [overspent(daily, name) for name in ("alice", "bob")]
    answer = daily(SCHEDULED)
    assert answer["errors"] == []
    assert answer["shares"] == 0
    assert answer["alerts_sent"] == sum(alerts(daily, user) for user in people)
    assert told(daily, *people) == ["id-of-alice", "id-of-bob"]
    assert daily({}) == {
        "alerts_sent": 0,
        "errors": [],
        "shares": 0,
    }  # the second of the day, asked for by hand
    assert told(daily, *people) == ["id-of-alice", "id-of-bob"]


def test_without_anyone_there_is_nothing_to_do(daily):
    assert daily(SCHEDULED) == {"alerts_sent": 0, "errors": [], "shares": 0}


def test_many_are_shared_out_and_everyone_is_told_once(daily):
    people = [overspent(daily, name) for name in ("alice", "bob", "carol", "dave")]
    counted(daily, USERS + 1)
    assert daily(SCHEDULED) == {"alerts_sent": 0, "errors": [], "shares": 2}
    answers_ = daily.serve()
    assert [answer["batchItemFailures"] for answer in answers_] == [[]] * len(answers_)
    assert sum(answer["alerts_sent"] for answer in answers_) == sum(alerts(daily, user) for user in people)
    assert sorted(told(daily, *people)) == sorted(user.user_id for user in people)


@pytest.mark.parametrize("bodies", [1, 3], ids=["once", "three times"])
def test_a_share_that_comes_again_tells_nobody_anew(daily, bodies):
    alice = overspent(daily, "alice")
    answer = daily.bring(*[Share(0, 1).body()] * bodies)
    assert answer["alerts_sent"] == alerts(daily, alice)
    assert told(daily, alice) == ["id-of-alice"]


NO_SHARES = {
    "no JSON": "{",
    "nothing": "null",
    "a list": "[0, 1]",
    "a text": '"segment"',
    "nothing of it": "{}",
    "a half": '{"segment": 0}',
    "too high": '{"segment": 2, "segments": 2}',
    "negative": '{"segment": -1, "segments": 2}',
    "too many": json.dumps({"segment": 0, "segments": MOST_SHARES + 1}),
    "no number": '{"segment": "0", "segments": "2"}',
    "true": '{"segment": true, "segments": 2}',
    "a fraction": '{"segment": 0.5, "segments": 2}',
    "after nobody": '{"segment": 0, "segments": 1, "after": null}',
}


@pytest.mark.parametrize("what", NO_SHARES)
def test_what_is_no_share_is_refused(what):
    with pytest.raises(ValueError, match=r"no share|Expecting"):
        Share.read(NO_SHARES[what])


def test_what_is_no_share_ends_in_the_dead_letters_and_stops_nobody(daily):
    alice = overspent(daily, "alice")
    daily.put(NO_SHARES["nothing of it"], Share(0, 1).body())
    daily.serve()
    assert daily.dead() == [NO_SHARES["nothing of it"]]
    assert told(daily, alice) == ["id-of-alice"]


def test_a_share_in_which_something_failed_comes_again_alone(daily):
    alice = overspent(daily, "alice")
    aws = daily.services.store._database._aws
    answers(aws, "dynamodb.Query", "InternalServerError", 500)
    answer = daily.bring(Share(0, 1).body())
    assert answer["batchItemFailures"] == [{"itemIdentifier": "0"}]
    [error] = answer["errors"]
    assert error.startswith("id-of-alice: The planner cannot reach its records")
    works(aws, "dynamodb.Query")
    assert daily.bring(Share(0, 1).body())["batchItemFailures"] == []
    assert told(daily, alice) == ["id-of-alice"]


def test_what_failed_when_all_were_looked_after_at_once_is_left_to_the_queue(daily):
    alice = overspent(daily, "alice")
    aws = daily.services.store._database._aws
    answers(aws, "dynamodb.Query", "InternalServerError", 500)
    answer = daily(SCHEDULED)
    assert (answer["alerts_sent"], len(answer["errors"]), answer["shares"]) == (0, 1, 1)
    works(aws, "dynamodb.Query")
    daily.serve()
    assert told(daily, alice) == ["id-of-alice"]


def test_when_even_the_users_cannot_be_read_all_shares_come_again(daily):
    answers(daily.services.store._database._aws, "dynamodb", "InternalServerError", 500)
    answer = daily.bring(Share(0, 2).body(), Share(1, 2).body())
    assert answer["batchItemFailures"] == [{"itemIdentifier": "0"}, {"itemIdentifier": "1"}]
    with pytest.raises(Unavailable):  # EventBridge asks again
        daily(SCHEDULED)


def test_what_there_is_no_time_for_is_another_share(daily):
    people = [overspent(daily, name) for name in ("alice", "bob", "carol")]
    short = Context(left=1000)
    answer = daily(SCHEDULED, short)
    assert len(told(daily, *people)) == 1
    assert answer["errors"] == []
    while (shares := daily.waiting()) and len(told(daily, *people)) < 3:
        daily({"Records": [{"messageId": "m", "body": shares[0]}]}, short)
    assert sorted(told(daily, *people)) == [user.user_id for user in people]


def test_the_rest_of_a_share_begins_anew_where_its_last_user_has_gone(daily):
    alice = overspent(daily, "alice")
    daily.bring(Share(0, 1, "id-of-somebody-who-left").body())
    assert told(daily, alice) == ["id-of-alice"]


@pytest.mark.parametrize(
    ("users", "shares"),
    [(0, 1), (1, 1), (USERS, 1), (USERS + 1, 2), (501, 3), (1_000_000, 5_000), (10**9, MOST_SHARES)],
)
def test_there_are_as_many_shares_as_people_need(daily, users, shares):
    counted(daily, users)
    wanted = lambda_function.shares().wanted()
    assert wanted == [Share(number, shares) for number in range(shares)]


def test_a_message_holds_one_share():
    """Ten at once, as other functions take, would be more than fits into the time."""
    assert PLANS["budget-alert-function"].batch == 1
    assert PLANS["notification-processor-function"].batch == 10


def test_all_shares_are_in_the_queue(daily):
    lambda_function.shares().send([Share(number, 23) for number in range(23)])
    assert segments(daily) == [(number, 23) for number in range(23)]


def test_what_the_queue_refuses_is_sent_again_and_only_that(daily):
    refusing = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]
    tries: list[list[str]] = []
    sqs = lambda_function.shares()._aws.client("sqs")

    def refuse(model: Any, params: Any, **_: Any) -> None:
        tries.append([entry["Id"] for entry in json.loads(params["body"])["Entries"]])

    sqs.meta.events.register("before-call.sqs.SendMessageBatch", refuse)
    says(lambda_function.shares()._aws, "sqs.SendMessageBatch", Successful=[], Failed=refusing)
    with pytest.raises(Unavailable):
        lambda_function.shares().send([Share(number, 3) for number in range(3)])
    assert tries == [["0", "1", "2"], ["1"], ["1"]]


def test_a_queue_that_is_not_there_stops_the_sharing_out():
    with account() as aws, pytest.raises(Unavailable):
        Shares(aws, Names()).send([Share(0, 1)])


def test_segments_have_everyone_once(daily):
    """moto's segments; those of Amazon's engine are in tests/aws/dynamodb."""
    for number in range(40):
        daily.services.store.create_user(sample(f"person{number}"))
    found = [user.user_id for part in range(7) for user in daily.services.store.each_user(part, 7)]
    assert len(found) == len(set(found)) == 40
