"""Rules and replays through the API."""

from typing import Any

import pytest

from lib.ids import new_id
from lib.records import User
from lib.services import Services

RENT = {"name": "rent", "category": "Housing", "how": "words", "pattern": "rent"}
EXPENSE = {"amount": "12.50", "category": "Uncategorised", "date": "2026-11-20"}


@pytest.fixture
def api(client, services: Services, alice: User) -> Any:
    _, token = services.tokens.create(alice, "script", "write", 30)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def add(api: Any, **changes: object) -> Any:
    return api.post("/api/rules", json=RENT | changes)


def test_a_rule_is_added_found_changed_and_removed(api):
    added = add(api, min_amount="500", max_amount="1500.00", money_in=False)
    assert (added.status_code, added.headers["Location"]) == (201, f"/api/rules/{added.json['id']}")
    address = added.headers["Location"]
    assert api.get(address).json == added.json
    body = RENT | {"name": "flat", "version": added.json["version"]}
    changed = api.put(address, json=body).json
    assert (changed["name"], changed["min_amount"], changed["version"]) == ("flat", None, 2)
    assert api.put(address, json=body).status_code == 409
    assert api.delete(address).status_code == 204
    assert api.delete(address).status_code == api.get(address).status_code == 404
    assert api.get("/api/rules").json == {"rules": []}


def test_the_same_request_twice_is_one_rule(api):
    headers = {"Idempotency-Key": new_id()}
    answers = [api.post("/api/rules", json=RENT, headers=headers).json for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(api.get("/api/rules").json["rules"]) == 1


def test_rules_are_moved(api):
    ids = [add(api, name=name).json["id"] for name in "ab"]
    moved = api.post(f"/api/rules/{ids[1]}/move", json={"steps": -1}).json["rules"]
    assert [rule["name"] for rule in moved] == ["b", "a"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"how": "regex", "pattern": "("}, "pattern"),
        ({"how": "regex", "pattern": "(?=a)"}, "pattern"),
        ({"pattern": ""}, "pattern"),
        ({"name": "  "}, "name"),
        ({"category": "No such"}, "category"),
        ({"category": "Uncategorised"}, "category"),
        ({"min_amount": "2", "max_amount": "1"}, "max_amount"),
        ({"min_amount": "1.000001"}, "min_amount"),
    ],
)
def test_what_makes_no_rule_is_said_in_words_at_its_field(api, wrong, field):
    answer = add(api, **wrong)
    assert answer.status_code in (400, 409)
    assert {error["field"] for error in answer.json["errors"]} == {field}
    assert api.get("/api/rules").json == {"rules": []}


def test_an_amount_comes_back_as_amounts_are_written(api):
    assert add(api, min_amount=1e3).json["min_amount"] in ("1000", "1000.0")


def test_trying_says_what_would_change(api):
    for payee, category in (("Rent", "Uncategorised"), ("rent 2", "Travel")):
        api.post("/api/expenses", json=EXPENSE | {"payee": payee, "category": category})
    tried = api.post("/api/rules/try", json=RENT).json
    assert (tried["tried_on"], tried["fits"], tried["changes"], tried["kept"]) == (2, 2, 1, 1)
    assert [each["payee"] for each in tried["examples"]] == ["Rent"]
    assert api.get("/api/rules").json == {"rules": []}


def test_a_history_is_looked_through_filed_again_and_taken_back(api, services):
    expense = api.post("/api/expenses", json=EXPENSE | {"payee": "Shell"}).json
    started = api.post("/api/replays")
    assert (started.status_code, started.json["status"]) == (202, "looking")
    address = started.headers["Location"]
    services.queue.run(services)
    ready = api.get(address).json
    assert (ready["status"], ready["percent"]) == ("ready", 100)
    assert ready["moves"] == [
        {
            "from_category": "Uncategorised",
            "to_category": "Transport",
            "count": 1,
            "examples": [expense["id"]],
        }
    ]
    for step, status, category in (
        ("apply", "done", "Transport"),
        ("take-back", "taken back", "Uncategorised"),
    ):
        assert api.post(f"{address}/{step}").status_code == 202
        services.queue.run(services)
        assert api.get(address).json["status"] == status
        assert api.get(f"/api/expenses/{expense['id']}").json["category"] == category
    assert api.post(f"{address}/apply").status_code == 409
    assert [run["id"] for run in api.get("/api/replays").json["replays"]] == [ready["id"]]


def test_bob_finds_nothing_of_alices(api, services, bob):
    rule, look = add(api).headers["Location"], api.post("/api/replays").headers["Location"]
    _, token = services.tokens.create(bob, "script", "write", 30)
    api.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    body = RENT | {"version": 1}
    answers = [
        api.get(rule),
        api.put(rule, json=body),
        api.delete(rule),
        api.post(f"{rule}/move", json={"steps": 1}),
        api.get(look),
        api.post(f"{look}/apply"),
        api.post(f"{look}/take-back"),
    ]
    assert {answer.status_code for answer in answers} == {404}
