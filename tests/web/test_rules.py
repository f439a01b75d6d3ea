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
from lib.filing.memory import PAGE
from lib.ids import new_id
from lib.records import Expense, User
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
    assert "1 expense that you filed elsewhere yourself stays there." in words
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


@pytest.fixture
def fine(services: Services, alice: User) -> str:
    """A rule with finer amounts than people type, as programs may give it. Its id."""
    rule = Rule("", "fine", "Travel", least=Decimal("10.1234"), most=Decimal("20.5"))
    return services.rules.add_rule(alice, rule, new_id()).rule.rule_id


def filled_in(page: BeautifulSoup) -> dict[str, str]:
    """What a form sends as it stands."""
    form = page.select_one(".panel form")
    inputs = [each for each in form.select("input[name]") if each.get("type") not in ("radio", "checkbox")]
    chosen = form.select("input[checked], select option[selected]")
    sent = {each["name"]: each.get("value", "") for each in inputs}
    return sent | {each.get("name") or each.find_parent("select")["name"]: each["value"] for each in chosen}


@pytest.mark.parametrize("locale", ["en_IE", "de_DE"])
def test_opening_and_saving_a_rule_keeps_its_amounts(services, client, alice, fine, locale):
    services.store.save_user(replace(alice, locale=locale))
    page = client.page(f"/settings/rules/{fine}")
    assert page.select_one("[name=least]")["value"] == ("10,1234" if locale == "de_DE" else "10.1234")
    client.post_form(f"/settings/rules/{fine}", filled_in(page), form_at="/settings/rules")
    [rule] = rules(services, alice)
    assert (rule.name, rule.least, rule.most) == ("fine", Decimal("10.1234"), Decimal("20.5"))
    assert rule.active


def test_an_amount_that_is_typed_anew_counts(services, client, alice, fine):
    sent = filled_in(client.page(f"/settings/rules/{fine}"))
    client.post_form(
        f"/settings/rules/{fine}", {**sent, "least": "10.12", "most": ""}, form_at="/settings/rules"
    )
    assert [(rule.least, rule.most) for rule in rules(services, alice)] == [(Decimal("10.12"), None)]


@pytest.mark.parametrize("was", ["NaN", "1e9", "-1", "x", "10.12345"])
def test_what_it_was_is_an_amount_or_nothing(services, client, alice, was):
    send(client, least="12", least_was=was)
    assert rules(services, alice)[0].least == Decimal(12)


def test_a_removed_rule_comes_back_with_its_very_amounts(services, client, alice, fine):
    before = rules(services, alice)
    page = client.look(
        client.post_form(
            f"/settings/rules/{fine}/remove", {}, form_at="/settings/rules", follow_redirects=True
        )
    )
    undo = page.select_one("form[action='/settings/rules/restore']")
    fields = {each["name"]: each["value"] for each in undo.select("[name]")}
    client.post_form("/settings/rules/restore", fields, form_at="/settings/rules")
    assert rules(services, alice) == before


def test_what_is_learned_is_said_and_learned_again_at_a_press(services, client, alice):
    added = services.expenses.add_expense(alice, replace(DRAFT, category="Housing"), new_id())
    services.filing.memory.learner(alice)
    services.filing.memory.change(alice, [], [replace(added, expense_id=new_id())])  # which is not there
    assert "Where you file 1 shop, from 2 expenses" in client.page("/settings/rules").get_text()
    page = client.look(
        client.post_form("/settings/learned", {}, form_at="/settings/rules", follow_redirects=True)
    )
    assert "Learned again: 1 expense" in page.get_text()
    assert "from 1 expense that you filed yourself" in page.get_text()


def test_a_long_history_is_learned_again_while_one_does_other_things(services, client, alice):
    rows = [
        Expense(
            alice.user_id,
            new_id(),
            DRAFT.spent_on,
            DRAFT.amount,
            "EUR",
            "Housing",
            services.now(),
            payee="Zorblatt",
        )
        for _ in range(PAGE + 1)
    ]
    services.store.add_expenses(rows)
    page = client.look(
        client.post_form("/settings/learned", {}, form_at="/settings/rules", follow_redirects=True)
    )
    assert "It learns again from your expenses at this moment" in page.get_text()
    assert page.select_one("form[action='/settings/learned']") is None
    services.queue.run(services)
    assert "from 1,001 expenses" in client.page("/settings/rules").get_text()


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
