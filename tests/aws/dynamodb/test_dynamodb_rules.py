"""Rules of DynamoDB that emulators do not all enforce: held by looking at every request that is sent."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from aws_config.dynamodb import expressions
from aws_config.dynamodb.tables import ALL_TABLES, create_arguments
from lib.errors import TooLarge
from lib.periods import Month
from lib.records import Filters
from tests.contract.samples import (
    EVER,
    NOON,
    budget,
    delivery,
    document,
    every,
    expense,
    ids,
    notification,
    user,
)

pytestmark = pytest.mark.aws

_EXPRESSION = re.compile(r".*Expression$")
# What may stand in an expression beside placeholders; any other word would be an attribute's name, and perhaps a reserved one.
_GRAMMAR = re.compile(
    r"[#:]\d+|\b(SET|ADD|REMOVE|AND|OR|IN|BETWEEN|attribute_exists|attribute_not_exists|begins_with|contains)\b"
    r"|[=<>(),\s]"
)
_MEGABYTE = 2**20


def parts(arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The request itself, or the parts of a transaction: whatever has expressions of its own."""
    return [each for item in arguments.get("TransactItems", []) for each in item.values()] or [arguments]


def problems(sent) -> list[str]:
    """What AWS would refuse in a request."""
    found = []
    for part in parts(sent.arguments):
        texts = [text for name, text in part.items() if _EXPRESSION.match(name) and isinstance(text, str)]
        written = {word for text in texts for word in re.findall(r"[#:]\d+", text)}
        given = {*part.get("ExpressionAttributeNames", {}), *part.get("ExpressionAttributeValues", {})}
        found += [f"a name of its own in {text}" for text in texts if _GRAMMAR.sub("", text)]
        found += [f"placeholders that do not fit: {written ^ given}"] if written != given else []
        found += [f"{len(text)} bytes of expression" for text in texts if len(text.encode()) > 4096]
        found += ["an empty key" for key in part.get("Key", {}).values() if key == {"S": ""}]
        found += ["over 300 operators" for text in texts if len(re.findall(r"[#]\d+", text)) > 300]
        found += [
            "over 100 choices" for text in texts if len(re.findall(r":\d+", text.partition(" IN ")[2])) > 110
        ]
    items = sent.arguments.get("TransactItems", [])
    found += ["over 100 items"] if len(items) > 100 else []
    places = [(p["TableName"], str(_key_of(p))) for p in parts(sent.arguments)] if items else []
    found += ["one item twice in a transaction"] if len(places) != len(set(places)) else []
    found += ["over 4 MB"] if len(str(items).encode()) > 4 * _MEGABYTE else []
    for asked in sent.arguments.get("RequestItems", {}).values():
        count = len(asked["Keys"]) if isinstance(asked, dict) else len(asked)
        most = 100 if isinstance(asked, dict) else 25
        found += ["too many in a batch"] if count > most else []
    if sent.operation in ("GetItem", "Query", "Scan"):
        by_index, strongly = "IndexName" in sent.arguments, sent.arguments.get("ConsistentRead", False)
        found += (
            ["an index cannot be read strongly consistent, a table must be"] if by_index == strongly else []
        )
    return found


def _key_of(part: dict[str, Any]) -> object:
    whole = part.get("Key") or part["Item"]
    keys = {table.hash for table in ALL_TABLES} | {"month", "sk"}
    table = next(t for t in ALL_TABLES if part["TableName"].endswith(t.what))
    return {name: whole[name] for name in (table.hash, table.range) if name in keys}


def everything_there_is(store) -> None:
    """Every method of the port, in the ways that make different requests."""
    alice = store.create_user(user("alice"))
    store.find_user_by_username("nobody"), store.find_user_by_email("alice@example.com")
    store.save_user(replace(alice, username="alicia", phone="+4930123456"))
    many = [
        expense(n, spent_on=date(2020 + n % 5, 1 + n % 12, 1), category=f"C{n}", note="ﷺ" * 200)
        for n in range(130)
    ]
    store.add_expenses(many)
    store.save_expenses(
        [
            replace(e, version=1, spent_on=date(2025, 12, 1 + n % 30), category=f"D{n}")
            for n, e in enumerate(many)
        ]
    )
    store.remove_expenses("id-of-alice", ids(many)[:110], NOON)
    store.restore_expenses("id-of-alice", ids(many)[:20])
    for sort in ("newest", "oldest", "largest", "smallest"):
        for removed in (False, True):
            every(store, filters=Filters(sort=sort, removed=removed), limit=40)
    filters = Filters(
        text="a b", categories=tuple(f"C{n}" for n in range(90)), since=date(2020, 1, 2), until=date(2026, 1, 1),
        least=Decimal(1), most=Decimal(99), tag="t", currency="EUR", import_id="i",
    )  # fmt: skip
    for sort in ("newest", "largest"):
        store.list_expenses("id-of-alice", replace(filters, sort=sort))
    store.list_expenses("id-of-alice", Filters(categories=tuple(f"C{n}" for n in range(200))))
    store.sum_expenses("id-of-alice", filters), store.month_totals("id-of-alice", *EVER)
    store.month_totals("id-of-alice", Month(2026, 1), Month(2026, 2))
    saved = store.save_budget(budget())
    store.save_budget(replace(saved, category="Travel"))
    store.list_budgets("id-of-alice"), store.remove_budget("id-of-alice", saved.budget_id)
    every_notification(store)
    kept = store.put_document(document(expires_at=NOON + timedelta(days=9999)))
    (
        store.put_document(kept),
        store.list_documents("id-of-alice", "note"),
        store.count_hit("x" * 5000, timedelta(1)),
    )
    store.remove_document("id-of-alice", "note", "1"), store.remove_document("id-of-alice", "note", "1")
    (
        store.repair_totals("id-of-alice"),
        list(store.each_user()),
        store.purge_expenses(NOON + timedelta(days=1)),
    )
    store.check(), store.erase_user("id-of-alice")


