"""Categories by themselves, asked for through the API."""

from dataclasses import replace
from typing import Any

import pytest

from lib.categories import UNCATEGORISED
from lib.filing.memory import PAGE
from lib.ids import new_id
from lib.records import User
from lib.services import Services

LUNCH = {"amount": "12.50", "category": "auto", "payee": "Shell", "date": "2026-11-20"}


@pytest.fixture
def api(client, services: Services, alice: User) -> Any:
    _, token = services.tokens.create(alice, "script", "write", 30)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def renamed(services: Services, user: User, name: str) -> None:
    changed = user.categories.changed("Transport", name=name, icon="tag", colour=1)
    services.accounts.save_categories(user, changed)


def test_an_expense_left_to_the_planner_is_pending_and_then_says_why(api, services):
    added = api.post("/api/expenses", json=LUNCH)
    assert added.status_code == 201
    assert (added.json["status"], added.json["category"]) == ("pending", UNCATEGORISED)
    services.queue.run(services)
    found = api.get(f"/api/expenses/{added.json['id']}").json
    assert (found["status"], found["category"]) == ("processed", "Transport")
    assert found["filing"]["category"] == "Transport"
    assert found["filing"]["confidence"] >= 40
    assert found["filing"]["reason"]
    assert found["version"] == 2


def test_sending_it_again_adds_nothing_also_once_it_is_filed(api, services):
    headers = {"Idempotency-Key": new_id()}
    first = api.post("/api/expenses", json=LUNCH, headers=headers).json
    services.queue.run(services)
    again = api.post("/api/expenses", json=LUNCH, headers=headers)
    assert (again.status_code, again.json["id"], again.json["category"]) == (201, first["id"], "Transport")


def test_a_category_that_a_person_chose_is_nobodys_filing(api):
    added = api.post("/api/expenses", json=LUNCH | {"category": "Travel"}).json
    assert (added["status"], added["category"], added["filing"]) == ("processed", "Travel", None)


@pytest.mark.parametrize("name", ["Uncategorised", "uncategorized"])
def test_leaving_it_open_asks_nobody(api, services, name):
    added = api.post("/api/expenses", json=LUNCH | {"category": name}).json
    assert (added["status"], added["category"], added["filing"]) == ("processed", UNCATEGORISED, None)
    assert "categorise" not in {task for task, *_ in services.queue.tasks}


@pytest.mark.parametrize(
    ("name", "asked", "is_left"), [("Auto", "auto", True), ("Auto", "Auto", False), ("auto", "auto", False)]
)
def test_who_calls_a_category_auto_can_still_use_both(api, services, alice, name, asked, is_left):
    renamed(services, alice, name)
    added = api.post("/api/expenses", json=LUNCH | {"category": asked}).json
    assert (added["status"] == "pending") is is_left
    assert (added["category"] == name) is not is_left


def test_an_expense_can_be_handed_back_to_the_planner(api, services):
    added = api.post("/api/expenses", json=LUNCH | {"category": "Travel"}).json
    body = {**LUNCH, "currency": "EUR", "version": added["version"]}
    assert api.put(f"/api/expenses/{added['id']}", json=body).json["status"] == "pending"
    services.queue.run(services)
    assert api.get(f"/api/expenses/{added['id']}").json["category"] == "Transport"


@pytest.mark.parametrize("ask", ["get", "post"])
def test_a_suggestion_says_what_how_sure_and_why(api, ask):
    asked = {"payee": "REWE", "amount": "12.50"}
    address = "/api/categories/suggest"
    found = api.get(address, query_string=asked) if ask == "get" else api.post(address, json=asked)
    assert found.status_code == 200
    assert (found.json["category"], found.json["guess_key"]) == ("Groceries", "Groceries")
    assert found.json["certainty"] in ("sure", "likely")
    assert found.json["reason"]
    assert len(found.json["alternatives"]) == 3


def test_nothing_to_go_by_is_said_so(api):
    found = api.get("/api/categories/suggest").json
    assert (found["category"], found["confidence"], found["source"]) == (UNCATEGORISED, 0, "nothing")


def test_what_was_chosen_is_what_is_suggested_next(api):
    for _ in range(3):
        api.post("/api/expenses", json=LUNCH | {"payee": "Zorblatt", "category": "Education"})
    found = api.get("/api/categories/suggest", query_string={"payee": "ZORBLATT 42"}).json
    assert (found["category"], found["source"]) == ("Education", "history")
    assert "3 times" in found["reason"]


def test_what_is_learned_is_counted_and_learned_again(api, services, alice):
    for payee in ("Zorblatt", "Zorblatt 2", "Quuxly"):
        api.post("/api/expenses", json=LUNCH | {"payee": payee, "category": "Education"})
    expected = {"expenses": 3, "shops": 2, "status": "learned"}
    assert api.get("/api/learned").json == expected
    again = api.post("/api/learned")
    assert (again.status_code, again.json) == (202, expected)


def test_learning_again_from_a_long_history_is_the_workers(api, services, alice):
    one = api.post("/api/expenses", json=LUNCH | {"payee": "Zorblatt", "category": "Education"}).json
    expense = services.expenses.get_expense(alice, one["id"])
    services.store.add_expenses([replace(expense, expense_id=new_id(), version=0) for _ in range(PAGE)])
    assert api.post("/api/learned").json["status"] == "learning"
    services.queue.run(services)
    assert api.get("/api/learned").json == {"expenses": PAGE + 1, "shops": 1, "status": "learned"}
