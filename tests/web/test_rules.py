"""Rules in the settings: tried on what is there before they hold, put in order, removed and brought back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.records import User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient

DRAFT = ExpenseDraft(Decimal("650"), "EUR", UNCATEGORISED, date(2026, 11, 2), payee="Miete November")
TYPED = {"how": "contains", "pattern": "miete", "category": "Housing", "way": "", "active": "y"}


@pytest.fixture
def client(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


def send(
    client: PageClient, status: int = 200, address: str = "/settings/rules/new", **typed: Any
) -> BeautifulSoup:
    data = {**TYPED, **typed}
    answer = client.post_form(address, data, form_at="/settings/rules/new", follow_redirects=True)
    return client.look(answer, status)


def rules(services: Services, user: User) -> list[Rule]:
    return [kept.rule for kept in services.rules.list_rules(user)]


def test_a_rule_is_added_as_it_was_meant(services, client, alice):
    page = send(client, least="500", most="900.50", way="out", name="Rent")
    assert "Added the rule “Rent”" in page.get_text()
    row = " ".join(page.select_one(".rule-rows li").get_text().split())
    assert "“miete”, from €500 to €900.50, money out" in row
    [rule] = rules(services, alice)
    assert (rule.least, rule.most, rule.money_in) == (Decimal(500), Decimal("900.50"), False)


def test_without_a_name_it_is_called_as_its_text(services, client, alice):
    send(client)
    assert rules(services, alice)[0].name == "miete"


def test_trying_says_what_would_change_and_saves_nothing(services, client, alice):
    services.expenses.add_expense(alice, DRAFT, new_id())
    services.expenses.add_expense(alice, replace(DRAFT, category="Travel"), new_id())
    page = send(client, **{"try": "1"})
    words = " ".join(page.select_one(".notice").get_text().split())
    assert "fits 2 of your 2 expenses" in words
    assert "would file 1 of them elsewhere" in words
    assert "1 expense that you filed elsewhere yourself" in words
    assert "Miete November" in words
    assert page.select_one("[name=pattern]")["value"] == "miete"
    assert rules(services, alice) == []


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"how": "regex", "pattern": "(a"}, "pattern", "missing )"),
        ({"how": "regex", "pattern": "(a+)+" * 50}, "pattern", "200"),
        ({"pattern": ""}, "pattern", "Say which text"),
        ({"pattern": "!!!"}, "pattern", "letter or digit"),
        ({"category": ""}, "category", "Choose a category"),
        ({"category": "Nonsense"}, "category", "one of your categories"),
        ({"least": "much"}, "least", "such as"),
        ({"least": "9", "most": "5"}, "most", "smaller"),
        ({"how": "magic"}, "how", "how the text"),
    ],
)
@pytest.mark.parametrize("button", [{}, {"try": "1"}], ids=["add", "try"])
def test_what_is_wrong_is_said_at_the_field(services, client, alice, typed, field, words, button):
    page = send(client, 400, **typed, **button)
    assert words in page.select_one(f"#{field}-help").get_text()
    assert rules(services, alice) == []


@pytest.fixture
def three(services: Services, alice: User) -> list[str]:
    made = [Rule("", name, "Travel", "words", name) for name in ("aa", "bb", "cc")]
    return [services.rules.add_rule(alice, rule, new_id()).rule.rule_id for rule in made]


def test_rules_are_put_in_order(services, client, alice, three):
    for rule_id, way in ((three[2], "up"), (three[0], "down"), (three[0], "down")):
        client.post_form(f"/settings/rules/{rule_id}/move", {"way": way}, form_at="/settings/rules")
    assert [rule.name for rule in rules(services, alice)] == ["cc", "bb", "aa"]


def test_a_removed_rule_comes_back_to_its_place(services, client, alice, three):
    kept = services.rules.get_rule(alice, three[1])
    rule = replace(kept.rule, least=Decimal("1250.50"), active=False, money_in=True)
    services.rules.change_rule(alice, rule, kept.version)
    before = rules(services, alice)
    address = f"/settings/rules/{three[1]}/remove"
    page = client.look(client.post_form(address, {}, form_at="/settings/rules", follow_redirects=True))
    assert [each.name for each in rules(services, alice)] == ["aa", "cc"]
    undo = page.select_one("form[action='/settings/rules/restore']")
    fields = {each["name"]: each["value"] for each in undo.select("[name]")}
    client.post_form("/settings/rules/restore", fields, form_at="/settings/rules")
    assert rules(services, alice) == before


def test_bringing_back_takes_no_nonsense(services, client, alice):
    sent = {**TYPED, "rule_id": "x", "category": "Nonsense"}
    answer = client.post_form(
        "/settings/rules/restore", sent, form_at="/settings/rules", follow_redirects=True
    )
    assert "one of your categories" in client.look(answer).get_text()
    assert rules(services, alice) == []


def test_two_windows_do_not_overwrite_each_other_unasked(services, client, alice, three):
    address = f"/settings/rules/{three[0]}"
    page = client.page(address)
    version = page.select_one("[name=version]")["value"]
    send(client, address=address, version=version, name="first")
    page = send(client, 409, address, version=version, name="second")
    send(client, address=address, version=page.select_one("[name=version]")["value"], name="second")
    assert rules(services, alice)[0].name == "second"


def test_an_expense_can_begin_a_rule(services, client, alice):
    added = services.expenses.add_expense(alice, replace(DRAFT, category="Housing"), new_id())
    link = client.page(f"/expenses/{added.expense_id}").select_one("a[href^='/settings/rules/new']")
    page = client.page(link["href"])
    assert page.select_one("[name=pattern]")["value"] == "Miete November"
    assert page.select_one("[name=category] [selected]")["value"] == "Housing"