def every_notification(store) -> None:
    due = (delivery(due_at=NOON),)
    names = [f"n{number}" for number in range(25)]
    for name in names:
        store.add_notification(notification(name, deliveries=due, expires_at=NOON + timedelta(days=9999)))
    store.add_notification(notification(expires_at=NOON - timedelta(days=1)))  # is over
    first = store.get_notification("id-of-alice", "n1")
    store.save_notification(replace(first, deliveries=(), note="sent"))
    cursor = store.list_notifications("id-of-alice", limit=2).cursor
    store.list_notifications("id-of-alice", cursor), store.read_notifications("id-of-alice", names)
    store.due_notifications(NOON), list(store.each_user(1, 3))


def test_every_request_keeps_the_rules(store, meter):
    everything_there_is(store)
    kinds = {"TransactWriteItems", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "UpdateItem"}
    assert kinds <= set(meter.operations)
    assert [problem for sent in meter.sent for problem in problems(sent)] == []


def test_the_check_finds_what_it_should():
    """A rule that nothing can break would hold nothing."""
    terms = expressions.Terms()
    good = expressions.compare("status", "=", 1)(terms)
    assert _GRAMMAR.sub("", good) == ""
    assert _GRAMMAR.sub("", "status = :0") == "status"


def test_what_does_not_fit_into_an_item_is_refused_in_words(store, alice):
    fits = store.put_document(document(data={"text": "x" * 400_000}))
    with pytest.raises(TooLarge, match="more than can be kept"):
        store.put_document(replace(fits, data={"text": "x" * 410_000}))
    assert store.get_document("id-of-alice", "note", "1") == fits


def test_a_chunk_never_outgrows_a_transaction(store, alice, meter):
    heavy = [expense(n, note="ﷺ" * 2000, spent_on=date(2026, 1 + n % 12, 1)) for n in range(120)]
    assert store.add_expenses(heavy) == ids(heavy)
    assert [problem for sent in meter.sent for problem in problems(sent)] == []
    assert len(meter.operations) > 2  # a hundred items alone would be two
    assert store.repair_totals("id-of-alice") == []


def test_tables_are_paid_by_request_and_index_what_they_sort_by(dynamodb):
    aws, names = dynamodb
    for table in ALL_TABLES:
        there = aws.client("dynamodb").describe_table(TableName=names.table(table.what))["Table"]
        assert there["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        asked = create_arguments(table, names)
        indexes = {
            index["IndexName"]: index["KeySchema"] for index in there.get("GlobalSecondaryIndexes", [])
        }
        assert indexes == {i["IndexName"]: i["KeySchema"] for i in asked.get("GlobalSecondaryIndexes", [])}
        expiry = aws.client("dynamodb").describe_time_to_live(TableName=names.table(table.what))
        assert expiry["TimeToLiveDescription"].get("AttributeName", "") == table.expires


def test_what_expires_says_so_in_whole_seconds(store, alice, dynamodb, clock):
    aws, names = dynamodb
    store.put_document(document(expires_at=clock() + timedelta(seconds=59, microseconds=1)))
    store.count_hit("key", timedelta(minutes=1))
    store.add_notification(notification(expires_at=clock() + timedelta(seconds=59, microseconds=1)))
    store.add_expenses([expense()])
    store.remove_expenses("id-of-alice", ids([expense()]), clock())
    found = {}
    for what in ("records", "expenses", "notifications"):
        for item in aws.client("dynamodb").scan(TableName=names.table(what))["Items"]:
            if "expires_at" in item:
                key = item.get("sk") or item.get("expense_id") or item["notification_id"]
                found[key["S"].split("#")[0]] = int(item["expires_at"]["N"])
    now = int(clock().timestamp())
    assert found.pop("note") == found.pop("id-of-alice/n1") == now + 60
    assert found.pop(f"id-of-alice/{expense().expense_id}") == now + 37 * 86400
    assert now < found.popitem()[1] <= now + 60


def test_a_budget_from_before_there_were_several_percentages_keeps_its_own(store, alice, dynamodb):
    aws, names = dynamodb
    store.save_budget(budget(alert_thresholds=(65, 90)))
    aws.client("dynamodb").update_item(
        TableName=names.table("budgets"),
        Key={"budget_id": {"S": "id-of-alice/budget-Groceries"}},
        UpdateExpression="REMOVE alert_thresholds",
    )
    [old] = store.list_budgets("id-of-alice")
    assert old.alert_thresholds == (65,)
    store.save_budget(replace(old, alert_thresholds=(50, 80)))
    assert store.list_budgets("id-of-alice")[0].alert_thresholds == (50, 80)
