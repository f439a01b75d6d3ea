"""What a program may send wrongly: each is refused in words, at its field, and nothing is saved."""

import json

import pytest

from tests.web.programs import Program

GOOD = {"amount": "12.50", "category": "Groceries"}


def refused(program: Program, status: int, data: bytes | str, content_type: str = "application/json") -> dict:
    problem = program.ask("POST", "/api/expenses", status, data=data, content_type=content_type)
    assert program.ask("GET", "/api/expenses")["expenses"] == []
    return problem


def raw(field: str, token: str) -> str:
    """An expense with a value that Python could not write."""
    return json.dumps(GOOD | {field: "@"}).replace('"@"', token)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{}{}",
        b"{'amount': 1}",
        b'{"amount": 1,}',
        b'{"amount": 1} // more',
        b"\xef\xbb\xbf{}",  # a byte order mark
        b'{"payee": "\xff"}',
        b'{"payee": "\xc0\xaf"}',  # overlong
        '{"amount": 1}'.encode("utf-16"),
        '{"payee": "é"}'.encode("latin-1"),
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b'{"amount": -Infinity}',
        b'{"amount": 01}',
        b'{"amount": .5}',
        b'{"amount": 1, "amount": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"payee": "a\nb"}',
        b"[" * 90_000,
        b'{"a":' * 10_000,
        b'{"amount": ' + b"9" * 5000 + b"}",
        b"\x00",
    ],
)
def test_what_is_not_json_is_not_guessed_at(program, body):
    assert "not JSON" in refused(program, 400, body)["detail"]


@pytest.mark.parametrize("body", ["[]", "null", "0", '"text"', "true", "1e999999999", "[" * 500 + "]" * 500])
def test_other_json_is_not_an_expense(program, body):
    assert "one JSON object" in refused(program, 400, body)["detail"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json5", "multipart/mixed"],
)
def test_only_json_is_read(program, content_type):
    assert "application/json" in refused(program, 415, json.dumps(GOOD), content_type)["detail"]


def test_a_charset_beside_json_changes_nothing(program):
    data = json.dumps(GOOD | {"payee": "é"}, ensure_ascii=False).encode()
    kind = "application/json; charset=latin-1"
    assert program.ask("POST", "/api/expenses", 201, data=data, content_type=kind)["payee"] == "é"


def test_a_body_that_is_too_large_is_not_read(program):
    problem = refused(program, 413, json.dumps(GOOD | {"note": "x" * 100_000}))
    assert "100 kB" in problem["detail"]


@pytest.mark.parametrize(
    "token",
    [
        '"0"', '"0.00"', "0", "-1", '"-1"', '"+1"', '"1e3"', '"1_000"', '"1,50"', '"1,000.00"', '" 1"', '"1\\n"', '"١"',
        '"１２"', '"0x10"', '"NaN"', '"Infinity"', '""', "null", "true", "[]", "{}", '"1.00000"', '"12345678901"',
        "10000000000", "1e400", "1e-999999999999999999999", '"€5"', "-0.0", '"007"', '"=1+1"', '"\\u0000"', '"1."', '".5"',
    ],
)  # fmt: skip
def test_what_is_no_amount(program, token):
    problem = refused(program, 400, raw("amount", token))
    if "999999999999999999999" not in token:  # more than a Decimal's exponent: not a number at all
        assert problem["errors"][0]["field"] == "amount"
        assert "amount" in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    "token",
    [
        '"0001-01-01"', '"9999-12-31"', '"1969-12-31"', '"2200-01-01"', '"2026-02-29"', '"2100-02-29"', '"2026-13-01"',
        '"2026-04-31"', '"2026-1-1"', '"21.11.2026"', '"2026-11-21T00:00:00Z"', '"20261121"', '"today"', '""', "0",
        "1700000000", "2026", "true", "[2026, 11, 21]", '"2026-11-21\\n"', '"２０２６-11-21"', '"2026-W47-6"',
    ],
)  # fmt: skip
def test_what_is_no_day(program, token):
    assert refused(program, 400, raw("date", token))["errors"][0]["field"] == "date"


