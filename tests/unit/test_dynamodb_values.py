"""How records become items of DynamoDB: values come back, keys sort as what they stand for, nothing is written unescaped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_config.dynamodb import expressions as ex
from aws_config.dynamodb.chunks import Change, chunks_of
from aws_config.dynamodb.expense_items import at_least, at_most, to_expense, to_item, units
from aws_config.dynamodb.user_items import revision_of
from aws_config.dynamodb.values import (
    LARGEST_ITEM,
    can_be_key,
    from_stamp,
    kept,
    own_key,
    packed,
    short,
    size_of,
    stamp,
    unpacked,
)
from lib.errors import TooLarge
from lib.expenses import CHUNK
from lib.money import MAX_AMOUNT
from tests.contract.samples import HOSTILE, NOON, expense

AMOUNTS = st.decimals(Decimal("0.0001"), MAX_AMOUNT, places=4)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))]))


@given(st.tuples(AMOUNTS, AMOUNTS))
def test_amounts_sort_as_text(pair):
    assert (units(pair[0]) < units(pair[1])) == (pair[0] < pair[1])


@given(st.tuples(MOMENTS, MOMENTS))
def test_moments_sort_as_text_and_come_back(pair):
    assert (stamp(pair[0]) < stamp(pair[1])) == (pair[0] < pair[1])
    assert from_stamp(stamp(pair[0])) == pair[0]


@pytest.mark.parametrize("bound", ["-1e40", "0", "2.99999", "3", "1e40"])
def test_bounds_compare_as_they_were_meant(bound):
    for amount in (Decimal("0.0001"), Decimal("2.9999"), Decimal(3), MAX_AMOUNT):
        assert (amount >= at_least(Decimal(bound))) == (amount >= Decimal(bound))
        assert (amount <= at_most(Decimal(bound))) == (amount <= Decimal(bound))
        assert (units(amount) >= units(at_least(Decimal(bound)))) == (amount >= Decimal(bound))


@pytest.mark.parametrize("text", HOSTILE)
def test_an_expense_comes_back_from_its_item(text):
    full = expense(payee=text, note=text, tags=(text[:40],), money_in=True, removed_at=NOON, version=3)
    assert to_expense(unpacked(packed(to_item(full)))) == full


def test_what_is_empty_is_not_kept_and_what_is_nothing_is():
    item = {"zero": 0, "none": Decimal(0), "empty": "", "list": (), "no": False, "gone": None, "yes": True}
    assert kept(item) == {"zero": 0, "none": Decimal(0), "yes": True}


def test_what_is_too_large_is_refused_before_it_is_sent():
    assert size_of({"a": "ü" * 100}) == 201
    with pytest.raises(TooLarge):
        kept({"a": "x" * LARGEST_ITEM})


def test_what_cannot_be_a_key_is_never_asked_for():
    assert not any(map(can_be_key, ["", "\ud800", "x" * 2049]))
    assert can_be_key(own_key("alice", "\x00"))
    assert len(short("x" * 5000).encode()) < 200
    assert short("ü" * 300) == "ü" * 300
    assert short("x" * 5000) != short("x" * 5001)
    with pytest.raises(ValueError, match="slash"):
        own_key("a/b", "c")


def test_every_name_and_value_stands_behind_a_placeholder():
    write = ex.update(
        "users", {"user_id": "1"}, assign={"date": 1, "status": ""}, add={"count": 2}, remove=["type"]
    )
    assert write.arguments["UpdateExpression"] == "SET #0 = :0, #1 = :1 ADD #2 :2 REMOVE #3"
    assert write.arguments["ExpressionAttributeNames"] == {
        "#0": "date",
        "#1": "status",
        "#2": "count",
        "#3": "type",
    }
    assert "ConditionExpression" not in write.arguments


def test_a_chunk_has_room_for_the_totals_that_its_expenses_change():
    """Each in a month of its own: the user, and two writes an expense."""
    each_month = [expense(n, spent_on=NOON.date().replace(year=1970 + n)) for n in range(120)]
    chunks = list(chunks_of(Change(None, one) for one in each_month))
    assert [len(chunk) for chunk in chunks] == [49, 49, 22]
    moved = [Change(one, expense(0, spent_on=one.spent_on.replace(month=1))) for one in each_month]
    assert max(len(chunk) for chunk in chunks_of(moved)) == 33


def test_what_gets_another_category_together_is_one_transaction():
    """Half of it saved, and the rest done again, would be half unlearned."""
    each_month = [expense(n, spent_on=NOON.date().replace(year=1970 + n)) for n in range(CHUNK)]
    moved = [Change(one, replace(one, category="Travel")) for one in each_month]
    assert len(list(chunks_of(moved))) == 1


def test_a_revision_goes_on_while_a_large_write_may_not_be_in_lists():
    def after(**item: int) -> int:
        return revision_of(item, datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC))

    noon = int(NOON.timestamp())
    assert (
        after(revision=1)
        < after(revision=1, bulk=noon + 60)
        < after(revision=1, bulk=noon)
        < after(revision=2)
    )
