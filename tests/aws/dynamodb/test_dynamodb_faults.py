"""DynamoDB that is busy, slow, forbidden or not there: said in words, nothing half done, and well again by itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from aws_config.config import Names
from aws_config.dynamodb.values import LARGEST_ITEM
from aws_config.dynamodb_client import DynamoDBClient
from lib.errors import Changed, Invalid, TooLarge, Unavailable
from lib.records import Filters
from tests.aws import dynamodb_local
from tests.aws.dynamodb_local import everything
from tests.aws.moto_aws import answers, breaks
from tests.contract.samples import EVER, NOON, budget, document, every, expense, ids, user

pytestmark = pytest.mark.aws

READS_AND_WRITES = {
    "get_user": lambda store: store.get_user("id-of-alice"),
    "find": lambda store: store.find_user_by_username("alice"),
    "create": lambda store: store.create_user(user("bob")),
    "list": lambda store: store.list_expenses("id-of-alice", Filters()),
    "totals": lambda store: store.month_totals("id-of-alice", *EVER),
    "add": lambda store: store.add_expenses([expense(2)]),
    "save": lambda store: store.save_expenses([expense(1, version=1)]),
    "remove": lambda store: store.remove_expenses("id-of-alice", ids([expense(1)]), NOON),
    "budgets": lambda store: store.list_budgets("id-of-alice"),
    "budget": lambda store: store.save_budget(budget("Travel")),
    "document": lambda store: store.get_document("id-of-alice", "note", "1"),
    "put": lambda store: store.put_document(document("2")),
    "hit": lambda store: store.count_hit("key", timedelta(minutes=1)),
    "check": lambda store: store.check(),
    "erase": lambda store: store.erase_user("id-of-alice"),
}


@pytest.fixture
def filled(store, alice):
    store.add_expenses([expense(1)])
    store.put_document(document())
    return store


class Once:
    """Something that goes wrong the first times an operation is sent, after or before it was carried out."""

    def __init__(self, aws, operation: str, times: int = 1) -> None:
        self.left, self.sent = times, 0
        self._events = aws.client("dynamodb").meta.events
        self._operation = operation

    def lose_the_answer(self) -> "Once":
        self._events.register(f"needs-retry.dynamodb.{self._operation}", self._forget, unique_id="once")
        return self

    def _forget(self, response, **_):
        self.sent += 1
        if self.left > 0 and response is not None:
            self.left -= 1
            return 0  # seconds until it is sent again, as if its answer had been lost
        return None


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "InternalServerError",
        "ResourceNotFoundException",
        "AccessDeniedException",
        "ExpiredTokenException",
    ],
)
def test_what_aws_refuses_is_said_in_words(filled, dynamodb, code):
    answers(dynamodb[0], "dynamodb", code)
    for name, work in READS_AND_WRITES.items():
        with pytest.raises(Unavailable) as refused:
            work(filled)
        assert refused.value.part == "store", name
        assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb.invalid"),
        ReadTimeoutError(endpoint_url="https://dynamodb.invalid"),
        NoCredentialsError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_way_that_is_cut_is_said_in_words(filled, dynamodb, error):
    breaks(dynamodb[0], "dynamodb", error)
    with pytest.raises(Unavailable) as refused:
        filled.add_expenses([expense(2)])
    assert refused.value.part == "store"


def test_a_place_without_tables_is_not_ready(dynamodb):
    store = DynamoDBClient(dynamodb[0], Names("nothing-is-here"))
    with pytest.raises(Unavailable):
        store.check()
    dynamodb_local.set_up(dynamodb[0], Names("nothing-is-here"))
    store.check()


def test_an_add_whose_answer_is_lost_is_done_once(filled, dynamodb):
    lost = Once(dynamodb[0], "TransactWriteItems").lose_the_answer()
    assert filled.add_expenses([expense(2)]) == ids([expense(2)])
    assert lost.sent == 2
    assert filled.repair_totals("id-of-alice") == []
    assert filled.month_totals("id-of-alice", *EVER)[0].count == 2


def test_a_document_whose_answer_is_lost_is_saved_once(filled, dynamodb):
    lost = Once(dynamodb[0], "PutItem").lose_the_answer()
    saved = filled.put_document(document("2"))
    assert lost.sent == 2
    assert filled.get_document("id-of-alice", "note", "2") == saved
    with pytest.raises(Changed):
        filled.put_document(document("2"))


def test_a_removal_whose_answer_is_lost_is_heard_of_once(filled, dynamodb):
    lost = Once(dynamodb[0], "TransactWriteItems").lose_the_answer()
    assert filled.remove_document("id-of-alice", "note", "1") is True
    assert lost.sent == 2
    assert filled.remove_document("id-of-alice", "note", "1") is False


def test_a_profile_whose_answer_is_lost_is_saved_once(filled, dynamodb):
    lost = Once(dynamodb[0], "UpdateItem").lose_the_answer()
    before = filled.get_user("id-of-alice")
    saved = filled.save_user(replace(before, theme="dark"))
    assert lost.sent == 2
    assert (
        saved
        == filled.get_user("id-of-alice")
        == replace(before, theme="dark", version=2, revision=saved.revision)
    )


def cancelled(dynamodb, *codes: str, times: int, message: str = "") -> list[int]:
    """The next transactions are cancelled for these reasons. Gives back how often that was, as it happens."""
    aws, happened = dynamodb[0], []

    def cancel(model, **_):
        if len(happened) >= times:
            return None
        happened.append(1)
        from botocore.awsrequest import AWSResponse

        parsed = {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": [
                {"Code": code} | ({} if code == "None" else {"Message": message}) for code in codes
            ],
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        return AWSResponse("https://aws.invalid", 400, {}, None), parsed

    aws.client("dynamodb").meta.events.register("before-call.dynamodb.TransactWriteItems", cancel)
    return happened


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_met_another_is_tried_again(filled, dynamodb, code):
    happened = cancelled(dynamodb, "None", code, "None", times=4)
    assert filled.add_expenses([expense(2)]) == ids([expense(2)])
    assert len(happened) == 4
    assert filled.repair_totals("id-of-alice") == []


def test_a_condition_among_conflicts_is_what_counts(filled, dynamodb):
    """What was refused for good is not tried again because something else met another transaction."""
    happened = cancelled(dynamodb, "TransactionConflict", "ConditionalCheckFailed", "None", times=1)
    assert filled.add_expenses([expense(2)]) == []
    assert len(happened) == 1


def test_a_cancelled_transaction_leaves_nothing(filled, dynamodb):
    cancelled(dynamodb, "None", "SomethingNew", "None", times=1)
    before = (every(filled), filled.month_totals("id-of-alice", *EVER), filled.get_user("id-of-alice"))
    with pytest.raises(Unavailable):
        filled.add_expenses([expense(2)])
    assert (
        every(filled),
        filled.month_totals("id-of-alice", *EVER),
        filled.get_user("id-of-alice"),
    ) == before


def test_a_total_that_grows_too_large_is_refused_in_words(filled, dynamodb):
    """DynamoDB keeps 38 digits; it says so as the reason of a cancelled transaction."""
    said = "Number overflow. Attempting to store a number with magnitude larger than supported range"
    cancelled(dynamodb, "None", "None", "ValidationError", times=1, message=said)
    with pytest.raises(Invalid, match="larger than can be added up"):
        filled.add_expenses([expense(2)])
    assert ids(every(filled)) == ids([expense(1)])


def test_a_month_with_more_categories_than_fit_together_is_refused_in_words(filled, dynamodb):
    aws, names = dynamodb
    [month] = everything(aws, names)["summaries"]
    full = month | {"others": {"S": "x" * (LARGEST_ITEM - 300)}}
    aws.client("dynamodb").put_item(TableName=names.table("summaries"), Item=full)
    with pytest.raises(TooLarge, match="more categories and currencies than fit"):
        filled.add_expenses([expense(n, category=f"{n}" * 60) for n in range(2, 10)])
    assert ids(every(filled)) == ids([expense(1)])


def test_another_mistake_is_not_blamed_on_amounts(filled, dynamodb):
    said = "An operand in the update expression has an incorrect data type"
    cancelled(dynamodb, "None", "None", "ValidationError", times=1, message=said)
    with pytest.raises(Unavailable):
        filled.add_expenses([expense(2)])
    assert ids(every(filled)) == ids([expense(1)])


def test_who_waits_too_long_for_others_is_told_so(filled, dynamodb, clock):
    hasty = DynamoDBClient(*dynamodb, now=clock, patience=1)
    happened = cancelled(dynamodb, "None", "TransactionConflict", "None", times=1000)
    with pytest.raises(Unavailable, match="Nothing of this was saved") as refused:
        hasty.add_expenses([expense(2)])
    assert refused.value.part == "store"
    assert 3 < len(happened) < 50
    assert ids(every(filled)) == ids([expense(1)])


def test_two_processes_writing_at_once_lose_nothing(filled, dynamodb, clock):
    """Two stores have two queues of threads, so their transactions do meet."""
    stores = [DynamoDBClient(*dynamodb, now=clock) for _ in range(4)]

    def add(number: int) -> list[str]:
        return stores[number % 4].add_expenses([expense(100 + number)])

    with ThreadPoolExecutor(16) as threads:
        added = list(threads.map(add, range(80)))
    assert [len(one) for one in added] == [1] * 80
    assert filled.month_totals("id-of-alice", *EVER)[0].count == 81
    assert filled.repair_totals("id-of-alice") == []


def test_a_batch_that_is_answered_in_parts_is_read_to_its_end(filled, dynamodb):
    filled.add_expenses([expense(n) for n in range(2, 90)])
    cut = []

    def unfinished(parsed, **_):
        for table, found in parsed.get("Responses", {}).items():
            if not cut and len(found) > 10:
                cut.append(1)
                late = [{"expense_id": item["expense_id"]} for item in found[10:]]
                parsed["Responses"][table] = found[:10]
                parsed["UnprocessedKeys"] = {table: {"Keys": late, "ConsistentRead": True}}

    dynamodb[0].client("dynamodb").meta.events.register("after-call.dynamodb.BatchGetItem", unfinished)
    removed = filled.remove_expenses("id-of-alice", ids([expense(n) for n in range(1, 90)]), NOON)
    assert (len(removed), len(cut)) == (89, 1)
    assert every(filled) == []


def test_an_interrupted_erase_is_finished_by_the_next(filled, dynamodb):
    filled.add_expenses([expense(n) for n in range(2, 60)])
    stop = []

    def fail(**_):
        if not stop:
            stop.append(1)
            raise EndpointConnectionError(endpoint_url="https://dynamodb.invalid")

    dynamodb[0].client("dynamodb").meta.events.register("before-call.dynamodb.BatchWriteItem", fail)
    with pytest.raises(Unavailable):
        filled.erase_user("id-of-alice")
    assert filled.get_user("id-of-alice") is None
    with pytest.raises(Changed):
        filled.add_expenses([expense(99)])
    filled.erase_user("id-of-alice")
    left = dynamodb_local.everything(*dynamodb)
    assert {what: items for what, items in left.items() if "alice" in str(items)} == {}


def test_erasing_empties_every_table_with_something_of_theirs(filled, dynamodb):
    """Also the one that nothing writes to yet."""
    aws, names = dynamodb
    for number, owner in enumerate(["id-of-alice"] * 30 + ["id-of-bob"]):
        note = {"notification_id": f"n{number}", "user_id": owner, "created_at": "2026-11-21"}
        item = {name: {"S": value} for name, value in note.items()}
        aws.client("dynamodb").put_item(TableName=names.table("notifications"), Item=item)
    filled.erase_user("id-of-alice")
    left = dynamodb_local.everything(aws, names)
    assert [item["user_id"]["S"] for items in left.values() for item in items] == ["id-of-bob"]