@pytest.mark.parametrize(
    "day", ["1970-01-01", "2199-12-31", "2000-02-29", "2028-02-29", "2196-02-29", "2026-10-31"]
)
def test_every_other_day_is_one(program, day):
    assert program.add(date=day)["date"] == day


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("category", "", "Fill this in"),
        ("category", None, "Send text"),
        ("category", 5, "Send text"),
        ("category", ["Groceries"], "Send text"),
        ("category", "x" * 61, "up to 60"),
        ("payee", "x" * 101, "up to 100"),
        ("payee", None, "Send text"),
        ("payee", "a\x00b", "cannot be shown"),
        ("description", "x" * 501, "up to 500"),
        ("description", "\x1b[31m", "cannot be shown"),
        ("note", "x" * 2001, "up to 2000"),
        ("note", {"a": 1}, "Send text"),
        ("tags", "a,b", "Send a list"),
        ("tags", ["x"] * 11, "up to 10"),
        ("tags.0", [""], "Fill this in"),
        ("tags.0", ["x" * 41], "up to 40"),
        ("tags.1", ["a", "b,c"], "Leave out"),
        ("tags.0", [1], "Send text"),
        ("tags.0", ["\x00"], "cannot be shown"),
        ("money_in", "yes", "true or false"),
        ("money_in", 1, "true or false"),
        ("currency", "eur", "three letters"),
        ("currency", "XXX", "three letters"),
        ("currency", "", "three letters"),
        ("currency", 978, "Send text"),
    ],
)
def test_what_does_not_belong_in_a_field(program, field, value, words):
    problem = refused(program, 400, json.dumps(GOOD | {field.split(".")[0]: value}))
    assert [error["field"] for error in problem["errors"]] == [field]
    assert words in problem["errors"][0]["message"]
    assert problem["detail"].startswith(f"{field}: ")


def test_every_mistake_is_named_at_once(program):
    problem = refused(program, 400, json.dumps({"amount": 0, "payee": 1, "spent": "x"}))
    assert {error["field"] for error in problem["errors"]} == {"amount", "category", "payee", "spent"}
    assert "3" in problem["detail"]


@pytest.mark.parametrize(
    "name", ["user_id", "id", "version", "created_at", "__class__", "a" * 5000, "\u202e", "\x00", ""]
)
def test_a_name_that_does_not_exist_is_not_overlooked(program, name):
    error = refused(program, 400, json.dumps(GOOD | {name: "x"}))["errors"][0]
    assert "no such field" in error["message"]
    assert error["field"].isascii()
    assert len(error["field"]) <= 63


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00\\ud800"', '"a\\ud83db"'])
@pytest.mark.parametrize("field", ["category", "payee", "note"])
def test_half_a_character_is_refused(program, field, text):
    assert refused(program, 400, raw(field, text))["errors"][0]["field"] == field


def test_half_a_character_in_a_name_is_refused(program):
    refused(program, 400, '{"amount": 1, "category": "Other", "\\ud800": 1}')


def test_a_whole_character_in_two_halves_is_one(program):
    body = raw("payee", '"\\ud83d\\ude42"')
    added = program.ask("POST", "/api/expenses", 201, data=body, content_type="application/json")
    assert added["payee"] == "🙂"


@pytest.mark.parametrize("key", ["", "x" * 65, "a\tb\x01"])
def test_what_is_no_idempotency_key(program, key):
    problem = program.ask("POST", "/api/expenses", 400, json=GOOD, headers={"Idempotency-Key": key})
    assert problem["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("token", ["0", "-1", "1.5", '"1"', "null", "true", "2147483648", "1e30"])
def test_what_is_no_version(program, token):
    expense = program.add()
    body = json.dumps(GOOD | {"date": "2026-11-21", "currency": "EUR", "version": "@"}).replace('"@"', token)
    address = f"/api/expenses/{expense['id']}"
    problem = program.ask("PUT", address, 400, data=body, content_type="application/json")
    assert problem["errors"][0]["field"] == "version"
    assert program.ask("GET", address) == expense


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.0", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("sort=random", "sort"),
        ("start_date=yesterday", "start_date"),
        ("end_date=2026-02-30", "end_date"),
        ("end_date=9999-12-31", "end_date"),
        ("min_amount=-1", "min_amount"),
        ("min_amount=NaN", "min_amount"),
        ("max_amount=1e5", "max_amount"),
        ("totals=1", "totals"),
        ("trash=TRUE", "trash"),
        ("uncategorised=", "uncategorised"),
        ("currency=EURO", "currency"),
        ("tag=", "tag"),
        ("tag=a%2Cb", "tag"),
        ("search=%00", "search"),
        ("search=" + "x" * 101, "search"),
        ("cursor=" + "x" * 501, "cursor"),
        ("category=" + "&category=".join(["Other"] * 21), "category"),
        ("from=2026-01-01", "from"),
        ("user_id=1", "user_id"),
        ("Limit=5", "Limit"),
    ],
)
def test_what_does_not_belong_in_the_address(program, query, field):
    problem = program.ask("GET", f"/api/expenses?{query}", 400)
    assert problem["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("search", ["%FF%FE", "a%20" * 20, "\\", "%25", "%22", "'%20OR%20''='"])
def test_any_other_words_can_be_searched_for(program, search):
    assert program.ask("GET", f"/api/expenses?search={search}")["expenses"] == []


def test_more_than_twenty_words_do_not_fit(program):
    words = "+".join(f"w{number}" for number in range(21))
    assert program.ask("GET", f"/api/expenses?search={words}", 409)["errors"][0]["field"] == "search"
